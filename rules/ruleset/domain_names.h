// SPDX-License-Identifier: Apache-2.0
//
// Collects the domain names that rules compare addresses with.

#ifndef EYRIE_RULES_RULESET_DOMAIN_NAMES_H_
#define EYRIE_RULES_RULESET_DOMAIN_NAMES_H_

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"

#include "rules/check/bound_expr.h"
#include "rules/diagnostics.h"
#include "rules/ruleset/rule_set.h"

namespace eyrie::rules {

// Thread safety: none.
class DomainNames {
 public:
  // Each name is asked for again and again. Public rules have one.
  static constexpr size_t kMaxNames = 1024;
  // The longest text form of a name, without the dot at its end.
  static constexpr size_t kMaxNameBytes = 253;

  // Adds the names that `condition` of `rule` compares with fd.sip.name and the
  // like. Beyond the limits above reports `limit-exceeded`, an error; of too
  // many names once.
  void Add(const Rule& rule, const BoundExpr& condition,
           Diagnostics& diagnostics);

  // As rules write them, ascending, each once.
  std::vector<std::string> names() const {
    return {names_.begin(), names_.end()};
  }

 private:
  void AddName(const std::string& name, const SourceRange& range,
               Diagnostics& diagnostics);

  // Conditions share parts.
  absl::flat_hash_set<const BoundExpr*> seen_;
  std::set<std::string> names_;
  bool is_full_ = false;
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_RULESET_DOMAIN_NAMES_H_
