// SPDX-License-Identifier: Apache-2.0
//
// What the node knows of its containers, for whoever handles an event.
//
// Usage:
//
//   ContainerRegistry registry({}, directory.get());
//   registry.AddRuntime(MakeDockerRuntime(...));
//   registry.Start();
//   ...
//   const Place place = registry.Classify(record.cgroup_id(), path);
//   if (!place.cgroup->container_id().empty()) {
//     const Found found = registry.Find(place.cgroup->container_id());
//     if (found.is_pending) ...  // worth to wait for; else found.container
//   }

#ifndef EYRIE_COLLECTOR_CONTAINERS_CONTAINER_REGISTRY_H_
#define EYRIE_COLLECTOR_CONTAINERS_CONTAINER_REGISTRY_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "eyrie/v1/process.pb.h"

#include "collector/containers/cgroup_directory.h"
#include "collector/containers/cgroup_path.h"
#include "collector/containers/container_changes.h"
#include "collector/containers/container_entries.h"
#include "collector/containers/container_runtime.h"
#include "collector/containers/lru_map.h"
#include "collector/enrich/container_directory.h"
#include "common/clock.h"

namespace eyrie::collector {

struct ContainerRegistryOptions {
  ContainerEntriesOptions entries;
  // Each container has one, its processes may have made more.
  size_t max_cgroups = 8192;
  // When runtimes are asked again for what none of them knew; and if one of
  // them failed to say.
  absl::Duration ask_again = absl::Seconds(10);
  absl::Duration ask_again_after_failure = absl::Milliseconds(250);
  const Clock* clock = Clock::Real();  // borrowed
};

// Gauges, then what is counted since the start.
struct ContainerRegistryStats {
  uint64_t containers = 0;  // that a runtime told of, ended ones included
  uint64_t pending = 0;     // that runtimes are being asked for
  uint64_t unknown = 0;     // that no runtime knows
  uint64_t cgroups = 0;     // whose container is remembered
  uint64_t evicted_containers = 0;    // went before their time: too many
  uint64_t evicted_cgroups = 0;       // likewise; their path is read again
  uint64_t cgroup_reads = 0;          // paths looked up by id
  uint64_t cgroup_read_failures = 0;  // of these, without a path
  uint64_t truncated = 0;             // containers cut at the limits
  uint64_t id_conflicts = 0;          // ignored: another container has that id
  ContainerRuntimeStats runtimes;     // of all together
};

// Thread safety: AddRuntime() and Start() from one thread, before the others;
// these from any. Find() and Classify() hold a lock for a map's look-up and
// never wait for a runtime.
class ContainerRegistry : public ContainerDirectory, private ContainerSink {
 public:
  // Runtimes have a bit each in what an entry waits for.
  static constexpr size_t kMaxRuntimes = 32;

  // `directory` is borrowed, or null if there is no unified hierarchy: then
  // cgroups are known by the paths that are given alone.
  ContainerRegistry(ContainerRegistryOptions options,
                    const CgroupDirectory* directory);
  ~ContainerRegistry() override;

  // REQUIRES: before Start(), at most kMaxRuntimes times.
  void AddRuntime(std::unique_ptr<ContainerRuntime> runtime);
  void Start();
  // Ends what runtimes tell; what is known stays. The destructor does it too.
  void Stop();

  // As ContainerDirectory says.
  Place Classify(uint64_t cgroup_id, absl::string_view path) override;
  Found Find(absl::string_view id) override;
  uint64_t generation() const override {
    return generation_.load(std::memory_order_acquire);
  }

  // What has changed since the last call, or all there is: if that is wanted,
  // and if nobody has asked for so long that it was too much to keep. Also
  // forgets what has ended: to be called every few seconds.
  ContainerChanges TakeChanges(bool as_snapshot = false);

  ContainerRegistryStats stats() const;

 private:
  // ContainerSink.
  void OnContainer(int runtime, KnownContainer known) override;
  void OnEnded(int runtime, const std::string& id) override;
  uint64_t BeginList() override { return generation(); }
  void OnListed(int runtime, uint64_t begin,
                const absl::flat_hash_set<std::string>& ids) override;
  void OnNotKnown(int runtime, const std::string& id) override;
  void OnFailed(int runtime, const std::string& id) override;
  void OnState(int runtime, const v1::ContainerRuntime& state) override;

  // The unlocked parts of the above.
  std::string ReadPath(uint64_t cgroup_id) ABSL_LOCKS_EXCLUDED(mutex_);
  void Answered(int runtime, const std::string& id, bool has_failed);
  void Changed();

  ContainerEntry* FindOrAsk(const CgroupOwner& owner)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  ContainerEntry* Insert(const std::string& id)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Ask(const std::string& id, ContainerEntry* entry)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void AskIfPartial(const std::string& id, ContainerEntry* entry)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void AskAgainIfDue(const std::string& id, ContainerEntry* entry)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool Settle(const std::string& id, ContainerEntry* entry)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Accept(int runtime, KnownContainer known)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void SetPath(const std::string& id, ContainerEntry* entry,
               const std::string& path) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Place ClassifyPath(uint64_t cgroup_id, const std::string& path)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ClassifyCandidate(v1::Cgroup* cgroup, Place* place)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::vector<v1::ContainerRuntime> RuntimeStates() const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const ContainerRegistryOptions options_;
  const CgroupDirectory* const directory_;
  std::atomic<uint64_t> generation_{1};
  mutable absl::Mutex mutex_;
  std::vector<std::unique_ptr<ContainerRuntime>> runtimes_;  // fixed by Start()
  bool is_running_ = false;
  std::vector<v1::ContainerRuntime> states_ ABSL_GUARDED_BY(mutex_);
  ContainerEntries entries_ ABSL_GUARDED_BY(mutex_);
  LruMap<uint64_t, std::shared_ptr<const v1::Cgroup>> cgroups_
      ABSL_GUARDED_BY(mutex_);
  uint64_t uses_ ABSL_GUARDED_BY(mutex_) = 0;
  ContainerChangeLog changes_ ABSL_GUARDED_BY(mutex_);
  bool has_changed_runtimes_ ABSL_GUARDED_BY(mutex_) = false;
  ContainerRegistryStats stats_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_CONTAINERS_CONTAINER_REGISTRY_H_
