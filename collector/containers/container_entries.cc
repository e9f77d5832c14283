// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/container_entries.h"

#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace eyrie::collector {

ContainerEntry* ContainerEntries::Find(absl::string_view id) {
  const auto found = entries_.find(id);
  return found == entries_.end() ? nullptr : &found->second;
}

absl::string_view ContainerEntries::FindByPath(absl::string_view path) const {
  if (ids_by_path_.empty()) return {};
  while (path.size() > 1) {
    const auto found = ids_by_path_.find(path);
    if (found != ids_by_path_.end()) return found->second;
    path = path.substr(0, path.rfind('/'));
  }
  return {};
}

std::string ContainerEntries::Victim() const {
  const std::string* victim = nullptr;
  std::tuple<absl::Time, uint64_t> least;
  for (const auto& [id, entry] : entries_) {
    const std::tuple<absl::Time, uint64_t> rank(entry.ended, entry.last_used);
    if (victim == nullptr || rank < least) {
      victim = &id;
      least = rank;
    }
  }
  return *victim;
}

ContainerEntry* ContainerEntries::Insert(const std::string& id,
                                         std::vector<std::string>* evicted) {
  if (entries_.size() >= options_.max_containers) {
    std::string victim = Victim();
    Erase(victim);
    ++evicted_;
    evicted->push_back(std::move(victim));
  }
  return &entries_[id];
}

void ContainerEntries::SetPath(const std::string& id, ContainerEntry* entry,
                               const std::string& path) {
  if (entry->cgroup_path == path) return;
  ids_by_path_.erase(entry->cgroup_path);
  entry->cgroup_path = path;
  if (!path.empty()) ids_by_path_[path] = id;
}

void ContainerEntries::Erase(const std::string& id) {
  const auto found = entries_.find(id);
  const auto path = ids_by_path_.find(found->second.cgroup_path);
  if (path != ids_by_path_.end() && path->second == id) {
    ids_by_path_.erase(path);
  }
  entries_.erase(found);
}

void ContainerEntries::Expire(absl::Time now,
                              std::vector<std::string>* expired) {
  const size_t before = expired->size();
  for (const auto& [id, entry] : entries_) {
    const bool is_unused = entry.state == ContainerEntry::State::kUnknown &&
                           now - entry.used > options_.keep_unused;
    if (is_unused || now - entry.ended > options_.keep_ended) {
      expired->push_back(id);
    }
  }
  for (size_t i = before; i < expired->size(); ++i) Erase((*expired)[i]);
}

}  // namespace eyrie::collector
