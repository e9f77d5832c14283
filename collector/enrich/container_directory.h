// SPDX-License-Identifier: Apache-2.0
//
// What the event thread asks about control groups and containers.

#ifndef EYRIE_COLLECTOR_ENRICH_CONTAINER_DIRECTORY_H_
#define EYRIE_COLLECTOR_ENRICH_CONTAINER_DIRECTORY_H_

#include <cstdint>
#include <memory>

#include "absl/strings/string_view.h"
#include "eyrie/v1/process.pb.h"

namespace eyrie::collector {

// Where an event happened.
struct Place {
  // Never null. Of the host, if it is neither unknown nor has a container's id.
  std::shared_ptr<const v1::Cgroup> cgroup;
  // Whether a runtime is being asked if it is a container: then `is_unknown` is
  // set, and the answer is worth to wait for.
  bool is_pending = false;
};

// What is known of a container.
struct Found {
  // Never null. As long as no runtime knows it, what its cgroup's path says,
  // with `metadata` LATE if a runtime is being asked or does not answer, and
  // UNAVAILABLE if all said no.
  std::shared_ptr<const v1::Container> container;
  // Whether a runtime is being asked, or fails and may be back soon: the answer
  // is worth to wait for.
  bool is_pending = false;
};

// Answers at once, with what is known now: whoever asks a container runtime
// does so on another thread.
//
// Thread safety: all methods may be called from any thread.
class ContainerDirectory {
 public:
  virtual ~ContainerDirectory() = default;

  // The container of a cgroup. `path`: what is known of its path, or empty; it
  // is then looked up by the id, once. The id 0, and that of the hierarchy's
  // root, stand for "not known": then `path` alone counts.
  virtual Place Classify(uint64_t cgroup_id, absl::string_view path) = 0;

  // What is known of the container of this full id, which Classify() gave. The
  // first time it is asked for, all runtimes are asked.
  virtual Found Find(absl::string_view id) = 0;

  // Grows with every change of what Find() and Classify() answer.
  virtual uint64_t generation() const = 0;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_ENRICH_CONTAINER_DIRECTORY_H_
