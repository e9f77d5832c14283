// SPDX-License-Identifier: Apache-2.0

#include "rules/compile/join_regexes.h"

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "re2/re2.h"

#include "rules/eval/regex_set.h"

namespace eyrie::rules {
namespace {

// Comparisons of one operand that become a set.
struct Group {
  std::vector<uint32_t> predicates;
  std::vector<const re2::RE2*> regexes;
  int instructions = 0;
};

// Makes the set of `group`, which is empty then.
void Close(RuleProgram& program, Group& group) {
  const Group closed = std::exchange(group, Group());
  if (closed.regexes.size() < kMinRegexes) return;
  std::optional<RegexSet> set = RegexSet::Create(closed.regexes);
  if (!set.has_value()) return;
  for (const uint32_t predicate : closed.predicates) {
    program.predicates[predicate].regex_set =
        static_cast<uint32_t>(program.regex_sets.size());
  }
  program.regex_sets.push_back(*std::move(set));
}

void Add(RuleProgram& program, uint32_t predicate, Group& group) {
  const PredicateCode& code = program.predicates[predicate];
  std::vector<const re2::RE2*> regexes;
  int instructions = 0;
  for (uint32_t i = 0; i < code.count; ++i) {
    regexes.push_back(program.literals[code.first + i].regex.get());
    instructions += regexes.back()->ProgramSize();
  }
  if (instructions > kMaxSetInstructions) return;
  if (group.instructions + instructions > kMaxSetInstructions) {
    Close(program, group);
  }
  group.predicates.push_back(predicate);
  group.regexes.insert(group.regexes.end(), regexes.begin(), regexes.end());
  group.instructions += instructions;
}

}  // namespace

void JoinRegexes(RuleProgram& program) {
  std::map<uint32_t, Group> groups;  // by operand
  for (uint32_t i = 0; i < program.predicates.size(); ++i) {
    const PredicateCode& code = program.predicates[i];
    if (code.test == Test::kRegex) Add(program, i, groups[code.left]);
  }
  for (auto& [operand, group] : groups) Close(program, group);
}

}  // namespace eyrie::rules
