// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/container_changes.h"

#include <string>

namespace eyrie::collector {

void ContainerChangeLog::NoteChanged(const std::string& id) {
  removed_.erase(id);
  changed_.insert(id);
}

void ContainerChangeLog::NoteGone(const std::string& id) {
  changed_.erase(id);
  // One too many says that nobody takes them.
  if (removed_.size() <= max_removed_) removed_.insert(id);
}

ContainerChanges ContainerChangeLog::Take(const ContainerEntries& entries,
                                          bool as_snapshot) {
  ContainerChanges changes;
  changes.is_snapshot = as_snapshot || removed_.size() > max_removed_;
  for (const auto& [id, entry] : entries.all()) {
    const bool is_told = entry.state != ContainerEntry::State::kPending &&
                         !entry.is_candidate && !entry.has_ended();
    if (is_told && (changes.is_snapshot || changed_.contains(id))) {
      changes.containers.push_back(entry.container);
    }
  }
  if (!changes.is_snapshot) {
    changes.removed.assign(removed_.begin(), removed_.end());
  }
  changed_.clear();
  removed_.clear();
  return changes;
}

}  // namespace eyrie::collector
