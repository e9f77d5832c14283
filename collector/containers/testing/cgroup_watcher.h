// SPDX-License-Identifier: Apache-2.0
//
// Sees containers begin as an event would: by their cgroups.

#ifndef EYRIE_COLLECTOR_CONTAINERS_TESTING_CGROUP_WATCHER_H_
#define EYRIE_COLLECTOR_CONTAINERS_TESTING_CGROUP_WATCHER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "eyrie/v1/process.pb.h"

#include "collector/containers/container_registry.h"

namespace eyrie::testing {

// A container that began.
struct SeenContainer {
  std::string path;  // of its cgroup
  absl::Time seen;
  // When the registry said what it is; infinite while it does not.
  absl::Time known = absl::InfiniteFuture();
  std::shared_ptr<const v1::Container> container;
};

// Looks every millisecond for new cgroups below a folder of the unified
// hierarchy, and asks the registry for each until it has an answer, as the
// thread does that handles events.
//
// Thread safety: all methods may be called from any thread.
class CgroupWatcher {
 public:
  // `parent` is a path from the root of the hierarchy, which need not be there.
  // Borrows `registry`.
  CgroupWatcher(collector::ContainerRegistry* registry, std::string parent);
  ~CgroupWatcher();

  // Those whose answer is there, by the path of their cgroups.
  std::map<std::string, SeenContainer> answered() const;
  size_t seen() const;
  // Waits until so many are answered. False if they are not in time.
  bool WaitForAnswers(size_t count, absl::Duration timeout) const;

 private:
  void Look();
  void Ask(uint64_t id, SeenContainer* seen);

  collector::ContainerRegistry* const registry_;
  const std::string mount_;
  const std::string parent_;
  mutable absl::Mutex mutex_;
  bool is_stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::map<uint64_t, SeenContainer> seen_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace eyrie::testing

#endif  // EYRIE_COLLECTOR_CONTAINERS_TESTING_CGROUP_WATCHER_H_
