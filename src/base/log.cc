#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/utf8.h"

namespace tabletalk::base {
namespace {

std::atomic<LogFormat> g_format{LogFormat::text};

spdlog::logger& Logger() {
  static const std::shared_ptr<spdlog::logger> logger = [] {
    auto made = std::make_shared<spdlog::logger>("tabletalk",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->flush_on(spdlog::level::debug);
    return made;
  }();
  return *logger;
}

spdlog::level::level_enum ToSpdlog(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warn: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
    case LogLevel::off: return spdlog::level::off;
  }
  return spdlog::level::info;
}

std::string AsText(spdlog::level::level_enum level, std::string_view event,
                   const boost::json::object& fields, const std::string& time) {
  const auto name = spdlog::level::to_string_view(level);
  std::string line = time + " " + std::string(name.data(), name.size()) + " " + std::string(event);
  for (const auto& field : fields) {
    line += " " + std::string(field.key()) + "=";
    const auto* text = field.value().if_string();
    line += text ? EscapeControls(std::string_view(*text)) : boost::json::serialize(field.value());
  }
  return line;
}

}  // namespace

void ConfigureLog(LogLevel level, LogFormat format) {
  g_format = format;
  Logger().set_level(ToSpdlog(level));
}

void Log(LogLevel level, std::string_view event, boost::json::object fields) {
  const auto spdlog_level = ToSpdlog(level);
  if (!Logger().should_log(spdlog_level)) return;
  const std::string time = ToRfc3339(std::chrono::system_clock::now());
  if (g_format == LogFormat::text) {
    Logger().log(spdlog_level, "{}", AsText(spdlog_level, event, fields, time));
    return;
  }
  const auto name = spdlog::level::to_string_view(spdlog_level);
  boost::json::object line;
  line["ts"] = time;
  line["level"] = std::string_view(name.data(), name.size());
  line["event"] = event;
  for (auto& field : fields) line[field.key()] = std::move(field.value());
  Logger().log(spdlog_level, "{}", boost::json::serialize(line));
}

}  // namespace tabletalk::base
