// SPDX-License-Identifier: Apache-2.0
//
// The pods of one batch.

#ifndef EYRIE_SERVER_DETECT_BATCH_PODS_H_
#define EYRIE_SERVER_DETECT_BATCH_PODS_H_

#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

#include "rules/fields/pod_facts.h"
#include "server/detect/pod_finder.h"

namespace eyrie::server {

// Asks for each pod once, and keeps it: the whole batch sees the same, as long
// as the table lives. Nothing is expected of it any more: what is not known is
// absent.
//
// Thread safety: one thread.
class BatchPods : public rules::PodTable {
 public:
  // Borrows `finder`.
  explicit BatchPods(PodFinder* finder) : finder_(finder) {}

  const rules::PodFacts* FindPod(absl::string_view uid) const override {
    const auto it = pods_.find(uid);
    if (it != pods_.end()) return it->second.get();
    return pods_.emplace(std::string(uid), finder_->FindPod(uid).facts)
        .first->second.get();
  }
  bool IsExpected(absl::string_view uid) const override { return false; }

 private:
  PodFinder* const finder_;
  mutable absl::flat_hash_map<std::string,
                              std::shared_ptr<const rules::PodFacts>>
      pods_;
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_DETECT_BATCH_PODS_H_
