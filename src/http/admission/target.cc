#include "http/admission/target.h"

#include <boost/url.hpp>

#include "base/utf8.h"

namespace tabletalk::http {
namespace {

namespace urls = boost::urls;

bool IsText(std::string_view text) {
  return text.find('\0') == text.npos && base::IsValidUtf8(text);
}

base::Error BadTarget() {
  return base::InvalidArgument("the address is not well-formed: check its percent-encoding");
}

base::Result<void> ReadQuery(const urls::url_view& url, Target& target) {
  if (!url.has_query()) return {};
  urls::encoding_opts form;
  form.space_as_plus = true;
  for (const auto& param : url.encoded_params()) {
    std::string key = param.key.decode(form);
    std::string value = param.has_value ? param.value.decode(form) : std::string();
    if (!IsText(key) || !IsText(value)) return BadTarget();
    target.query.emplace(std::move(key), std::move(value));
  }
  return {};
}

}  // namespace

base::Result<Target> ParseTarget(std::string_view text) {
  const bool origin_form = text.starts_with('/');
  if (!origin_form && !text.starts_with("http://") && !text.starts_with("https://"))
    return BadTarget();
  // "//x" is a path here; a generic URI reference would take x for an authority.
  const auto parsed = origin_form ? urls::parse_origin_form(text) : urls::parse_absolute_uri(text);
  if (!parsed) return BadTarget();
  Target target;
  for (const auto& segment : parsed->encoded_segments()) {
    target.segments.push_back(segment.decode());
    if (!IsText(target.segments.back())) return BadTarget();
  }
  if (!target.segments.empty() && target.segments.back().empty()) target.segments.pop_back();
  if (parsed->has_authority()) target.authority = std::string(parsed->encoded_host_and_port());
  TT_CHECK(ReadQuery(*parsed, target));
  return target;
}

}  // namespace tabletalk::http
