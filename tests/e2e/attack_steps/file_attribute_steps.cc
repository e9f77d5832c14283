// SPDX-License-Identifier: Apache-2.0

#include "tests/e2e/attack_steps/file_attribute_steps.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"

#include "tests/e2e/attack_steps/acts.h"

namespace eyrie::testing {
namespace {

// Whom a file is given to.
constexpr uid_t kNobody = 65534;

// A capability that the file's program would have.
bool GivesCapability(const char* name) {
  vfs_cap_data raw_sockets = {};
  raw_sockets.magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE;
  raw_sockets.data[0].permitted = 1 << CAP_NET_RAW;
  return syscall(SYS_setxattr, name, "security.capability", &raw_sockets,
                 XATTR_CAPS_SZ_2, 0) == 0;
}

bool HidesInAttribute() {
  if (!MakeFile("photo.jpg")) return false;
  const int file = open("photo.jpg", O_WRONLY);
  return syscall(SYS_fsetxattr, file, "trusted.payload", "eyrie-payload", 13,
                 0) == 0;
}

// Not all file systems have attributes.
bool ChangesAttributes() {
  if (!MakeFile("implant")) return false;
  const int file = open("implant", O_RDONLY);
  int attributes = FS_NODUMP_FL;
  syscall(SYS_ioctl, file, FS_IOC_SETFLAGS, &attributes);
  return true;
}

bool SetsTimesBack() {
  if (!MakeFile("dropper")) return false;
  const timespec times[2] = {{.tv_sec = 1'000'000'000}, {.tv_sec = 1}};
  return syscall(SYS_utimensat, AT_FDCWD, "dropper", times,
                 AT_SYMLINK_NOFOLLOW) == 0;
}

// Calls `change` with the open file.
bool OnOpenFile(const char* name, bool (*change)(int file)) {
  return MakeFile(name) && change(open(name, O_WRONLY));
}

AttackSteps NameSteps(const std::string& folder) {
  const auto at = [&](const char* name) {
    return Quoted(absl::StrCat(folder, "/", name));
  };
  return {
      {"Program renamed to one of the system", "T1036.003",
       absl::StrCat("evt.type = rename and fs.path.source = ", at("miner"),
                    " and fs.path.target = ", at("crond"),
                    " and evt.res = SUCCESS"),
       [] {
         return MakeFile("miner") && syscall(SYS_rename, "miner", "crond") == 0;
       }},
      {"Program moved out of sight", "T1036.005",
       absl::StrCat("evt.type = renameat and evt.arg.oldpath = ", at("tool"),
                    " and evt.arg.newpath = ", at(".tool"),
                    " and evt.arg.olddirfd = AT_FDCWD"),
       [] {
         return MakeFile("tool") &&
                syscall(SYS_renameat, AT_FDCWD, "tool", AT_FDCWD, ".tool") == 0;
       }},
      {"Program exchanged with a backdoor", "T1554",
       absl::StrCat("evt.type = renameat2 and fs.path.source = ", at("door"),
                    " and fs.path.target = ", at("sudo"),
                    " and evt.arg.flags = RENAME_EXCHANGE"),
       [] {
         return MakeFile("door") && MakeFile("sudo") &&
                syscall(SYS_renameat2, AT_FDCWD, "door", AT_FDCWD, "sudo",
                        RENAME_EXCHANGE) == 0;
       }},
      {"Folder with a name of dots made", "T1564.001",
       absl::StrCat("evt.type = mkdir and evt.arg.path = ", at("..."),
                    " and evt.arg.mode = \"S_IXUSR|S_IWUSR|S_IRUSR\""),
       [] { return syscall(SYS_mkdir, "...", 0700) == 0; }},
      {"Hidden folder made", "T1564.001",
       absl::StrCat("evt.type = mkdirat and evt.arg.path = ", at(".cache-x"),
                    " and evt.arg.dirfd = AT_FDCWD and evt.res = SUCCESS"),
       [] { return syscall(SYS_mkdirat, AT_FDCWD, ".cache-x", 0700) == 0; }},
      {"Symlink to password hashes made", "T1555",
       absl::StrCat("evt.type = symlink and evt.arg.target = /etc/shadow and "
                    "evt.arg.linkpath = ",
                    at("link"), " and evt.res = SUCCESS"),
       [] { return syscall(SYS_symlink, "/etc/shadow", "link") == 0; }},
      {"Symlink to the root directory made", "T1611",
       absl::StrCat("evt.type = symlinkat and evt.arg.target = / and "
                    "evt.arg.linkpath = ",
                    at("logs"), " and evt.arg.linkdirfd = AT_FDCWD"),
       [] { return syscall(SYS_symlinkat, "/", AT_FDCWD, "logs") == 0; }},
      {"Key linked to a second name", "T1552.004",
       absl::StrCat("evt.type = link and evt.arg.oldpath = ", at("id_ecdsa"),
                    " and evt.arg.newpath = ", at("notes"),
                    " and evt.res = SUCCESS"),
       [] {
         return MakeFile("id_ecdsa") &&
                syscall(SYS_link, "id_ecdsa", "notes") == 0;
       }},
      // Between two file systems it is refused.
      {"Password hashes linked to a second name", "T1555",
       absl::StrCat("evt.type = linkat and evt.arg.oldpath = /etc/shadow and "
                    "evt.arg.newpath = ",
                    at("hard"), " and evt.arg.flags = AT_SYMLINK_FOLLOW"),
       [] {
         syscall(SYS_linkat, AT_FDCWD, "/etc/shadow", AT_FDCWD, "hard",
                 AT_SYMLINK_FOLLOW);
         return true;
       }},
      {"Device of the memory made", "T1006",
       absl::StrCat("evt.type = mknod and evt.arg.path = ", at("mem"),
                    " and evt.arg.mode contains S_IFCHR and evt.arg.dev = 101"),
       [] {
         syscall(SYS_mknod, "mem", S_IFCHR | 0600, makedev(1, 1));
         return true;
       }},
      {"Pipe of a reverse shell made", "T1059.004",
       absl::StrCat("evt.type = mknodat and evt.arg.path = ", at("backpipe"),
                    " and evt.arg.mode contains S_IFIFO and evt.arg.dirfd = "
                    "AT_FDCWD and evt.res = SUCCESS"),
       [] {
         return syscall(SYS_mknodat, AT_FDCWD, "backpipe", S_IFIFO | 0600, 0) ==
                0;
       }},
  };
}

}  // namespace

AttackSteps FileAttributeSteps(const std::string& folder) {
  const auto at = [&](const char* name) {
    return Quoted(absl::StrCat(folder, "/", name));
  };
  AttackSteps steps = {
      {"Program made to run as its owner", "T1548.001",
       absl::StrCat("evt.type = chmod and evt.arg.filename = ", at("suid"),
                    " and evt.arg.mode contains S_ISUID and evt.res = SUCCESS"),
       [] {
         return MakeFile("suid") && syscall(SYS_chmod, "suid", 04755) == 0;
       }},
      {"Program made to run as its group", "T1548.001",
       absl::StrCat("evt.type = fchmodat and evt.arg.filename = ", at("sgid"),
                    " and evt.arg.mode contains S_ISGID and evt.arg.dirfd = "
                    "AT_FDCWD and evt.res = SUCCESS"),
       [] {
         return MakeFile("sgid") &&
                syscall(SYS_fchmodat, AT_FDCWD, "sgid", 02755) == 0;
       }},
      {"Script made writable for all", "T1222.002",
       absl::StrCat("evt.type = fchmod and fd.name = ", at("cron.sh"),
                    " and evt.arg.mode contains S_IWOTH and evt.arg.mode "
                    "contains S_IXOTH and evt.res = SUCCESS"),
       [] {
         return OnOpenFile("cron.sh", [](int file) {
           return syscall(SYS_fchmod, file, 0777) == 0;
         });
       }},
      {"File given to nobody", "T1222.002",
       absl::StrCat(
           "evt.type = chown and evt.arg.path = ", at("a"),
           " and evt.arg.uid = nobody and evt.args contains \"gid=-1(\""),
       [] {
         return MakeFile("a") && syscall(SYS_chown, "a", kNobody, -1) == 0;
       }},
      {"Link given to nobody", "T1222.002",
       absl::StrCat("evt.type = lchown and evt.arg.path = ", at("b"),
                    " and evt.arg.uid = nobody and evt.res = SUCCESS"),
       [] {
         return symlink("x", "b") == 0 &&
                syscall(SYS_lchown, "b", kNobody, kNobody) == 0;
       }},
      {"Open file given to nobody", "T1222.002",
       absl::StrCat("evt.type = fchown and fd.name = ", at("c"),
                    " and evt.arg.uid = nobody and evt.arg.gid = nogroup"),
       [] {
         return OnOpenFile("c", [](int file) {
           return syscall(SYS_fchown, file, kNobody, kNobody) == 0;
         });
       }},
      {"File given to a group", "T1222.002",
       absl::StrCat(
           "evt.type = fchownat and evt.arg.pathname = ", at("d"),
           " and evt.arg.gid = nogroup and evt.args contains \"uid=-1(\" and "
           "evt.arg.flags contains AT_SYMLINK_NOFOLLOW"),
       [] {
         return MakeFile("d") && syscall(SYS_fchownat, AT_FDCWD, "d", -1,
                                         kNobody, AT_SYMLINK_NOFOLLOW) == 0;
       }},
      {"Program given a capability", "T1548",
       absl::StrCat("evt.type = setxattr and evt.arg.path = ", at("ping"),
                    " and evt.arg.name = security.capability and "
                    "evt.rawarg.size = 20 and evt.res = SUCCESS"),
       [] { return MakeFile("ping") && GivesCapability("ping"); }},
      {"Capability of a program removed", "T1070",
       absl::StrCat("evt.type = removexattr and evt.arg.path = ", at("pong"),
                    " and evt.arg.name = security.capability and evt.res = "
                    "SUCCESS"),
       [] {
         return MakeFile("pong") && GivesCapability("pong") &&
                syscall(SYS_removexattr, "pong", "security.capability") == 0;
       }},
      {"Payload hidden in an attribute", "T1564",
       absl::StrCat("evt.type = fsetxattr and fd.name = ", at("photo.jpg"),
                    " and evt.arg.name = trusted.payload and evt.arg.value = "
                    "eyrie-payload and evt.rawarg.size = 13"),
       HidesInAttribute},
      {"Attributes of a file changed", "T1222.002",
       absl::StrCat("evt.type = ioctl and fd.name = ", at("implant"),
                    " and evt.rawarg.request = ", FS_IOC_SETFLAGS),
       ChangesAttributes},
      {"Times of a file set back", "T1070.006",
       absl::StrCat("evt.type = utimensat and evt.arg.path = ", at("dropper"),
                    " and evt.arg.flags = AT_SYMLINK_NOFOLLOW and evt.res = "
                    "SUCCESS"),
       SetsTimesBack},
  };
  AttackSteps more = NameSteps(folder);
  steps.insert(steps.end(), more.begin(), more.end());
  return steps;
}

}  // namespace eyrie::testing
