// SPDX-License-Identifier: Apache-2.0
//
// A container runtime of the node, as the registry of containers sees it.

#ifndef EYRIE_COLLECTOR_CONTAINERS_CONTAINER_RUNTIME_H_
#define EYRIE_COLLECTOR_CONTAINERS_CONTAINER_RUNTIME_H_

#include <cstdint>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "eyrie/v1/process.pb.h"

namespace eyrie::collector {

// What a runtime tells about one container.
struct KnownContainer {
  v1::Container container;
  // Where its cgroup is, from the root of the hierarchy; empty if the runtime
  // does not say. Needed where the path does not hold the id.
  std::string cgroup_path;
  // Whether another runtime runs it and knows it better: dockerd's containers,
  // as containerd sees them.
  bool is_second_hand = false;
  // Whether the runtime will have more to tell in a moment: it is still making
  // the container.
  bool is_partial = false;
};

// Takes what runtimes tell. `runtime` is the number that the runtime was
// started with.
//
// Thread safety: called by any runtime's threads.
class ContainerSink {
 public:
  virtual ~ContainerSink() = default;

  virtual void OnContainer(int runtime, KnownContainer known) = 0;
  // The container runs no more, or was removed.
  virtual void OnEnded(int runtime, const std::string& id) = 0;
  // To be called before a runtime is asked for all that run; then OnListed()
  // with the number that it gave: what was known then and is not among `ids`
  // has ended.
  virtual uint64_t BeginList() = 0;
  virtual void OnListed(int runtime, uint64_t begin,
                        const absl::flat_hash_set<std::string>& ids) = 0;
  // Answers to ContainerRuntime::Ask() without a container: there is none of
  // that id; or the runtime failed to say.
  virtual void OnNotKnown(int runtime, const std::string& id) = 0;
  virtual void OnFailed(int runtime, const std::string& id) = 0;
  // `containers` need not be set.
  virtual void OnState(int runtime, const v1::ContainerRuntime& state) = 0;
};

// Counted since the start.
struct ContainerRuntimeStats {
  ContainerRuntimeStats& operator+=(const ContainerRuntimeStats& other) {
    connects += other.connects;
    lookups += other.lookups;
    lookup_failures += other.lookup_failures;
    dropped_lookups += other.dropped_lookups;
    events += other.events;
    return *this;
  }

  uint64_t connects = 0;         // times that it answered after it had not
  uint64_t lookups = 0;          // containers asked for
  uint64_t lookup_failures = 0;  // of these, without an answer in time
  uint64_t dropped_lookups = 0;  // not asked: too many were waiting
  uint64_t events = 0;           // changes that the runtime told by itself
};

// Thread safety: all methods may be called from any thread.
class ContainerRuntime {
 public:
  enum class Asked {
    // Each such question is answered on the sink, within the deadline of calls
    // and of those before it.
    kAccepted,
    // There is no such runtime here, or it has no containers of such an id.
    kNotKnown,
    // It does not answer at present.
    kFailing,
    // Too many wait; counted.
    kDropped,
  };

  virtual ~ContainerRuntime() = default;

  // Begins to tell `sink`, which is borrowed until Stop() returns. REQUIRES:
  // called once.
  virtual void Start(ContainerSink* sink, int number) = 0;
  // Tells nothing more once it returns. It may wait as long as one call's
  // deadline.
  virtual void Stop() = 0;

  // Asks for the container of that full id. Never blocks.
  virtual Asked Ask(const std::string& id) = 0;

  virtual ContainerRuntimeStats stats() const = 0;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_CONTAINERS_CONTAINER_RUNTIME_H_
