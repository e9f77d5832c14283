// SPDX-License-Identifier: Apache-2.0

#include "tests/e2e/attack_steps/file_writing_steps.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"

#include "tests/e2e/attack_steps/acts.h"
#include "tests/e2e/attack_steps/io_ring.h"

namespace eyrie::testing {
namespace {

bool Opens(const char* path, int flags, mode_t mode = 0600) {
  return syscall(SYS_openat, AT_FDCWD, path, flags, mode) >= 0;
}

bool WritesKey() {
  constexpr absl::string_view kKey = "ssh-ed25519 AAAAeyrie intruder\n";
  const int file = open("keys", O_WRONLY | O_CREAT | O_EXCL, 0600);
  return syscall(SYS_write, file, kKey.data(), kKey.size()) ==
         static_cast<ssize_t>(kKey.size());
}

bool PatchesProgram() {
  if (!MakeProgram("sshd")) return false;
  const int file = open("sshd", O_WRONLY);
  return syscall(SYS_pwrite64, file, "\x90\x90", 2, 4096) == 2;
}

bool RemovesByIoUring() {
  if (!MakeFile("syslog")) return false;
  io_uring_sqe request = {};
  request.opcode = IORING_OP_UNLINKAT;
  request.fd = AT_FDCWD;
  request.addr = AddressOf("syslog");
  return RunInRing(request) == 0;
}

// A file below a root directory that is the working directory.
bool OpensInOwnRoot(const char* path) {
  return MakeFolder("etc") && MakeFolder("cron") && chroot(".") == 0 &&
         Opens(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
}

bool ShortensLog() {
  if (!MakeFile("wtmp", "logins")) return false;
  const int log = open("wtmp", O_RDWR);
  return syscall(SYS_ftruncate, log, 2) == 0;
}

}  // namespace

AttackSteps FileWritingSteps(const std::string& folder) {
  const auto at = [&](const char* name) {
    return Quoted(absl::StrCat(folder, "/", name));
  };
  return {
      {"Web shell left", "T1505.003",
       absl::StrCat("evt.type = openat and fd.name = ", at("shell.php"),
                    " and evt.is_open_create = true and evt.arg.mode = "
                    "\"S_IROTH|S_IRGRP|S_IWUSR|S_IRUSR\""),
       [] { return Opens("shell.php", O_WRONLY | O_CREAT, 0644); }},
      {"Tool left that may be run", "T1105",
       absl::StrCat("evt.type = openat and fd.name = ", at("xmrig"),
                    " and evt.is_open_exec = true and evt.is_open_write = "
                    "true and evt.arg.flags contains O_TRUNC"),
       [] { return Opens("xmrig", O_WRONLY | O_CREAT | O_TRUNC, 0755); }},
      {"Private key left by creat", "T1552.004",
       absl::StrCat("evt.type = creat and fd.name = ", at("id_rsa"),
                    " and evt.arg.mode = \"S_IWUSR|S_IRUSR\" and fd.num >= 0"),
       [] { return syscall(SYS_creat, "id_rsa", 0600) >= 0; }},
      {"Key of a login added to", "T1098.004",
       absl::StrCat("evt.type = openat and fd.name = ", at("authorized_keys"),
                    " and evt.arg.flags contains O_APPEND and "
                    "evt.is_open_write = true"),
       [] { return Opens("authorized_keys", O_WRONLY | O_CREAT | O_APPEND); }},
      {"Key of an intruder written", "T1098.004",
       absl::StrCat("evt.type = write and fd.name = ", at("keys"),
                    " and evt.buffer startswith \"ssh-ed25519 AAAAeyrie\" "
                    "and evt.rawarg.size = 31 and evt.rawres = 31"),
       WritesKey},
      {"Library preloaded into all programs", "T1574.006",
       "evt.type = openat and fd.name = /etc/ld.so.preload and "
       "evt.is_open_write = true and evt.is_open_create = true",
       [] { return OpensInOwnRoot("/etc/ld.so.preload"); }},
      {"Cron table written", "T1053.003",
       "evt.type = openat and fd.directory = /cron and fd.filename = root "
       "and evt.is_open_write = true and fd.num >= 0",
       [] { return OpensInOwnRoot("/cron/root"); }},
      {"Service of systemd left", "T1543.002",
       absl::StrCat("evt.type = openat and fd.directory = ", at("system"),
                    " and fd.name endswith .service and evt.arg.flags "
                    "contains O_EXCL"),
       [] {
         return MakeFolder("system") &&
                Opens("system/backdoor.service", O_WRONLY | O_CREAT | O_EXCL);
       }},
      {"Settings of a shell opened for writing", "T1546.004",
       absl::StrCat("evt.type = open and fd.name = ", at(".bashrc"),
                    " and evt.is_open_write = true and evt.arg.flags "
                    "contains O_RDWR"),
       [] {
         return syscall(SYS_open, ".bashrc", O_RDWR | O_CREAT, 0600) >= 0;
       }},
      {"History of commands cleared", "T1070.003",
       absl::StrCat("evt.type = openat and fd.name = ", at(".bash_history"),
                    " and evt.arg.flags contains O_TRUNC and "
                    "evt.is_open_create = false and fd.num >= 0"),
       [] {
         return MakeFile(".bash_history", "id\n") &&
                Opens(".bash_history", O_WRONLY | O_TRUNC);
       }},
      {"Memory of a process opened for writing", "T1055.009",
       "evt.type = openat and fd.nameraw = /proc/self/mem and "
       "evt.is_open_write = true and fd.num >= 0",
       [] { return Opens("/proc/self/mem", O_RDWR); }},
      {"Handler of core dumps opened for writing", "T1611",
       "evt.type = openat and fd.name = /proc/sys/kernel/core_pattern and "
       "evt.is_open_write = true",
       [] {
         Opens("/proc/sys/kernel/core_pattern", O_WRONLY);
         return true;
       }},
      {"Way out of a container prepared", "T1611",
       absl::StrCat("evt.type = openat and fd.filename = release_agent and "
                    "fd.name = ",
                    at("release_agent"), " and evt.is_open_write = true"),
       [] { return Opens("release_agent", O_WRONLY | O_CREAT); }},
      {"Program patched", "T1554",
       absl::StrCat("evt.type = pwrite and fd.name = ", at("sshd"),
                    " and evt.rawarg.pos = 4096 and evt.rawarg.size = 2 and "
                    "evt.rawres = 2"),
       PatchesProgram},
      {"Log emptied", "T1070.002",
       absl::StrCat("evt.type = truncate and evt.arg.path = ", at("auth.log"),
                    " and evt.rawarg.length = 0 and evt.res = SUCCESS"),
       [] {
         return MakeFile("auth.log", "login") &&
                syscall(SYS_truncate, "auth.log", 0) == 0;
       }},
      {"Log of logins shortened", "T1070.002",
       absl::StrCat("evt.type = ftruncate and fd.name = ", at("wtmp"),
                    " and evt.rawarg.length = 2 and evt.res = SUCCESS"),
       ShortensLog},
      {"Log removed", "T1070.002",
       absl::StrCat("evt.type = unlink and evt.arg.path = ", at("kern.log"),
                    " and evt.res = SUCCESS"),
       [] {
         return MakeFile("kern.log") && syscall(SYS_unlink, "kern.log") == 0;
       }},
      {"Log removed by io_uring", "T1070.002",
       absl::StrCat("evt.type = unlinkat and evt.is_io_uring = true and "
                    "fs.path.name = ",
                    at("syslog"), " and evt.res = SUCCESS"),
       RemovesByIoUring},
      {"Folder of tools removed", "T1070.004",
       absl::StrCat("evt.type = unlinkat and fs.path.name = ", at("tools"),
                    " and evt.arg.flags = AT_REMOVEDIR and evt.res = SUCCESS"),
       [] {
         return MakeFolder("tools") &&
                syscall(SYS_unlinkat, AT_FDCWD, "tools", AT_REMOVEDIR) == 0;
       }},
      {"Folder of backups removed", "T1490",
       absl::StrCat("evt.type = rmdir and evt.arg.path = ", at("backups"),
                    " and evt.res = SUCCESS"),
       [] {
         return MakeFolder("backups") && syscall(SYS_rmdir, "backups") == 0;
       }},
  };
}

}  // namespace eyrie::testing
