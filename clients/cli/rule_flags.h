// SPDX-License-Identifier: Apache-2.0
//
// The flags that say how rules are to be read.

#ifndef EYRIE_CLIENTS_CLI_RULE_FLAGS_H_
#define EYRIE_CLIENTS_CLI_RULE_FLAGS_H_

#include "common/flag_set.h"
#include "rules/compat.h"
#include "rules/engine.h"

namespace eyrie::cli {

// Shared by the commands that judge rules without a server.
class RuleFlags {
 public:
  // Adds --compat. The flags borrow this.
  void AddTo(FlagSet* flags);

  rules::Compat compat() const;
  // What they ask for; the rest as it is by default.
  rules::LoadOptions LoadOptions() const;

 private:
  bool is_compat_ = false;
};

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_RULE_FLAGS_H_
