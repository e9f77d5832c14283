// SPDX-License-Identifier: Apache-2.0

#include "collector/node_identity.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <random>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"

#include "common/file.h"
#include "common/status_macros.h"

namespace eyrie::collector {
namespace {

constexpr char kBootIdPath[] = "/proc/sys/kernel/random/boot_id";

}  // namespace

absl::StatusOr<NodeIdentity> ReadNodeIdentity() {
  NodeIdentity identity;
  EYRIE_ASSIGN_OR_RETURN(identity.boot_id,
                         ReadFile(kBootIdPath, /*max_bytes=*/128));
  absl::StripAsciiWhitespace(&identity.boot_id);
  utsname system;
  if (uname(&system) != 0) {
    return absl::ErrnoToStatus(errno, "asking for the kernel's version");
  }
  identity.host_name = system.nodename;
  identity.kernel_release = system.release;
  identity.architecture = system.machine;
  identity.cpus = static_cast<uint32_t>(sysconf(_SC_NPROCESSORS_ONLN));
  return identity;
}

uint64_t DrawRunId() {
  std::random_device random;
  uint64_t id = 0;
  while (id == 0) id = uint64_t{random()} << 32 | random();
  return id;
}

}  // namespace eyrie::collector
