// generate_datasets OUT_DIR: writes OUT_DIR/<dataset>/<table>.csv for every shipped dataset.
#include <fmt/core.h>

#include <cstdio>
#include <exception>
#include <filesystem>

#include "generate.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: generate_datasets OUT_DIR\n");
    return 2;
  }
  try {
    const std::filesystem::path out = argv[1];
    tabletalk::generator::GenerateEcommerce(out / "ecommerce");
    tabletalk::generator::GenerateSupport(out / "support");
    tabletalk::generator::GenerateSensors(out / "sensors");
  } catch (const std::exception& error) {
    fmt::print(stderr, "generate_datasets: {}\n", error.what());
    return 1;
  }
  return 0;
}
