// SPDX-License-Identifier: Apache-2.0

#include "tests/e2e/attack_steps/file_reading_steps.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"

#include "tests/e2e/attack_steps/acts.h"
#include "tests/e2e/attack_steps/io_ring.h"

namespace eyrie::testing {
namespace {

bool Reads(const char* path) {
  return syscall(SYS_openat, AT_FDCWD, path, O_RDONLY) >= 0;
}

bool ReadsWithoutSymlinks() {
  open_how how = {};
  how.flags = O_RDONLY;
  how.resolve = RESOLVE_NO_SYMLINKS;
  return syscall(SYS_openat2, AT_FDCWD, "/etc/gshadow", &how, sizeof(how)) >= 0;
}

bool ReadsByIoUring() {
  io_uring_sqe request = {};
  request.opcode = IORING_OP_OPENAT;
  request.fd = AT_FDCWD;
  request.addr = AddressOf("/etc/shadow");
  request.open_flags = O_RDONLY;
  return RunInRing(request) >= 0;
}

// On a file system that surely has handles.
bool OpensByHandle() {
  if (!LeaveMounts() || !MakeFolder("host") ||
      mount("tmpfs", "host", "tmpfs", 0, nullptr) != 0 ||
      !MakeFile("host/secret")) {
    return false;
  }
  alignas(file_handle) char memory[sizeof(file_handle) + MAX_HANDLE_SZ] = {};
  auto* handle = reinterpret_cast<file_handle*>(memory);
  handle->handle_bytes = MAX_HANDLE_SZ;
  int mount_id = 0;
  if (name_to_handle_at(AT_FDCWD, "host/secret", handle, &mount_id, 0) != 0) {
    return false;
  }
  const int host = open("host", O_RDONLY | O_DIRECTORY);
  return syscall(SYS_open_by_handle_at, host, handle, O_RDONLY) >= 0;
}

bool ListsFolder(const char* path) {
  const auto folder = static_cast<int>(
      syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_DIRECTORY));
  char entries[4096];
  return syscall(SYS_getdents64, folder, entries, sizeof(entries)) > 0;
}

bool LooksUpProgram() {
  const Victim victim;
  char target[256];
  return syscall(SYS_readlink,
                 absl::StrCat("/proc/", victim.pid(), "/exe").c_str(), target,
                 sizeof(target)) > 0;
}

bool WatchesPasswords() {
  const int watcher = inotify_init1(IN_CLOEXEC);
  return syscall(SYS_inotify_add_watch, watcher, "/etc/passwd", IN_MODIFY) >= 0;
}

// Without a mark it watches nothing.
bool PreparesToWatchAll() {
  return syscall(SYS_fanotify_init, FAN_CLASS_NOTIF | FAN_CLOEXEC, O_RDONLY) >=
         0;
}

// From one file to the other within the kernel.
bool CopiesHashes() {
  const int from = open("/etc/shadow", O_RDONLY);
  const int to = open("stolen", O_WRONLY | O_CREAT | O_EXCL, 0600);
  return syscall(SYS_copy_file_range, from, nullptr, to, nullptr, 4096, 0) >= 0;
}

}  // namespace

AttackSteps FileReadingSteps(const std::string& folder) {
  const auto at = [&](const char* name) {
    return Quoted(absl::StrCat(folder, "/", name));
  };
  return {
      {"Password hashes read", "T1003.008",
       "evt.type = open and fd.name = /etc/shadow and evt.arg.flags contains "
       "O_RDONLY and evt.is_open_read = true and fd.num >= 0",
       [] { return syscall(SYS_open, "/etc/shadow", O_RDONLY) >= 0; }},
      {"Accounts read by a roundabout path", "T1087.001",
       "evt.type = openat and fd.nameraw = /usr/../etc/../etc/passwd and "
       "fd.name = /etc/passwd and evt.arg.dirfd = AT_FDCWD and fd.num >= 0",
       [] { return Reads("/usr/../etc/../etc/passwd"); }},
      {"Group hashes read by openat2", "T1003.008",
       "evt.type = openat2 and fd.name = /etc/gshadow and evt.arg.resolve = "
       "RESOLVE_NO_SYMLINKS and fd.num >= 0",
       ReadsWithoutSymlinks},
      {"Password hashes read from their folder", "T1003.008",
       "evt.type = openat and fd.nameraw = shadow and fd.name = /etc/shadow "
       "and fd.num >= 0",
       [] { return chdir("/etc") == 0 && Reads("shadow"); }},
      {"Password hashes read behind a symlink", "T1003.008",
       absl::StrCat("evt.type = openat and evt.arg.name = ", at("harmless"),
                    " and fd.realpath = /etc/shadow and fd.name = "
                    "/etc/shadow and fd.num >= 0"),
       [] {
         return symlinkat("/etc/shadow", AT_FDCWD, "harmless") == 0 &&
                Reads("harmless");
       }},
      {"Password hashes read by io_uring", "T1003.008",
       "evt.type = openat and evt.is_io_uring = true and fd.name = "
       "/etc/shadow and evt.arg.flags contains O_RDONLY and fd.num >= 0",
       ReadsByIoUring},
      {"Password hashes read in a changed root", "T1003.008",
       "evt.type = openat and fd.nameraw = /shadow and fd.realpath = /shadow",
       [] { return chroot("/etc") == 0 && Reads("/shadow"); }},
      {"Secret opened by handle", "T1611",
       absl::StrCat("evt.type = open_by_handle_at and evt.arg.path = ",
                    at("host/secret"),
                    " and evt.arg.flags contains O_RDONLY and fd.num >= 0"),
       OpensByHandle},
      {"Environment of another process read", "T1552.001",
       "evt.type = openat and fd.name startswith /proc/ and fd.name endswith "
       "/environ and fd.num >= 0",
       [] {
         const Victim victim;
         return Reads(absl::StrCat("/proc/", victim.pid(), "/environ").c_str());
       }},
      {"Addresses of the kernel read", "T1082",
       "evt.type = openat and fd.name = /proc/kallsyms and fd.num >= 0",
       [] { return Reads("/proc/kallsyms"); }},
      {"Private key read", "T1552.004",
       absl::StrCat("evt.type = openat and fd.directory = ", at(".ssh"),
                    " and fd.filename = id_ed25519 and evt.is_open_read = "
                    "true and fd.num >= 0"),
       [] {
         return MakeFolder(".ssh") && MakeFile(".ssh/id_ed25519") &&
                Reads(".ssh/id_ed25519");
       }},
      {"Cloud credentials looked for", "T1552.001",
       "evt.type = faccessat and evt.arg.name = "
       "/nonexistent/.aws/credentials and evt.arg.mode = R_OK and evt.res = "
       "ENOENT",
       [] {
         return syscall(SYS_faccessat, AT_FDCWD,
                        "/nonexistent/.aws/credentials", R_OK) != 0;
       }},
      {"Container engine looked for", "T1613",
       "evt.type = statx and evt.arg.path = /nonexistent/docker.sock and "
       "evt.rawarg.mask = 2047 and evt.res = ENOENT",
       [] {
         struct statx facts;
         return syscall(SYS_statx, AT_FDCWD, "/nonexistent/docker.sock", 0,
                        STATX_BASIC_STATS, &facts) != 0;
       }},
      {"Home of root listed", "T1083",
       "evt.type = getdents64 and fd.name = /root and fd.type = directory "
       "and evt.rawarg.res > 0",
       [] { return ListsFolder("/root"); }},
      {"Program of another process looked up", "T1057",
       "evt.type = readlink and evt.arg.path startswith /proc/ and "
       "evt.arg.path endswith /exe and evt.rawres > 0",
       LooksUpProgram},
      {"Accounts watched for changes", "T1087.001",
       "evt.type = inotify_add_watch and evt.arg.path = /etc/passwd and "
       "evt.rawarg.mask = 2 and evt.rawres > 0",
       WatchesPasswords},
      {"Watch of all files prepared", "T1083",
       absl::StrCat("evt.type = fanotify_init and evt.rawarg.arg0 = ",
                    FAN_CLASS_NOTIF | FAN_CLOEXEC, " and evt.rawarg.arg1 = ",
                    O_RDONLY, " and evt.rawres >= 0"),
       PreparesToWatchAll},
      {"Password hashes copied within the kernel", "T1005",
       "evt.type = copy_file_range and fd.name = /etc/shadow and "
       "evt.rawarg.len = 4096 and evt.rawarg.res > 0",
       CopiesHashes},
  };
}

}  // namespace eyrie::testing
