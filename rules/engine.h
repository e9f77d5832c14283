// SPDX-License-Identifier: Apache-2.0
//
// The rule engine's front door: load rule files, judge events.

#ifndef EYRIE_RULES_ENGINE_H_
#define EYRIE_RULES_ENGINE_H_

#include <memory>
#include <string>
#include <vector>

#include "rules/compat.h"
#include "rules/diagnostics.h"
#include "rules/ruleset/rule_set.h"
#include "rules/source.h"

namespace eyrie::rules {

class EventSources;

// Bounds on what is loaded; beyond them loading fails with `limit-exceeded`.
struct LoadLimits {
  // All files together. The largest public rule set is under 400 KiB.
  size_t max_bytes = 8 << 20;
  size_t max_rules = 10'000;
  // Nodes of one expanded condition; the largest official rule has 248 leaves.
  size_t max_condition_nodes = 100'000;
  // Memory RE2 may use per regex, in bytes.
  int64_t max_regex_bytes = 1 << 20;
};

struct LoadOptions {
  LoadLimits limits;
  // Names of rules to switch off or on, whatever their files say. Names of no
  // rule are ignored.
  std::vector<std::string> disabled_rules;
  std::vector<std::string> enabled_rules;
  // What `source:` may name; the rule set keeps it. Null: BuiltInSources().
  std::shared_ptr<const EventSources> sources;
  // What is to be as in the reference.
  Compat compat;
};

// Loads rule files in order. Collects every mistake of all files.
//
// Returns null if there was an error; `diagnostics` says which. Warnings leave
// a usable rule set.
//
// Thread safety: a pure function.
std::shared_ptr<const RuleSet> LoadRules(
    const std::vector<std::shared_ptr<const SourceFile>>& files,
    const LoadOptions& options, Diagnostics& diagnostics);

// Compiles one condition on events of the kernel as a rule set of a single rule
// called "condition", for filters. Null on error.
std::shared_ptr<const RuleSet> LoadCondition(const std::string& condition,
                                             Diagnostics& diagnostics);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_ENGINE_H_
