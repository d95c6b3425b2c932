#include "http/routes/attachment.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <utility>

namespace tabletalk::http {

namespace fs = std::filesystem;

Reply FileReply(Attachment attachment) {
  Reply reply;
  reply.headers = {{"Content-Type", attachment.media_type},
                   {"Content-Disposition", "attachment; filename=\"" + attachment.name + "\""}};
  reply.file = std::make_shared<const FileBody>(std::move(attachment.file));
  return reply;
}

base::Result<FileBody> OpenFileBody(const std::string& path) {
  FileBody body;
  body.fd = base::UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  struct stat status {};
  if (!body.fd || ::fstat(body.fd.get(), &status) != 0)
    return base::SystemError(base::ErrorCode::internal, "the result could not be read", errno);
  body.size = static_cast<std::uint64_t>(status.st_size);
  return body;
}

base::Result<ScratchFolder> ScratchFolder::In(const std::string& parent) {
  std::error_code problem;
  fs::path base = parent.empty() ? fs::temp_directory_path(problem) : fs::path(parent);
  if (!problem) fs::create_directories(base, problem);
  std::string path = (base / "tabletalk-export-XXXXXX").string();
  if (problem || ::mkdtemp(path.data()) == nullptr)
    return base::SystemError(base::ErrorCode::internal, "no place to write the result to",
                             problem ? problem.value() : errno);
  return ScratchFolder(std::move(path));
}

ScratchFolder::ScratchFolder(ScratchFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})) {}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

}  // namespace tabletalk::http
