// SPDX-License-Identifier: Apache-2.0

#include "server/incidents/coverage_gaps.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

#include "common/proto_time.h"
#include "common/status_macros.h"

namespace eyrie::server {
namespace {

// Nodes whose last gap is kept in memory. Beyond it all are read again, which
// costs one short query each.
constexpr size_t kMaxNodes = 4096;

// Gaps of one node that are looked at for the one that goes on.
constexpr int kMaxCandidates = 100;

v1::LossReport* FindLoss(v1::CoverageGap& gap, v1::LossReport::Reason reason,
                         const std::string& event_type) {
  for (v1::LossReport& loss : *gap.mutable_losses()) {
    if (loss.reason() == reason && loss.event_type() == event_type) {
      return &loss;
    }
  }
  return nullptr;
}

void AddLoss(const v1::LossReport& loss, v1::CoverageGap& gap) {
  std::string event_type = loss.event_type();
  v1::LossReport* total = FindLoss(gap, loss.reason(), event_type);
  if (total == nullptr && gap.losses_size() >= kMaxGapLosses) {
    event_type.clear();
    total = FindLoss(gap, loss.reason(), event_type);
  }
  if (total == nullptr) {
    total = gap.add_losses();
    total->set_reason(loss.reason());
    total->set_event_type(event_type);
  }
  total->set_count(total->count() + loss.count());
}

}  // namespace

absl::Status CheckGap(const v1::CoverageGap& gap) {
  if (gap.node().empty()) {
    return absl::InvalidArgumentError("a coverage gap without a node");
  }
  if (!gap.has_first_seen() || !gap.has_last_seen() ||
      FromProtoTime(gap.last_seen()) < FromProtoTime(gap.first_seen())) {
    return absl::InvalidArgumentError(
        absl::StrCat("a coverage gap of node ", gap.node(),
                     " without times, or that ends before it begins"));
  }
  return absl::OkStatus();
}

void MergeGap(const v1::CoverageGap& gap, v1::CoverageGap& last) {
  if (FromProtoTime(gap.last_seen()) > FromProtoTime(last.last_seen())) {
    *last.mutable_last_seen() = gap.last_seen();
  }
  for (const v1::LossReport& loss : gap.losses()) AddLoss(loss, last);
}

bool Continues(const v1::CoverageGap& gap, const v1::CoverageGap& last) {
  const absl::Time first_seen = FromProtoTime(gap.first_seen());
  return gap.node() == last.node() && gap.run_id() == last.run_id() &&
         first_seen >= FromProtoTime(last.first_seen()) &&
         first_seen <= FromProtoTime(last.last_seen()) + kMaxGapDistance;
}

absl::StatusOr<v1::CoverageGap> LastGaps::Extend(const v1::CoverageGap& gap,
                                                 bool* is_merged) {
  v1::CoverageGap last;
  const auto known = by_node_.find(gap.node());
  if (known != by_node_.end() && Continues(gap, known->second)) {
    last = known->second;
  } else {
    EYRIE_ASSIGN_OR_RETURN(
        const Page<v1::CoverageGap> page,
        store_->ListCoverageGaps(
            FromProtoTime(gap.first_seen()) - kMaxGapDistance, gap.node(),
            kMaxCandidates, ""));
    const auto found =
        std::find_if(page.items.begin(), page.items.end(),
                     [&gap](const auto& item) { return Continues(gap, item); });
    if (found != page.items.end()) last = *found;
  }
  *is_merged = Continues(gap, last);
  if (!*is_merged) {
    // Merged into nothing, so that its losses are bounded as well.
    last = v1::CoverageGap();
    last.set_node(gap.node());
    last.set_run_id(gap.run_id());
    *last.mutable_first_seen() = gap.first_seen();
    *last.mutable_last_seen() = gap.last_seen();
  }
  MergeGap(gap, last);
  return last;
}

void LastGaps::Remember(const v1::CoverageGap& gap) {
  if (by_node_.size() >= kMaxNodes && !by_node_.contains(gap.node())) {
    by_node_.clear();
  }
  by_node_[gap.node()] = gap;
}

}  // namespace eyrie::server
