// SPDX-License-Identifier: Apache-2.0
//
// The flags that say how rules are to be read.

#ifndef EYRIE_CLIENTS_CLI_RULE_FLAGS_H_
#define EYRIE_CLIENTS_CLI_RULE_FLAGS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "clients/cli/session.h"
#include "common/flag_set.h"
#include "rules/compat.h"
#include "rules/engine.h"
#include "rules/sources/event_sources.h"

namespace eyrie::cli {

// Shared by the commands that judge rules without a server.
class RuleFlags {
 public:
  // Adds --compat and --source-file. The flags borrow this.
  void AddTo(FlagSet* flags);
  // Adds --source-file alone.
  void AddSourceFileTo(FlagSet* flags);

  // As CheckSource() below, as far as it can be said before files are read.
  absl::Status CheckSourceName(absl::string_view name) const;

  rules::Compat compat() const;
  // The sources that rules may name. Prints mistakes of their descriptions, and
  // returns kInvalidArgument then.
  absl::StatusOr<std::shared_ptr<const rules::EventSources>> Sources(
      Session& session) const;
  // All that they ask for, sources too; the rest as it is by default. As
  // Sources() if that fails.
  absl::StatusOr<rules::LoadOptions> LoadOptions(Session& session) const;

 private:
  bool is_compat_ = false;
  std::vector<std::string> source_files_;
};

// kInvalidArgument, naming those there are, if there is no source of this name.
absl::Status CheckSource(absl::string_view name,
                         const rules::EventSources& sources);

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_RULE_FLAGS_H_
