// SPDX-License-Identifier: Apache-2.0
//
// Finds the path of a cgroup by its id.

#ifndef EYRIE_COLLECTOR_CONTAINERS_CGROUP_DIRECTORY_H_
#define EYRIE_COLLECTOR_CONTAINERS_CGROUP_DIRECTORY_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace eyrie::collector {

// Thread safety: implementations may be used by any thread.
class CgroupDirectory {
 public:
  virtual ~CgroupDirectory() = default;

  // The path from the root of the unified hierarchy, "/" for the root. An id is
  // the inode number of the cgroup there, and never used again.
  //
  // kNotFound if there is no such cgroup (any more), other codes if the kernel
  // refuses to say.
  virtual absl::StatusOr<std::string> PathOf(uint64_t cgroup_id) const = 0;

  // Id of the root; 0 if not known. Where nothing else is in the unified
  // hierarchy, every process has it.
  virtual uint64_t root_id() const = 0;
};

// Where the unified hierarchy is mounted, by the text of a mountinfo file;
// empty if it is not. A mount of a part of it does not count.
std::string FindUnifiedMount(absl::string_view mountinfo);

// Opens the unified hierarchy of the host whose files are below `host_root`
// ("/" for this one), be it the only one or beside others (hybrid).
//
// kNotFound, naming what was read, if the host has none; kPermissionDenied if
// cgroups cannot be opened by id, which takes CAP_DAC_READ_SEARCH.
absl::StatusOr<std::unique_ptr<CgroupDirectory>> OpenCgroupDirectory(
    const std::string& host_root);

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_CONTAINERS_CGROUP_DIRECTORY_H_
