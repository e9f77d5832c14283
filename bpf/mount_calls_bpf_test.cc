// SPDX-License-Identifier: Apache-2.0
//
// Each event of mounts, made by a real call, argument by argument, in a mount
// namespace of its own; and those of other calls that take a whole file system
// or device.

#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

#include "bpf/testing/call_fixture.h"
#include "proto/record.h"

namespace eyrie::testing {
namespace {

class MountCallsTest : public CallFixture {
 protected:
  // Runs `body` in a child that has its own mounts and, where `body` finds its
  // working directory, an empty tmpfs. Later Expect() are about this child.
  void InNamespace(const std::function<void()>& body) {
    int status = -1;
    const pid_t child = RunInChild(
        [&] {
          if (unshare(CLONE_NEWNS) != 0 ||
              mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
              mount("tmpfs", directory().c_str(), "tmpfs", 0, nullptr) != 0 ||
              chdir(directory().c_str()) != 0) {
            return 1;
          }
          body();
          return 0;
        },
        &status);
    ASSERT_EQ(status, 0);
    ExpectFrom(child);
    // What made the namespace.
    for (int i = 0; i < made_by_namespace_; ++i)
      Await(EYRIE_EVENT_mount, child);
  }

  int made_by_namespace_ = 0;
};
EYRIE_INSTANTIATE_SENSOR_TEST(MountCallsTest);

TEST_P(MountCallsTest, MountAndUmount2) {
  Want({EYRIE_EVENT_mount, EYRIE_EVENT_umount2});
  made_by_namespace_ = 2;
  InNamespace([&] {
    mkdir("m", 0700);
    syscall(SYS_mount, "some where", "m", "tmpfs", MS_NOSUID | MS_RDONLY,
            "size=1m");
    syscall(SYS_mount, nullptr, Path("m").c_str(), nullptr, MS_PRIVATE,
            nullptr);
    syscall(SYS_mount, "/dev/none", "none", "ext4", 0, nullptr);
    syscall(SYS_umount2, "m", MNT_DETACH);
    syscall(SYS_umount2, Path("m").c_str(), UMOUNT_NOFOLLOW);
  });
  Expect(EYRIE_EVENT_mount, {{"res", 0},
                             {"dev", "some where"},
                             {"dir", "m"},
                             {"type", "tmpfs"},
                             {"flags", MS_NOSUID | MS_RDONLY},
                             {"base", directory()}});
  Expect(EYRIE_EVENT_mount, {{"res", 0},
                             {"dev", kNone},
                             {"dir", Path("m")},
                             {"type", kNone},
                             {"flags", MS_PRIVATE},
                             {"base", kNone}});
  Expect(EYRIE_EVENT_mount, {{"res", -ENOENT},
                             {"dev", "/dev/none"},
                             {"dir", "none"},
                             {"type", "ext4"},
                             {"flags", 0},
                             {"base", directory()}});
  Expect(EYRIE_EVENT_umount2, {{"res", 0},
                               {"name", "m"},
                               {"flags", MNT_DETACH},
                               {"base", directory()}});
  Expect(EYRIE_EVENT_umount2, {{"res", -EINVAL},
                               {"name", Path("m")},
                               {"flags", UMOUNT_NOFOLLOW},
                               {"base", kNone}});
}

TEST_P(MountCallsTest, PivotRoot) {
  Want({EYRIE_EVENT_pivot_root});
  InNamespace([] {
    syscall(SYS_pivot_root, "none", "none/old");
    mkdir("old", 0700);
    syscall(SYS_pivot_root, ".", "old");
  });
  Expect(EYRIE_EVENT_pivot_root, {{"res", -ENOENT},
                                  {"new_root", "none"},
                                  {"put_old", "none/old"},
                                  {"base", directory()}});
  // The caller's working directory is the new root now.
  Expect(EYRIE_EVENT_pivot_root,
         {{"res", 0}, {"new_root", "."}, {"put_old", "old"}, {"base", "/"}});
}

TEST_P(MountCallsTest, OpenTreeAndMoveMount) {
  Want({EYRIE_EVENT_open_tree, EYRIE_EVENT_move_mount});
  long tree = -1;
  constexpr int kTree = 500;  // where the tree is for the second call
  InNamespace([&] {
    mkdir("m", 0700);
    tree = syscall(SYS_open_tree, AT_FDCWD, ".",
                   OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
    dup2(static_cast<int>(tree), kTree);
    syscall(SYS_move_mount, kTree, "", AT_FDCWD, "m", MOVE_MOUNT_F_EMPTY_PATH);
    syscall(SYS_move_mount, AT_FDCWD, Path("none").c_str(), kTree, "to", 0);
    syscall(SYS_open_tree, -1, "none", 0);
  });
  const Record opened = Expect(EYRIE_EVENT_open_tree,
                               {{"fd", kAnything},
                                {"dirfd", AT_FDCWD},
                                {"path", "."},
                                {"flags", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC},
                                {"base", directory()}});
  EXPECT_GT(opened.Int(&eyrie_open_tree_args::fd), 2);
  Expect(EYRIE_EVENT_move_mount, {{"res", 0},
                                  {"olddirfd", kTree},
                                  {"oldpath", ""},
                                  {"newdirfd", AT_FDCWD},
                                  {"newpath", "m"},
                                  {"flags", MOVE_MOUNT_F_EMPTY_PATH},
                                  {"oldbase", Path("m")},
                                  {"newbase", directory()}});
  Expect(EYRIE_EVENT_move_mount, {{"res", -ENOENT},
                                  {"olddirfd", AT_FDCWD},
                                  {"oldpath", Path("none")},
                                  {"newdirfd", kTree},
                                  {"newpath", "to"},
                                  {"flags", 0},
                                  {"oldbase", kNone},
                                  {"newbase", Path("m")}});
  Expect(EYRIE_EVENT_open_tree, {{"fd", -EBADF},
                                 {"dirfd", -1},
                                 {"path", "none"},
                                 {"flags", 0},
                                 {"base", kNone}});
}

TEST_P(MountCallsTest, FsopenFsconfigFsmount) {
  Want({EYRIE_EVENT_fsopen, EYRIE_EVENT_fsconfig, EYRIE_EVENT_fsmount});
  const int fd = static_cast<int>(syscall(SYS_fsopen, "tmpfs", FSOPEN_CLOEXEC));
  ASSERT_GE(fd, 0);
  const Arguments context = OfFile(fd, "anon_inode:[fscontext]");
  syscall(SYS_fsconfig, fd, FSCONFIG_SET_STRING, "size", "1m", 0);
  syscall(SYS_fsconfig, fd, FSCONFIG_SET_FLAG, "ro", nullptr, 0);
  syscall(SYS_fsconfig, fd, FSCONFIG_SET_BINARY, "blob", "a\0b", 3);
  syscall(SYS_fsconfig, fd, FSCONFIG_SET_PATH, "source", "/some", AT_FDCWD);
  // The kernel looks at the lower half only.
  syscall(SYS_fsconfig, fd, 0x100000000 | FSCONFIG_CMD_CREATE, nullptr, nullptr,
          0);
  const int made = static_cast<int>(
      syscall(SYS_fsmount, fd, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID));
  syscall(SYS_fsmount, -1, 0, 0);
  syscall(SYS_fsopen, "no such", 0);

  Expect(EYRIE_EVENT_fsopen,
         {{"fd", fd}, {"fsname", "tmpfs"}, {"flags", FSOPEN_CLOEXEC}});
  Expect(EYRIE_EVENT_fsconfig,
         {{"res", 0},
          {"fd", fd},
          {"cmd", FSCONFIG_SET_STRING},
          {"key", "size"},
          {"value_bytebuf", kNone},
          {"value_charbuf", "1m"},
          {"aux", 0}},
         context);
  Expect(EYRIE_EVENT_fsconfig,
         {{"res", 0},
          {"fd", fd},
          {"cmd", FSCONFIG_SET_FLAG},
          {"key", "ro"},
          {"value_bytebuf", kNone},
          {"value_charbuf", kNone},
          {"aux", 0}},
         context);
  Expect(EYRIE_EVENT_fsconfig,
         {{"res", -EINVAL},
          {"fd", fd},
          {"cmd", FSCONFIG_SET_BINARY},
          {"key", "blob"},
          {"value_bytebuf", std::string("a\0b", 3)},
          {"value_charbuf", kNone},
          {"aux", 3}},
         context);
  Expect(EYRIE_EVENT_fsconfig,
         {{"res", kAnything},
          {"fd", fd},
          {"cmd", FSCONFIG_SET_PATH},
          {"key", "source"},
          {"value_bytebuf", kNone},
          {"value_charbuf", "/some"},
          {"aux", AT_FDCWD}},
         context);
  Expect(EYRIE_EVENT_fsconfig,
         {{"res", 0},
          {"fd", fd},
          {"cmd", FSCONFIG_CMD_CREATE},
          {"key", kNone},
          {"value_bytebuf", kNone},
          {"value_charbuf", kNone},
          {"aux", 0}},
         context);
  EXPECT_GE(made, 0);
  Expect(EYRIE_EVENT_fsmount, {{"fd", made},
                               {"fs_fd", fd},
                               {"flags", FSMOUNT_CLOEXEC},
                               {"attributes", MOUNT_ATTR_NOSUID}});
  Expect(EYRIE_EVENT_fsmount,
         {{"fd", -EBADF}, {"fs_fd", -1}, {"flags", 0}, {"attributes", 0}});
  Expect(EYRIE_EVENT_fsopen,
         {{"fd", -ENODEV}, {"fsname", "no such"}, {"flags", 0}});
  close(made);
  close(fd);
}

TEST_P(MountCallsTest, Swapon) {
  Want({EYRIE_EVENT_swapon});
  WriteFile(Path("no swap"), "x");
  // Nothing here could succeed, the second not even for the right file.
  const pid_t child = RunInChild([&] {
    syscall(SYS_swapon, "no swap", SWAP_FLAG_PREFER);
    if (setuid(65534) != 0) return 1;
    syscall(SYS_swapon, Path("no swap").c_str(), 0);
    return 0;
  });
  ExpectFrom(child);
  Expect(EYRIE_EVENT_swapon, {{"res", -EINVAL},
                              {"path", "no swap"},
                              {"flags", SWAP_FLAG_PREFER},
                              {"base", directory()}});
  Expect(EYRIE_EVENT_swapon, {{"res", -EPERM},
                              {"path", Path("no swap")},
                              {"flags", 0},
                              {"base", kNone}});
}

TEST_P(MountCallsTest, Acct) {
  Want({EYRIE_EVENT_acct});
  EXPECT_EQ(syscall(SYS_acct, "none"), -1);
  Expect(EYRIE_EVENT_acct,
         {{"res", -ENOENT}, {"path", "none"}, {"base", directory()}});
  // Accounting was off before and is off afterwards.
  EXPECT_EQ(syscall(SYS_acct, nullptr), 0);
  const Record off =
      Expect(EYRIE_EVENT_acct, {{"res", 0}, {"path", kNone}, {"base", kNone}});
  EXPECT_FALSE(off.has_flag(EYRIE_RECORD_UNVERIFIED));
}

}  // namespace
}  // namespace eyrie::testing
