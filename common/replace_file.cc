// SPDX-License-Identifier: Apache-2.0

#include "common/replace_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"

namespace eyrie {
namespace {

bool WriteAll(int fd, absl::string_view content) {
  while (!content.empty()) {
    const ssize_t count = write(fd, content.data(), content.size());
    if (count < 0 && errno != EINTR) return false;
    if (count > 0) content.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

}  // namespace

absl::Status ReplaceFile(const std::string& path, absl::string_view content) {
  const auto error = [&path] {
    return absl::ErrnoToStatus(errno, absl::StrCat("writing ", path));
  };
  char target[PATH_MAX];
  struct stat facts;
  if (realpath(path.c_str(), target) == nullptr || stat(target, &facts) != 0) {
    return error();
  }
  std::string temporary = absl::StrCat(target, ".XXXXXX");
  const int fd = mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) return error();
  const absl::Cleanup close_fd = [fd] { close(fd); };
  absl::Cleanup remove = [&temporary] { unlink(temporary.c_str()); };
  // Only root may give files away; others keep what they own.
  const bool is_given = fchown(fd, facts.st_uid, facts.st_gid) == 0;
  if (!is_given && errno != EPERM) return error();
  if (fchmod(fd, facts.st_mode & 07777) != 0 || !WriteAll(fd, content) ||
      fsync(fd) != 0 || std::rename(temporary.c_str(), target) != 0) {
    return error();
  }
  std::move(remove).Cancel();
  return absl::OkStatus();
}

}  // namespace eyrie
