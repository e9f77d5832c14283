// SPDX-License-Identifier: Apache-2.0

#include "tests/e2e/attack_steps/namespace_steps.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"

#include "tests/e2e/attack_steps/acts.h"

namespace eyrie::testing {
namespace {

// A step that leaves one kind of namespace.
AttackStep Leaving(const char* kind, const char* flag_name, int flag) {
  return {absl::StrCat("Namespace of ", kind, " left"), "T1611",
          absl::StrCat("evt.type = unshare and evt.arg.flags = ", flag_name,
                       " and evt.res = SUCCESS"),
          [flag] { return syscall(SYS_unshare, flag) == 0; }};
}

bool JoinsMounts() {
  const int space = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
  return syscall(SYS_setns, space, CLONE_NEWNS) == 0;
}

bool JoinsByProcess() {
  const Victim victim;
  const auto process =
      static_cast<int>(syscall(SYS_pidfd_open, victim.pid(), 0));
  return syscall(SYS_setns, process, CLONE_NEWUTS) == 0;
}

// Waits for a child that a system call made and that ends at once.
bool Ends(long child) {
  if (child == 0) _exit(0);
  return child > 0 && waitpid(static_cast<pid_t>(child), nullptr, 0) == child;
}

bool StartsInProcessNamespace() {
  clone_args arguments = {};
  arguments.flags = CLONE_NEWPID;
  arguments.exit_signal = SIGCHLD;
  return Ends(syscall(SYS_clone3, &arguments, sizeof(arguments)));
}

bool Mounts(const char* what, const char* where, const char* type,
            unsigned long flags) {
  return MakeFolder(where) &&
         syscall(SYS_mount, what, where, type, flags, nullptr) == 0;
}

bool ChangesRoot(const std::string& new_root) {
  return LeaveMounts() && Mounts("tmpfs", "new_root", "tmpfs", 0) &&
         MakeFolder("new_root/old") &&
         syscall(SYS_pivot_root, new_root.c_str(),
                 (new_root + "/old").c_str()) == 0;
}

// A file system that is set up in steps.
int FileSystem(const char* size) {
  const auto context = static_cast<int>(syscall(SYS_fsopen, "tmpfs", 0));
  return syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, "size", size, 0) ==
                 0
             ? context
             : -1;
}

bool MovesMount() {
  if (!LeaveMounts() || !MakeFolder("moved")) return false;
  const int context = FileSystem("1m");
  syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0);
  const auto mounted = static_cast<int>(syscall(SYS_fsmount, context, 0, 0));
  return syscall(SYS_move_mount, mounted, "", AT_FDCWD, "moved",
                 MOVE_MOUNT_F_EMPTY_PATH) == 0;
}

bool TakesMount() {
  return LeaveMounts() && syscall(SYS_open_tree, AT_FDCWD, "/etc",
                                  OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC) >= 0;
}

AttackSteps MountSteps(const std::string& folder) {
  const auto at = [&](const char* name) {
    return Quoted(absl::StrCat(folder, "/", name));
  };
  return {
      {"Folder hidden below a mount", "T1564",
       absl::StrCat("evt.type = mount and evt.arg.dev = cover and "
                    "evt.arg.dir = ",
                    at("hidden"),
                    " and evt.arg.type = tmpfs and evt.arg.flags = "
                    "\"NODEV|NOEXEC\" and evt.res = SUCCESS"),
       [] {
         return LeaveMounts() &&
                Mounts("cover", "hidden", "tmpfs", MS_NOEXEC | MS_NODEV);
       }},
      {"Folder of the host mounted", "T1611",
       absl::StrCat("evt.type = mount and evt.arg.dev = /etc and evt.arg.dir "
                    "= ",
                    at("host"), " and evt.arg.flags = BIND"),
       [] { return LeaveMounts() && Mounts("/etc", "host", "", MS_BIND); }},
      {"Processes mounted", "T1611",
       absl::StrCat("evt.type = mount and evt.arg.dir = ", at("proc"),
                    " and evt.arg.type = proc and evt.arg.flags contains "
                    "RDONLY"),
       [] {
         return LeaveMounts() && Mounts("proc", "proc", "proc", MS_RDONLY);
       }},
      {"Mount made writable", "T1222.002",
       absl::StrCat("evt.type = mount and evt.arg.dir = ", at("data"),
                    " and evt.arg.flags = REMOUNT and evt.res = SUCCESS"),
       [] {
         return LeaveMounts() && Mounts("tmpfs", "data", "tmpfs", MS_RDONLY) &&
                mount(nullptr, "data", nullptr, MS_REMOUNT, nullptr) == 0;
       }},
      {"Mount removed", "T1562",
       absl::StrCat("evt.type = umount2 and evt.arg.name = ", at("logs"),
                    " and evt.arg.flags = DETACH and evt.res = SUCCESS"),
       [] {
         return LeaveMounts() && Mounts("tmpfs", "logs", "tmpfs", 0) &&
                syscall(SYS_umount2, "logs", MNT_DETACH) == 0;
       }},
      {"Root directory exchanged", "T1611",
       absl::StrCat(
           "evt.type = pivot_root and evt.arg.new_root = ", at("new_root"),
           " and evt.arg.put_old = ", at("new_root/old"),
           " and evt.res = SUCCESS"),
       [new_root = folder + "/new_root"] { return ChangesRoot(new_root); }},
      {"Root directory changed", "T1611",
       absl::StrCat("evt.type = chroot and evt.arg.path = ", at("jail"),
                    " and evt.res = SUCCESS"),
       [] { return MakeFolder("jail") && syscall(SYS_chroot, "jail") == 0; }},
      {"File system opened", "T1611",
       "evt.type = fsopen and evt.arg.fsname = proc and evt.rawarg.flags = 1 "
       "and fd.num >= 0",
       [] { return syscall(SYS_fsopen, "proc", FSOPEN_CLOEXEC) >= 0; }},
      {"File system set up", "T1611",
       "evt.type = fsconfig and evt.arg.cmd = FSCONFIG_SET_STRING and "
       "evt.arg.key = size and evt.arg.value_charbuf = 1337k and evt.res = "
       "SUCCESS",
       [] { return FileSystem("1337k") >= 0; }},
      {"Mount moved to its place", "T1611",
       absl::StrCat("evt.type = move_mount and evt.arg.to_path = ", at("moved"),
                    " and evt.rawarg.flags = 4 and evt.res = SUCCESS"),
       MovesMount},
      {"Mount taken", "T1611",
       absl::StrCat("evt.type = open_tree and evt.arg.path = /etc and "
                    "evt.rawarg.flags = ",
                    OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC, " and fd.num >= 0"),
       TakesMount},
  };
}

}  // namespace

AttackSteps NamespaceSteps(const std::string& folder) {
  AttackSteps steps = {
      Leaving("mounts", "CLONE_NEWNS", CLONE_NEWNS),
      Leaving("users", "CLONE_NEWUSER", CLONE_NEWUSER),
      Leaving("networks", "CLONE_NEWNET", CLONE_NEWNET),
      Leaving("processes", "CLONE_NEWPID", CLONE_NEWPID),
      Leaving("host names", "CLONE_NEWUTS", CLONE_NEWUTS),
      Leaving("shared memory", "CLONE_NEWIPC", CLONE_NEWIPC),
      Leaving("control groups", "CLONE_NEWCGROUP", CLONE_NEWCGROUP),
      {"Namespace of mounts joined", "T1611",
       "evt.type = setns and evt.arg.nstype = CLONE_NEWNS and evt.res = "
       "SUCCESS",
       JoinsMounts},
      {"Namespace of a process joined", "T1611",
       "evt.type = setns and evt.arg.nstype = CLONE_NEWUTS and fd.type = "
       "pidfd and evt.res = SUCCESS",
       JoinsByProcess},
      {"Process started as root of its own users", "T1611",
       "evt.type = clone and evt.arg.flags contains CLONE_NEWUSER and "
       "evt.rawres > 0",
       [] {
         return Ends(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0));
       }},
      {"Process started as the first of its own", "T1611",
       "evt.type = clone3 and evt.arg.flags contains CLONE_NEWPID and "
       "evt.rawres > 0 and evt.rawarg.vpid = 1",
       StartsInProcessNamespace},
      {"Host renamed", "T1036",
       "evt.type = sethostname and evt.arg.name = eyrie-host and evt.res = "
       "SUCCESS",
       [] {
         return LeaveHostName() &&
                syscall(SYS_sethostname, "eyrie-host", 10) == 0;
       }},
      {"Domain renamed", "T1036",
       "evt.type = setdomainname and evt.arg.name = eyrie-domain and evt.res "
       "= SUCCESS",
       [] {
         return LeaveHostName() &&
                syscall(SYS_setdomainname, "eyrie-domain", 12) == 0;
       }},
  };
  AttackSteps mounts = MountSteps(folder);
  steps.insert(steps.end(), mounts.begin(), mounts.end());
  return steps;
}

}  // namespace eyrie::testing
