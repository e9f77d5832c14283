// SPDX-License-Identifier: Apache-2.0

#include "rules/resolve/list_expander.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "rules/syntax/parser.h"

namespace eyrie::rules {

using ast::Comparison;
using ast::Expr;
using ast::ExprPtr;
using ast::Literal;
using ast::LiteralList;

ListExpander::ListExpander(const Definitions<ListDefinition>& lists,
                           const ResolveLimits& limits,
                           Diagnostics& diagnostics)
    : lists_(lists), limits_(limits), expanded_(lists.all().size()) {
  for (size_t i = 0; i < expanded_.size(); ++i) {
    ExpandList(i, 1, diagnostics);
  }
}

std::optional<size_t> ListExpander::PositionOf(absl::string_view name) const {
  const ListDefinition* list = lists_.Find(name);
  if (list == nullptr) return std::nullopt;
  return static_cast<size_t>(list - lists_.all().data());
}

void ListExpander::ExpandList(size_t position, size_t chain,
                              Diagnostics& diagnostics) {
  Expanded& expanded = expanded_[position];
  const ListDefinition& list = lists_.all()[position];
  if (expanded.progress != Progress::kUntouched) return;
  expanded.progress = Progress::kUnderway;
  std::vector<Literal> items;
  for (const LocatedText& item : list.items) {
    const std::optional<size_t> inner = PositionOf(item.text());
    if (inner && *inner != position) {
      AddList(list, item, *inner, chain, items, diagnostics);
    } else {
      AddText(item, items, diagnostics);
    }
  }
  expanded.items = std::move(items);
  expanded.progress = Progress::kDone;
}

void ListExpander::AddText(const LocatedText& item, std::vector<Literal>& items,
                           Diagnostics& diagnostics) {
  std::optional<Literal> literal =
      ParseValue(item, limits_.parser, diagnostics);
  if (!literal) return;
  if (!literal->quoted && literal->text.find(',') != std::string::npos) {
    diagnostics.Warning(
        "comma-in-item", item.Whole(),
        absl::StrCat("'", item.text(), "' is one item with a comma in it"),
        "write two items, or quote it twice: '\"a,b\"'");
  }
  items.push_back(std::move(*literal));
}

void ListExpander::AddList(const ListDefinition& list, const LocatedText& item,
                           size_t inner, size_t chain,
                           std::vector<Literal>& items,
                           Diagnostics& diagnostics) {
  Expanded& expanded = expanded_[inner];
  if (lists_.all()[inner].order.index >= list.order.visibility) {
    diagnostics.Warning("list-used-before-definition", item.Whole(),
                        absl::StrCat("list '", item.text(),
                                     "' is defined later, so this is a text"),
                        absl::StrCat("define '", item.text(), "' before '",
                                     list.name.text(), "'"));
    AddText(item, items, diagnostics);
    return;
  }
  if (expanded.progress == Progress::kUnderway) {
    diagnostics.Error(
        "recursive-list", item.Whole(),
        absl::StrCat("list '", list.name.text(), "' holds itself by way of '",
                     item.text(), "'"));
    return;
  }
  if (expanded.progress == Progress::kUntouched && chain >= limits_.max_chain) {
    diagnostics.Error("limit-exceeded", item.Whole(),
                      absl::StrCat("lists hold lists more than ",
                                   limits_.max_chain, " deep"));
    return;
  }
  ExpandList(inner, chain + 1, diagnostics);
  expanded.is_used = true;
  AddItems(expanded.items, item.Whole(), items, diagnostics);
}

bool ListExpander::AddItems(const std::vector<Literal>& more,
                            const SourceRange& range,
                            std::vector<Literal>& items,
                            Diagnostics& diagnostics) {
  if (items.size() + more.size() > limits_.max_nodes) {
    diagnostics.Error("limit-exceeded", range,
                      absl::StrCat("with this list there are more than ",
                                   limits_.max_nodes, " values"));
    return false;
  }
  total_ += more.size();
  if (total_ > limits_.max_total_nodes) {
    if (!is_full_) {
      diagnostics.Error("limit-exceeded", range,
                        absl::StrCat("lists are used so often that they have "
                                     "more than ",
                                     limits_.max_total_nodes, " values"));
    }
    is_full_ = true;
    return false;
  }
  items.insert(items.end(), more.begin(), more.end());
  return true;
}

const std::vector<Literal>* ListExpander::Named(const Literal& literal) {
  if (literal.quoted) return nullptr;
  const std::optional<size_t> position = PositionOf(literal.text);
  if (!position) return nullptr;
  expanded_[*position].is_used = true;
  return &expanded_[*position].items;
}

bool ListExpander::ExpandItem(const Literal& literal,
                              std::vector<Literal>& items,
                              Diagnostics& diagnostics) {
  if (const std::vector<Literal>* list = Named(literal)) {
    return AddItems(*list, literal.range, items, diagnostics);
  }
  items.push_back(literal);
  return true;
}

std::optional<Literal> ListExpander::ExpandValue(const Literal& literal,
                                                 Diagnostics& diagnostics) {
  const std::vector<Literal>* list = Named(literal);
  if (list == nullptr) return literal;
  if (list->size() == 1) return list->front();
  diagnostics.Error(
      "list-as-value", literal.range,
      absl::StrCat("'", literal.text, "' is a list of ", list->size(),
                   " items, but one value must stand here"),
      absl::StrCat("write 'in (", literal.text, ")', or '\"", literal.text,
                   "\"' for the text"));
  return std::nullopt;
}

ExprPtr ListExpander::Expand(const ExprPtr& expr, size_t& added,
                             Diagnostics& diagnostics) {
  const auto& comparison = std::get<Comparison>(expr->node);
  if (const auto* value = std::get_if<Literal>(&comparison.right)) {
    const std::optional<Literal> expanded = ExpandValue(*value, diagnostics);
    if (!expanded) return nullptr;
    if (expanded->text == value->text) return expr;
    Comparison changed = comparison;
    changed.right = *expanded;
    return std::make_shared<const Expr>(Expr{std::move(changed), expr->range});
  }
  const auto* list = std::get_if<LiteralList>(&comparison.right);
  if (list == nullptr) return expr;
  const bool names_list =
      list->bare || std::any_of(list->items.begin(), list->items.end(),
                                [this](const Literal& item) {
                                  return !item.quoted && Has(item.text);
                                });
  if (!names_list) return expr;
  LiteralList items;
  items.range = list->range;
  for (const Literal& item : list->items) {
    if (!ExpandItem(item, items.items, diagnostics)) return nullptr;
  }
  if (items.items.size() > list->items.size()) {
    added += items.items.size() - list->items.size();
  }
  if (list->bare && !Has(list->items[0].text)) {
    diagnostics.Warning("unknown-list", list->range,
                        absl::StrCat("there is no list '", list->items[0].text,
                                     "'; it is read as a text"),
                        absl::StrCat("write '(", list->items[0].text,
                                     ")' if the text is meant"));
  }
  Comparison changed = comparison;
  changed.right = std::move(items);
  return std::make_shared<const Expr>(Expr{std::move(changed), expr->range});
}

void ListExpander::WarnOfUnused(Diagnostics& diagnostics) const {
  for (size_t i = 0; i < expanded_.size(); ++i) {
    if (expanded_[i].is_used) continue;
    const LocatedText& name = lists_.all()[i].name;
    diagnostics.Warning("unused-list", name.Whole(),
                        absl::StrCat("nothing uses list '", name.text(), "'"));
  }
}

}  // namespace eyrie::rules
