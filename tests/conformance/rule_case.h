// SPDX-License-Identifier: Apache-2.0
//
// Reads cases of rule files: files, and what is to come of them.

#ifndef EYRIE_TESTS_CONFORMANCE_RULE_CASE_H_
#define EYRIE_TESTS_CONFORMANCE_RULE_CASE_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rules/diagnostics.h"
#include "rules/reader/yaml_node.h"
#include "rules/source.h"
#include "rules/testing/rule_fixture.h"

namespace eyrie::rules {

// What is expected of one loaded rule. What is not said is not compared.
struct ExpectedRule {
  std::string name;
  // Resolved: no macros, lists and exceptions; in any spelling.
  std::optional<std::string> condition;
  std::optional<std::string> output;
  std::optional<std::string> description;
  std::optional<std::string> priority;
  std::optional<std::string> source;
  std::optional<std::vector<std::string>> tags;
  std::optional<bool> enabled;
  std::optional<bool> warn_evttypes;
  std::optional<bool> skip_if_unknown_filter;
  std::optional<bool> capture;
  std::optional<int64_t> capture_duration_ms;
};

// Rules that match if the fields have these values.
struct ExpectedMatch {
  // By field as it is written; null, a text, or a list of texts.
  std::vector<std::pair<std::string, YamlNodePtr>> fields;
  std::vector<std::string> rules;
  SourceRange range;
};

// One case. README.md tells the format.
struct RuleCase {
  std::string name;
  std::vector<std::shared_ptr<const SourceFile>> files;
  // Whether the files load.
  bool loads = true;
  // Whether they load with Compat::All().
  bool is_compat = false;
  // Codes of all errors and warnings, in order.
  std::vector<std::string> codes;
  // All rules in order, if given.
  std::optional<std::vector<ExpectedRule>> rules;
  std::vector<ExpectedMatch> matches;
  std::vector<testing::RuleFixture> events;
  SourceRange range;
};

// Reads a file of cases. Every mistake is added to `diagnostics`; its case is
// left out.
std::vector<RuleCase> ReadRuleCases(
    const std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics);

}  // namespace eyrie::rules

#endif  // EYRIE_TESTS_CONFORMANCE_RULE_CASE_H_
