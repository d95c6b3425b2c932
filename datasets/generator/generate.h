// The shipped datasets, one function and one source file each. Each writes its tables as CSV into
// `folder`, which is made if need be, and throws std::runtime_error when it cannot.
#pragma once

#include <filesystem>

namespace tabletalk::generator {

void GenerateEcommerce(const std::filesystem::path& folder);
void GenerateSupport(const std::filesystem::path& folder);
void GenerateSensors(const std::filesystem::path& folder);

}  // namespace tabletalk::generator
