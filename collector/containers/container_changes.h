// SPDX-License-Identifier: Apache-2.0
//
// Which containers have changed since somebody last asked.

#ifndef EYRIE_COLLECTOR_CONTAINERS_CONTAINER_CHANGES_H_
#define EYRIE_COLLECTOR_CONTAINERS_CONTAINER_CHANGES_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "eyrie/v1/process.pb.h"

#include "collector/containers/container_entries.h"

namespace eyrie::collector {

// What has changed since it was last taken.
struct ContainerChanges {
  // Whether `containers` are all that run.
  bool is_snapshot = false;
  std::vector<std::shared_ptr<const v1::Container>> containers;
  // Ids of those that run no more; none in a snapshot.
  std::vector<std::string> removed;
  // All of them, or empty if nothing has changed.
  std::vector<v1::ContainerRuntime> runtimes;
};

// Thread safety: none; the registry's mutex guards it.
class ContainerChangeLog {
 public:
  // Keeps the ids of at most so many that are gone; more than that, and a
  // snapshot is taken next.
  explicit ContainerChangeLog(size_t max_removed) : max_removed_(max_removed) {}

  void NoteChanged(const std::string& id);
  void NoteGone(const std::string& id);

  // Changes of the containers among `entries`, without runtimes; or all of
  // them. Begins anew.
  ContainerChanges Take(const ContainerEntries& entries, bool as_snapshot);

 private:
  const size_t max_removed_;
  absl::flat_hash_set<std::string> changed_;
  absl::flat_hash_set<std::string> removed_;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_CONTAINERS_CONTAINER_CHANGES_H_
