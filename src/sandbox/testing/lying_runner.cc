// A runner that was taken over, for hostile_runner_test.cc: it speaks the protocol as badly as the
// name of the attack says. The name is the statement of run_sql, and the first line of a file to
// hash and ingest. As "zygote" it opens no tables and serves copies of itself. Asked to try to
// escape, it says that it did.
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include "confine/fork_server.h"
#include "wire/frame.h"
#include "wire/runner.h"

namespace tabletalk {
namespace {

constexpr int kSocket = 3;

void Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(kSocket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) _exit(0);
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::string Head(std::uint32_t header, std::uint64_t attachment = 0) {
  std::string head = "TTF1";
  for (int i = 0; i < 4; ++i) head.push_back(static_cast<char>(header >> (8 * i)));
  for (int i = 0; i < 8; ++i) head.push_back(static_cast<char>(attachment >> (8 * i)));
  return head;
}

void SendText(const std::string& header) {
  Send(Head(static_cast<std::uint32_t>(header.size())) + header);
}

void SendBody(const std::string& kind, const std::string& body) {
  SendText(R"({"kind":")" + kind + R"(","body":)" + body + "}");
}

[[noreturn]] void Sleep() {
  for (;;) ::pause();
}

std::string Repeat(const std::string& text, std::size_t times) {
  std::string repeated;
  repeated.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) repeated += text;
  return repeated;
}

const std::string kDigest(64, 'a');

std::string Ran(const std::string& columns, const std::string& rows, const std::string& rest) {
  return R"({"table":{"columns":[)" + columns + R"(],"rows":[)" + rows + R"(],)" + rest +
         R"(},"digest":")" + kDigest + R"(","execution_ms":1.0,"engine":"e"})";
}

// What goes wrong below the level of a reply's meaning. False where the attack is another.
bool BreakTheStream(const std::string& attack) {
  if (attack == "garbage") Send(Repeat("nonsense", 1000)), Sleep();
  if (attack == "silence") Sleep();
  if (attack == "close early") _exit(0);
  if (attack == "crash") __builtin_trap();
  if (attack == "close in the middle") Send(Head(1000) + "{"), _exit(0);
  if (attack == "stop in the middle") Send(Head(1000) + "{"), Sleep();
  if (attack == "huge header") Send(Head(0xFFFFFFFF)), Sleep();
  if (attack == "huge attachment") Send(Head(2, ~0ull) + "{}"), Sleep();
  if (attack == "small attachment") Send(Head(2, 1) + "{}x"), Sleep();
  if (attack == "deep JSON") SendText(Repeat("[", 1'000'000)), Sleep();
  if (attack == "empty header") SendText(""), Sleep();
  if (attack == "no object") SendText("[]"), Sleep();
  if (attack == "no kind") SendText(R"({"body":{}})"), Sleep();
  if (attack == "invalid UTF-8") SendBody("sql_ran", "\"\xFF\xFE\""), Sleep();
  if (attack == "wrong kind") SendBody("hashed", "{}"), Sleep();
  if (attack == "unknown failure") {
    SendBody("failed", R"({"code":"timed_out","message":"\u001b[2J","issues":[]})");
    Sleep();
  }
  if (attack == "failure of no shape") SendBody("failed", "7"), Sleep();
  if (attack == "progress flood")
    for (;;) SendBody("progress", R"({"stage":"s","fraction":0.5})");
  if (attack == "fat progress flood") {
    const std::string fat = R"({"stage":")" + std::string(1 << 20, 'x') + R"(","fraction":0.5})";
    for (;;) SendBody("progress", fat);
  }
  return false;
}

void AnswerSql(const std::string& attack) {
  const std::string a = R"({"name":"a","type":"integer"})";
  const std::string one = R"("total_rows":1,"truncated":false)";
  if (attack == "honest") return SendBody("sql_ran", Ran(a, "[1]", one));
  if (attack == "narrow row") return SendBody("sql_ran", Ran(a, "[]", one));
  if (attack == "wide row") return SendBody("sql_ran", Ran(a, "[1,2]", one));
  if (attack == "no columns") return SendBody("sql_ran", Ran("", "[]", one));
  if (attack == "columns missing") return SendBody("sql_ran", R"({"table":{"rows":[]}})");
  if (attack == "too many rows")
    return SendBody("sql_ran",
                    Ran(a, Repeat("[1],", 4999) + "[1]", R"("total_rows":5000,"truncated":false)"));
  if (attack == "rows that are not counted")
    return SendBody("sql_ran", Ran(a, "[1],[2]", R"("total_rows":1,"truncated":false)"));
  if (attack == "not truncated")
    return SendBody("sql_ran", Ran(a, "[1]", R"("total_rows":1000000000,"truncated":false)"));
  if (attack == "negative total")
    return SendBody("sql_ran", Ran(a, "[1]", R"("total_rows":-1,"truncated":false)"));
  if (attack == "many values")
    return SendBody("sql_ran", Ran(a, "[" + Repeat("0,", 30'000'000) + "0]", one));
  if (attack == "answers and stays") SendBody("sql_ran", Ran(a, "[1]", one));
  Sleep();
}

void AnswerHash(const std::string& attack) {
  std::string digest = kDigest;
  if (attack == "path as hash") digest = "../../../victim";
  if (attack == "empty hash") digest = "";
  if (attack == "long hash") digest.resize(100'000, 'a');
  SendBody("hashed", R"({"sha256":")" + digest + R"(","bytes":1})");
}

void AnswerIngest(const std::string& attack) {
  std::string columns = R"({"name":"a","type":"text"})";
  std::string rest = R"("notes":[],"totals":[],"rows_set_aside":0,"sample":[],"format":"csv")";
  std::string rows = "1";
  if (attack == "no table") columns = "";
  if (attack == "twin columns") columns += "," + columns;
  if (attack == "column of escapes") columns = R"({"name":"\u001b[2J","type":"text"})";
  if (attack == "nameless column") columns = R"({"name":"","type":"text"})";
  if (attack == "absurd rows") rows = "18446744073709551615";
  if (attack == "wide sample")
    rest = R"("notes":[],"totals":[],"rows_set_aside":0,"sample":[["x","y"]],"format":"csv")";
  if (attack == "warning flood")
    rest = R"("totals":[],"notes":[)" + Repeat(R"({"text":"w"},)", 100'000) +
           R"({"text":"w"}],"rows_set_aside":0,"sample":[],"format":"csv")";
  SendBody("ingested", R"({"rows":)" + rows + R"(,"columns":[)" + columns + "]," + rest + "}");
}

std::string AttackOfFile() {
  char text[200];
  const int file = ::open("/in/source", O_RDONLY | O_CLOEXEC);
  const ssize_t got = ::read(file, text, sizeof text);
  std::string attack(text, got > 0 ? static_cast<std::size_t>(got) : 0);
  return attack.substr(0, attack.find('\n'));
}

int Main() {
  for (;;) {
    const auto frame = wire::ReadFrame(kSocket, {}, base::Deadline::Never(), {});
    if (frame.has_error()) return 0;
    const std::string attack = frame->kind == "attest" ? "honest"
                               : frame->kind == "run_sql"
                                   ? std::string(frame->body.as_object().at("sql").as_string())
                                   : AttackOfFile();
    if (BreakTheStream(attack)) continue;
    if (frame->kind == "attest") {
      SendBody("attested", R"({"attempts":[{"name":"read_host_file","contained":true,"detail":""},)"
                           R"({"name":"open_socket","contained":false,"detail":"it worked"}]})");
      continue;
    }
    if (frame->kind == "run_sql") AnswerSql(attack);
    if (frame->kind == "hash") AnswerHash(attack);
    if (frame->kind == "ingest") AnswerIngest(attack);
  }
}

int ServeCopies() {
  if (wire::ReadFrame(kSocket, {}, base::Deadline::Never(), {}).has_error()) return 1;
  SendBody("tables_opened", R"({"bytes":0})");
  return confine::ServeForks({.run = Main, .branch = {}});
}

}  // namespace
}  // namespace tabletalk

int main(int argc, char**) { return argc > 1 ? tabletalk::ServeCopies() : tabletalk::Main(); }
