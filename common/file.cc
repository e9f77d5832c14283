// SPDX-License-Identifier: Apache-2.0

#include "common/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <string>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace eyrie {

absl::StatusOr<std::string> ReadFile(absl::string_view path, size_t max_bytes) {
  const std::string name(path);
  const std::string context = absl::StrCat("reading ", path);
  const int fd = open(name.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return absl::ErrnoToStatus(errno, context);
  const absl::Cleanup close_fd = [fd] { close(fd); };
  struct stat facts;
  if (fstat(fd, &facts) != 0) return absl::ErrnoToStatus(errno, context);
  if (S_ISDIR(facts.st_mode)) {
    return absl::InvalidArgumentError(absl::StrCat(context, ": is a folder"));
  }
  std::string content;
  char buffer[16384];
  while (true) {
    const ssize_t count = read(fd, buffer, sizeof(buffer));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return absl::ErrnoToStatus(errno, context);
    if (count == 0) return content;
    if (content.size() + count > max_bytes) {
      return absl::ResourceExhaustedError(absl::StrCat(
          context, ": exceeds the limit of ", max_bytes, " bytes"));
    }
    content.append(buffer, count);
  }
}

}  // namespace eyrie
