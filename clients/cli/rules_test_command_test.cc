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
