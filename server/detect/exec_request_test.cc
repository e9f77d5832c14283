// SPDX-License-Identifier: Apache-2.0

#include "server/detect/exec_request.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "rules/json/json_parser.h"

namespace eyrie::server {
namespace {

rules::JsonEvent Event(const std::string& subresource, int code,
                       const std::string& query) {
  rules::JsonEvent event;
  event.source = "k8s_audit";
  event.time_ns = 5'000'000'000;
  event.document = *rules::ParseJson(absl::StrCat(
      R"({"verb": "create", "requestURI": "/api/v1/x?)", query,
      R"(", "objectRef": {"resource": "pods", "subresource": ")", subresource,
      R"(", "namespace": "shop", "name": "web-1"},
         "requestReceivedTimestamp": "1970-01-01T00:00:04.5Z",
         "responseStatus": {"code": )",
      code, "}}"));
  return event;
}

TEST(ExecRequestTest, ReadsAnExec) {
  const auto request = ReadExecRequest(
      Event("exec", 101, "command=sh&command=-c&command=id%3B+ls&container=c"));
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->pod_namespace, "shop");
  EXPECT_EQ(request->pod, "web-1");
  EXPECT_EQ(request->container, "c");
  EXPECT_EQ(request->command, (std::vector<std::string>{"sh", "-c", "id; ls"}));
  EXPECT_EQ(request->time, absl::FromUnixMillis(4500));
}

TEST(ExecRequestTest, ReadsAnAttachWithoutAContainer) {
  const auto request = ReadExecRequest(Event("attach", 200, "stdin=true"));
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->container, "");
  EXPECT_TRUE(request->command.empty());
}

TEST(ExecRequestTest, PassesOverAllElse) {
  EXPECT_FALSE(ReadExecRequest(Event("log", 200, "command=a")).has_value());
  EXPECT_FALSE(ReadExecRequest(Event("exec", 403, "command=a")).has_value());
  EXPECT_FALSE(ReadExecRequest(Event("exec", 101, "")).has_value());
  rules::JsonEvent event = Event("exec", 101, "command=a");
  event.source = "other";
  EXPECT_FALSE(ReadExecRequest(event).has_value());
  event.source = "k8s_audit";
  event.document.erase("responseStatus");
  EXPECT_FALSE(ReadExecRequest(event).has_value());
  event.document = *rules::ParseJson(
      R"({"objectRef": [], "requestURI": 7, "responseStatus": "x"})");
  EXPECT_FALSE(ReadExecRequest(event).has_value());
}

TEST(ExecRequestTest, BoundsTheCommand) {
  std::string query = "command=sh";
  for (int i = 0; i < 10; ++i) {
    absl::StrAppend(&query, "&command=", std::string(1000, 'x'));
  }
  const auto request = ReadExecRequest(Event("exec", 101, query));
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->command.size(), 5u);
}

TEST(ExecRequestTest, WithoutAReadableTimeIsOfTheEvent) {
  rules::JsonEvent event = Event("exec", 101, "command=a");
  event.document["requestReceivedTimestamp"] = "yesterday";
  EXPECT_EQ(ReadExecRequest(event)->time, absl::FromUnixSeconds(5));
}

}  // namespace
}  // namespace eyrie::server
