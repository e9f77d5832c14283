// SPDX-License-Identifier: Apache-2.0
//
// A resume token is "EPOCH.NUMBER" in hex: the run of the server, and the last
// change that the watcher has seen.

#include "server/incidents/watch_hub.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/status_macros.h"

namespace eyrie::server {

WatchHub::WatchHub(uint64_t epoch, size_t history)
    : epoch_(epoch), history_(history) {}

void WatchHub::Publish(std::vector<IncidentChange> changes) {
  absl::MutexLock lock(&mutex_);
  for (IncidentChange& change : changes) {
    change.number = next_number_++;
    const size_t size =
        change.incident.ByteSizeLong() +
        (change.detection != nullptr ? change.detection->ByteSizeLong() : 0);
    changes_.push_back(
        std::make_shared<const IncidentChange>(std::move(change)));
    sizes_.push_back(size);
    bytes_ += size;
    while (changes_.size() > history_ ||
           (bytes_ > kMaxHistoryBytes && changes_.size() > 1)) {
      bytes_ -= sizes_.front();
      sizes_.pop_front();
      changes_.pop_front();
    }
  }
}

absl::StatusOr<std::vector<std::shared_ptr<const IncidentChange>>>
WatchHub::Next(std::string& token, size_t max, absl::Time deadline,
               uint64_t* dropped) {
  *dropped = 0;
  absl::MutexLock lock(&mutex_);
  uint64_t last_seen = next_number_ - 1;
  if (!token.empty()) {
    EYRIE_ASSIGN_OR_RETURN(last_seen, LastSeen(token));
  }
  const auto has_news = [this, last_seen]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(
                            mutex_) { return HasNews(last_seen); };
  mutex_.AwaitWithDeadline(absl::Condition(&has_news), deadline);
  if (stopped_) return absl::CancelledError("the server is shutting down");

  const uint64_t first_kept = next_number_ - changes_.size();
  if (last_seen + 1 < first_kept) {
    *dropped = first_kept - 1 - last_seen;
    last_seen = first_kept - 1;
  }
  const size_t begin = last_seen + 1 - first_kept;
  const size_t count = std::min(max, changes_.size() - begin);
  const auto first = changes_.begin() + static_cast<ptrdiff_t>(begin);
  std::vector<std::shared_ptr<const IncidentChange>> news(
      first, first + static_cast<ptrdiff_t>(count));
  token = Token(last_seen + count);
  return news;
}

void WatchHub::Stop() {
  absl::MutexLock lock(&mutex_);
  stopped_ = true;
}

std::string WatchHub::Token(uint64_t last_seen) const {
  return absl::StrCat(absl::Hex(epoch_), ".", absl::Hex(last_seen));
}

absl::StatusOr<uint64_t> WatchHub::LastSeen(absl::string_view token) const {
  const std::vector<absl::string_view> parts = absl::StrSplit(token, '.');
  uint64_t epoch = 0;
  uint64_t last_seen = 0;
  // The comparison leaves one spelling for each token.
  if (parts.size() != 2 || !absl::SimpleHexAtoi(parts[0], &epoch) ||
      !absl::SimpleHexAtoi(parts[1], &last_seen) ||
      absl::StrCat(absl::Hex(epoch), ".", absl::Hex(last_seen)) != token) {
    return absl::InvalidArgumentError("resume_token is not one of ours");
  }
  if (epoch != epoch_) {
    return absl::OutOfRangeError(
        "resume_token is of an earlier run of the server; list the incidents, "
        "then watch without a token");
  }
  if (last_seen >= next_number_) {
    return absl::InvalidArgumentError("resume_token is not one of ours");
  }
  return last_seen;
}

bool WatchHub::HasNews(uint64_t last_seen) const {
  return stopped_ || last_seen + 1 < next_number_;
}

}  // namespace eyrie::server
