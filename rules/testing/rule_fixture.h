// SPDX-License-Identifier: Apache-2.0
//
// Test cases of rules, as their authors write them in YAML.
//
// docs/rule_tests.md tells the format. A case names a rule, describes one
// event, and says whether the rule fires on it.

#ifndef EYRIE_RULES_TESTING_RULE_FIXTURE_H_
#define EYRIE_RULES_TESTING_RULE_FIXTURE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "eyrie/v1/process.pb.h"

#include "rules/diagnostics.h"
#include "rules/reader/yaml_node.h"
#include "rules/source.h"

namespace eyrie::rules::testing {

// An address argument: "10.0.0.1:443", "[::1]:443", "unix:/run/x.sock".
struct AddressText {
  std::string text;
};

// What `args` gives one argument of the event.
struct FixtureArgument {
  std::string name;
  std::variant<int64_t, std::string, std::vector<std::string>, AddressText>
      value;
};

// One case. What it does not say has the default of EventBuilder.
struct RuleFixture {
  std::string rule;
  // What the case is about; may be empty.
  std::string name;
  bool fires = false;
  // Of a case about the kernel's events: the event's type.
  std::string event;
  // Of a case about a JSON source: the event. Then there is nothing below but
  // `output`.
  std::string json;
  std::vector<std::string> command;
  std::string comm;
  std::string exe;
  std::string exepath;
  std::string cwd;
  std::vector<std::string> ancestors;
  std::string cgroup;
  std::string container;  // 64 hex digits; nothing else is known of it
  std::optional<v1::Container> known_container;
  std::optional<uint32_t> uid;
  std::optional<uint32_t> loginuid;
  std::optional<uint32_t> exe_flags;  // bits of enum eyrie_exec_flag
  std::vector<std::string> env;       // NAME=value
  std::optional<uint32_t> tty;        // device number
  std::optional<int64_t> result;
  std::vector<FixtureArgument> args;
  // What the rule prints, if that is to be compared.
  std::optional<std::string> output;
  // The whole case.
  SourceRange range;
};

// Reads a file of cases. Every mistake is added to `diagnostics`: unknown keys,
// events and arguments, values of the wrong type; its case is left out. What is
// returned can be built without further checks.
std::vector<RuleFixture> ReadRuleFixtures(
    const std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics);

// Reads one case. Nothing if there was a mistake, which is added to
// `diagnostics`.
std::optional<RuleFixture> ReadRuleFixture(const YamlNode& node,
                                           Diagnostics& diagnostics);

// Reads a file of one event: a case of which `rule`, `name` and `expect` are
// not needed. Nothing if there is a mistake, which is added to `diagnostics`.
std::optional<RuleFixture> ReadFixtureEvent(
    const std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics);

}  // namespace eyrie::rules::testing

#endif  // EYRIE_RULES_TESTING_RULE_FIXTURE_H_
