// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/ancestors.h"

#include <cstdint>

#include "eyrie/v1/process.pb.h"

#include "proto/record.h"
#include "rules/check/value.h"
#include "rules/fields/event.h"
#include "rules/fields/process_tree.h"

namespace eyrie::rules {
namespace {

constexpr Ancestor kNoProcess = {nullptr, Presence::kAbsent};
constexpr Ancestor kUnknownProcess = {nullptr, Presence::kUnknown};

Ancestor Found(const ProcessNode* node) {
  return node == nullptr ? kUnknownProcess : Ancestor{node, Presence::kPresent};
}

// The parent of a known process.
Ancestor ParentOf(const Event& event, const ProcessNode& node) {
  const v1::Process& facts = node.facts();
  if (facts.has_parent()) {
    return event.processes == nullptr ? kUnknownProcess
                                      : Found(event.processes->Parent(node));
  }
  const bool is_root =
      facts.ppid() == 0 && !facts.partial() && !facts.ancestors_cut();
  return is_root ? kNoProcess : kUnknownProcess;
}

}  // namespace

void AncestorWalk::Next() {
  ++level_;
  if (level_ > kMaxAncestors) {
    at_ = kUnknownProcess;
  } else if (level_ > 1) {
    at_ = ParentOf(event_, *at_.node);
  } else if (event_.process != nullptr) {
    at_ = ParentOf(event_, *event_.process);
  } else {
    at_ = event_.record.header().ppid == 0 ? kNoProcess : kUnknownProcess;
  }
}

Ancestor AncestorAt(const Event& event, int64_t level) {
  if (level == 0) return Found(event.process);
  AncestorWalk walk(event);
  do {
    walk.Next();
  } while (walk.at().node != nullptr && walk.level() < level);
  return walk.at();
}

}  // namespace eyrie::rules
