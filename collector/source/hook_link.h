// SPDX-License-Identifier: Apache-2.0
//
// A program that is attached while it is wanted.

#ifndef EYRIE_COLLECTOR_SOURCE_HOOK_LINK_H_
#define EYRIE_COLLECTOR_SOURCE_HOOK_LINK_H_

#include "absl/status/status.h"

struct bpf_link;
struct bpf_program;

namespace eyrie::collector {

// Detaches when it goes. Thread safety: none.
class HookLink {
 public:
  HookLink() = default;
  ~HookLink() { Detach(); }
  HookLink(const HookLink&) = delete;
  HookLink& operator=(const HookLink&) = delete;

  // Attaches `program`, which is loaded, to the hook that its section names;
  // does nothing if one is attached already.
  absl::Status Attach(const bpf_program* program);
  void Detach();
  // One or the other.
  absl::Status AttachIf(bool is_wanted, const bpf_program* program);

  bool is_attached() const { return link_ != nullptr; }

 private:
  bpf_link* link_ = nullptr;  // owned
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_SOURCE_HOOK_LINK_H_
