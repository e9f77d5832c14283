// SPDX-License-Identifier: Apache-2.0
//
// Replaces names of lists by their items.

#ifndef EYRIE_RULES_RESOLVE_LIST_EXPANDER_H_
#define EYRIE_RULES_RESOLVE_LIST_EXPANDER_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"

#include "rules/diagnostics.h"
#include "rules/reader/rule_definitions.h"
#include "rules/resolve/resolve_limits.h"
#include "rules/source.h"
#include "rules/syntax/ast.h"

namespace eyrie::rules {

// Holds all lists with their items in full. A condition may name any list; a
// list may name those defined before it, and takes other names as texts.
//
// The reference replaces names in the text of conditions. This works on trees,
// and so differs on purpose: a name within quotes stays a text, an item never
// changes how a condition reads, and lists may be nested at any depth.
class ListExpander {
 public:
  // Reports mistakes in lists. All must outlive the expander.
  ListExpander(const Definitions<ListDefinition>& lists,
               const ResolveLimits& limits, Diagnostics& diagnostics);

  // Replaces list names on the right side of `comparison`, an ast::Comparison,
  // and adds the number of literals that this makes more to `added`. Null, with
  // an error, if a list stands where one value must, or beyond a limit.
  ast::ExprPtr Expand(const ast::ExprPtr& comparison, size_t& added,
                      Diagnostics& diagnostics);

  // Adds `literal`, or the items of the list that it names, to `items`. False,
  // with an error, beyond a limit.
  bool ExpandItem(const ast::Literal& literal, std::vector<ast::Literal>& items,
                  Diagnostics& diagnostics);

  // The literal in place of one value: itself, or the only item of the list
  // that it names. Nothing, with an error, if that list has more or less.
  std::optional<ast::Literal> ExpandValue(const ast::Literal& literal,
                                          Diagnostics& diagnostics);

  // Whether there is a list of this name.
  bool Has(absl::string_view name) const {
    return lists_.Find(name) != nullptr;
  }

  // Warns of lists that nothing names.
  void WarnOfUnused(Diagnostics& diagnostics) const;

 private:
  enum class Progress { kUntouched, kUnderway, kDone };
  struct Expanded {
    Progress progress = Progress::kUntouched;
    std::vector<ast::Literal> items;
    bool is_used = false;
  };

  // Position of the list in lists_.all(), if there is one.
  std::optional<size_t> PositionOf(absl::string_view name) const;
  void ExpandList(size_t position, size_t chain, Diagnostics& diagnostics);
  void AddText(const LocatedText& item, std::vector<ast::Literal>& items,
               Diagnostics& diagnostics);
  // Adds the items of the list at `inner` to those of `list`, which names it by
  // `item`.
  void AddList(const ListDefinition& list, const LocatedText& item,
               size_t inner, size_t chain, std::vector<ast::Literal>& items,
               Diagnostics& diagnostics);
  // Adds `more` to `items`. False, with an error at `range`, beyond a limit.
  bool AddItems(const std::vector<ast::Literal>& more, const SourceRange& range,
                std::vector<ast::Literal>& items, Diagnostics& diagnostics);
  // The list whose name `literal` is, marked as used; or null.
  const std::vector<ast::Literal>* Named(const ast::Literal& literal);

  const Definitions<ListDefinition>& lists_;
  const ResolveLimits& limits_;
  std::vector<Expanded> expanded_;  // as lists_.all()
  size_t total_ = 0;                // literals copied so far
  bool is_full_ = false;            // and said so
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_RESOLVE_LIST_EXPANDER_H_
