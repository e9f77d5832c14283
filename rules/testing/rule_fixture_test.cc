// SPDX-License-Identifier: Apache-2.0
//
// Tests of reading test cases.

#include "rules/testing/rule_fixture.h"

#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "proto/record.h"
#include "rules/fields/event.h"
#include "rules/fields/testing/read_field.h"
#include "rules/testing/fixture_event.h"

namespace eyrie::rules::testing {
namespace {

std::vector<RuleFixture> Read(const std::string& yaml, Diagnostics& found) {
  return ReadRuleFixtures(std::make_shared<SourceFile>("x_test.yaml", yaml),
                          found);
}

TEST(RuleFixtureTest, ReadsEveryKey) {
  Diagnostics found;
  const auto fixtures = Read(R"(
- rule: Password hashes read
  name: by cat
  expect: fires
  event: openat
  command: [cat, /etc/shadow]
  comm: cat
  exe: ./cat
  exepath: /tmp/cat
  cwd: /tmp
  ancestors: [bash, sshd]
  cgroup: /system.slice
  uid: 1000
  loginuid: 1001
  exe_flags: EXE_WRITABLE|EXE_UPPER_LAYER
  env: [HOME=/root, HISTFILE=/dev/null]
  tty: 34816
  result: EACCES
  args:
    name: /etc/shadow
    flags: O_RDWR
    dirfd: -100
  output: Read by cat
- rule: Other
  expect: silent
  event: connect
  container: 0123456789012345678901234567890123456789012345678901234567890123
  args: {addr: "10.0.0.1:443"}
)",
                             found);
  ASSERT_EQ(found.ToString(), "");
  ASSERT_EQ(fixtures.size(), 2u);
  const RuleFixture& first = fixtures[0];
  EXPECT_EQ(first.rule, "Password hashes read");
  EXPECT_EQ(first.name, "by cat");
  EXPECT_TRUE(first.fires);
  EXPECT_EQ(first.event, "openat");
  EXPECT_EQ(first.command, (std::vector<std::string>{"cat", "/etc/shadow"}));
  EXPECT_EQ(first.comm, "cat");
  EXPECT_EQ(first.exe, "./cat");
  EXPECT_EQ(first.exepath, "/tmp/cat");
  EXPECT_EQ(first.cwd, "/tmp");
  EXPECT_EQ(first.ancestors, (std::vector<std::string>{"bash", "sshd"}));
  EXPECT_EQ(first.cgroup, "/system.slice");
  EXPECT_EQ(first.uid, 1000u);
  EXPECT_EQ(first.loginuid, 1001u);
  EXPECT_EQ(first.exe_flags, 3u);
  EXPECT_EQ(first.env,
            (std::vector<std::string>{"HOME=/root", "HISTFILE=/dev/null"}));
  EXPECT_EQ(first.tty, 34816u);
  EXPECT_EQ(first.result, -13);
  ASSERT_EQ(first.args.size(), 3u);
  EXPECT_EQ(std::get<std::string>(first.args[0].value), "/etc/shadow");
  EXPECT_EQ(std::get<int64_t>(first.args[1].value), 2);
  EXPECT_EQ(std::get<int64_t>(first.args[2].value), -100);
  EXPECT_EQ(first.output, "Read by cat");
  EXPECT_EQ(first.range.file->At(first.range.begin).line, 2);
  EXPECT_FALSE(fixtures[1].fires);
  EXPECT_FALSE(fixtures[1].output.has_value());
  EXPECT_EQ(fixtures[1].container.size(), 64u);
  EXPECT_EQ(std::get<AddressText>(fixtures[1].args[0].value).text,
            "10.0.0.1:443");
}

TEST(RuleFixtureTest, ReadsWhatIsKnownOfTheContainer) {
  Diagnostics found;
  const auto fixtures = Read(R"(
- rule: a
  expect: fires
  event: openat
  container:
    name: web
    image: registry:5000/shop/web:1.2@sha256:ab
    privileged: true
    namespace: shop
    pod: web-1
    uid: u1
    labels: {app: web}
    pod_labels: {tier: front}
    mounts: [/etc:/host/etc, /srv:/data:ro]
)",
                             found);
  ASSERT_EQ(found.ToString(), "");
  ASSERT_EQ(fixtures.size(), 1u);
  ExpectFields(MakeFixtureEvent(fixtures[0])->Build(),
               {{"container.id", "cccccccccccc"},
                {"container.name", "web"},
                {"container.image.repository", "registry:5000/shop/web"},
                {"container.image.tag", "1.2"},
                {"container.image.digest", "sha256:ab"},
                {"container.privileged", "true"},
                {"container.host_pid", "<absent>"},
                {"container.label[app]", "web"},
                {"container.mount.dest[/etc]", "/host/etc"},
                {"container.mount.rdwr[/srv]", "false"},
                {"k8s.ns.name", "shop"},
                {"k8s.pod.name", "web-1"},
                {"k8s.pod.uid", "u1"}});
  EXPECT_EQ(fixtures[0].known_container->pod_labels().at("tier"), "front");
}

TEST(RuleFixtureTest, ReportsEveryMistakeAtItsPlace) {
  struct Case {
    std::string yaml;
    const char* message;
  };
  for (const Case& test : std::vector<Case>{
           {"{}", "a file of test cases is a list of them"},
           {"[a]", "a test case is a map"},
           {"[{event: open, expect: fires}]", "has no 'rule'"},
           {"[{rule: a, expect: fires}]", "has no 'event'"},
           {"[{rule: a, event: open}]", "has no 'expect'"},
           {"[{rule: a, event: open, expect: maybe}]",
            "'expect' is fires or silent"},
           {"[{rule: a, event: opne, expect: fires}]",
            "no event is called 'opne'"},
           {"[{rule: a, event: open, expect: fires, commnad: [x]}]", "commnad"},
           {"[{rule: a, event: open, expect: fires, command: []}]",
            "'command' needs at least the program"},
           {"[{rule: a, event: open, expect: fires, comm: 0123456789abcdef}]",
            "'comm' is longer than 15 bytes"},
           {"[{rule: a, event: open, expect: fires, container: abc}]",
            "'container' must be 64 hexadecimal digits, or a map"},
           {"[{rule: a, event: open, expect: fires, container: {id: abc}}]",
            "'id' must be 64 hexadecimal digits"},
           {"[{rule: a, event: open, expect: fires, container: {imgae: x}}]",
            "imgae"},
           {"[{rule: a, event: open, expect: fires, container: {labels: x}}]",
            "'labels' must be a map of names to texts"},
           {"[{rule: a, event: open, expect: fires, "
            "container: {pod_labels: {a: [b]}}}]",
            "a label's value is a text"},
           {"[{rule: a, event: open, expect: fires, container: {mounts: [x]}}]",
            "a mount is SOURCE:DESTINATION or SOURCE:DESTINATION:ro"},
           {"[{rule: a, event: open, expect: fires, "
            "container: {privileged: 7}}]",
            "privileged"},
           {"[{rule: a, event: open, expect: fires, uid: -1}]",
            "'uid' must be between 0 and 4294967295"},
           {"[{rule: a, event: open, expect: fires, result: x}]",
            "'result' must be a number or a name of one"},
           {"[{rule: a, event: open, expect: fires, args: [x]}]",
            "'args' must be a map"},
           {"[{rule: a, event: open, expect: fires, args: {nmae: x}}]",
            "event 'open' has no argument 'nmae'"},
           {"[{rule: a, event: open, expect: fires, args: {flags: O_X}}]",
            "argument 'flags' takes a number or its name"},
           {"[{rule: a, event: poll, expect: fires, args: {fds: x}}]",
            "argument 'fds' takes no value"},
           {"[{rule: a, event: connect, expect: fires, args: {addr: x}}]",
            "argument 'addr' takes an address"},
           {"[{rule: a, event: connect, expect: fires, args: {tuple: x}}]",
            "argument 'tuple' takes no value"},
           {R"([{rule: a, event: open, expect: fires, args: {name: "a\0b"}}])",
            "zero byte"},
           {R"([{rule: a, event: execve, expect: fires, exe: "a\0b"}])",
            "zero byte"},
           {"[{rule: a, event: execve, expect: fires, command: [" +
                std::string(8 << 10, 'x') + "]}]",
            "the texts of a case have at most 8192 bytes together"},
           {"[{rule: a, event: connect, expect: fires, args: {addr: \"unix:" +
                std::string(108, 'x') + "\"}}]",
            "argument 'addr' takes an address"},
           {"[{rule: a, event: execve, expect: fires, args: {env: x}}]",
            "argument 'env' takes a list of texts"},
       }) {
    Diagnostics found;
    Read(test.yaml, found);
    EXPECT_EQ(found.entries().size(), 1u) << test.yaml << found.ToString();
    EXPECT_NE(found.ToString().find(test.message), std::string::npos)
        << test.yaml << "\n"
        << found.ToString();
  }
}

TEST(RuleFixtureTest, AnEventIsACaseWithoutARule) {
  const auto read = [](const std::string& yaml, Diagnostics& found) {
    return ReadFixtureEvent(
        std::make_shared<const SourceFile>("event.yaml", yaml), found);
  };
  Diagnostics found;
  const auto event = read(
      R"({"event": "openat", "command": ["cat", "x"], "args": {"name": "/x"}})",
      found);
  ASSERT_TRUE(event.has_value()) << found.ToString();
  EXPECT_EQ(found.ToString(), "");
  EXPECT_EQ(event->event, "openat");
  EXPECT_EQ(event->command, (std::vector<std::string>{"cat", "x"}));
  EXPECT_TRUE(read("event: openat\nrule: a\nexpect: fires\n", found));
  for (const char* yaml :
       {"", "[]", "a", "{command: [cat]}", "{event: nosuch}", "{event: [a}",
        "event: openat\n---\nevent: openat\n", "{json: '{}'}"}) {
    Diagnostics mistakes;
    EXPECT_FALSE(read(yaml, mistakes).has_value()) << yaml;
    EXPECT_TRUE(mistakes.has_errors()) << yaml;
  }
}

TEST(FixtureEventTest, AddsWhatASensorWould) {
  Diagnostics found;
  const auto fixtures = Read(R"(
- {rule: a, event: openat, expect: fires, result: 3, args: {name: /etc/x}}
- {rule: a, event: openat, expect: fires, result: ENOENT, args: {name: /etc/x}}
- {rule: a, event: connect, expect: fires, args: {addr: "10.0.0.1:443"}}
- {rule: a, event: ptrace, expect: fires,
   args: {request: PTRACE_SEIZE, data: 1}}
- {rule: a, event: write, expect: fires, args: {data: GET /}}
)",
                             found);
  ASSERT_EQ(fixtures.size(), 5u) << found.ToString();
  const auto opened = MakeFixtureEvent(fixtures[0]);
  EXPECT_EQ(opened->Build().record.header().result, 3);
  const auto failed = MakeFixtureEvent(fixtures[1]);
  EXPECT_EQ(failed->Build().record.header().result, -2);
  const auto connected = MakeFixtureEvent(fixtures[2]);
  EXPECT_EQ(connected->Build().record.header().type, EYRIE_EVENT_connect);
  const auto traced = MakeFixtureEvent(fixtures[3]);
  EXPECT_EQ(traced->Build().record.u64(SlotOf(&eyrie_ptrace_args::request)),
            0x4206u);
  const auto written = MakeFixtureEvent(fixtures[4]);
  EXPECT_EQ(written->Build().record.bytes(SlotOf(&eyrie_write_args::data)),
            "GET /");
}

TEST(RuleFixtureTest, ReadsAnEventOfAJsonSource) {
  Diagnostics found;
  const auto fixtures = Read(
      "- rule: r\n  expect: fires\n  json: |\n"
      "    {\"verb\": \"get\"}\n",
      found);
  ASSERT_EQ(found.ToString(), "");
  EXPECT_EQ(fixtures.at(0).json, "{\"verb\": \"get\"}\n");
  EXPECT_EQ(fixtures.at(0).event, "");
  Read(
      "- {rule: r, expect: fires, json: '{\"a\":}'}\n"
      "- {rule: r, expect: fires, json: '{}', event: openat}\n",
      found);
  ASSERT_EQ(found.errors(), 2u) << found.ToString();
  EXPECT_EQ(found.entries()[0].message, "'json': no JSON: mistake at byte 6");
  EXPECT_EQ(found.entries()[1].message, "'event' does not go with 'json'");
}

}  // namespace
}  // namespace eyrie::rules::testing
