// SPDX-License-Identifier: Apache-2.0

#include "server/incidents/incident_filter.h"

#include <gtest/gtest.h>

#include "common/proto_time.h"
#include "common/testing/status_matchers.h"

namespace eyrie::server {
namespace {

using ::eyrie::testing::IsOk;
using ::eyrie::testing::StatusIs;

google::protobuf::Timestamp Second(int64_t seconds) {
  return ToProtoTime(absl::FromUnixSeconds(seconds));
}

v1::Workload SomeWorkload() {
  v1::Workload workload;
  workload.set_namespace_("shop");
  workload.set_kind("Deployment");
  workload.set_name("web");
  workload.set_image("docker.io/library/nginx:1.25");
  (*workload.mutable_labels())["app"] = "web";
  (*workload.mutable_labels())["url"] = "a=b";
  (*workload.mutable_labels())["canary"] = "";
  return workload;
}

// First seen at 100, last seen at 200; its detection happened at 150.
v1::Incident SomeIncident() {
  v1::Incident incident;
  incident.set_rule("r");
  incident.set_priority(v1::WARNING);
  incident.set_node("n");
  incident.set_container_id("0123456789ab");
  incident.set_state(v1::Incident::OPEN);
  incident.add_tags("a");
  incident.add_tags("b");
  incident.set_source("syscall");
  *incident.mutable_workload() = SomeWorkload();
  *incident.mutable_first_seen() = Second(100);
  *incident.mutable_last_seen() = Second(200);
  return incident;
}

v1::Detection SomeDetection() {
  v1::Detection detection;
  detection.set_rule("r");
  detection.set_priority(v1::WARNING);
  detection.set_node("n");
  detection.set_container_id("0123456789ab");
  detection.add_tags("a");
  detection.add_tags("b");
  detection.set_source("syscall");
  *detection.mutable_workload() = SomeWorkload();
  *detection.mutable_time() = Second(150);
  return detection;
}

TEST(IncidentFilterTest, ChecksEveryCondition) {
  using Filter = v1::IncidentFilter;
  const struct {
    const char* name;
    void (*set)(Filter&);
    bool matches_incident;
    bool matches_detection;
  } cases[] = {
      {"nothing", [](Filter&) {}, true, true},
      {"since before", [](Filter& f) { *f.mutable_since() = Second(150); },
       true, true},
      {"since at the end", [](Filter& f) { *f.mutable_since() = Second(200); },
       true, false},
      {"since after", [](Filter& f) { *f.mutable_since() = Second(201); },
       false, false},
      {"until at the beginning",
       [](Filter& f) { *f.mutable_until() = Second(100); }, false, false},
      {"until within", [](Filter& f) { *f.mutable_until() = Second(101); },
       true, false},
      {"until at the event",
       [](Filter& f) { *f.mutable_until() = Second(150); }, true, false},
      {"until after", [](Filter& f) { *f.mutable_until() = Second(151); }, true,
       true},
      {"rule", [](Filter& f) { f.set_rule("r"); }, true, true},
      {"other rule", [](Filter& f) { f.set_rule("R"); }, false, false},
      {"same priority", [](Filter& f) { f.set_min_priority(v1::WARNING); },
       true, true},
      {"less severe", [](Filter& f) { f.set_min_priority(v1::DEBUG); }, true,
       true},
      {"more severe", [](Filter& f) { f.set_min_priority(v1::ERROR); }, false,
       false},
      {"node", [](Filter& f) { f.set_node("n"); }, true, true},
      {"other node", [](Filter& f) { f.set_node("n2"); }, false, false},
      {"container prefix", [](Filter& f) { f.set_container_id("0123"); }, true,
       true},
      {"long container id",
       [](Filter& f) { f.set_container_id("0123456789abcdef"); }, true, true},
      {"other container", [](Filter& f) { f.set_container_id("host"); }, false,
       false},
      {"tag", [](Filter& f) { f.set_tag("b"); }, true, true},
      {"other tag", [](Filter& f) { f.set_tag("c"); }, false, false},
      {"source", [](Filter& f) { f.set_source("syscall"); }, true, true},
      {"other source", [](Filter& f) { f.set_source("k8s_audit"); }, false,
       false},
      {"namespace", [](Filter& f) { f.set_namespace_("shop"); }, true, true},
      {"other namespace", [](Filter& f) { f.set_namespace_("sho"); }, false,
       false},
      {"workload", [](Filter& f) { f.set_workload("web"); }, true, true},
      {"workload with its kind",
       [](Filter& f) { f.set_workload("deployment/web"); }, true, true},
      {"other kind", [](Filter& f) { f.set_workload("DaemonSet/web"); }, false,
       false},
      {"other workload", [](Filter& f) { f.set_workload("we"); }, false, false},
      {"image prefix",
       [](Filter& f) { f.set_image("docker.io/library/nginx"); }, true, true},
      {"other image", [](Filter& f) { f.set_image("nginx"); }, false, false},
      {"labels",
       [](Filter& f) {
         f.add_labels("app=web");
         f.add_labels("url=a=b");
         f.add_labels("canary=");
       },
       true, true},
      {"one label of two",
       [](Filter& f) {
         f.add_labels("app=web");
         f.add_labels("app=api");
       },
       false, false},
      {"label without value", [](Filter& f) { f.add_labels("app="); }, false,
       false},
      {"unknown label", [](Filter& f) { f.add_labels("none="); }, false, false},
      {"state", [](Filter& f) { f.add_states(v1::Incident::OPEN); }, true,
       true},
      {"states",
       [](Filter& f) {
         f.add_states(v1::Incident::RESOLVED);
         f.add_states(v1::Incident::OPEN);
       },
       true, true},
      {"other state", [](Filter& f) { f.add_states(v1::Incident::RESOLVED); },
       false, true},
      {"one of two",
       [](Filter& f) {
         f.set_rule("r");
         f.set_node("n2");
       },
       false, false},
  };
  for (const auto& test : cases) {
    Filter filter;
    test.set(filter);
    EXPECT_EQ(MatchesFilter(SomeIncident(), filter), test.matches_incident)
        << test.name;
    EXPECT_EQ(MatchesFilter(SomeDetection(), filter), test.matches_detection)
        << test.name;
  }
}

TEST(IncidentFilterTest, ContainersMatchByPrefixEitherWay) {
  const struct {
    const char* wanted;
    const char* id;
    bool matches;
  } cases[] = {
      {"host", "host", true},
      {"ho", "host", true},
      {"host1", "host", false},
      {"0123456789ab", "0123456789ab", true},
      {"0123456789abcd", "0123456789ab", true},
      {"0123456789ac", "0123456789ab", false},
      {"0", "", false},
  };
  for (const auto& [wanted, id, matches] : cases) {
    EXPECT_EQ(MatchesContainer(wanted, id), matches) << wanted << " " << id;
  }
}

TEST(IncidentFilterTest, RejectsWhatNobodyCanMean) {
  v1::IncidentFilter filter;
  EXPECT_THAT(CheckFilter(filter), IsOk());
  *filter.mutable_since() = Second(1);
  *filter.mutable_until() = Second(1);
  EXPECT_THAT(CheckFilter(filter), IsOk());
  *filter.mutable_since() = Second(2);
  const auto invalid = StatusIs(absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(CheckFilter(filter), invalid);
  filter.Clear();
  filter.mutable_since()->set_seconds(INT64_MAX);
  EXPECT_THAT(CheckFilter(filter), invalid);
  filter.Clear();
  filter.mutable_until()->set_nanos(-1);
  EXPECT_THAT(CheckFilter(filter), invalid);
  filter.Clear();
  filter.add_states(v1::Incident::STATE_UNSPECIFIED);
  EXPECT_THAT(CheckFilter(filter), invalid);
  filter.Clear();
  filter.set_min_priority(static_cast<v1::Priority>(99));
  EXPECT_THAT(CheckFilter(filter), invalid);
  for (const char* label : {"app", "=web", ""}) {
    filter.Clear();
    filter.add_labels(label);
    EXPECT_THAT(CheckFilter(filter), invalid) << label;
  }
  filter.Clear();
  for (int i = 0; i < kMaxFilterLabels; ++i) filter.add_labels("a=b");
  EXPECT_THAT(CheckFilter(filter), IsOk());
  filter.add_labels("a=b");
  EXPECT_THAT(CheckFilter(filter), invalid);
}

}  // namespace
}  // namespace eyrie::server
