// SPDX-License-Identifier: Apache-2.0
//
// Records that wait for what a container runtime will tell.

#ifndef EYRIE_COLLECTOR_ENRICH_HOLD_BACK_H_
#define EYRIE_COLLECTOR_ENRICH_HOLD_BACK_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

#include "proto/record_view.h"

namespace eyrie::collector {

// Counted since the start, except the first two.
struct HoldBackStats {
  uint64_t records = 0;
  uint64_t bytes = 0;
  // Records that waited.
  uint64_t held = 0;
};

// A queue of records for each container; those of one container stay in order.
//
// Thread safety: none; one thread.
class HoldBack {
 public:
  // Copies the record to the end of the queue of `container`.
  void Add(absl::string_view container, const RecordView& record);

  bool empty() const { return queues_.empty(); }
  bool Has(absl::string_view container) const {
    return queues_.contains(container);
  }
  size_t bytes() const { return bytes_; }

  // Takes the queue away: records back to back; empty if there is none.
  std::string Take(absl::string_view container);

  std::vector<std::string> Containers() const;
  // The container with most bytes. REQUIRES: !empty().
  std::string Largest() const;

  HoldBackStats stats() const { return {records_, bytes_, held_}; }

 private:
  struct Queue {
    std::string records;
    uint64_t count = 0;
  };

  absl::flat_hash_map<std::string, Queue> queues_;
  size_t bytes_ = 0;
  uint64_t records_ = 0;
  uint64_t held_ = 0;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_ENRICH_HOLD_BACK_H_
