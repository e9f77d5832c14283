// SPDX-License-Identifier: Apache-2.0

#include "collector/enrich/cgroup_table.h"

#include <algorithm>
#include <utility>

#include "eyrie/v1/event.pb.h"

#include "collector/enrich/batch_field.h"

namespace eyrie::collector {
namespace {

// The root of every hierarchy has this id (kernfs numbers from 1).
constexpr uint64_t kRootCgroup = 1;

uint64_t Nanoseconds(absl::Duration duration) {
  return static_cast<uint64_t>(absl::ToInt64Nanoseconds(duration));
}

std::string CgroupField(uint64_t id, const CgroupEntry& entry) {
  v1::Cgroup cgroup;
  cgroup.set_id(id);
  cgroup.set_path(entry.path);
  const bool is_undecided =
      entry.container != nullptr && entry.container->is_undecided;
  if (entry.path.empty() || is_undecided) {
    cgroup.set_is_unknown(true);
  } else if (entry.container != nullptr) {
    cgroup.set_container_id(entry.container->id);
  }
  std::string field;
  AppendMessage(v1::EventBatch::kCgroupsFieldNumber, cgroup, &field);
  return field;
}

// What a batch carries of a container that is too large for it.
v1::Container Shortened(const v1::Container& full) {
  v1::Container container;
  container.set_id(full.id());
  container.set_runtime(full.runtime());
  container.set_name(full.name());
  container.set_image(full.image());
  container.set_image_repository(full.image_repository());
  container.set_image_tag(full.image_tag());
  container.set_image_digest(full.image_digest());
  container.set_metadata(full.metadata());
  container.set_is_sandbox(full.is_sandbox());
  container.set_pod_sandbox_id(full.pod_sandbox_id());
  container.set_pod_name(full.pod_name());
  container.set_pod_namespace(full.pod_namespace());
  container.set_pod_uid(full.pod_uid());
  container.set_truncated(true);
  return container;
}

std::string ContainerField(const ContainerEntry& entry) {
  std::string field;
  if (entry.is_undecided) return field;
  constexpr int kField = v1::EventBatch::kContainersFieldNumber;
  if (entry.container != nullptr) {
    if (entry.container->ByteSizeLong() <= CgroupTable::kMaxContainerBytes) {
      AppendMessage(kField, *entry.container, &field);
    } else {
      AppendMessage(kField, Shortened(*entry.container), &field);
    }
    return field;
  }
  v1::Container container;
  container.set_id(entry.id);
  container.set_runtime(entry.runtime);
  container.set_metadata(entry.is_pending ? v1::Container::LATE
                                          : v1::Container::UNAVAILABLE);
  AppendMessage(kField, container, &field);
  return field;
}

}  // namespace

CgroupTable::CgroupTable(const CgroupTableOptions& options,
                         ContainerDirectory* directory)
    : options_(options), directory_(directory) {}

CgroupEntry* CgroupTable::Locate(const RecordView& record,
                                 const ProcessImage& image, uint64_t now_ns) {
  if (directory_ == nullptr) return nullptr;
  const uint64_t id = record.cgroup_id();
  const uint64_t generation = directory_->generation();
  if (last_ == nullptr || id != last_id_ || last_->generation != generation) {
    CgroupEntry* entry = Entry(id, image);
    if (entry == nullptr) return nullptr;
    if (entry->generation != generation) {
      entry->generation = generation;
      Refresh(id, now_ns, entry);
    }
    // Records of the root are told apart by the process's path.
    last_ = id == kRootCgroup ? nullptr : entry;
    last_id_ = id;
    return entry;
  }
  return last_;
}

CgroupEntry* CgroupTable::Entry(uint64_t id, const ProcessImage& image) {
  const bool is_of_image = image.state.cgroup_id() == id;
  if (id == kRootCgroup || id == 0) {
    if (!is_of_image || image.state.cgroup().empty()) return nullptr;
    const auto found = by_path_.find(image.state.cgroup());
    if (found != by_path_.end()) return &found->second;
    MakeRoom();
    CgroupEntry& entry = by_path_[image.state.cgroup()];
    entry.path = image.state.cgroup();
    return &entry;
  }
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) MakeRoom();
  CgroupEntry& entry = found == by_id_.end() ? by_id_[id] : found->second;
  if (!entry.path.empty()) return &entry;
  if (is_of_image && !image.state.cgroup().empty()) {
    entry.path = image.state.cgroup();
    entry.generation = kNever;
  } else if (entry.generation == kNever) {
    entry.path = directory_->PathOf(id);
    if (entry.path.empty()) ++stats_.unknown_cgroups;
  }
  return &entry;
}

void CgroupTable::Refresh(uint64_t cgroup_id, uint64_t now_ns,
                          CgroupEntry* entry) {
  entry->container = nullptr;
  if (!entry->path.empty()) {
    const CgroupOwner owner = directory_->OwnerOf(entry->path);
    if (owner.kind == CgroupOwner::Kind::kContainer) {
      entry->container = Container(owner.container_id, owner.runtime);
      Ask(now_ns, entry->container);
    } else if (owner.kind == CgroupOwner::Kind::kPending) {
      entry->container = Container(entry->path, owner.runtime);
      entry->container->is_undecided = true;
      SetPending(now_ns, entry->container);
    }
  }
  if (cgroup_id == kRootCgroup || cgroup_id == 0) return;
  std::string field = CgroupField(cgroup_id, *entry);
  if (field == entry->field) return;
  entry->field = std::move(field);
  entry->batch = 0;
}

ContainerEntry* CgroupTable::Container(const std::string& id,
                                       const std::string& runtime) {
  ContainerEntry& entry = containers_[id];
  if (entry.id.empty()) {
    entry.id = id;
    entry.runtime = runtime;
  }
  return &entry;
}

void CgroupTable::SetPending(uint64_t now_ns, ContainerEntry* entry) {
  if (entry->is_pending) return;
  entry->is_pending = true;
  entry->give_up_ns = now_ns + Nanoseconds(options_.max_wait);
}

void CgroupTable::Ask(uint64_t now_ns, ContainerEntry* entry) {
  ContainerAnswer answer = directory_->Find(entry->id);
  const bool was_pending = entry->is_pending;
  if (answer.kind == ContainerAnswer::Kind::kPending) {
    SetPending(now_ns, entry);
  } else {
    entry->is_pending = false;
  }
  const bool is_same =
      entry->container == answer.container && entry->is_pending == was_pending;
  if (is_same && !entry->field.empty()) return;
  entry->container = std::move(answer.container);
  entry->field = ContainerField(*entry);
  entry->batch = 0;
}

bool CgroupTable::MustWait(absl::string_view id, uint64_t now_ns) {
  const auto it = containers_.find(id);
  if (it == containers_.end()) return false;
  ContainerEntry& entry = it->second;
  if (!entry.is_pending) return false;
  if (entry.is_undecided) {
    entry.is_pending =
        directory_->OwnerOf(entry.id).kind == CgroupOwner::Kind::kPending;
  } else {
    Ask(now_ns, &entry);
  }
  return entry.MustWait(now_ns);
}

void CgroupTable::GiveUp(absl::string_view id) {
  const auto it = containers_.find(id);
  if (it == containers_.end() || it->second.is_late) return;
  it->second.is_late = true;
  it->second.give_up_ns = 0;
  ++stats_.late_containers;
}

void CgroupTable::MakeRoom() {
  const size_t entries =
      std::max(by_id_.size() + by_path_.size(), containers_.size());
  if (entries < options_.max_entries) return;
  by_id_.clear();
  by_path_.clear();
  containers_.clear();
  last_ = nullptr;
  ++stats_.overflows;
}

CgroupTableStats CgroupTable::stats() const {
  CgroupTableStats stats = stats_;
  stats.cgroups = by_id_.size() + by_path_.size();
  stats.containers = containers_.size();
  return stats;
}

}  // namespace eyrie::collector
