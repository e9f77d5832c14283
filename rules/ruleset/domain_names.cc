// SPDX-License-Identifier: Apache-2.0

#include "rules/ruleset/domain_names.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace eyrie::rules {

void DomainNames::Add(const Rule& rule, const BoundExpr& condition,
                      Diagnostics& diagnostics) {
  if (!seen_.insert(&condition).second) return;
  for (const BoundExprPtr& operand : condition.operands) {
    Add(rule, *operand, diagnostics);
  }
  if (condition.kind != BoundExpr::Kind::kPredicate) return;
  const Operand& left = *condition.predicate->left;
  if (left.kind != Operand::Kind::kField || !left.use.field->is_domain) return;
  for (const Literal& literal : condition.predicate->literals) {
    AddName(literal.text, rule.range, diagnostics);
  }
}

void DomainNames::AddName(const std::string& name, const SourceRange& range,
                          Diagnostics& diagnostics) {
  if (name.empty() || names_.count(name) > 0) return;
  if (absl::StripSuffix(name, ".").size() > kMaxNameBytes) {
    diagnostics.Error(
        "limit-exceeded", range,
        absl::StrCat("no domain has a name of ", name.size(),
                     " bytes: ", absl::string_view(name).substr(0, 40), "…"),
        absl::StrCat("a name has at most ", kMaxNameBytes, " bytes"));
    return;
  }
  if (names_.size() < kMaxNames) {
    names_.insert(name);
    return;
  }
  if (is_full_) return;
  is_full_ = true;
  diagnostics.Error(
      "limit-exceeded", range,
      absl::StrCat("with this rule there are more than ", kMaxNames,
                   " domain names, which the server would ask for"),
      "compare with addresses or networks instead: fd.sip, fd.snet");
}

}  // namespace eyrie::rules
