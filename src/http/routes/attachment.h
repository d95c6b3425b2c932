// A file as an answer.
#pragma once

#include <string>

#include "base/codec.h"
#include "http/message.h"

namespace tabletalk::http {

struct Attachment {
  FileBody file;
  std::string media_type;
  std::string name;  ///< What a browser would save it as.

  /// Not JSON, but said in its words.
  static void DecodeJson(base::Decoder& decoder, const base::json::value&, Attachment&) {
    decoder.Fail("is a file");
  }
  base::json::value EncodeJson() const { return base::json::value(name); }
  static base::json::value JsonSchema(base::SchemaBuilder&) {
    return base::json::object{{"type", "string"}, {"contentMediaType", "application/octet-stream"}};
  }
};

Reply FileReply(Attachment attachment);

/// Opens a file that may be deleted afterwards. Errors: internal.
base::Result<FileBody> OpenFileBody(const std::string& path);

/// A folder that nobody else may enter, removed with its content.
class ScratchFolder {
 public:
  /// Below `parent`; the system's temporary folder if empty. Errors: internal.
  static base::Result<ScratchFolder> In(const std::string& parent);
  ScratchFolder(ScratchFolder&& other) noexcept;
  ScratchFolder& operator=(ScratchFolder&&) = delete;
  ~ScratchFolder();
  const std::string& path() const { return path_; }

 private:
  explicit ScratchFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace tabletalk::http
