// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/rule_flags.h"

namespace eyrie::cli {

void RuleFlags::AddTo(FlagSet* flags) {
  flags->Add("compat",
             "Judges as Falco does where rules may have been tuned to it; "
             "docs/rule_language.md lists where.",
             &is_compat_);
}

rules::Compat RuleFlags::compat() const {
  return is_compat_ ? rules::Compat::All() : rules::Compat();
}

rules::LoadOptions RuleFlags::LoadOptions() const {
  rules::LoadOptions options;
  options.compat = compat();
  return options;
}

}  // namespace eyrie::cli
