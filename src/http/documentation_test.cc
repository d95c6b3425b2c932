// What is served is documented: docs/api.md names every route.
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <sstream>

#include "http/api.h"
#include "http/testing/fake_backend.h"

namespace tabletalk::http {
namespace {

TEST(Documentation, NamesEveryRoute) {
  std::ifstream file(TABLETALK_SOURCE_DIR "/docs/api.md");
  std::ostringstream text;
  text << file.rdbuf();
  const std::atomic<bool> draining = false;
  const Api api(std::make_shared<testing::FakeBackend>(), "1", "",
                std::make_shared<base::SystemClock>(), draining);
  for (const Route& route : api.Routes())
    EXPECT_NE(text.str().find("`" + route.method + " " + route.pattern + "`"), std::string::npos)
        << route.method << " " << route.pattern << " is not in docs/api.md";
}

}  // namespace
}  // namespace tabletalk::http
