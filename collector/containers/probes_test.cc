// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/probes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "common/testing/status_matchers.h"

namespace eyrie::collector {
namespace {

using ::testing::ElementsAre;

TEST(ProbesTest, ReadsThoseOfTheContainer) {
  constexpr char kManifest[] = R"({"kind": "Pod", "spec": {"containers": [
    {"name": "web", "livenessProbe": {"exec": {"command": ["cat", "/a"]}},
     "readinessProbe": {"httpGet": {"path": "/"}}},
    {"name": "db", "readinessProbe": {"exec": {"command": ["true"]}}}]}})";
  v1::Container web;
  ReadManifestProbes(kManifest, "web", &web);
  EXPECT_THAT(web.liveness_probe().command(), ElementsAre("cat", "/a"));
  EXPECT_FALSE(web.has_readiness_probe());
  v1::Container db;
  ReadManifestProbes(kManifest, "db", &db);
  EXPECT_FALSE(db.has_liveness_probe());
  EXPECT_THAT(db.readiness_probe().command(), ElementsAre("true"));
}

TEST(ProbesTest, IgnoresWhatIsNoManifest) {
  for (const char* const text :
       {"", "x", "[]", R"({"spec": 7})", R"({"spec": {"containers": [1]}})"}) {
    v1::Container container;
    ReadManifestProbes(text, "web", &container);
    EXPECT_FALSE(container.has_liveness_probe()) << text;
  }
}

TEST(ProbesTest, ReadsHealthchecks) {
  const struct {
    std::string text;
    std::vector<std::string> command;
  } cases[] = {
      {R"({"Test": ["CMD-SHELL", "cat /a"]})", {"/bin/sh", "-c", "cat /a"}},
      {R"({"Test": ["CMD", "cat", "/a"]})", {"cat", "/a"}},
      {R"({"Test": ["NONE"]})", {}},
      {R"({"Test": ["CMD"]})", {}},
      {R"({"Test": "CMD"})", {}},
      {R"({})", {}},
  };
  for (const auto& c : cases) {
    ASSERT_OK_AND_ASSIGN(const nlohmann::json document, ParseJsonText(c.text));
    v1::Container container;
    ReadHealthcheck(JsonValue(&document), &container);
    const std::vector<std::string> command(
        container.healthcheck().command().begin(),
        container.healthcheck().command().end());
    EXPECT_EQ(command, c.command) << c.text;
    EXPECT_EQ(container.has_healthcheck(), !c.command.empty()) << c.text;
  }
}

}  // namespace
}  // namespace eyrie::collector
