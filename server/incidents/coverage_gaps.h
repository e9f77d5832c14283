// SPDX-License-Identifier: Apache-2.0
//
// Joins losses that follow each other into one coverage gap.

#ifndef EYRIE_SERVER_INCIDENTS_COVERAGE_GAPS_H_
#define EYRIE_SERVER_INCIDENTS_COVERAGE_GAPS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "eyrie/v1/incident.pb.h"

#include "server/storage/store.h"

namespace eyrie::server {

// Losses of one run of a node that are not further apart than this are one gap.
inline constexpr absl::Duration kMaxGapDistance = absl::Minutes(1);

// Reasons and event types that one gap tells apart; the rest of a reason is
// counted without its event type.
inline constexpr int kMaxGapLosses = 256;

// kInvalidArgument unless `gap` has a node, and times in order.
absl::Status CheckGap(const v1::CoverageGap& gap);

// Adds `gap` to `last`: the time, and the losses by reason and event type.
void MergeGap(const v1::CoverageGap& gap, v1::CoverageGap& last);

// Whether `gap` continues `last`: same run of the same node, not begun earlier,
// and at most kMaxGapDistance between them.
bool Continues(const v1::CoverageGap& gap, const v1::CoverageGap& last);

// Knows the last gap of each node, from the store where it has to.
//
// Thread safety: not thread-safe; the writer's thread owns it.
class LastGaps {
 public:
  // Borrows `store`.
  explicit LastGaps(Store* store) : store_(store) {}

  // What to store for `gap`: the gap that it continues, made longer, or `gap`
  // itself. `is_merged` tells which. REQUIRES: CheckGap(gap) is OK.
  absl::StatusOr<v1::CoverageGap> Extend(const v1::CoverageGap& gap,
                                         bool* is_merged);

  // Tells what is, or is about to become, durable.
  void Remember(const v1::CoverageGap& gap);
  // What was remembered did not become durable.
  void ForgetAll() { by_node_.clear(); }

 private:
  Store* const store_;
  absl::flat_hash_map<std::string, v1::CoverageGap> by_node_;
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_INCIDENTS_COVERAGE_GAPS_H_
