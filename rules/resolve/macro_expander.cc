// SPDX-License-Identifier: Apache-2.0

#include "rules/resolve/macro_expander.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"

#include "rules/syntax/parser.h"

namespace eyrie::rules {

using ast::Expr;
using ast::ExprPtr;
using ast::MacroRef;

namespace {

// `operands` joined by `and`; null if there are none.
ExprPtr All(std::vector<ExprPtr> operands, const SourceRange& range) {
  if (operands.size() < 2) return operands.empty() ? nullptr : operands[0];
  return std::make_shared<const Expr>(
      Expr{ast::And{std::move(operands)}, range});
}

}  // namespace

MacroExpander::MacroExpander(const Definitions<MacroDefinition>& macros,
                             ListExpander& lists, const ResolveLimits& limits,
                             Diagnostics& diagnostics)
    : macros_(macros),
      lists_(lists),
      limits_(limits),
      expanded_(macros.all().size()) {
  for (size_t i = 0; i < expanded_.size(); ++i) {
    expanded_[i].parsed =
        ParseCondition(macros_.all()[i].condition, limits_.parser, diagnostics);
  }
  for (size_t i = 0; i < expanded_.size(); ++i) {
    ExpandMacro(i, /*chain=*/1, /*depth=*/0, diagnostics);
  }
}

ExpandedCondition MacroExpander::Expand(const LocatedText& condition,
                                        Diagnostics& diagnostics) {
  const ExprPtr parsed = ParseCondition(condition, limits_.parser, diagnostics);
  if (parsed == nullptr) return {};
  return ExpandTree(parsed, {nullptr, 0, 0}, diagnostics);
}

void MacroExpander::ExpandMacro(size_t position, size_t chain, size_t depth,
                                Diagnostics& diagnostics) {
  Macro& macro = expanded_[position];
  if (macro.progress != Progress::kUntouched) return;
  macro.progress = Progress::kUnderway;
  underway_.push_back(position);
  if (macro.parsed != nullptr) {
    macro.expanded = ExpandTree(
        macro.parsed, {&macros_.all()[position], chain, depth}, diagnostics);
  }
  underway_.pop_back();
  macro.progress = Progress::kDone;
}

ExpandedCondition MacroExpander::ExpandTree(const ExprPtr& parsed,
                                            const Context& context,
                                            Diagnostics& diagnostics) {
  ExpandedCondition result;
  result.size = MeasureTree(*parsed);
  size_t added = 0;  // literals of lists
  std::vector<ExprPtr> sound;
  const auto replace = [&](const ExprPtr& leaf, size_t depth) -> ExprPtr {
    // Unfolding further would only cost memory.
    if (result.size.nodes + added > limits_.max_nodes) return nullptr;
    if (!std::holds_alternative<MacroRef>(leaf->node)) {
      ExprPtr comparison = lists_.Expand(leaf, added, diagnostics);
      if (comparison != nullptr) sound.push_back(comparison);
      return comparison;
    }
    const ExpandedCondition* macro = Find(*leaf, depth, context, diagnostics);
    if (macro == nullptr) return nullptr;
    const ExprPtr& known =
        macro->expr == nullptr ? macro->remains : macro->expr;
    if (known != nullptr) sound.push_back(known);
    result.size.nodes += macro->size.nodes;
    result.size.depth =
        std::max(result.size.depth, depth - 1 + macro->size.depth);
    return macro->expr;
  };
  ExprPtr expanded = ReplaceLeaves(parsed, replace);
  result.size.nodes += added;
  if (result.size.nodes > limits_.max_nodes) {
    diagnostics.Error(
        "limit-exceeded", parsed->range,
        absl::StrCat("unfolded, this condition has more than ",
                     limits_.max_nodes, " comparisons and values"));
    return {};
  }
  if (result.size.depth > limits_.max_depth) {
    FailDepth(parsed->range, diagnostics);
    return {};
  }
  if (expanded == nullptr) {
    return {nullptr, {}, All(std::move(sound), parsed->range)};
  }
  result.expr = std::move(expanded);
  return result;
}

const ExpandedCondition* MacroExpander::Find(const Expr& leaf, size_t depth,
                                             const Context& context,
                                             Diagnostics& diagnostics) {
  const std::string& name = std::get<MacroRef>(leaf.node).name;
  const MacroDefinition* definition = macros_.Find(name);
  if (definition == nullptr) {
    FailUnknown(leaf, diagnostics);
    return nullptr;
  }
  const size_t position =
      static_cast<size_t>(definition - macros_.all().data());
  Macro& macro = expanded_[position];
  macro.is_used = true;
  if (macro.progress == Progress::kUnderway) {
    FailRecursive(leaf, diagnostics);
    return nullptr;
  }
  if (macro.progress == Progress::kUntouched) {
    if (!MayDescend(leaf, depth, context, diagnostics)) return nullptr;
    // Even if it must not be used here: a circle is worth more to know.
    ExpandMacro(position, context.chain + 1, context.depth + depth,
                diagnostics);
  }
  if (macro.expanded.expr != nullptr && context.user != nullptr &&
      definition->order.index >= context.user->order.visibility) {
    diagnostics.Error(
        "macro-used-before-definition", leaf.range,
        absl::StrCat("macro '", name, "' is defined after '",
                     context.user->name.text(), "', which uses it"),
        absl::StrCat("move '", name, "' before '", context.user->name.text(),
                     "'"));
    return nullptr;
  }
  return &macro.expanded;
}

bool MacroExpander::MayDescend(const Expr& leaf, size_t depth,
                               const Context& context,
                               Diagnostics& diagnostics) const {
  if (context.chain >= limits_.max_chain) {
    diagnostics.Error("limit-exceeded", leaf.range,
                      absl::StrCat("macros use macros more than ",
                                   limits_.max_chain, " deep"),
                      "define each macro before those that use it");
    return false;
  }
  if (context.depth + depth > limits_.max_depth) {
    FailDepth(leaf.range, diagnostics);
    return false;
  }
  return true;
}

void MacroExpander::FailDepth(const SourceRange& range,
                              Diagnostics& diagnostics) const {
  diagnostics.Error("limit-exceeded", range,
                    absl::StrCat("unfolded, this condition nests more than ",
                                 limits_.max_depth, " deep"));
}

void MacroExpander::FailUnknown(const Expr& leaf,
                                Diagnostics& diagnostics) const {
  const std::string& name = std::get<MacroRef>(leaf.node).name;
  std::string hint;
  if (lists_.Has(name)) {
    hint =
        absl::StrCat("'", name, "' is a list: write 'field in (", name, ")'");
  } else if (!diagnostics.is_full()) {
    std::vector<absl::string_view> names;
    for (const MacroDefinition& macro : macros_.all()) {
      names.push_back(macro.name.text());
    }
    const std::string nearest = NearestName(name, names);
    if (!nearest.empty()) hint = absl::StrCat("did you mean '", nearest, "'?");
  }
  diagnostics.Error("unknown-macro", leaf.range,
                    absl::StrCat("there is no macro '", name, "'"),
                    std::move(hint));
}

void MacroExpander::FailRecursive(const Expr& leaf,
                                  Diagnostics& diagnostics) const {
  const std::string& name = std::get<MacroRef>(leaf.node).name;
  std::string circle;
  for (const size_t position : underway_) {
    const std::string& link = macros_.all()[position].name.text();
    if (!circle.empty() || link == name) absl::StrAppend(&circle, link, " > ");
  }
  diagnostics.Error(
      "recursive-macro", leaf.range,
      absl::StrCat("macro '", name, "' uses itself: ", circle, name));
}

void MacroExpander::WarnOfUnused(Diagnostics& diagnostics) const {
  for (size_t i = 0; i < expanded_.size(); ++i) {
    if (expanded_[i].is_used) continue;
    const LocatedText& name = macros_.all()[i].name;
    diagnostics.Warning("unused-macro", name.Whole(),
                        absl::StrCat("nothing uses macro '", name.text(), "'"));
  }
}

}  // namespace eyrie::rules
