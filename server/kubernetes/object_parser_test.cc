// SPDX-License-Identifier: Apache-2.0

#include "server/kubernetes/object_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "common/testing/status_matchers.h"

namespace eyrie::server {
namespace {

using ::absl::StatusCode;
using ::eyrie::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

// As the API server sends it, shortened.
constexpr char kPod[] = R"({
  "kind": "Pod", "apiVersion": "v1",
  "metadata": {
    "name": "web-1", "namespace": "shop", "uid": "p1", "resourceVersion": "7",
    "labels": {"tier": "front", "app": "web", "annotations": "a label"},
    "annotations": {"kubernetes.io/config.mirror": "m1", "other": "dropped"},
    "ownerReferences": [
      {"kind": "Thing", "name": "x", "uid": "t1"},
      {"kind": "ReplicaSet", "name": "web", "uid": "r1", "controller": true}],
    "managedFields": [{"manager": "kubelet", "fieldsV1": {"f:metadata": {}}}]},
  "spec": {"nodeName": "n1", "containers": [{"name": "c", "selector": {}}]},
  "status": {"podIP": "10.0.0.5",
             "podIPs": [{"ip": "10.0.0.5"}, {"ip": "fd00::5"}]}})";

TEST(ObjectParserTest, KeepsWhatRulesCanAskFor) {
  ASSERT_OK_AND_ASSIGN(
      const ListPage page,
      ParseListPage(ResourceKind::kPod,
                    absl::StrCat(R"({"metadata": {"resourceVersion": "9",
                       "continue": "next"}, "items": [)",
                                 kPod, "]}")));
  EXPECT_EQ(page.resource_version, "9");
  EXPECT_EQ(page.continue_token, "next");
  ASSERT_EQ(page.objects.size(), 1u);
  const KubernetesObject& pod = page.objects[0];
  EXPECT_EQ(pod.uid, "p1");
  EXPECT_EQ(pod.name, "web-1");
  EXPECT_EQ(pod.namespace_name, "shop");
  EXPECT_THAT(pod.labels,
              ElementsAre(Pair("annotations", "a label"), Pair("app", "web"),
                          Pair("tier", "front")));
  EXPECT_EQ(pod.owner.kind, "ReplicaSet");
  EXPECT_EQ(pod.owner.uid, "r1");
  EXPECT_EQ(pod.node, "n1");
  EXPECT_EQ(pod.mirrored_uid, "m1");
  EXPECT_THAT(pod.ip_addresses, ElementsAre("10.0.0.5", "fd00::5"));
  EXPECT_FALSE(pod.is_cut);
}

TEST(ObjectParserTest, OnlyServicesHaveASelectorOfPods) {
  const std::string json = R"({"type": "ADDED", "object": {
      "metadata": {"uid": "u", "name": "n", "resourceVersion": "1"},
      "spec": {"selector": {"app": "web"}}}})";
  EXPECT_THAT(ParseWatchLine(ResourceKind::kService, json)->object.selector,
              ElementsAre(Pair("app", "web")));
  EXPECT_THAT(ParseWatchLine(ResourceKind::kDeployment, json)->object.selector,
              ElementsAre());
}

TEST(ObjectParserTest, ServicesHaveAddressesUnlessTheyAreHeadless) {
  const auto addresses = [](const std::string& spec) {
    return ParseWatchLine(
               ResourceKind::kService,
               absl::StrCat(R"({"type": "ADDED", "object": {"metadata":
                   {"uid": "u", "name": "n", "resourceVersion": "1"},
                   "spec": {)",
                            spec, "}}}"))
        ->object.ip_addresses;
  };
  EXPECT_THAT(addresses(R"("clusterIP": "10.96.0.1",
                           "clusterIPs": ["10.96.0.1", "fd00::1"])"),
              ElementsAre("10.96.0.1", "fd00::1"));
  EXPECT_THAT(addresses(R"("clusterIP": "10.96.0.1")"),
              ElementsAre("10.96.0.1"));
  EXPECT_THAT(addresses(R"("clusterIP": "None", "clusterIPs": ["None"])"),
              ElementsAre());
  EXPECT_THAT(addresses(R"("type": "ExternalName")"), ElementsAre());
  EXPECT_THAT(addresses(R"("clusterIP": 7, "clusterIPs": [7, null])"),
              ElementsAre());
}

TEST(ObjectParserTest, AddressesOfAServiceAreLimited) {
  std::string ips;
  for (size_t i = 0; i < kMaxAddresses + 1; ++i) {
    absl::StrAppend(&ips, i == 0 ? "" : ", ", "\"10.0.0.", i, "\"");
  }
  const auto event =
      ParseWatchLine(ResourceKind::kService,
                     absl::StrCat(R"({"type": "ADDED", "object": {"metadata":
          {"uid": "u", "name": "n", "resourceVersion": "1"},
          "spec": {"clusterIPs": [)",
                                  ips, "]}}}"));
  ASSERT_OK(event.status());
  EXPECT_EQ(event->object.ip_addresses.size(), kMaxAddresses);
  EXPECT_TRUE(event->object.is_cut);
}

TEST(ObjectParserTest, ReadsEveryTypeOfWatchEvent) {
  const auto parse = [](const std::string& json) {
    return ParseWatchLine(ResourceKind::kPod, json);
  };
  const std::string tail = absl::StrCat("\", \"object\":", kPod, "}");
  EXPECT_EQ(parse("{\"type\": \"ADDED" + tail)->type, WatchEvent::Type::kAdded);
  EXPECT_EQ(parse("{\"type\": \"MODIFIED" + tail)->type,
            WatchEvent::Type::kModified);
  ASSERT_OK_AND_ASSIGN(const WatchEvent deleted,
                       parse("{\"type\": \"DELETED" + tail));
  EXPECT_EQ(deleted.type, WatchEvent::Type::kDeleted);
  EXPECT_EQ(deleted.object.uid, "p1");
  EXPECT_EQ(deleted.resource_version, "7");
  ASSERT_OK_AND_ASSIGN(const WatchEvent bookmark, parse(R"({"type": "BOOKMARK",
                "object": {"metadata": {"resourceVersion": "12"}}})"));
  EXPECT_EQ(bookmark.type, WatchEvent::Type::kBookmark);
  EXPECT_EQ(bookmark.resource_version, "12");
  ASSERT_OK_AND_ASSIGN(
      const WatchEvent error,
      parse(R"({"type": "ERROR", "object": {"kind": "Status", "code": 410,
                "message": "too old", "reason": "Expired"}})"));
  EXPECT_EQ(error.type, WatchEvent::Type::kError);
  EXPECT_EQ(error.error_code, 410);
  EXPECT_EQ(error.error_message, "too old");
}

TEST(ObjectParserTest, RefusesWhatIsNoAnswer) {
  const std::string lines[] = {
      "",
      "null",
      "[]",
      "{",
      "{}",
      R"({"type": "NEWER", "object": {}})",
      R"({"type": "ADDED", "object": 1})",
      R"({"type": "ADDED", "object": {"metadata": {"resourceVersion": "1"}}})",
      R"({"type": "ADDED", "object": {"metadata": {"uid": "u", "name": "n"}}})",
      R"({"type": "BOOKMARK", "object": {"metadata": {"resourceVersion": 1}}})",
      "{\"type\": \"\xff\"}",
      std::string(100'000, '['),
  };
  for (const std::string& line : lines) {
    EXPECT_THAT(ParseWatchLine(ResourceKind::kPod, line),
                StatusIs(StatusCode::kInvalidArgument))
        << line.substr(0, 80);
    EXPECT_THAT(ParseListPage(ResourceKind::kPod, line),
                StatusIs(StatusCode::kInvalidArgument))
        << line.substr(0, 80);
  }
  EXPECT_THAT(ParseListPage(ResourceKind::kPod, "oops"),
              StatusIs(StatusCode::kInvalidArgument,
                       HasSubstr("sent no JSON object but \"oops\"")));
}

TEST(ObjectParserTest, MembersOfAnotherTypeAreAbsent) {
  ASSERT_OK_AND_ASSIGN(
      const WatchEvent event,
      ParseWatchLine(ResourceKind::kPod, R"({"type": "ADDED", "object": {
          "metadata": {"uid": "u", "name": "n", "resourceVersion": "1",
                       "labels": {"a": 1, "b": "x"}, "namespace": {},
                       "ownerReferences": [1, {"controller": "true"}]},
          "spec": [], "status": {"podIPs": "10.0.0.1"}}})"));
  EXPECT_THAT(event.object.labels, ElementsAre(Pair("b", "x")));
  EXPECT_EQ(event.object.namespace_name, "");
  EXPECT_EQ(event.object.owner.uid, "");
  EXPECT_THAT(event.object.ip_addresses, ElementsAre());
}

TEST(ObjectParserTest, LabelsEndAtTheLimit) {
  for (const size_t count : {kMaxLabels - 1, kMaxLabels, kMaxLabels + 1}) {
    std::string labels;
    for (size_t i = 0; i < count; ++i) {
      absl::StrAppend(&labels, i > 0 ? "," : "", "\"l", i, "\":\"v\"");
    }
    ASSERT_OK_AND_ASSIGN(
        const WatchEvent event,
        ParseWatchLine(
            ResourceKind::kPod,
            absl::StrCat(R"({"type": "ADDED", "object": {"metadata": {
                "uid": "u", "name": "n", "resourceVersion": "1",
                "labels": {)",
                         labels, "}}}}")));
    EXPECT_EQ(event.object.labels.size(), std::min(count, kMaxLabels));
    EXPECT_EQ(event.object.is_cut, count > kMaxLabels) << count;
  }
}

}  // namespace
}  // namespace eyrie::server
