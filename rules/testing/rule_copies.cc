// SPDX-License-Identifier: Apache-2.0

#include "rules/testing/rule_copies.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "rules/diagnostics.h"
#include "rules/reader/read_limits.h"
#include "rules/reader/rule_collection.h"
#include "rules/resolve/resolver.h"
#include "rules/syntax/ast.h"
#include "rules/syntax/printer.h"

namespace eyrie::rules {
namespace {

// Fields whose values no copy may change, by the begin of their names.
constexpr absl::string_view kFewValues[] = {
    "container.id", "evt.",    "fd.cip",  "fd.cnet",   "fd.cport",
    "fd.ip",        "fd.l4",   "fd.lip",  "fd.lnet",   "fd.net",
    "fd.port",      "fd.rip",  "fd.rnet", "fd.sip",    "fd.snet",
    "fd.sport",     "fd.type", "proc.is", "thread.cap"};

class Copier {
 public:
  explicit Copier(size_t number) : suffix_(absl::StrCat("~", number)) {}

  ast::ExprPtr Copy(const ast::ExprPtr& expr) const {
    auto copy = std::make_shared<ast::Expr>(*expr);
    if (auto* node = std::get_if<ast::And>(&copy->node)) {
      for (ast::ExprPtr& operand : node->operands) operand = Copy(operand);
    } else if (auto* node = std::get_if<ast::Or>(&copy->node)) {
      for (ast::ExprPtr& operand : node->operands) operand = Copy(operand);
    } else if (auto* node = std::get_if<ast::Not>(&copy->node)) {
      node->operand = Copy(node->operand);
    } else if (auto* node = std::get_if<ast::Comparison>(&copy->node)) {
      Refresh(*node);
    }
    return copy;
  }

 private:
  void Refresh(ast::Comparison& comparison) const {
    const auto* field = std::get_if<ast::FieldRef>(&comparison.left);
    if (field == nullptr || comparison.op == ast::Operator::kRegex) return;
    for (const absl::string_view few : kFewValues) {
      if (absl::StartsWith(field->name, few)) return;
    }
    if (auto* literal = std::get_if<ast::Literal>(&comparison.right)) {
      Refresh(*literal);
    } else if (auto* list = std::get_if<ast::LiteralList>(&comparison.right)) {
      for (ast::Literal& item : list->items) Refresh(item);
    }
  }
  void Refresh(ast::Literal& literal) const {
    const bool is_number =
        !literal.text.empty() &&
        std::all_of(literal.text.begin(), literal.text.end(), [](char c) {
          return absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == '-';
        });
    if (is_number || literal.text == "true" || literal.text == "false") return;
    literal.text += suffix_;
    literal.quoted = true;
  }

  const std::string suffix_;
};

// A YAML scalar in single quotes.
std::string Scalar(const std::string& text) {
  std::string scalar = "'";
  for (const char c : text) {
    if (c == '\'') scalar += '\'';
    scalar += c;
  }
  return scalar + "'";
}

}  // namespace

std::string CopyRules(
    const std::vector<std::shared_ptr<const SourceFile>>& files, size_t count) {
  Diagnostics diagnostics;
  const RuleCollection collection =
      ReadRules(files, ReadLimits(), KnownSources(), diagnostics);
  const ResolvedRules resolved =
      Resolve(collection, ResolveLimits(), diagnostics);
  std::vector<const ResolvedRule*> rules;
  for (const ResolvedRule& rule : resolved.rules) {
    if (rule.enabled && rule.source == "syscall") rules.push_back(&rule);
  }
  if (diagnostics.has_errors() || rules.empty()) return "";
  std::string yaml;
  for (size_t i = 0; i < count; ++i) {
    const ResolvedRule& rule = *rules[i % rules.size()];
    const size_t copy = i / rules.size();
    const ast::ExprPtr condition =
        copy == 0 ? rule.condition : Copier(copy).Copy(rule.condition);
    absl::StrAppend(
        &yaml, "- rule: ", Scalar(absl::StrCat(rule.name, "~", copy)),
        "\n  desc: copy\n  condition: ", Scalar(PrintExpr(*condition)),
        "\n  output: ", Scalar(rule.output.text()), "\n  priority: NOTICE\n");
  }
  return yaml;
}

}  // namespace eyrie::rules
