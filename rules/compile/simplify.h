// SPDX-License-Identifier: Apache-2.0
//
// Stage 7 of the rule engine: makes conditions smaller by what is certain.

#ifndef EYRIE_RULES_COMPILE_SIMPLIFY_H_
#define EYRIE_RULES_COMPILE_SIMPLIFY_H_

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"

#include "rules/check/bound_expr.h"

namespace eyrie::rules {

// Simplifies conditions that judge events of the kernel.
//
// The truth of a result equals the condition's for every event it may judge,
// unknown included. Constants are folded (`evt.num = 0` is false: events are
// counted from 1), double negations and branches without effect removed,
// searches of one operand joined (see join_alternatives.h).
// Nesting stays: a macro that many rules use remains one tree.
//
// Not thread-safe.
class Simplifier {
 public:
  // For all events.
  BoundExprPtr Simplify(const BoundExprPtr& expr);

  // For events of type `event_type` only: comparisons of evt.type are decided.
  // A result that is constantly false means that no such event can match.
  //
  // Remembers what it did for the last type: ask by type, not by condition.
  BoundExprPtr SimplifyForType(const BoundExprPtr& expr,
                               absl::string_view event_type);

 private:
  using Memo = absl::flat_hash_map<const BoundExpr*, BoundExprPtr>;

  BoundExprPtr Rewrite(const BoundExprPtr& expr, absl::string_view event_type,
                       Memo& memo);
  BoundExprPtr RewriteOperands(const BoundExprPtr& expr,
                               absl::string_view event_type, Memo& memo);
  bool ReadsEventType(const BoundExprPtr& expr);

  Memo memo_;       // for all events
  Memo type_memo_;  // for events of type_
  std::string type_;
  absl::flat_hash_map<const BoundExpr*, bool> reads_event_type_;
  // Keeps what the tables point to.
  absl::flat_hash_set<BoundExprPtr> seen_;
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_COMPILE_SIMPLIFY_H_
