// SPDX-License-Identifier: Apache-2.0
//
// Reads and resolves arbitrary rule files; each loads or is told what is wrong.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "rules/diagnostics.h"
#include "rules/reader/rule_collection.h"
#include "rules/resolve/resolver.h"
#include "rules/source.h"
#include "rules/syntax/printer.h"

namespace eyrie::rules {
namespace {

void Check(std::string text) {
  Diagnostics diagnostics;
  const auto file = std::make_shared<SourceFile>("rules.yaml", std::move(text));
  const RuleCollection collection = ReadRules({file}, {}, {}, diagnostics);
  const ResolvedRules resolved = Resolve(collection, {}, diagnostics);
  for (const ResolvedRule& rule : resolved.rules) PrintExpr(*rule.condition);
  diagnostics.ToString();
  // A rule that is judged, but was not resolved, had a mistake.
  for (const RuleDefinition& rule : collection.rules.all()) {
    if (!rule.is_source_known) continue;
    bool is_resolved = diagnostics.has_errors();
    for (const ResolvedRule& other : resolved.rules) {
      is_resolved |= other.name == rule.name.text();
    }
    if (!is_resolved) std::abort();
  }
}

}  // namespace
}  // namespace eyrie::rules

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  eyrie::rules::Check(std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}
