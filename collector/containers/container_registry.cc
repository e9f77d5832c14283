// SPDX-License-Identifier: Apache-2.0
//
// An entry begins as pending: every runtime is asked, and has a bit in
// `waiting` until it answers. The first that knows the container makes it
// known; when the last has answered without, it is unknown, and asked for again
// at times. What comes unasked, by events and lists, makes or updates an entry
// likewise.

#include "collector/containers/container_registry.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "collector/containers/cgroup_path.h"
#include "collector/containers/container_limits.h"

namespace eyrie::collector {
namespace {

using State = ContainerEntry::State;

std::shared_ptr<const v1::Container> WithMetadata(
    const v1::Container& container, v1::Container::Metadata metadata) {
  auto copy = std::make_shared<v1::Container>(container);
  copy->set_metadata(metadata);
  return copy;
}

bool IsAtOrBelow(absl::string_view path, absl::string_view top) {
  return absl::StartsWith(path, top) &&
         (path.size() == top.size() || path[top.size()] == '/');
}

}  // namespace

ContainerRegistry::ContainerRegistry(ContainerRegistryOptions options,
                                     const CgroupDirectory* directory)
    : options_(std::move(options)),
      directory_(directory),
      entries_(options_.entries),
      cgroups_(options_.max_cgroups),
      changes_(options_.entries.max_containers) {}

ContainerRegistry::~ContainerRegistry() { Stop(); }

void ContainerRegistry::AddRuntime(std::unique_ptr<ContainerRuntime> runtime) {
  runtimes_.push_back(std::move(runtime));
  absl::MutexLock lock(&mutex_);
  states_.emplace_back();
}

void ContainerRegistry::Start() {
  is_running_ = true;
  for (size_t i = 0; i < runtimes_.size(); ++i) {
    runtimes_[i]->Start(this, static_cast<int>(i));
  }
}

void ContainerRegistry::Stop() {
  if (!std::exchange(is_running_, false)) return;
  for (const auto& runtime : runtimes_) runtime->Stop();
}

// ---- cgroups
// -----------------------------------------------------------------

std::string ContainerRegistry::ReadPath(uint64_t cgroup_id) {
  if (directory_ == nullptr || cgroup_id == 0) return {};
  if (cgroup_id == directory_->root_id()) return "/";
  absl::StatusOr<std::string> path = directory_->PathOf(cgroup_id);
  absl::MutexLock lock(&mutex_);
  ++stats_.cgroup_reads;
  if (!path.ok()) ++stats_.cgroup_read_failures;
  return path.ok() ? *std::move(path) : std::string();
}

Place ContainerRegistry::Classify(uint64_t cgroup_id, absl::string_view path) {
  const bool is_cached = directory_ != nullptr && cgroup_id != 0 &&
                         cgroup_id != directory_->root_id();
  if (is_cached) {
    absl::MutexLock lock(&mutex_);
    const auto* const cgroup = cgroups_.Find(cgroup_id);
    // What could not be read then may be told now.
    if (cgroup != nullptr && ((*cgroup)->path().size() > 0 || path.empty())) {
      return {*cgroup, false};
    }
  }
  const std::string text =
      path.empty() ? ReadPath(cgroup_id) : std::string(path);
  absl::MutexLock lock(&mutex_);
  Place place = ClassifyPath(cgroup_id, text);
  // A path that is known but does not tell will tell later.
  const bool is_final = !place.cgroup->is_unknown() || text.empty();
  if (is_cached && is_final) {
    cgroups_.Erase(cgroup_id);
    cgroups_.Insert(cgroup_id, place.cgroup);
  }
  return place;
}

Place ContainerRegistry::ClassifyPath(uint64_t cgroup_id,
                                      const std::string& path) {
  auto cgroup = std::make_shared<v1::Cgroup>();
  cgroup->set_id(cgroup_id);
  cgroup->set_path(path);
  Place place{cgroup, false};
  if (path.empty()) {
    cgroup->set_is_unknown(true);
    return place;
  }
  const CgroupOwner owner = ReadCgroupPath(path);
  if (!owner.id.empty()) {
    FindOrAsk(owner);
    cgroup->set_container_id(owner.id);
    return place;
  }
  const absl::string_view told = entries_.FindByPath(path);
  if (!told.empty()) {
    cgroup->set_container_id(std::string(told));
  } else {
    ClassifyCandidate(cgroup.get(), &place);
  }
  return place;
}

void ContainerRegistry::ClassifyCandidate(v1::Cgroup* cgroup, Place* place) {
  const CgroupCandidate candidate = ReadCgroupCandidate(cgroup->path());
  if (candidate.id.empty()) return;
  const std::string id(candidate.id);
  ContainerEntry* entry = entries_.Find(id);
  if (entry == nullptr) {
    entry = Insert(id);
    entry->is_candidate = true;
    Ask(id, entry);
  } else if (entry->state == State::kUnknown) {
    AskAgainIfDue(id, entry);
  }
  // A container of that id whose cgroup is elsewhere is another one.
  if (entry->state == State::kKnown) return;
  place->is_pending = entry->state == State::kPending;
  cgroup->set_is_unknown(place->is_pending || entry->has_failed);
}

// ---- containers
// --------------------------------------------------------------

Found ContainerRegistry::Find(absl::string_view id) {
  absl::MutexLock lock(&mutex_);
  ContainerEntry* entry = entries_.Find(id);
  if (entry == nullptr) entry = FindOrAsk({std::string(id), {}, false});
  entry->last_used = ++uses_;
  if (entry->state != State::kKnown) {
    const std::string text(id);
    AskIfPartial(text, entry);
    if (entry->state == State::kUnknown) AskAgainIfDue(text, entry);
  }
  // A runtime that fails may be back in a moment, as after a restart.
  const bool may_be_told =
      entry->state == State::kPending ||
      (entry->state == State::kUnknown && entry->has_failed);
  return {entry->container, may_be_told};
}

ContainerEntry* ContainerRegistry::Insert(const std::string& id) {
  std::vector<std::string> evicted;
  ContainerEntry* const entry = entries_.Insert(id, &evicted);
  for (const std::string& gone : evicted) changes_.NoteGone(gone);
  auto container = std::make_shared<v1::Container>();
  container->set_id(id);
  container->set_metadata(v1::Container::LATE);
  entry->container = std::move(container);
  entry->used = options_.clock->Now();
  entry->last_used = ++uses_;
  return entry;
}

ContainerEntry* ContainerRegistry::FindOrAsk(const CgroupOwner& owner) {
  ContainerEntry* entry = entries_.Find(owner.id);
  if (entry != nullptr) {
    entry->is_candidate = false;
    AskIfPartial(owner.id, entry);
    return entry;
  }
  entry = Insert(owner.id);
  auto container = std::make_shared<v1::Container>(*entry->container);
  container->set_runtime(std::string(owner.runtime));
  if (owner.is_name) container->set_name(owner.id);
  entry->container = std::move(container);
  entry->is_name = owner.is_name;
  if (owner.is_name) {
    Settle(owner.id, entry);
  } else {
    Ask(owner.id, entry);
  }
  return entry;
}

void ContainerRegistry::Ask(const std::string& id, ContainerEntry* entry) {
  entry->asked = options_.clock->Now();
  entry->has_failed = false;
  for (size_t i = 0; i < runtimes_.size(); ++i) {
    switch (runtimes_[i]->Ask(id)) {
      case ContainerRuntime::Asked::kAccepted:
        entry->waiting |= uint32_t{1} << i;
        break;
      case ContainerRuntime::Asked::kNotKnown:
        break;
      case ContainerRuntime::Asked::kFailing:
      case ContainerRuntime::Asked::kDropped:
        entry->has_failed = true;
        break;
    }
  }
  Settle(id, entry);
}

void ContainerRegistry::AskAgainIfDue(const std::string& id,
                                      ContainerEntry* entry) {
  const absl::Time now = options_.clock->Now();
  entry->used = now;
  const absl::Duration wait =
      entry->has_failed ? options_.ask_again_after_failure : options_.ask_again;
  if (entry->is_name || entry->waiting != 0 || now - entry->asked < wait) {
    return;
  }
  // Nobody waits again for what nobody knew, but for what nobody could say.
  if (entry->has_failed) entry->state = State::kPending;
  Ask(id, entry);
}

// A container that was told of while it was being made may be ready now.
void ContainerRegistry::AskIfPartial(const std::string& id,
                                     ContainerEntry* entry) {
  if (entry->state == State::kPending && entry->waiting == 0) Ask(id, entry);
}

// Ends the wait if all have answered. Returns whether anything has changed.
bool ContainerRegistry::Settle(const std::string& id, ContainerEntry* entry) {
  if (entry->waiting != 0 || entry->state == State::kKnown) return false;
  const bool is_told = entry->runtime >= 0;
  const v1::Container::Metadata metadata =
      entry->has_failed ? v1::Container::LATE
      : is_told         ? v1::Container::COMPLETE
                        : v1::Container::UNAVAILABLE;
  const State state = is_told ? State::kKnown : State::kUnknown;
  if (entry->state == state && entry->container->metadata() == metadata) {
    return false;
  }
  entry->state = state;
  entry->container = WithMetadata(*entry->container, metadata);
  if (!entry->is_candidate) changes_.NoteChanged(id);
  return true;
}

void ContainerRegistry::Changed() {
  generation_.fetch_add(1, std::memory_order_release);
}

// ---- what runtimes tell -----------------------------------------------------

void ContainerRegistry::OnContainer(int runtime, KnownContainer known) {
  const bool is_truncated = BoundContainer(&known.container);
  {
    absl::MutexLock lock(&mutex_);
    if (is_truncated) ++stats_.truncated;
    Accept(runtime, std::move(known));
  }
  Changed();
}

void ContainerRegistry::Accept(int runtime, KnownContainer known) {
  const std::string id = known.container.id();
  ContainerEntry* entry = entries_.Find(id);
  if (entry == nullptr) entry = Insert(id);
  const uint32_t bit = uint32_t{1} << runtime;
  const bool was_asked = (entry->waiting & bit) != 0;
  entry->waiting &= ~bit;
  if (entry->is_name) {
    ++stats_.id_conflicts;
    return;
  }
  if (entry->state == State::kKnown && !entry->has_ended()) {
    if (known.is_second_hand && !entry->is_second_hand) return;
    if (entry->runtime == runtime && entry->cgroup_path != known.cgroup_path &&
        !entry->cgroup_path.empty()) {
      ++stats_.id_conflicts;
      return;
    }
  }
  // Who knows it better may still answer; or this one, once it is asked.
  const bool is_waiting = entry->state != State::kKnown &&
                          ((known.is_second_hand && entry->waiting != 0) ||
                           (known.is_partial && !was_asked));
  known.container.set_metadata(is_waiting ? v1::Container::LATE
                                          : v1::Container::COMPLETE);
  entry->container =
      std::make_shared<v1::Container>(std::move(known.container));
  entry->state = is_waiting ? State::kPending : State::kKnown;
  entry->runtime = runtime;
  entry->is_second_hand = known.is_second_hand;
  entry->is_candidate = false;
  entry->has_failed = false;
  entry->generation = generation();
  entry->ended = absl::InfiniteFuture();
  SetPath(id, entry, known.cgroup_path);
  changes_.NoteChanged(id);
}

// Remembers where a container's cgroup is, unless the path itself names it.
void ContainerRegistry::SetPath(const std::string& id, ContainerEntry* entry,
                                const std::string& path) {
  if (path.empty() || ReadCgroupPath(path).id == id) {
    entries_.SetPath(id, entry, "");
    return;
  }
  if (entry->cgroup_path == path) return;
  entries_.SetPath(id, entry, path);
  cgroups_.EraseIf([&path](const std::shared_ptr<const v1::Cgroup>& cgroup) {
    return IsAtOrBelow(cgroup->path(), path);
  });
}

void ContainerRegistry::OnEnded(int runtime, const std::string& id) {
  absl::MutexLock lock(&mutex_);
  ContainerEntry* const entry = entries_.Find(id);
  if (entry == nullptr || entry->runtime != runtime || entry->has_ended()) {
    return;
  }
  entry->ended = options_.clock->Now();
  changes_.NoteGone(id);
}

void ContainerRegistry::OnListed(int runtime, uint64_t begin,
                                 const absl::flat_hash_set<std::string>& ids) {
  absl::MutexLock lock(&mutex_);
  for (auto& [id, entry] : entries_.all()) {
    const bool is_gone = entry.runtime == runtime && !entry.has_ended() &&
                         !entry.is_second_hand && entry.generation < begin &&
                         !ids.contains(id);
    if (!is_gone) continue;
    entry.ended = options_.clock->Now();
    changes_.NoteGone(id);
  }
}

void ContainerRegistry::Answered(int runtime, const std::string& id,
                                 bool has_failed) {
  {
    absl::MutexLock lock(&mutex_);
    ContainerEntry* const entry = entries_.Find(id);
    if (entry == nullptr) return;
    entry->waiting &= ~(uint32_t{1} << runtime);
    if (has_failed) entry->has_failed = true;
    if (!Settle(id, entry)) return;
  }
  Changed();
}

void ContainerRegistry::OnNotKnown(int runtime, const std::string& id) {
  Answered(runtime, id, /*has_failed=*/false);
}

void ContainerRegistry::OnFailed(int runtime, const std::string& id) {
  Answered(runtime, id, /*has_failed=*/true);
}

void ContainerRegistry::OnState(int runtime,
                                const v1::ContainerRuntime& state) {
  {
    absl::MutexLock lock(&mutex_);
    states_[static_cast<size_t>(runtime)] = state;
    has_changed_runtimes_ = true;
  }
  Changed();
}

// ---- the inventory
// -------------------------------------------------------------

std::vector<v1::ContainerRuntime> ContainerRegistry::RuntimeStates() const {
  std::vector<v1::ContainerRuntime> states = states_;
  for (const auto& [id, entry] : entries_.all()) {
    if (entry.runtime < 0 || entry.has_ended()) continue;
    v1::ContainerRuntime& state = states[static_cast<size_t>(entry.runtime)];
    state.set_containers(state.containers() + 1);
  }
  return states;
}

ContainerChanges ContainerRegistry::TakeChanges(bool as_snapshot) {
  absl::MutexLock lock(&mutex_);
  std::vector<std::string> expired;
  entries_.Expire(options_.clock->Now(), &expired);
  for (const std::string& id : expired) changes_.NoteGone(id);

  ContainerChanges changes = changes_.Take(entries_, as_snapshot);
  if (changes.is_snapshot || !changes.containers.empty() ||
      !changes.removed.empty() || has_changed_runtimes_) {
    changes.runtimes = RuntimeStates();
  }
  has_changed_runtimes_ = false;
  return changes;
}

ContainerRegistryStats ContainerRegistry::stats() const {
  absl::MutexLock lock(&mutex_);
  ContainerRegistryStats stats = stats_;
  for (const auto& [id, entry] : entries_.all()) {
    ++(entry.state == State::kKnown     ? stats.containers
       : entry.state == State::kPending ? stats.pending
                                        : stats.unknown);
  }
  stats.cgroups = cgroups_.size();
  stats.evicted_containers = entries_.evicted();
  stats.evicted_cgroups = cgroups_.evicted();
  for (const auto& runtime : runtimes_) stats.runtimes += runtime->stats();
  return stats;
}

}  // namespace eyrie::collector
