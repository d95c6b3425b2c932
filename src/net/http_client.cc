#include "net/http_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>

namespace tabletalk::net {

std::optional<std::string_view> HttpHead::Find(std::string_view name) const {
  const auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  };
  for (const auto& [key, value] : headers)
    if (std::equal(key.begin(), key.end(), name.begin(), name.end(), same)) return value;
  return std::nullopt;
}

std::string WithoutSecrets(std::string_view url) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parsed(curl_url(), curl_url_cleanup);
  if (curl_url_set(parsed.get(), CURLUPART_URL, std::string(url).c_str(),
                   CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
    return "(not a URL)";
  for (const CURLUPart part :
       {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS, CURLUPART_QUERY, CURLUPART_FRAGMENT})
    curl_url_set(parsed.get(), part, nullptr, 0);
  char* text = nullptr;
  std::string shown = "(not a URL)";
  if (curl_url_get(parsed.get(), CURLUPART_URL, &text, 0) == CURLUE_OK) shown = text;
  curl_free(text);
  return shown;
}

}  // namespace tabletalk::net
