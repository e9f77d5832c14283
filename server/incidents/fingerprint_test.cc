// SPDX-License-Identifier: Apache-2.0

#include "server/incidents/fingerprint.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"

namespace eyrie::server {
namespace {

v1::Detection ShellOnHost() {
  v1::Detection detection;
  detection.set_rule("Shell");
  detection.set_node("n1");
  detection.set_container_id("host");
  v1::Process& process = *detection.mutable_event()->mutable_process();
  process.set_comm("bash");
  process.set_exe_path("/usr/bin/bash");
  process.mutable_key()->set_pid(100);
  detection.mutable_event()->add_ancestors()->set_comm("sshd");
  detection.mutable_event()->add_ancestors()->set_comm("systemd");
  return detection;
}

// Stored ids must be found again by every later version.
TEST(FingerprintTest, NeverChangesItsValues) {
  EXPECT_EQ(DetectionId("n1", 7, 5, 3, "Shell"),
            "7ea8a9b1c000ea09722a41af58b2b905");
  EXPECT_EQ(Fingerprint(ShellOnHost()), "1acb60aa136c735820de93fe5c4b8ca4");
  EXPECT_EQ(IncidentId(Fingerprint(ShellOnHost()),
                       DetectionId("n1", 7, 5, 3, "Shell")),
            "fab1d6f95063dd5d956b9621d33fee09");
}

TEST(FingerprintTest, DetectionIdsDifferInEveryPart) {
  const std::string ids[] = {
      DetectionId("n1", 7, 5, 3, "Shell"),
      DetectionId("n2", 7, 5, 3, "Shell"),
      DetectionId("n1", 8, 5, 3, "Shell"),
      DetectionId("n1", 7, 6, 3, "Shell"),
      DetectionId("n1", 7, 5, 4, "Shell"),
      DetectionId("n1", 7, 5, 3, "Shell2"),
      // Bytes that could belong to the neighbour.
      DetectionId("n", 0x31, 5, 3, "Shell"),
      DetectionId("", 7, 5, 3, "Shell"),
      DetectionId("n1", 5, 7, 3, "Shell"),
  };
  absl::flat_hash_set<std::string> different(std::begin(ids), std::end(ids));
  EXPECT_EQ(different.size(), std::size(ids));
  for (const std::string& id : ids) EXPECT_EQ(id.size(), 32u) << id;
}

TEST(FingerprintTest, IgnoresWhatDiffersFromRunToRun) {
  const std::string expected = Fingerprint(ShellOnHost());
  v1::Detection detection = ShellOnHost();
  detection.set_id("other");
  detection.set_output("other");
  detection.mutable_time()->set_seconds(5);
  detection.set_run_id(9);
  v1::Event& event = *detection.mutable_event();
  event.mutable_process()->mutable_key()->set_pid(200);
  event.mutable_process()->mutable_key()->set_start_time_ns(200);
  event.mutable_process()->set_args("-i");
  EXPECT_EQ(Fingerprint(detection), expected);
}

TEST(FingerprintTest, TellsRulesPlacesAndLineagesApart) {
  absl::flat_hash_set<std::string> different = {Fingerprint(ShellOnHost())};
  const auto add = [&different](const char* what, auto change) {
    v1::Detection detection = ShellOnHost();
    change(detection);
    EXPECT_TRUE(different.insert(Fingerprint(detection)).second) << what;
  };
  add("rule", [](v1::Detection& d) { d.set_rule("Other"); });
  add("node", [](v1::Detection& d) { d.set_node("n2"); });
  add("container", [](v1::Detection& d) { d.set_container_id("0123"); });
  add("container with the node's name",
      [](v1::Detection& d) { d.set_container_id("n1"); });
  add("executable", [](v1::Detection& d) {
    d.mutable_event()->mutable_process()->set_exe_path("/tmp/bash");
  });
  add("name", [](v1::Detection& d) {
    d.mutable_event()->mutable_process()->set_comm("sh");
  });
  add("parent", [](v1::Detection& d) {
    d.mutable_event()->mutable_ancestors(0)->set_comm("cron");
  });
  add("no process", [](v1::Detection& d) { d.clear_event(); });
}

TEST(FingerprintTest, OfAContainerDoesNotDependOnTheNode) {
  v1::Detection detection = ShellOnHost();
  detection.set_container_id("0123456789ab");
  const std::string fingerprint = Fingerprint(detection);
  detection.set_node("n2");
  EXPECT_EQ(Fingerprint(detection), fingerprint);
}

v1::Detection ShellInDeployment() {
  v1::Detection detection = ShellOnHost();
  detection.set_container_id("0123456789ab");
  v1::Workload& workload = *detection.mutable_workload();
  workload.set_namespace_("shop");
  workload.set_kind("Deployment");
  workload.set_name("web");
  workload.set_container("nginx");
  workload.set_pod("web-1");
  return detection;
}

TEST(FingerprintTest, ReplicasOfAWorkloadGiveOne) {
  const std::string fingerprint = Fingerprint(ShellInDeployment());
  EXPECT_EQ(fingerprint, "ed91bed74d7a6e7ca81afea28703f298");
  v1::Detection detection = ShellInDeployment();
  detection.set_node("n2");
  detection.set_container_id("fedcba987654");
  detection.mutable_workload()->set_pod("web-2");
  detection.mutable_workload()->set_image("nginx:2");
  EXPECT_EQ(Fingerprint(detection), fingerprint);
}

TEST(FingerprintTest, TellsWorkloadsApart) {
  absl::flat_hash_set<std::string> different = {
      Fingerprint(ShellInDeployment())};
  const auto add = [&different](const char* what, auto change) {
    v1::Detection detection = ShellInDeployment();
    change(*detection.mutable_workload());
    EXPECT_TRUE(different.insert(Fingerprint(detection)).second) << what;
  };
  add("namespace", [](v1::Workload& w) { w.set_namespace_("test"); });
  add("kind", [](v1::Workload& w) { w.set_kind("DaemonSet"); });
  add("name", [](v1::Workload& w) { w.set_name("api"); });
  add("container", [](v1::Workload& w) { w.set_container("sidecar"); });
  // The container stands for a workload that is not known.
  add("no owner", [](v1::Workload& w) { w.clear_kind(); });
  v1::Detection detection = ShellInDeployment();
  detection.mutable_workload()->clear_name();
  v1::Detection without = ShellInDeployment();
  without.clear_workload();
  EXPECT_EQ(Fingerprint(detection), Fingerprint(without));
}

TEST(FingerprintTest, AnUnknownContainerCountsAsTheNode) {
  v1::Detection detection = ShellOnHost();
  detection.clear_container_id();
  EXPECT_EQ(Fingerprint(detection), Fingerprint(ShellOnHost()));
}

v1::Detection ExecByEve() {
  v1::Detection detection;
  detection.set_rule("Command run in a pod");
  detection.set_source("k8s_audit");
  detection.set_node("server1");
  auto& arguments = *detection.mutable_event()->mutable_arguments();
  arguments["ka.user.name"] = "eve";
  arguments["ka.target.namespace"] = "shop";
  arguments["ka.target.name"] = "web-1";
  return detection;
}

TEST(FingerprintTest, OfAJsonSourceIsRuleSourceAndArguments) {
  const std::string fingerprint = Fingerprint(ExecByEve());
  v1::Detection detection = ExecByEve();
  detection.set_node("server2");
  detection.set_id("x");
  EXPECT_EQ(Fingerprint(detection), fingerprint);
  detection.set_rule("other");
  EXPECT_NE(Fingerprint(detection), fingerprint);
  detection = ExecByEve();
  detection.set_source("other");
  EXPECT_NE(Fingerprint(detection), fingerprint);
  for (const char* name :
       {"ka.user.name", "ka.target.namespace", "ka.target.name"}) {
    detection = ExecByEve();
    (*detection.mutable_event()->mutable_arguments())[name] = "other";
    EXPECT_NE(Fingerprint(detection), fingerprint) << name;
    detection.mutable_event()->mutable_arguments()->erase(name);
    EXPECT_NE(Fingerprint(detection), fingerprint) << name;
  }
}

TEST(FingerprintTest, JsonDetectionIdsTellSourceOccurrenceAndRuleApart) {
  const std::string id = JsonDetectionId("s", "o", "r");
  EXPECT_EQ(id.size(), 32u);
  EXPECT_EQ(JsonDetectionId("s", "o", "r"), id);
  EXPECT_NE(JsonDetectionId("t", "o", "r"), id);
  EXPECT_NE(JsonDetectionId("s", "p", "r"), id);
  EXPECT_NE(JsonDetectionId("s", "o", "q"), id);
}

TEST(FingerprintTest, LineageEndsAtItsLimit) {
  v1::Detection detection = ShellOnHost();
  for (int i = 0; i < 20; ++i) {
    detection.mutable_event()->add_ancestors()->set_comm(absl::StrCat("p", i));
  }
  EXPECT_EQ(Lineage(detection),
            (std::vector<std::string>{"bash", "sshd", "systemd", "p0", "p1",
                                      "p2", "p3", "p4"}));
  EXPECT_EQ(Lineage(v1::Detection()), std::vector<std::string>());
}

TEST(FingerprintTest, LineageIsAlwaysUtf8) {
  const struct {
    std::string comm;
    std::string name;
  } cases[] = {
      {"", "?"},
      {"bash", "bash"},
      {"caf\xC3\xA9", "caf\xC3\xA9"},
      {"\xE2\x82\xAC", "\xE2\x82\xAC"},
      {"\xF0\x9F\xA6\x85", "\xF0\x9F\xA6\x85"},
      // Cut by the kernel at 15 bytes in the middle of a character.
      {"123456789012\xE2\x82", "123456789012\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"a\xFFz", "a\xEF\xBF\xBDz"},
      // Too long a form, a surrogate, beyond the last character.
      {"\xC0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"\xF4\x90\x80\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
  };
  for (const auto& [comm, name] : cases) {
    v1::Detection detection;
    detection.mutable_event()->mutable_process()->set_comm(comm);
    EXPECT_EQ(Lineage(detection), std::vector<std::string>{name}) << comm;
  }
}

}  // namespace
}  // namespace eyrie::server
