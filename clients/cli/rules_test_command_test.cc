// SPDX-License-Identifier: Apache-2.0
//
// Tests of `eyrie rules test` and `eyrie rules explain`.

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "clients/cli/testing/run_eyrie.h"

namespace eyrie::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::Result;
using testing::RunEyrie;
using ::testing::StartsWith;
using testing::WriteFile;

constexpr char kRules[] =
    "- list: secrets\n"
    "  items: [/etc/shadow]\n"
    "- macro: opened\n"
    "  condition: evt.type in (open, openat)\n"
    "- rule: Secret read\n"
    "  desc: d\n"
    "  condition: opened and fd.name in (secrets) and not proc.name = backup\n"
    "  output: Secret read (file=%fd.name pid=%proc.pid)\n"
    "  priority: WARNING\n"
    "  tags: [file]\n"
    "- rule: Cat started\n"
    "  desc: d\n"
    "  condition: evt.type = execve and proc.name = cat\n"
    "  output: Cat started (%proc.cmdline)\n"
    "  priority: INFO\n";

// Files of a test, in a folder of its own.
std::string Folder(const std::string& name, const std::string& rules,
                   const std::string& cases) {
  std::filesystem::create_directory(std::string(std::getenv("TEST_TMPDIR")) +
                                    "/" + name);
  const std::string path = WriteFile(name + "/mine.yaml", rules);
  if (!cases.empty()) WriteFile(name + "/mine_test.yaml", cases);
  return path.substr(0, path.rfind('/'));
}

TEST(RulesTestTest, RunsTheCasesBesideTheRules) {
  const std::string folder =
      Folder("cases", kRules,
             "- {rule: Secret read, expect: fires, event: openat,\n"
             "   args: {name: /etc/shadow}}\n"
             "- {rule: Secret read, expect: silent, event: openat,\n"
             "   command: [backup], args: {name: /etc/shadow}}\n");
  const Result good = RunEyrie({"rules", "test", folder});
  EXPECT_EQ(good.code, ExitCode::kDone) << good.err;
  EXPECT_EQ(good.out, "2 cases, 0 failed\n");
  EXPECT_EQ(RunEyrie({"rules", "test", folder + "/mine.yaml"}).out, good.out);

  const std::string more = WriteFile(
      "more_test.yaml",
      "- {rule: Secret read, expect: silent, event: openat, name: by cat,\n"
      "   args: {name: /etc/shadow}}\n"
      "- {rule: Secret raed, expect: fires, event: openat}\n"
      "- {rule: Secret read, expect: fires, event: openat, output: x,\n"
      "   args: {name: /etc/shadow}}\n");
  const Result bad = RunEyrie({"rules", "test", folder, more});
  EXPECT_EQ(bad.code, ExitCode::kFailed);
  EXPECT_EQ(bad.out,
            more +
                ":1: failed: Secret read: should be silent, and fires (by "
                "cat)\n" +
                more + ":3: failed: Secret raed: there is no such rule\n" +
                more +
                ":4: failed: Secret read: prints \"Secret read "
                "(file=/etc/shadow pid=1000)\"\n" +
                "5 cases, 3 failed\n");
  const Result json = RunEyrie({"rules", "test", folder, more, "-o", "json"});
  EXPECT_THAT(
      json.out,
      StartsWith("{\"file\":\"" + more +
                 "\",\"line\":1,\"rule\":\"Secret read\",\"name\":\"by "
                 "cat\",\"expect\":\"silent\",\"fired\":[\"Secret "
                 "read\"],\"passed\":false,\"mistake\":\"should be silent, "
                 "and fires\"}\n"));
  EXPECT_EQ(json.err, "5 cases, 3 failed\n");
}

TEST(RulesTestTest, RunsCasesOfJsonSources) {
  const std::string folder =
      Folder("json",
             "- rule: Shell in a pod\n"
             "  desc: d\n"
             "  source: k8s_audit\n"
             "  condition: ka.target.subresource = exec\n"
             "  output: Shell in a pod (user=%ka.user.name)\n"
             "  priority: WARNING\n",
             "- rule: Shell in a pod\n"
             "  expect: fires\n"
             "  json: '{\"objectRef\": {\"subresource\": \"exec\"},\n"
             "    \"user\": {\"username\": \"eve\"}}'\n"
             "  output: Shell in a pod (user=eve)\n"
             "- {rule: Shell in a pod, expect: silent, json: '{}'}\n");
  const Result result = RunEyrie({"rules", "test", folder});
  EXPECT_EQ(result.code, ExitCode::kDone) << result.err;
  EXPECT_EQ(result.out, "2 cases, 0 failed\n");
}

TEST(RulesTestTest, MistakesAreFailures) {
  const std::string alone = Folder("alone", kRules, "");
  const Result none = RunEyrie({"rules", "test", alone});
  EXPECT_EQ(none.code, ExitCode::kFailed);
  EXPECT_THAT(none.err, HasSubstr("rules_test.yaml"));
  const Result bad_rule =
      RunEyrie({"rules", "test", Folder("bad", "- rule: x\n", "- {}\n")});
  EXPECT_EQ(bad_rule.code, ExitCode::kFailed);
  EXPECT_THAT(bad_rule.err, HasSubstr("[missing-key]"));
  const Result bad_case =
      RunEyrie({"rules", "test", Folder("bad_case", kRules, "- {event: x}\n")});
  EXPECT_EQ(bad_case.code, ExitCode::kFailed);
  EXPECT_THAT(bad_case.err, HasSubstr("[bad-test-case]"));
  EXPECT_EQ(RunEyrie({"rules", "test"}).code, ExitCode::kUsage);
  EXPECT_EQ(RunEyrie({"rules", "test", "mine_test.yaml"}).code,
            ExitCode::kUsage);
}

TEST(RulesTestTest, JudgesRecordedEvents) {
  const std::string folder = Folder("events", kRules, "");
  const std::string events =
      R"({"event": "openat", "args": {"name": "/etc/shadow"}, "result": 3})"
      "\n"
      R"({"event": "execve", "command": ["cat", "/etc/shadow"]})"
      "\n"
      R"({"event": "openat", "args": {"name": "/etc/hosts"}})"
      "\n"
      R"({"event": "openat", "args": {"name": "/etc/shadow"}})"
      "\n";
  const std::string path = WriteFile("events.jsonl", events);
  const Result table = RunEyrie({"rules", "test", folder, "--events", path});
  EXPECT_EQ(table.code, ExitCode::kDone) << table.err;
  EXPECT_THAT(table.out,
              AllOf(StartsWith(path + ":1 2023-11-14 22:13:22.000 Warning "
                                      "Secret read: Secret read "
                                      "(file=/etc/shadow pid=1000)\n"),
                    HasSubstr(path + ":2 "), Not(HasSubstr(path + ":3 ")),
                    HasSubstr("\nRULE         MATCHES\n"
                              "Secret read        2\n"
                              "Cat started        1\n")));
  EXPECT_EQ(table.err, "4 events\n");

  const Result json =
      RunEyrie({"rules", "test", folder, "--events", "-", "-o", "json"},
               events + "{}\n" + R"({"type": "openat"})" + "\n");
  EXPECT_EQ(json.code, ExitCode::kFailed);
  EXPECT_THAT(
      json.out,
      StartsWith("{\"time\":\"2023-11-14T22:13:22.000000000Z\",\"rule\":"
                 "\"Secret read\",\"priority\":\"Warning\",\"output\":"
                 "\"Secret read (file=/etc/shadow pid=1000)\","
                 "\"output_fields\":{\"fd.name\":\"/etc/shadow\","
                 "\"proc.pid\":1000},\"source\":\"syscall\",\"tags\":["
                 "\"file\"],\"hostname\":\"node1\",\"uuid\":"
                 "\"stdin:1\"}\n"));
  EXPECT_THAT(json.err, AllOf(HasSubstr("stdin:5: "),
                              HasSubstr("stdin:6: the event has no record"),
                              HasSubstr("4 events, 2 lines that could not be "
                                        "read\n")));
  EXPECT_EQ(
      RunEyrie({"rules", "test", folder, "--events", "/nonexistent"}).code,
      ExitCode::kFailed);
}

TEST(RulesExplainTest, ShowsTheTreeWithWhatWasRead) {
  const std::string rules = WriteFile("explain.yaml", kRules);
  const std::string event = WriteFile(
      "event.json", R"({"event": "openat", "command": ["backup"],)"
                    R"( "args": {"name": "/x", "realpath": "/etc/shadow"}})");
  const std::vector<std::string> words = {
      "rules", "explain", "Secret read", "--rules", rules, "--event", event};
  const Result table = RunEyrie(words);
  EXPECT_EQ(table.code, ExitCode::kDone) << table.err;
  EXPECT_EQ(table.out,
            "Secret read does not match\n"
            "✗ and\n"
            "  ✓ macro opened\n"
            "    ✓ evt.type in (open, openat)   [evt.type is openat]\n"
            "  ✓ fd.name in (secrets)   [fd.name is /x or /etc/shadow]\n"
            "  ✗ not\n"
            "    ✓ proc.name = backup   [proc.name is backup]\n");
  std::vector<std::string> json = words;
  json.insert(json.end(), {"-o", "json"});
  EXPECT_THAT(RunEyrie(json).out,
              StartsWith("{\"rule\":\"Secret read\",\"enabled\":true,"
                         "\"matches\":false,\"condition\":{\"kind\":\"and\","
                         "\"truth\":\"false\",\"place\":\"" +
                         rules + ":7\",\"operands\":[{\"kind\":\"macro\","));
}

constexpr char kAuditRules[] =
    "- rule: Pod deleted\n"
    "  desc: d\n"
    "  condition: ka.verb = delete and ka.target.resource = pods\n"
    "  output: Deleted by %ka.user.name (%evt.num)\n"
    "  priority: WARNING\n"
    "  source: k8s_audit\n";

// An audit event, in one line.
std::string AuditEvent(const std::string& verb) {
  return R"({"verb": ")" + verb +
         R"(", "user": {"username": "eve"}, "objectRef": {"resource": )"
         R"("pods"}, "stageTimestamp": "2023-11-14T22:13:20.000001Z"})";
}

TEST(RulesTestTest, JudgesAuditEvents) {
  const std::string rules = WriteFile("audit.yaml", kAuditRules);
  const std::string lines =
      WriteFile("audit.jsonl", AuditEvent("get") + "\n" + AuditEvent("delete") +
                                   "\n{\"items\": [" + AuditEvent("delete") +
                                   ", " + AuditEvent("get") + "]}\n");
  const Result table = RunEyrie({"rules", "test", rules, "--events", lines});
  EXPECT_EQ(table.code, ExitCode::kDone) << table.err;
  EXPECT_EQ(table.out, lines +
                           ":2 2023-11-14 22:13:20.000 Warning Pod "
                           "deleted: Deleted by eve (2)\n" +
                           lines +
                           ":3[0] 2023-11-14 22:13:20.000 Warning Pod "
                           "deleted: Deleted by eve (3)\n"
                           "RULE         MATCHES\n"
                           "Pod deleted        2\n");
  EXPECT_EQ(table.err, "4 events\n");
  // One document in many lines, on standard input.
  const Result document =
      RunEyrie({"rules", "test", rules, "--events", "-", "-o", "json"},
               "{\n \"items\": [\n" + AuditEvent("delete") + ",\n" +
                   AuditEvent("delete") + "\n]}\n");
  EXPECT_EQ(document.code, ExitCode::kDone) << document.err;
  EXPECT_THAT(document.out, AllOf(HasSubstr("\"source\":\"k8s_audit\""),
                                  HasSubstr("\"uuid\":\"stdin:1[1]\"")));
}

TEST(RulesTestTest, TellsWhatIsNoAuditEvent) {
  const std::string rules = WriteFile("audit2.yaml", kAuditRules);
  const Result result =
      RunEyrie({"rules", "test", rules, "--events", "-"},
               AuditEvent("delete") + "\n{]\n[1, 2]\n" + AuditEvent("delete"));
  EXPECT_EQ(result.code, ExitCode::kFailed);
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("stdin:2: "),
                    HasSubstr("stdin:3: not an event of k8s_audit: 2 elements "
                              "that are no objects\n"),
                    HasSubstr("2 events, 2 lines that could not be read\n")));
  const Result open =
      RunEyrie({"rules", "test", rules, "--events", "-"}, "{\n \"items\": [\n");
  EXPECT_EQ(open.code, ExitCode::kFailed);
  EXPECT_THAT(open.err, HasSubstr("stdin:1: "));
}

TEST(RulesTestTest, TakesTheSourceThatIsNamed) {
  const std::string rules =
      WriteFile("both.yaml", std::string(kRules) + kAuditRules);
  const std::vector<std::string> words = {"rules", "test", rules, "--events",
                                          "-"};
  EXPECT_THAT(RunEyrie(words, AuditEvent("delete")).err, HasSubstr("--source"));
  std::vector<std::string> named = words;
  named.insert(named.end(), {"--source", "k8s_audit"});
  EXPECT_THAT(RunEyrie(named, AuditEvent("delete")).out,
              HasSubstr("Deleted by eve"));
  named.back() = "gitlab";
  const Result unknown = RunEyrie(named);
  EXPECT_EQ(unknown.code, ExitCode::kUsage);
  EXPECT_THAT(unknown.err, HasSubstr("there is no source \"gitlab\""));
  EXPECT_EQ(RunEyrie({"rules", "test", rules, "--source", "okta"}).code,
            ExitCode::kUsage);
}

TEST(RulesExplainTest, ExplainsRulesOfJsonSources) {
  const std::string rules = WriteFile("audit3.yaml", kAuditRules);
  const std::vector<std::string> words = {
      "rules", "explain", "Pod deleted", "--rules", rules, "--event", "-"};
  const Result one = RunEyrie(words, AuditEvent("get"));
  EXPECT_EQ(one.code, ExitCode::kDone) << one.err;
  EXPECT_EQ(one.out,
            "Pod deleted does not match\n"
            "✗ and\n"
            "  ✗ ka.verb = delete   [ka.verb is get]\n"
            "  ✓ ka.target.resource = pods   [ka.target.resource is pods]\n");
  EXPECT_THAT(RunEyrie(words, AuditEvent("a") + "\n" + AuditEvent("b")).err,
              HasSubstr("stdin has several events of k8s_audit; give the one"));
  EXPECT_THAT(RunEyrie(words, "").err, HasSubstr("stdin has no event"));
  EXPECT_THAT(RunEyrie(words, "{]").err, HasSubstr("reading stdin:1: "));
}

TEST(RulesSourceFileTest, EachCommandKnowsSourcesOfTheUser) {
  const std::string source =
      WriteFile("shop.yaml",
                "source: shop\nplugin: shop\ndesc: d\nevents: /orders\n"
                "fields:\n- {name: shop.id, desc: Id., path: /id}\n");
  const std::string rules =
      WriteFile("shop_rules.yaml",
                "- {rule: Odd order, desc: d, condition: shop.id = x1, output: "
                "'%shop.id', priority: INFO, source: shop}\n");
  WriteFile("shop_rules_test.yaml",
            "- {rule: Odd order, expect: fires, json: '{\"id\": \"x1\"}'}\n"
            "- {rule: Odd order, expect: silent, json: '{\"id\": \"x\"}'}\n");
  const auto run = [&](std::vector<std::string> words,
                       const std::string& input = "") {
    words.insert(words.end(), {"--source-file", source});
    return RunEyrie(words, input);
  };
  EXPECT_EQ(run({"rules", "check", rules}).out,
            "1 rule, 0 errors, 0 warnings\n");
  EXPECT_EQ(run({"rules", "test", rules}).out, "2 cases, 0 failed\n");
  EXPECT_THAT(run({"rules", "test", rules, "--events", "-"},
                  R"({"orders": [{"id": "x"}, {"id": "x1"}]})")
                  .out,
              HasSubstr("stdin:1[1]"));
  EXPECT_THAT(
      run({"rules", "explain", "Odd order", "--rules", rules, "--event", "-"},
          R"({"id": "x1"})")
          .out,
      HasSubstr("Odd order matches"));
  EXPECT_EQ(run({"rules", "eval", "--condition", "shop.id = a", "--source",
                 "shop", "--fields", R"({"shop.id": "a"})"})
                .out,
            "{\"result\": true}\n");
  EXPECT_THAT(run({"rules", "fields", "--source", "shop"}).out,
              HasSubstr("shop.id"));
  // Without the file the source is not known.
  EXPECT_THAT(RunEyrie({"rules", "check", rules}).out,
              HasSubstr("0 errors, 1 warning"));
}

TEST(RulesSourceFileTest, MistakesOfDescriptionsAreTold) {
  const std::string source =
      WriteFile("okta.yaml",
                "source: okta\nplugin: okta\ndesc: d\n"
                "fields:\n- {name: shop.id, desc: Id., path: /id}\n");
  const std::string rules = WriteFile("okta_rules.yaml", kAuditRules);
  const Result result =
      RunEyrie({"rules", "check", rules, "--source-file", source});
  EXPECT_EQ(result.code, ExitCode::kFailed);
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("there is a source `okta` already"),
                    HasSubstr("descriptions of --source-file have 1 error")));
  EXPECT_THAT(
      RunEyrie({"rules", "check", rules, "--source-file", "/nonexistent"}).err,
      HasSubstr("/nonexistent"));
}

TEST(RulesCompatTest, EachCommandJudgesAsTheReferenceDoes) {
  const std::string folder =
      Folder("compat", kRules,
             "- {rule: Secret read, expect: silent, event: openat,\n"
             "   args: {name: /x, realpath: /etc/shadow}}\n");
  const std::string rules = folder + "/mine.yaml";
  const std::string event = WriteFile(
      "compat.json", R"({"event": "openat", )"
                     R"("args": {"name": "/x", "realpath": "/etc/shadow"}})");
  EXPECT_EQ(RunEyrie({"rules", "test", rules}).code, ExitCode::kFailed);
  EXPECT_EQ(RunEyrie({"rules", "test", rules, "--compat"}).code,
            ExitCode::kDone);
  EXPECT_THAT(
      RunEyrie({"rules", "test", rules, "--compat", "--events", event}).out,
      Not(HasSubstr("Secret read: Secret read")));
  EXPECT_THAT(RunEyrie({"rules", "explain", "Secret read", "--rules", rules,
                        "--event", event, "--compat"})
                  .out,
              HasSubstr("✗ fd.name in (secrets)   [fd.name is /x]"));
  EXPECT_EQ(RunEyrie({"rules", "check", rules, "--compat"}).code,
            ExitCode::kDone);
  const std::vector<std::string> eval = {
      "rules",       "eval",
      "--condition", "proc.env[A] > 400",
      "--fields",    R"({"proc.env[A]": "99"})"};
  EXPECT_EQ(RunEyrie(eval).out, "{\"result\": false}\n");
  std::vector<std::string> compat = eval;
  compat.push_back("--compat");
  EXPECT_EQ(RunEyrie(compat).out, "{\"result\": true}\n");
}

TEST(RulesExplainTest, SaysWhatIsMissing) {
  const std::string rules = WriteFile("explain2.yaml", kRules);
  const Result near = RunEyrie(
      {"rules", "explain", "Secret raed", "--rules", rules, "--event", "-"});
  EXPECT_EQ(near.code, ExitCode::kFailed);
  EXPECT_THAT(near.err, HasSubstr("did you mean \"Secret read\"?"));
  const Result event = RunEyrie(
      {"rules", "explain", "Secret read", "--rules", rules, "--event", "-"},
      "{}");
  EXPECT_EQ(event.code, ExitCode::kFailed);
  EXPECT_THAT(event.err, HasSubstr("reading stdin: not an event"));
  EXPECT_EQ(RunEyrie({"rules", "explain", "Secret read", "--event", "-"}).code,
            ExitCode::kUsage);
  EXPECT_EQ(RunEyrie({"rules", "explain", "Secret read", "--rules", "x"}).code,
            ExitCode::kUsage);
}

}  // namespace
}  // namespace eyrie::cli
