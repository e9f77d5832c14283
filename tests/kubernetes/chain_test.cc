// SPDX-License-Identifier: Apache-2.0
//
// From a pod on a real kubelet to the detection that names it: collector,
// server and CLI as programs of their own, on this kernel.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include <nlohmann/json.hpp>

#include "tests/kubernetes/chain_fixture.h"
#include "tests/kubernetes/kubectl.h"
#include "tests/testing/subprocess.h"

namespace eyrie::testing {
namespace {

using Json = nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kSleep[] = "exec /bin/sleep 1000000";
constexpr char kTick[] =
    "while :; do /bin/id marked-command; /bin/sleep 1; done";

constexpr char kAuditRules[] = "rules/library/kubernetes_audit.yaml";

constexpr char kRules[] = R"(
- macro: command_in_container
  condition: (evt.type = execve and evt.res = SUCCESS and container.id != host)
- rule: Command in web of shop
  desc: d
  condition: >
    command_in_container and proc.name = id
    and k8s.deployment.name = web and k8s.ns.name = shop
  output: ran %proc.cmdline in %k8s.pod.name of %container.image.repository
  priority: NOTICE
- rule: Any command
  desc: d
  condition: command_in_container and proc.name = id
  output: >
    ran %proc.cmdline pod=%k8s.pod.name deployment=%k8s.deployment.name
    namespace=%k8s.ns.name image=%container.image.repository
  priority: NOTICE
- rule: Marked
  desc: d
  condition: command_in_container and proc.cmdline contains marked-command
  output: >
    ran %proc.cmdline container=%container.id pod=%k8s.pod.name
    deployment=%k8s.deployment.name namespace=%k8s.ns.name
    image=%container.image.repository
  priority: NOTICE
- rule: Command of a job
  desc: d
  condition: command_in_container and proc.cmdline contains job-command
  output: >
    ran %proc.cmdline container=%container.id pod=%k8s.pod.name
    job=%k8s.pod.label[job-name] namespace=%k8s.ns.name
    image=%container.image.repository
  priority: NOTICE
- rule: Tick in a hot pod
  desc: d
  condition: >
    command_in_container and proc.cmdline contains usleep
    and k8s.pod.label[heat] = hot
  output: tick in %k8s.pod.name
  priority: NOTICE
- rule: Tick in a cold namespace
  desc: d
  condition: >
    command_in_container and proc.cmdline contains usleep
    and k8s.ns.label[heat] = cold
  output: tick in %k8s.ns.name
  priority: NOTICE
)";

// Whether all that the rule prints was known.
bool IsComplete(const Json& alert) {
  const Json& fields = alert["output_fields"];
  return std::none_of(fields.begin(), fields.end(),
                      [](const Json& value) { return value.is_null(); });
}

// Whether the alert is of another namespace: one that an earlier test deleted,
// whose containers still end, unknown to the API.
bool IsOfOther(const Json& alert, const std::string& namespace_name) {
  const Json& name = alert["output_fields"]["k8s.ns.name"];
  return !name.is_null() && name != namespace_name;
}

// Expects that the alerts, of pods of the namespace's one workload, name pod,
// workload and image truly, and that there is one at least of each pod.
void ExpectTruth(const std::string& namespace_name, const char* workload_field,
                 const std::string& workload, const std::vector<Json>& alerts) {
  std::map<std::string, std::string> pods;  // by short container id
  const Json list =
      Json::parse(Kubectl({"-n", namespace_name, "get", "pods", "-o", "json"}));
  for (const Json& pod : list["items"]) {
    const std::string id = pod["status"]["containerStatuses"][0]["containerID"];
    pods[id.substr(id.rfind('/') + 1, 12)] = pod["metadata"]["name"];
  }
  std::set<std::string> told;
  size_t late = 0;
  size_t judged = 0;
  for (const Json& alert : alerts) {
    if (IsOfOther(alert, namespace_name)) continue;
    ++judged;
    const Json& fields = alert["output_fields"];
    const std::string id = fields["container.id"];
    told.insert(id);
    if (!IsComplete(alert)) {
      ++late;
      continue;
    }
    EXPECT_EQ(fields["k8s.pod.name"], pods[id]);
    EXPECT_EQ(fields[workload_field], workload);
    EXPECT_EQ(fields["k8s.ns.name"], namespace_name);
    EXPECT_EQ(fields["container.image.repository"], kPodImageRepository);
  }
  EXPECT_EQ(told.size(), pods.size());
  std::printf("late: %zu of %zu\n", late, judged);
  EXPECT_LE(late * 100, judged);
}

// Expects that all was known of the namespace's pods.
void ExpectComplete(const std::string& namespace_name,
                    const std::vector<Json>& alerts) {
  for (const Json& alert : alerts) {
    if (IsOfOther(alert, namespace_name)) continue;
    EXPECT_TRUE(IsComplete(alert)) << alert;
  }
}

// How many pods start at once.
int BurstSize() {
  const std::string given = Environment("EYRIE_KUBERNETES_BURST");
  return given.empty() ? 40 : std::atoi(given.c_str());
}

TEST_F(ChainTest, ARuleOfADeploymentFiresForItsPodsOnly) {
  ASSERT_NO_FATAL_FAILURE(Start(kRules));
  MakeNamespace("shop");
  MakeNamespace("other");
  const std::vector<std::pair<std::string, std::string>> all = {
      {"other", "web"}, {"shop", "db"}, {"shop", "web"}};
  for (const auto& [space, name] : all) {
    MakeDeployment(space, name, PodSpec(kSleep));
  }
  for (const auto& [space, name] : all) {
    AwaitDeployment(space, name);
    Exec(space, PodOf(space, name), {"/bin/id"});
  }
  const auto any = watch_->Await("Any command", 3, kPatience);
  ASSERT_EQ(any.size(), 3u);
  for (size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(any[i].Field("k8s.ns.name"), all[i].first);
    EXPECT_EQ(any[i].Field("k8s.deployment.name"), all[i].second);
    EXPECT_EQ(any[i].Missing(), "");
  }
  // Judged with the third of them.
  const auto fired = watch_->Await("Command in web of shop", 1, kPatience);
  ASSERT_EQ(fired.size(), 1u);
  const std::string pod = PodOf("shop", "web");
  EXPECT_EQ(fired[0].Field("k8s.pod.name"), pod);
  EXPECT_EQ(fired[0].Field("container.image.repository"), kPodImageRepository);
  const Json workload = fired[0].detection["workload"];
  EXPECT_EQ(workload["namespace"], "shop");
  EXPECT_EQ(workload["kind"], "Deployment");
  EXPECT_EQ(workload["name"], "web");
  EXPECT_EQ(workload["pod"], pod);
  EXPECT_EQ(workload["container"], "main");
  EXPECT_EQ(workload["image"], kPodImage);
  EXPECT_EQ(workload["labels"]["app"], "web");
  Report("exec into a pod", any);
}

TEST_F(ChainTest, AChangedLabelReachesTheRuleWithinASecond) {
  ASSERT_NO_FATAL_FAILURE(Start(kRules));
  MakeNamespace("clocks");
  MakeDeployment("clocks", "clock",
                 PodSpec("while :; do /bin/busybox usleep 20000; done"));
  AwaitDeployment("clocks", "clock");
  EXPECT_TRUE(watch_->Of("Tick in a hot pod").empty());
  const auto change = [this](std::vector<std::string> words,
                             const std::string& rule) {
    const absl::Time before = absl::Now();
    Kubectl(std::move(words));
    const absl::Time after = absl::Now();
    const auto fired = watch_->Await(rule, 1, kPatience);
    ASSERT_FALSE(fired.empty());
    std::printf(
        "%s: first event %.0f ms after kubectl began, which took "
        "%.0f ms; told %.0f ms after its event\n",
        rule.c_str(), absl::ToDoubleMilliseconds(fired[0].time - before),
        absl::ToDoubleMilliseconds(after - before),
        absl::ToDoubleMilliseconds(fired[0].arrival - fired[0].time));
    EXPECT_LT(fired[0].time - before, absl::Seconds(1));
  };
  change({"-n", "clocks", "label", "pod", "-l", "app=clock", "heat=hot"},
         "Tick in a hot pod");
  change({"label", "namespace", "clocks", "heat=cold"},
         "Tick in a cold namespace");
}

TEST_F(ChainTest, TheFirstCommandOfEachPodOfABurstIsKnown) {
  ASSERT_NO_FATAL_FAILURE(Start(kRules));
  MakeNamespace("burst");
  const int pods = BurstSize();
  const absl::Time begin = absl::Now();
  MakeDeployment("burst", "many",
                 PodSpec(absl::StrCat("/bin/id marked-command; ", kSleep)),
                 pods);
  // The container's shell, and what it runs.
  const size_t commands = 2 * static_cast<size_t>(pods);
  Alerts("Marked", commands);
  AwaitDeployment("burst", "many");
  std::printf("%d pods ready after %.1f s\n", pods,
              absl::ToDoubleSeconds(absl::Now() - begin));

  ExpectTruth("burst", "k8s.deployment.name", "many",
              Alerts("Marked", commands));
  Report("burst", watch_->Of("Marked", [](const auto& seen) {
    return seen.detection["workload"].value("namespace", "") == "burst";
  }));
}

TEST_F(ChainTest, TheOnlyCommandOfAPodThatEndsAtOnceIsKnown) {
  ASSERT_NO_FATAL_FAILURE(Start(kRules));
  MakeNamespace("brief");
  Json spec = PodSpec("");
  spec["restartPolicy"] = "Never";
  spec["containers"][0]["command"] = {"/bin/true", "job-command"};
  CreateObject({{"apiVersion", "batch/v1"},
                {"kind", "Job"},
                {"metadata", {{"name", "once"}, {"namespace", "brief"}}},
                {"spec",
                 {{"parallelism", BurstSize()},
                  {"completions", BurstSize()},
                  {"template", {{"spec", spec}}}}}});
  const auto seen =
      Alerts("Command of a job", static_cast<size_t>(BurstSize()));
  Kubectl({"-n", "brief", "wait", "--for=condition=complete", "job/once",
           "--timeout=55s"});
  ExpectTruth("brief", "k8s.pod.label[job-name]", "once", seen);
  Report("pods that end at once", watch_->Of("Command of a job"));
}

TEST_F(ChainTest, AnExecIntoAPodShowsWhoAndWhatItStarted) {
  ASSERT_NO_FATAL_FAILURE(Start(kRules, {BuiltFile(kAuditRules)}));
  MakeNamespace("shop");
  MakeDeployment("shop", "web", PodSpec(kSleep));
  AwaitDeployment("shop", "web");
  const std::string pod = PodOf("shop", "web");
  const absl::Time begin = absl::Now();
  Exec("shop", pod, {"sh", "-c", "/bin/id; /bin/cat /etc/hostname"});
  const auto fired = watch_->Await("Command run in a pod", 1, kPatience);
  ASSERT_EQ(fired.size(), 1u);
  EXPECT_EQ(fired[0].Field("ka.user.name"), "admin");
  EXPECT_THAT(fired[0].Field("ka.sourceips"), HasSubstr("10.214.0.1"));
  EXPECT_EQ(fired[0].Field("ka.target.name"), pod);
  EXPECT_EQ(fired[0].Field("ka.target.namespace"), "shop");
  Json incident;
  EXPECT_TRUE(Await([&] {
    const auto list = cluster_->Cli(
        {"incidents", "list", "--rule", "Command run in a pod", "-o", "json"});
    if (!list.ok() || list->out.empty()) return false;
    EXPECT_EQ(std::count(list->out.begin(), list->out.end(), '\n'), 1);
    incident = Json::parse(list->out);
    return incident.value("linkedProcesses", Json()).size() == 3;
  })) << incident;
  std::printf("the incident with its processes %.0f ms after kubectl began\n",
              absl::ToDoubleMilliseconds(absl::Now() - begin));
  EXPECT_THAT(incident.value("summary", ""),
              HasSubstr("command=sh&command=-c&command=%2Fbin%2Fid%3B+"));
  EXPECT_EQ(incident["count"], "1");
  std::vector<std::string> commands;
  for (const Json& process : incident["linkedProcesses"]) {
    commands.push_back(process["commandLine"]);
    EXPECT_EQ(process["node"], "test-node");
    EXPECT_EQ(process["containerId"].get<std::string>().size(), 12u);
  }
  EXPECT_THAT(commands, ElementsAre("sh -c /bin/id; /bin/cat /etc/hostname",
                                    "/bin/id", "/bin/cat /etc/hostname"));
}

TEST_F(ChainTest, OfficialRulesFireForPods) {
  const std::string shared = Environment("EYRIE_SHARED_DIR");
  if (shared.empty()) {
    GTEST_SKIP() << "EYRIE_NO_SHARED: the official rules, data/rules";
  }
  ASSERT_NO_FATAL_FAILURE(
      Start("", {shared + "/data/rules/falco_rules.yaml",
                 shared + "/data/rules/k8s_audit_rules.yaml"}));
  MakeNamespace("shop");
  MakeDeployment("shop", "web", PodSpec(kSleep));
  Json mighty = PodSpec(
      "cp /bin/busybox /tmp/debugfs; /tmp/debugfs; exec /bin/sleep 1000000");
  mighty["containers"][0]["securityContext"] = {{"privileged", true}};
  CreateObject({{"apiVersion", "v1"},
                {"kind", "Pod"},
                {"metadata", {{"name", "mighty"}, {"namespace", "shop"}}},
                {"spec", mighty}});
  AwaitDeployment("shop", "web");
  Exec("shop", PodOf("shop", "web"),
       {"sh", "-c",
        "busybox nc -w 1 $KUBERNETES_SERVICE_HOST 443 </dev/null || true"});
  const auto contact =
      watch_->Await("Contact K8S API Server From Container", 1, kPatience);
  ASSERT_FALSE(contact.empty());
  EXPECT_EQ(contact[0].detection["workload"]["name"], "web");
  const auto debugfs =
      watch_->Await("Debugfs Launched in Privileged Container", 1, kPatience);
  ASSERT_FALSE(debugfs.empty());
  EXPECT_EQ(debugfs[0].detection["workload"]["kind"], "Pod");
  EXPECT_EQ(debugfs[0].detection["workload"]["name"], "mighty");
  EXPECT_FALSE(
      watch_->Await("Drop and execute new binary in container", 1, kPatience)
          .empty());
  EXPECT_FALSE(watch_->Await("Create Privileged Pod", 1, kPatience).empty());
}

TEST_F(ChainTest, ContainerdMayBeKilledAndComeBack) {
  ASSERT_NO_FATAL_FAILURE(Start(kRules));
  MakeNamespace("engine-outage");
  MakeDeployment("engine-outage", "clock", PodSpec(kTick), 3);
  AwaitDeployment("engine-outage", "clock");
  RunScript("containerd.sh", "kill");
  const absl::Time killed = absl::Now();
  ASSERT_TRUE(AwaitRuntime("FAILING"));
  const auto during = watch_->Await(
      "Marked", 6, kPatience,
      [&](const SeenDetection& seen) { return seen.time > killed; });
  RunScript("containerd.sh", "start");
  ASSERT_TRUE(AwaitRuntime("CONNECTED"));
  const absl::Time back = absl::Now();
  MakeDeployment("engine-outage", "later", PodSpec(kTick), 3);
  AwaitDeployment("engine-outage", "later");
  watch_->Await("Marked", 3, kPatience, [&](const SeenDetection& seen) {
    return seen.time > back && seen.Field("k8s.deployment.name") == "later";
  });
  ExpectComplete("engine-outage", Alerts("Marked", 1));
  Report("containerd killed, events meanwhile", during);
}

TEST_F(ChainTest, TheApiServerMayBeGoneForAMinute) {
  ASSERT_NO_FATAL_FAILURE(Start(kRules, {BuiltFile(kAuditRules)}));
  MakeNamespace("api-outage");
  MakeDeployment("api-outage", "clock", PodSpec(kTick), 3);
  AwaitDeployment("api-outage", "clock");
  RunScript("apiserver.sh", "kill");
  const absl::Time gone = absl::Now();
  ASSERT_TRUE(AwaitServerMetric("eyrie_kubernetes_stale{resource=\"pods\"} 1"));
  absl::SleepFor(gone + absl::Seconds(60) - absl::Now());
  const auto during = watch_->Of("Marked", [&](const SeenDetection& seen) {
    return seen.time > gone && seen.Field("k8s.deployment.name") == "clock";
  });
  EXPECT_GT(during.size(), 50u);  // 3 pods, 60 s
  RunScript("apiserver.sh", "start");
  ASSERT_TRUE(AwaitServerMetric("eyrie_kubernetes_stale{resource=\"pods\"} 0"));
  MakeDeployment("api-outage", "later",
                 PodSpec(absl::StrCat("/bin/id marked-command; ", kSleep)));
  AwaitDeployment("api-outage", "later");
  Exec("api-outage", PodOf("api-outage", "later"), {"sh", "-c", "id"});
  EXPECT_FALSE(watch_->Await("Command run in a pod", 1, kPatience).empty());
  ExpectComplete("api-outage", Alerts("Marked", 1));
  Report("API server gone for 60 s, events meanwhile", during);
}

}  // namespace
}  // namespace eyrie::testing
