// SPDX-License-Identifier: Apache-2.0
//
// The kernel opens a file by a handle that holds the inode number alone; where
// it lies is then read from /proc/self/fd.

#include "collector/containers/cgroup_directory.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

#include "common/file.h"

namespace eyrie::collector {
namespace {

// Type of the handles of kernfs (FILEID_KERNFS of linux/exportfs.h).
constexpr int kKernfsHandle = 0xfe;

// A host with ten thousand mounts has 2 MiB of them.
constexpr size_t kMaxMountinfoBytes = 8 << 20;

class OwnedFd {
 public:
  explicit OwnedFd(int fd) : fd_(fd) {}
  ~OwnedFd() {
    if (fd_ >= 0) close(fd_);
  }
  OwnedFd(OwnedFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  OwnedFd& operator=(OwnedFd&&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

OwnedFd OpenById(int mount_fd, uint64_t cgroup_id) {
  // The id must follow the header without a gap.
  alignas(8) unsigned char bytes[sizeof(file_handle) + sizeof(uint64_t)];
  auto* const handle = reinterpret_cast<file_handle*>(bytes);
  handle->handle_bytes = sizeof(uint64_t);
  handle->handle_type = kKernfsHandle;
  std::memcpy(handle->f_handle, &cgroup_id, sizeof(cgroup_id));
  return OwnedFd(
      open_by_handle_at(mount_fd, handle, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

absl::StatusOr<std::string> PathOfFd(int fd) {
  char path[PATH_MAX];
  const ssize_t length =
      readlink(absl::StrCat("/proc/self/fd/", fd).c_str(), path, sizeof(path));
  if (length < 0) return absl::ErrnoToStatus(errno, "reading a cgroup's path");
  return std::string(path, static_cast<size_t>(length));
}

class KernfsCgroupDirectory : public CgroupDirectory {
 public:
  KernfsCgroupDirectory(OwnedFd mount, std::string mount_path, uint64_t root_id)
      : mount_(std::move(mount)),
        mount_path_(std::move(mount_path)),
        root_id_(root_id) {}

  absl::StatusOr<std::string> PathOf(uint64_t cgroup_id) const override {
    const OwnedFd fd = OpenById(mount_.get(), cgroup_id);
    if (fd.get() < 0) {
      if (errno == ESTALE || errno == ENOENT) {
        return absl::NotFoundError(absl::StrCat("no cgroup ", cgroup_id));
      }
      return absl::ErrnoToStatus(errno,
                                 absl::StrCat("opening cgroup ", cgroup_id));
    }
    absl::StatusOr<std::string> path = PathOfFd(fd.get());
    if (!path.ok()) return path;
    absl::string_view rest = *path;
    if (!absl::ConsumePrefix(&rest, mount_path_) ||
        absl::EndsWith(rest, " (deleted)")) {
      return absl::NotFoundError(absl::StrCat("no cgroup ", cgroup_id));
    }
    return rest.empty() ? "/" : std::string(rest);
  }

  uint64_t root_id() const override { return root_id_; }

 private:
  const OwnedFd mount_;
  const std::string mount_path_;  // as the kernel names it, no slash at the end
  const uint64_t root_id_;
};

// Bytes that may not stand in mountinfo are written \NNN, octal.
std::string UnescapeMount(absl::string_view text) {
  std::string path;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size()) {
      int value = 0;
      for (size_t digit = i + 1; digit <= i + 3; ++digit) {
        value = value * 8 + (text[digit] - '0');
      }
      path += static_cast<char>(value);
      i += 3;
    } else {
      path += text[i];
    }
  }
  return path;
}

absl::StatusOr<std::unique_ptr<CgroupDirectory>> OpenMount(
    const std::string& path) {
  OwnedFd mount(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (mount.get() < 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("opening ", path));
  }
  struct stat status;
  if (fstat(mount.get(), &status) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("looking at ", path));
  }
  if (OpenById(mount.get(), status.st_ino).get() < 0) {
    return absl::ErrnoToStatus(
        errno, absl::StrCat("opening a cgroup of ", path,
                            " by its id, which takes CAP_DAC_READ_SEARCH"));
  }
  absl::StatusOr<std::string> named = PathOfFd(mount.get());
  if (!named.ok()) return named.status();
  if (*named == "/") named->clear();
  return std::make_unique<KernfsCgroupDirectory>(
      std::move(mount), *std::move(named), status.st_ino);
}

}  // namespace

std::string FindUnifiedMount(absl::string_view mountinfo) {
  // ID PARENT MAJOR:MINOR ROOT MOUNT-POINT OPTIONS... - TYPE SOURCE OPTIONS
  for (const absl::string_view line : absl::StrSplit(mountinfo, '\n')) {
    const std::pair<absl::string_view, absl::string_view> halves =
        absl::StrSplit(line, absl::MaxSplits(" - ", 1));
    if (!absl::StartsWith(halves.second, "cgroup2 ")) continue;
    const std::vector<absl::string_view> fields =
        absl::StrSplit(halves.first, ' ');
    if (fields.size() < 5 || fields[3] != "/") continue;
    return UnescapeMount(fields[4]);
  }
  return {};
}

absl::StatusOr<std::unique_ptr<CgroupDirectory>> OpenCgroupDirectory(
    const std::string& host_root) {
  const std::string root(absl::StripSuffix(host_root, "/"));
  // As the host's first process sees it, and as we do: within a container with
  // the host's files below `host_root` only one of them may name it.
  const std::string mountinfo = absl::StrCat(root, "/proc/1/mountinfo");
  const absl::StatusOr<std::string> of_host =
      ReadFile(mountinfo, kMaxMountinfoBytes);
  if (of_host.ok()) {
    const std::string path = FindUnifiedMount(*of_host);
    if (!path.empty()) {
      auto directory = OpenMount(absl::StrCat(root, path));
      if (directory.ok()) return directory;
    }
  }
  const absl::StatusOr<std::string> of_self =
      ReadFile("/proc/self/mountinfo", kMaxMountinfoBytes);
  if (!of_self.ok()) return of_self.status();
  const std::string path = FindUnifiedMount(*of_self);
  if (path.empty()) {
    return absl::NotFoundError(
        absl::StrCat("no cgroup2 mount in ", mountinfo,
                     " or /proc/self/mountinfo: cgroups are known by the paths "
                     "of processes alone"));
  }
  return OpenMount(path);
}

}  // namespace eyrie::collector
