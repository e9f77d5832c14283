// SPDX-License-Identifier: Apache-2.0
//
// Each event of a call that changes what a process sees of the system, argument
// by argument: its root, its namespaces.

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>

#include "gtest/gtest.h"

#include "bpf/testing/call_test.h"
#include "proto/record.h"

namespace eyrie::testing {
namespace {

class NamespaceCallsTest : public CallTest {};
EYRIE_INSTANTIATE_SENSOR_TEST(NamespaceCallsTest);

TEST_P(NamespaceCallsTest, Chroot) {
  const std::string root = Path("root");
  mkdir(root.c_str(), 0700);
  const std::string missing = Path("missing");
  ExpectCalls({
      {EYRIE_EVENT_chroot,
       [&] { return Call(SYS_chroot, root.c_str()); },
       {{"res", "0"}, {"path", root}, {"base", "(none)"}, {"root", root}}},
      {EYRIE_EVENT_chroot,
       [&] { return Call(SYS_chroot, missing.c_str()); },
       {{"res", Text(-ENOENT)},
        {"path", missing},
        {"base", "(none)"},
        {"root", "/"}}},
      {EYRIE_EVENT_chroot,
       [&] {
         if (chdir(root.c_str()) != 0) return -1l;
         return Call(SYS_chroot, "..");
       },
       {{"res", "0"},
        {"path", ".."},
        {"base", "/root"},
        {"root", directory()}}},
  });
}

TEST_P(NamespaceCallsTest, ChrootWithoutAPath) {
  ExpectCalls({{EYRIE_EVENT_chroot,
                [] { return Call(SYS_chroot, nullptr); },
                {{"res", Text(-EFAULT)},
                 {"path", "(none)"},
                 {"base", "(none)"},
                 {"root", "/"}}}});
}

TEST_P(NamespaceCallsTest, PivotRoot) {
  const std::string root = Path("root");
  const std::string old = root + "/old";
  std::filesystem::create_directories(old);
  ExpectCalls({
      {EYRIE_EVENT_pivot_root,
       [&] {
         if (unshare(CLONE_NEWNS) != 0) return -1l;
         mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
         mount(root.c_str(), root.c_str(), nullptr, MS_BIND, nullptr);
         return Call(SYS_pivot_root, root.c_str(), old.c_str());
       },
       {{"res", "0"},
        {"new_root", root},
        {"put_old", old},
        {"base", "(none)"}}},
      {EYRIE_EVENT_pivot_root,
       [&] {
         if (chdir(root.c_str()) != 0) return -1l;
         return Call(SYS_pivot_root, "old", "missing");
       },
       {{"res", Text(-ENOENT)},
        {"new_root", "old"},
        {"put_old", "missing"},
        {"base", root}}},
  });
}

TEST_P(NamespaceCallsTest, Unshare) {
  ExpectCalls({
      {EYRIE_EVENT_unshare,
       [] { return Call(SYS_unshare, CLONE_NEWUTS | CLONE_NEWIPC); },
       {{"res", "0"}, {"flags", Text(CLONE_NEWUTS | CLONE_NEWIPC)}}},
      {EYRIE_EVENT_unshare,
       [] { return Call(SYS_unshare, 1l); },
       {{"res", Text(-EINVAL)}, {"flags", "1"}}},
  });
}

TEST_P(NamespaceCallsTest, Setns) {
  const int fd = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);
  struct stat status = {};
  ASSERT_EQ(fstat(fd, &status), 0);
  const ArgumentTexts descriptor =
      DescriptorTexts(fd, "uts:[" + Text(status.st_ino) + "]");
  ExpectCalls({
      {EYRIE_EVENT_setns, [&] { return Call(SYS_setns, fd, CLONE_NEWUTS); },
       Join({{"res", "0"}, {"fd", Text(fd)}, {"nstype", Text(CLONE_NEWUTS)}},
            descriptor)},
      {EYRIE_EVENT_setns, [&] { return Call(SYS_setns, fd, CLONE_NEWNET); },
       Join({{"res", Text(-EINVAL)},
             {"fd", Text(fd)},
             {"nstype", Text(CLONE_NEWNET)}},
            descriptor)},
      {EYRIE_EVENT_setns, [] { return Call(SYS_setns, -1, 0); },
       Join({{"res", Text(-EBADF)}, {"fd", "-1"}, {"nstype", "0"}},
            NoDescriptorTexts())},
  });
  close(fd);
}

TEST_P(NamespaceCallsTest, SetnsToTheNamespacesOfAProcess) {
  const int pidfd = static_cast<int>(Call(SYS_pidfd_open, getpid(), 0));
  ExpectCalls(
      {{EYRIE_EVENT_setns, [&] { return Call(SYS_setns, pidfd, CLONE_NEWIPC); },
        Join(
            {{"res", "0"}, {"fd", Text(pidfd)}, {"nstype", Text(CLONE_NEWIPC)}},
            DescriptorTexts(pidfd, "anon_inode:[pidfd]"))}});
  close(pidfd);
}

}  // namespace
}  // namespace eyrie::testing
