// SPDX-License-Identifier: Apache-2.0

#include "server/holdback/hold_back.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "eyrie/v1/event.pb.h"

#include "common/logging.h"
#include "common/proto_time.h"
#include "common/status_macros.h"

namespace eyrie::server {
namespace {

// Uid of the pod that the record in `batch` waits for: its own container is the
// first one.
std::string PodUidOf(const v1::EventBatch& batch) {
  return batch.containers_size() > 0 ? batch.containers(0).pod_uid() : "";
}

}  // namespace

HoldBack::HoldBack(PodFinder* pods, const HoldBackOptions& options)
    : pods_(pods), options_(options), budget_(options.limits) {}

HoldBack::~HoldBack() { Stop(); }

bool HoldBack::IsWorthWaiting(absl::string_view uid) {
  if (uid.empty() || options_.wait <= absl::ZeroDuration()) return false;
  if (!pods_->IsPodExpected(uid)) return false;
  absl::MutexLock lock(&mutex_);
  const auto it = missing_.find(uid);
  return it == missing_.end() || it->second <= absl::Now();
}

bool HoldBack::IsComplete(absl::string_view uid) {
  return pods_->FindPod(uid).is_complete;
}

std::shared_ptr<const void> HoldBack::TakeRoom(size_t bytes) {
  return budget_.Take(bytes);
}

absl::Status HoldBack::Start(const HoldBackDeps& deps) {
  deps_ = deps;
  EYRIE_RETURN_IF_ERROR(Load());
  thread_ = std::thread([this] { Run(); });
  return absl::OkStatus();
}

absl::Status HoldBack::Load() {
  EYRIE_ASSIGN_OR_RETURN(std::vector<HeldRecord> records,
                         deps_.store->ListHeld());
  stats_.loaded += records.size();
  for (HeldRecord& record : records) {
    v1::EventBatch batch;
    // One that cannot be read has no pod and is due at once.
    if (batch.ParseFromString(record.batch)) record.pod_uid = PodUidOf(batch);
    // They are here, whether there is room or not.
    record.share = budget_.Take(record.batch.size());
  }
  Add(std::move(records));
  return absl::OkStatus();
}

void HoldBack::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    is_stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

void HoldBack::Add(std::vector<HeldRecord> records) {
  stats_.held += records.size();
  const absl::Time deadline = absl::Now() + options_.wait;
  absl::MutexLock lock(&mutex_);
  for (HeldRecord& record : records) {
    waiting_.push_back({deadline, std::move(record)});
  }
  // The pod may have become known since the detector asked.
  is_changed_ = true;
}

void HoldBack::OnPodsChanged() {
  absl::MutexLock lock(&mutex_);
  is_changed_ = true;
}

void HoldBack::Run() {
  while (true) {
    std::vector<Due> due = TakeDue();
    if (due.empty()) return;
    for (Due& record : due) Judge(std::move(record));
  }
}

std::vector<HoldBack::Due> HoldBack::TakeDue() {
  std::vector<Due> due;
  absl::MutexLock lock(&mutex_);
  while (due.empty()) {
    const auto has_work = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return is_stopping_ || (is_changed_ && !waiting_.empty());
    };
    const absl::Time deadline =
        waiting_.empty() ? absl::InfiniteFuture() : waiting_.front().deadline;
    mutex_.AwaitWithDeadline(absl::Condition(&has_work), deadline);
    if (is_stopping_) return {};
    CollectDue(absl::Now(), due);
  }
  return due;
}

void HoldBack::CollectDue(absl::Time now, std::vector<Due>& due) {
  // Each pod is asked for once, however many of its records wait.
  absl::flat_hash_map<std::string, bool> is_expected;
  std::deque<Waiting> rest;
  for (Waiting& waiting : waiting_) {
    const std::string& uid = waiting.record.pod_uid;
    auto it = is_expected.find(uid);
    if (it == is_expected.end()) {
      it = is_expected.emplace(uid, pods_->IsPodExpected(uid)).first;
    }
    const bool is_late = it->second && waiting.deadline <= now;
    if (is_late) RememberMissing(uid, now);
    if (is_late || !it->second) {
      due.push_back({std::move(waiting.record), is_late});
    } else {
      rest.push_back(std::move(waiting));
    }
  }
  waiting_ = std::move(rest);
  is_changed_ = false;
}

void HoldBack::RememberMissing(const std::string& uid, absl::Time now) {
  if (missing_.size() >= options_.max_missing) {
    absl::erase_if(missing_,
                   [now](const auto& entry) { return entry.second <= now; });
  }
  // Rather waited for again than without a bound.
  if (missing_.size() >= options_.max_missing) missing_.clear();
  missing_[uid] = now + options_.remember_missing;
}

void HoldBack::Judge(Due due) {
  ++(due.is_late ? stats_.late : stats_.known);
  const HeldRecord& record = due.record;
  JudgedBatch judged;
  judged.released.push_back(record.place);
  v1::EventBatch batch;
  if (batch.ParseFromString(record.batch)) {
    Verdict verdict =
        deps_.detector->JudgeHeld(record.place.node, batch, record.place.index);
    judged.detections = std::move(verdict.detections);
    judged.links = std::move(verdict.links);
  } else {
    ++stats_.damaged;
    LogError("a held record is damaged in the store and cannot be judged",
             {{"node", record.place.node},
              {"sequence", absl::StrCat(record.place.sequence)}});
  }
  deps_.nodes->CountBatch(record.place.node, 0, judged.detections.size());
  std::vector<absl::Time> detected;
  for (const v1::Detection& detection : judged.detections) {
    detected.push_back(FromProtoTime(detection.time()));
  }
  // Keeps its share until it is gone from the store.
  judged.done = [latency = deps_.stored_latency, share = record.share,
                 detected = std::move(detected)](const absl::Status& status) {
    if (!status.ok()) return;  // It is still there at the next start.
    for (const absl::Time time : detected) {
      latency.Observe(absl::ToDoubleSeconds(absl::Now() - time));
    }
  };
  deps_.writer->Submit(std::move(judged));
}

}  // namespace eyrie::server
