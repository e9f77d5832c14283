// SPDX-License-Identifier: Apache-2.0

#include "rules/ruleset/json_rules.h"

#include <utility>

#include "absl/status/statusor.h"

#include "common/status_macros.h"
#include "rules/eval/field_source.h"
#include "rules/json/json_field_source.h"

namespace eyrie::rules {

absl::Status JsonRules::Add(absl::string_view source, uint32_t rule,
                            const BoundExprPtr& condition) {
  const auto [found, is_new] =
      by_name_.try_emplace(std::string(source), sources_.size());
  if (is_new) sources_.emplace_back();
  Source& target = sources_[found->second];
  const BoundExprPtr simple = target.tools->simplifier.Simplify(condition);
  EYRIE_ASSIGN_OR_RETURN(const NodeRef ref, target.tools->compiler.Add(simple));
  target.rules.Add(rule, ref);
  return absl::OkStatus();
}

void JsonRules::Finish() {
  for (Source& source : sources_) {
    source.program = std::move(source.tools->compiler).Finish();
    source.tools.reset();
    source.rules.Finish(source.program);
  }
}

JsonRules::Memory JsonRules::NewMemory() const {
  Memory memory;
  for (const Source& source : sources_) memory.emplace_back(source.program);
  return memory;
}

void JsonRules::Match(const JsonEvent& event, Memory& memory,
                      absl::InlinedVector<uint32_t, 8>& matches) const {
  matches.resize(0);  // keeps its memory
  const auto found = by_name_.find(event.source);
  if (found == by_name_.end()) return;
  const Source& source = sources_[found->second];
  SourceMemory& own = memory[found->second];
  own.memory.Begin();
  const JsonFieldSource fields(event);
  const KnownSource known(fields);
  Evaluator evaluator(
      source.program,
      unknown_is_absent_ ? static_cast<const FieldSource&>(known) : fields,
      own.memory);
  source.rules.Match(evaluator, /*possible=*/false, own.candidates, matches);
}

}  // namespace eyrie::rules
