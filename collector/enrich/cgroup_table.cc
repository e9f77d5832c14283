// SPDX-License-Identifier: Apache-2.0

#include "collector/enrich/cgroup_table.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "eyrie/v1/event.pb.h"

#include "collector/enrich/batch_field.h"

namespace eyrie::collector {
namespace {

// The root of every hierarchy has this id (kernfs numbers from 1).
constexpr uint64_t kRootCgroup = 1;

// Whether the id does not tell one control group.
bool IsRoot(uint64_t cgroup_id) {
  return cgroup_id == 0 || cgroup_id == kRootCgroup;
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
  if (last_ != nullptr && id == last_id_ && last_->generation == generation) {
    return last_;
  }
  const bool is_of_image = image.state.cgroup_id() == id;
  const absl::string_view path =
      is_of_image ? absl::string_view(image.state.cgroup()) : "";
  CgroupEntry* entry = Entry(id, path);
  if (entry == nullptr) return nullptr;
  const bool is_news = !entry->has_path && !path.empty();
  if (entry->generation != generation || is_news) {
    entry->generation = generation;
    entry->has_path |= !path.empty();
    Refresh(id, path, now_ns, entry);
  }
  // Records of the root are told apart by the process's path; and a path that
  // was not known may come with the next record.
  last_ = IsRoot(id) || !entry->has_path ? nullptr : entry;
  last_id_ = id;
  return entry;
}

CgroupEntry* CgroupTable::Entry(uint64_t id, absl::string_view path) {
  if (!IsRoot(id)) {
    const auto found = by_id_.find(id);
    if (found != by_id_.end()) return &found->second;
    MakeRoom();
    return &by_id_[id];
  }
  if (path.empty()) return nullptr;
  const auto found = by_path_.find(path);
  if (found != by_path_.end()) return &found->second;
  MakeRoom();
  return &by_path_[path];
}

void CgroupTable::Refresh(uint64_t cgroup_id, absl::string_view path,
                          uint64_t now_ns, CgroupEntry* entry) {
  const Place place = directory_->Classify(cgroup_id, path);
  const v1::Cgroup& cgroup = *place.cgroup;
  entry->container = nullptr;
  if (place.is_pending) {
    entry->container = Container(absl::StrCat(cgroup_id, " ", cgroup.path()));
    entry->container->undecided = place.cgroup;
    SetPending(now_ns, entry->container);
  } else if (!cgroup.container_id().empty()) {
    entry->container = Container(cgroup.container_id());
    Ask(now_ns, entry->container);
  }
  if (IsRoot(cgroup_id)) return;
  std::string field;
  AppendMessage(v1::EventBatch::kCgroupsFieldNumber, cgroup, &field);
  if (field == entry->field) return;
  entry->field = std::move(field);
  entry->batch = 0;
}

AwaitedContainer* CgroupTable::Container(const std::string& key) {
  AwaitedContainer& entry = containers_[key];
  entry.key = key;
  return &entry;
}

void CgroupTable::SetPending(uint64_t now_ns, AwaitedContainer* entry) {
  if (entry->is_pending) return;
  entry->is_pending = true;
  entry->give_up_ns = now_ns + static_cast<uint64_t>(
                                   absl::ToInt64Nanoseconds(options_.max_wait));
}

void CgroupTable::Ask(uint64_t now_ns, AwaitedContainer* entry) {
  Found found = directory_->Find(entry->key);
  if (found.is_pending) {
    SetPending(now_ns, entry);
  } else {
    entry->is_pending = false;
  }
  if (entry->container == found.container) return;
  entry->container = std::move(found.container);
  entry->field.clear();
  AppendMessage(v1::EventBatch::kContainersFieldNumber, *entry->container,
                &entry->field);
  entry->batch = 0;
}

bool CgroupTable::MustWait(absl::string_view key, uint64_t now_ns) {
  const auto it = containers_.find(key);
  if (it == containers_.end()) return false;
  AwaitedContainer& entry = it->second;
  if (!entry.is_pending) return false;
  if (entry.undecided == nullptr) {
    Ask(now_ns, &entry);
  } else {
    const v1::Cgroup& cgroup = *entry.undecided;
    entry.is_pending =
        directory_->Classify(cgroup.id(), cgroup.path()).is_pending;
  }
  return entry.MustWait(now_ns);
}

void CgroupTable::GiveUp(absl::string_view key) {
  const auto it = containers_.find(key);
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
