// SPDX-License-Identifier: Apache-2.0
//
// One thread takes everything from under one mutex and does it without: first
// what operators and sessions wait for (updates, gaps), then a group of
// batches. While the thread waits for the disk, batches collect, and become the
// next group: the slower the disk, the larger the groups.
//
// A group without detections and held records is not synced. If a power failure
// takes its acks back, its batches count as not judged; the node has forgotten
// them and goes on with later ones; and had it sent them again, they would have
// given nothing again. A killed server loses nothing: what was written is in
// the kernel.

#include "server/incidents/incident_writer.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"

#include "common/logging.h"
#include "common/status_macros.h"
#include "server/incidents/coverage_gaps.h"
#include "server/incidents/incident_grouper.h"
#include "server/incidents/incident_lifecycle.h"

namespace eyrie::server {
namespace {

// An update that a caller waits for.
struct PendingUpdate {
  const v1::UpdateIncidentRequest* request;
  absl::StatusOr<v1::Incident> result = absl::UnknownError("not done");
  absl::Notification done;
};

// A gap that a caller waits for.
struct PendingGap {
  const v1::CoverageGap* gap;
  absl::Status result;
  absl::Notification done;
};

}  // namespace

struct IncidentWriter::Impl {
  Impl(Store* store, WatchHub* hub, const Clock* clock,
       IncidentWriterOptions options);

  // What the thread does at once.
  struct Work {
    std::vector<PendingUpdate*> updates;
    std::vector<PendingGap*> gaps;
    std::vector<JudgedBatch> batches;

    bool empty() const {
      return updates.empty() && gaps.empty() && batches.empty();
    }
  };

  void Run();
  // Waits for work; none means stop.
  Work TakeWork();
  std::vector<JudgedBatch> TakeGroup() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  bool HasRoom(size_t detections) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  bool HasCallers() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    return !updates.empty() || !gaps.empty();
  }

  absl::StatusOr<v1::Incident> DoUpdate(
      const v1::UpdateIncidentRequest& request);
  void DoGaps(const std::vector<PendingGap*>& pending);
  absl::Status WriteGaps(const std::vector<PendingGap*>& pending);

  void DoBatches(std::vector<JudgedBatch> batches);
  absl::Status WriteGroup(std::vector<BatchContent>& contents);
  absl::Status WritePlan(GroupPlan& plan);
  void Count(const GroupPlan& plan, size_t batches);
  void PublishPlan(GroupPlan& plan);
  // Calls `attempt` until it succeeds, or the writer stops.
  template <typename Attempt>
  absl::Status Retry(Attempt attempt);
  // Waits before the next attempt, and tells callers that come meanwhile why
  // they cannot be served. False if the writer stops.
  bool WaitToRetry(absl::Duration delay, const absl::Status& error);

  Store* const store;
  WatchHub* const hub;
  const Clock* const clock;
  const IncidentWriterOptions options;
  IncidentWriterStats own_stats;
  IncidentWriterStats& stats;

  // Owned by the thread.
  IncidentGrouper grouper;
  LastGaps last_gaps;
  LogEvery error_log{absl::Seconds(10)};
  // The error with which the writer stopped writing, at its end.
  absl::Status given_up;

  mutable absl::Mutex mutex;
  std::deque<JudgedBatch> queue ABSL_GUARDED_BY(mutex);
  size_t queued_detections ABSL_GUARDED_BY(mutex) = 0;
  std::vector<PendingUpdate*> updates ABSL_GUARDED_BY(mutex);
  std::vector<PendingGap*> gaps ABSL_GUARDED_BY(mutex);
  bool is_stopping ABSL_GUARDED_BY(mutex) = false;

  std::thread thread;  // the last member: it uses all others
};

IncidentWriter::Impl::Impl(Store* store, WatchHub* hub, const Clock* clock,
                           IncidentWriterOptions options)
    : store(store),
      hub(hub),
      clock(clock),
      options(options),
      stats(options.stats != nullptr ? *options.stats : own_stats),
      grouper(store, options.max_live_incidents, &stats),
      last_gaps(store),
      thread([this] { Run(); }) {}

void IncidentWriter::Impl::Run() {
  while (true) {
    Work work = TakeWork();
    if (work.empty()) return;
    for (PendingUpdate* update : work.updates) {
      update->result = DoUpdate(*update->request);
      update->done.Notify();
    }
    if (!work.gaps.empty()) DoGaps(work.gaps);
    if (!work.batches.empty()) DoBatches(std::move(work.batches));
  }
}

IncidentWriter::Impl::Work IncidentWriter::Impl::TakeWork() {
  absl::MutexLock lock(&mutex);
  const auto has_work = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    return !queue.empty() || HasCallers() || is_stopping;
  };
  mutex.Await(absl::Condition(&has_work));
  Work work;
  work.updates = std::exchange(updates, {});
  work.gaps = std::exchange(gaps, {});
  work.batches = TakeGroup();
  return work;
}

std::vector<JudgedBatch> IncidentWriter::Impl::TakeGroup() {
  std::vector<JudgedBatch> group;
  size_t detections = 0;
  while (!queue.empty() && group.size() < options.max_group &&
         detections < options.max_group_detections) {
    detections += queue.front().detections.size();
    group.push_back(std::move(queue.front()));
    queue.pop_front();
  }
  queued_detections -= detections;
  return group;
}

bool IncidentWriter::Impl::HasRoom(size_t detections) const {
  if (queue.empty()) return true;
  return queue.size() < options.max_queue &&
         queued_detections + detections <= options.max_queued_detections;
}

absl::StatusOr<v1::Incident> IncidentWriter::Impl::DoUpdate(
    const v1::UpdateIncidentRequest& request) {
  EYRIE_ASSIGN_OR_RETURN(v1::Incident incident,
                         store->GetIncident(request.id()));
  const bool was_resolved = incident.state() == v1::Incident::RESOLVED;
  const absl::Time now = clock->Now();
  EYRIE_ASSIGN_OR_RETURN(incident,
                         ApplyUpdate(std::move(incident), request, now));
  if (was_resolved && incident.state() != v1::Incident::RESOLVED) {
    EYRIE_ASSIGN_OR_RETURN(const std::optional<v1::Incident> live,
                           store->FindLiveIncident(incident.fingerprint()));
    if (live.has_value()) {
      return absl::FailedPreconditionError(absl::StrCat(
          "incident ", incident.id(), " cannot be reopened: incident ",
          live->id(), " has taken its place since"));
    }
  }
  Commit commit;
  commit.incidents.push_back(incident);
  commit.sync = true;
  EYRIE_RETURN_IF_ERROR(store->WriteCommit(commit));
  grouper.Committed(incident, now);
  ++stats.incidents_updated;
  std::vector<IncidentChange> changes(1);
  changes[0].incident = incident;
  hub->Publish(std::move(changes));
  return incident;
}

void IncidentWriter::Impl::DoGaps(const std::vector<PendingGap*>& pending) {
  const absl::Status status = WriteGaps(pending);
  if (!status.ok()) last_gaps.ForgetAll();
  for (PendingGap* gap : pending) {
    gap->result = status;
    gap->done.Notify();
  }
}

absl::Status IncidentWriter::Impl::WriteGaps(
    const std::vector<PendingGap*>& pending) {
  Commit commit;
  commit.sync = true;
  uint64_t merged = 0;
  for (const PendingGap* gap : pending) {
    bool is_merged = false;
    EYRIE_ASSIGN_OR_RETURN(v1::CoverageGap extended,
                           last_gaps.Extend(*gap->gap, &is_merged));
    last_gaps.Remember(extended);
    commit.gaps.push_back(std::move(extended));
    if (is_merged) ++merged;
  }
  EYRIE_RETURN_IF_ERROR(store->WriteCommit(commit));
  stats.gaps += pending.size();
  stats.merged_gaps += merged;
  return absl::OkStatus();
}

void IncidentWriter::Impl::DoBatches(std::vector<JudgedBatch> batches) {
  std::vector<BatchContent> contents;
  contents.reserve(batches.size());
  for (JudgedBatch& batch : batches) {
    contents.push_back({std::move(batch.ack), std::move(batch.detections),
                        std::move(batch.held), std::move(batch.released),
                        std::move(batch.links)});
  }
  // What follows a batch that was given up must not be written: its ack would
  // cover that one as well.
  if (given_up.ok()) given_up = WriteGroup(contents);
  const absl::Status status = given_up;
  if (!status.ok()) stats.abandoned_batches += batches.size();
  for (const JudgedBatch& batch : batches) {
    if (batch.done) batch.done(status);
  }
}

absl::Status IncidentWriter::Impl::WriteGroup(
    std::vector<BatchContent>& contents) {
  GroupPlan plan;
  EYRIE_RETURN_IF_ERROR(Retry([&]() -> absl::Status {
    EYRIE_ASSIGN_OR_RETURN(
        plan, grouper.Plan(absl::MakeSpan(contents), clock->Now()));
    return absl::OkStatus();
  }));
  // Nothing else is written while this is retried, so that the plan stays good.
  EYRIE_RETURN_IF_ERROR(Retry([&] { return WritePlan(plan); }));
  grouper.Committed(plan, clock->Now());
  Count(plan, contents.size());
  PublishPlan(plan);
  if (options.on_held && !plan.commit.held.empty()) {
    options.on_held(std::move(plan.commit.held));
  }
  return absl::OkStatus();
}

absl::Status IncidentWriter::Impl::WritePlan(GroupPlan& plan) {
  // Only what was durable before.
  if (plan.commit.acks.empty() && plan.commit.incidents.empty() &&
      plan.commit.released.empty()) {
    return absl::OkStatus();
  }
  return store->WriteCommit(plan.commit);
}

void IncidentWriter::Impl::Count(const GroupPlan& plan, size_t batches) {
  ++stats.groups;
  stats.batches += batches - plan.duplicate_batches;
  stats.duplicate_batches += plan.duplicate_batches;
  stats.detections += plan.commit.detections.size();
  stats.duplicate_detections += plan.duplicate_detections;
  stats.incidents_opened += plan.opened;
  stats.incidents_continued += plan.commit.incidents.size() - plan.opened;
  stats.linked_processes += plan.linked_processes;
  stats.links_left_out += plan.links_left_out;
}

void IncidentWriter::Impl::PublishPlan(GroupPlan& plan) {
  if (plan.commit.incidents.empty()) return;
  std::vector<IncidentChange> changes(plan.commit.incidents.size());
  for (size_t i = 0; i < changes.size(); ++i) {
    changes[i].incident = std::move(plan.commit.incidents[i]);
    const std::optional<size_t> last = plan.last_detections[i];
    if (!last.has_value()) continue;
    changes[i].detection = std::make_shared<const v1::Detection>(
        std::move(plan.commit.detections[*last]));
  }
  hub->Publish(std::move(changes));
}

template <typename Attempt>
absl::Status IncidentWriter::Impl::Retry(Attempt attempt) {
  absl::Duration delay = options.min_retry_delay;
  while (true) {
    const absl::Status status = attempt();
    if (status.ok()) {
      stats.is_blocked = 0;
      return status;
    }
    ++stats.store_errors;
    error_log.Error("incidents cannot be stored",
                    {{"error", status.ToString()}});
    stats.is_blocked = 1;
    if (!WaitToRetry(delay, status)) return status;
    delay = std::min(delay * 2, options.max_retry_delay);
  }
}

bool IncidentWriter::Impl::WaitToRetry(absl::Duration delay,
                                       const absl::Status& error) {
  const absl::Time deadline = absl::Now() + delay;
  while (true) {
    Work callers;
    {
      absl::MutexLock lock(&mutex);
      const auto is_needed = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
        return HasCallers() || is_stopping;
      };
      mutex.AwaitWithDeadline(absl::Condition(&is_needed), deadline);
      callers.updates = std::exchange(updates, {});
      callers.gaps = std::exchange(gaps, {});
      if (callers.empty()) return !is_stopping;
    }
    for (PendingUpdate* update : callers.updates) {
      update->result = error;
      update->done.Notify();
    }
    for (PendingGap* gap : callers.gaps) {
      gap->result = error;
      gap->done.Notify();
    }
  }
}

IncidentWriter::IncidentWriter(Store* store, WatchHub* hub, const Clock* clock,
                               IncidentWriterOptions options)
    : impl_(std::make_unique<Impl>(store, hub, clock, options)) {}

IncidentWriter::~IncidentWriter() {
  {
    absl::MutexLock lock(&impl_->mutex);
    impl_->is_stopping = true;
  }
  impl_->thread.join();
}

void IncidentWriter::Submit(JudgedBatch batch) {
  SubmitBefore(absl::InfiniteFuture(), std::move(batch));
}

bool IncidentWriter::SubmitBefore(absl::Time deadline, JudgedBatch batch) {
  const size_t detections = batch.detections.size();
  absl::MutexLock lock(&impl_->mutex);
  if (!impl_->HasRoom(detections)) {
    ++impl_->stats.queue_waits;
    const auto has_room = [this, detections]()
                              ABSL_EXCLUSIVE_LOCKS_REQUIRED(impl_->mutex) {
                                return impl_->HasRoom(detections);
                              };
    if (!impl_->mutex.AwaitWithDeadline(absl::Condition(&has_room), deadline)) {
      return false;
    }
  }
  impl_->queued_detections += detections;
  impl_->queue.push_back(std::move(batch));
  return true;
}

absl::StatusOr<v1::Incident> IncidentWriter::Update(
    const v1::UpdateIncidentRequest& request) {
  PendingUpdate update{.request = &request};
  {
    absl::MutexLock lock(&impl_->mutex);
    impl_->updates.push_back(&update);
  }
  update.done.WaitForNotification();
  return std::move(update.result);
}

absl::Status IncidentWriter::RecordGap(const v1::CoverageGap& gap) {
  EYRIE_RETURN_IF_ERROR(CheckGap(gap));
  PendingGap pending{.gap = &gap};
  {
    absl::MutexLock lock(&impl_->mutex);
    impl_->gaps.push_back(&pending);
  }
  pending.done.WaitForNotification();
  return pending.result;
}

size_t IncidentWriter::queue_length() const {
  absl::MutexLock lock(&impl_->mutex);
  return impl_->queue.size();
}

bool IncidentWriter::is_blocked() const { return impl_->stats.is_blocked != 0; }

}  // namespace eyrie::server
