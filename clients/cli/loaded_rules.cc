// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/loaded_rules.h"

#include "common/status_macros.h"
#include "rules/reader/rule_files.h"

namespace eyrie::cli {

void PrintDiagnostics(const rules::Diagnostics& diagnostics, Session& session) {
  if (diagnostics.has_errors()) session.err() << diagnostics.ToString();
}

absl::StatusOr<std::shared_ptr<const rules::RuleSet>> LoadRuleFiles(
    const std::vector<std::string>& paths, const rules::LoadOptions& options,
    Session& session) {
  EYRIE_ASSIGN_OR_RETURN(const auto files,
                         rules::ReadRuleFiles(paths, options.limits.max_bytes));
  rules::Diagnostics diagnostics;
  auto rules = rules::LoadRules(files, options, diagnostics);
  PrintDiagnostics(diagnostics, session);
  return rules;
}

}  // namespace eyrie::cli
