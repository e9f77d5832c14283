// SPDX-License-Identifier: Apache-2.0
//
// What the event thread asks about control groups and containers.

#ifndef EYRIE_COLLECTOR_ENRICH_CONTAINER_DIRECTORY_H_
#define EYRIE_COLLECTOR_ENRICH_CONTAINER_DIRECTORY_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "eyrie/v1/process.pb.h"

namespace eyrie::collector {

// Whose processes a control group holds.
struct CgroupOwner {
  enum class Kind : uint8_t {
    kHost,
    kContainer,
    // Its path looks like a container's of a runtime that has not answered yet.
    kPending,
  };
  Kind kind = Kind::kHost;
  std::string container_id;  // full; empty unless kContainer
  std::string runtime;       // as far as the path tells
};

// What is known of a container.
struct ContainerAnswer {
  enum class Kind : uint8_t {
    kKnown,
    // A runtime has been asked.
    kPending,
    // No runtime of the node knows it.
    kUnavailable,
  };
  Kind kind = Kind::kUnavailable;
  std::shared_ptr<const v1::Container> container;  // null unless kKnown
};

// Answers at once, with what is known now: whoever asks a container runtime
// does so on another thread.
//
// Thread safety: all methods may be called from any thread.
class ContainerDirectory {
 public:
  virtual ~ContainerDirectory() = default;

  // REQUIRES: `cgroup_path` is not empty.
  virtual CgroupOwner OwnerOf(absl::string_view cgroup_path) = 0;
  // Asks for the container if it is not known.
  virtual ContainerAnswer Find(absl::string_view container_id) = 0;
  // Path of a control group of the unified hierarchy; empty if it is gone or
  // there is none.
  virtual std::string PathOf(uint64_t cgroup_id) = 0;

  // Has changed if any answer may have.
  virtual uint64_t generation() const = 0;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_ENRICH_CONTAINER_DIRECTORY_H_
