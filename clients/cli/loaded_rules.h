// SPDX-License-Identifier: Apache-2.0
//
// Loads rule files for a command, and tells their mistakes.

#ifndef EYRIE_CLIENTS_CLI_LOADED_RULES_H_
#define EYRIE_CLIENTS_CLI_LOADED_RULES_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "clients/cli/session.h"
#include "rules/diagnostics.h"
#include "rules/engine.h"
#include "rules/ruleset/rule_set.h"

namespace eyrie::cli {

// Prints what keeps rules from being loaded, if anything does, to
// session.err(). Warnings are for `eyrie rules check`.
void PrintDiagnostics(const rules::Diagnostics& diagnostics, Session& session);

// The rules of files and folders. Null if they have mistakes, which are
// printed. Another status than OK if a file cannot be read.
absl::StatusOr<std::shared_ptr<const rules::RuleSet>> LoadRuleFiles(
    const std::vector<std::string>& paths, const rules::LoadOptions& options,
    Session& session);

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_LOADED_RULES_H_
