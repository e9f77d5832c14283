// SPDX-License-Identifier: Apache-2.0
//
// Walks from the acting process to its ancestors.

#ifndef EYRIE_RULES_FIELDS_ANCESTORS_H_
#define EYRIE_RULES_FIELDS_ANCESTORS_H_

#include <cstdint>

#include "rules/check/value.h"
#include "rules/fields/event.h"
#include "rules/fields/process_tree.h"

namespace eyrie::rules {

// A process of the chain. Absent: the chain ended before. Unknown: there may be
// one, but nothing is known of it.
struct Ancestor {
  const ProcessNode* node = nullptr;  // not null if and only if present
  Presence presence = Presence::kAbsent;
};

// Goes up the chain one process at a time, starting with the parent of the
// acting process.
//
// Usage:
//
//   AncestorWalk walk(event);
//   for (walk.Next(); walk.at().node != nullptr; walk.Next()) ...
//   // walk.at().presence says why it ended.
//
// What lies beyond kMaxAncestors is unknown, so that a loop in hostile data
// ends.
class AncestorWalk {
 public:
  explicit AncestorWalk(const Event& event) : event_(event) {}

  // Goes to the parent at first, then to the parent's parent, and so on.
  // REQUIRES: it has not ended.
  void Next();
  const Ancestor& at() const { return at_; }
  // 1 at the parent.
  int level() const { return level_; }

 private:
  const Event& event_;
  Ancestor at_;
  int level_ = 0;
};

// Level 0 is the acting process, 1 its parent. REQUIRES: level >= 0.
Ancestor AncestorAt(const Event& event, int64_t level);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_ANCESTORS_H_
