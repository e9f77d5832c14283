// SPDX-License-Identifier: Apache-2.0
//
// What a record says of a descriptor, for each kind of file that is no socket.

#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/memfd.h>
#include <linux/userfaultfd.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/fanotify.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

#include "bpf/testing/call_fixture.h"
#include "proto/record.h"

namespace eyrie::testing {
namespace {

// A descriptor number that nobody has.
constexpr int kCopy = 900;

class DescriptorTest : public CallFixture {
 protected:
  void SetUp() override {
    CallFixture::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    Want({EYRIE_EVENT_dup3, EYRIE_EVENT_flock});
  }

  // Expects what the record of a call that uses `fd` says of it; closes `fd`.
  void ExpectDescriptor(int fd, const std::string& path, int flags = 0) {
    SCOPED_TRACE(path);
    ASSERT_GE(fd, 0) << strerror(errno);
    EXPECT_EQ(syscall(SYS_dup3, fd, kCopy, 0), kCopy);
    Expect(EYRIE_EVENT_dup3,
           {{"res", kCopy}, {"oldfd", fd}, {"newfd", kCopy}, {"flags", 0}},
           OfFile(fd, path, flags));
    close(kCopy);
    close(fd);
  }

  // What the kernel calls a file without a name: "pipe:[7]".
  std::string Numbered(const char* kind, int fd) {
    struct stat facts;
    EXPECT_EQ(stat(absl::StrCat("/proc/self/fd/", fd).c_str(), &facts), 0);
    return absl::StrCat(kind, ":[", facts.st_ino, "]");
  }
};
EYRIE_INSTANTIATE_SENSOR_TEST(DescriptorTest);

TEST_P(DescriptorTest, FilesOfDirectories) {
  WriteFile(Path("file"), "x");
  ASSERT_EQ(symlink("file", Path("link").c_str()), 0);
  ASSERT_EQ(mkfifo(Path("fifo").c_str(), 0600), 0);
  ExpectDescriptor(open(Path("file").c_str(), O_RDONLY), Path("file"));
  ExpectDescriptor(open(Path("file").c_str(), O_PATH), Path("file"));
  ExpectDescriptor(open(Path("link").c_str(), O_RDONLY), Path("file"));
  ExpectDescriptor(open(Path("link").c_str(), O_PATH | O_NOFOLLOW),
                   Path("link"));
  ExpectDescriptor(open(directory().c_str(), O_RDONLY), directory());
  ExpectDescriptor(open("/", O_RDONLY), "/");
  ExpectDescriptor(open(Path("fifo").c_str(), O_RDWR), Path("fifo"));
  ExpectDescriptor(open("/dev/null", O_RDWR), "/dev/null");
  ExpectDescriptor(open("/proc/self/stat", O_RDONLY),
                   absl::StrCat("/proc/", getpid(), "/stat"));
}

TEST_P(DescriptorTest, DeletedFilesKeepTheirNames) {
  const int file = open(Path("gone").c_str(), O_CREAT | O_RDWR, 0600);
  ASSERT_EQ(unlink(Path("gone").c_str()), 0);
  ExpectDescriptor(file, Path("gone"), EYRIE_FILE_DELETED);

  ASSERT_EQ(mkdir(Path("old").c_str(), 0700), 0);
  const int directory_fd = open(Path("old").c_str(), O_RDONLY);
  ASSERT_EQ(rmdir(Path("old").c_str()), 0);
  ExpectDescriptor(directory_fd, Path("old"), EYRIE_FILE_DELETED);
}

TEST_P(DescriptorTest, RenamedFilesHaveTheirNewNames) {
  const int fd = open(Path("a").c_str(), O_CREAT | O_RDWR, 0600);
  ASSERT_EQ(rename(Path("a").c_str(), Path("b").c_str()), 0);
  ExpectDescriptor(fd, Path("b"));
}

TEST_P(DescriptorTest, OneOfTwoNamesRemoved) {
  const int fd = open(Path("a").c_str(), O_CREAT | O_RDWR, 0600);
  ASSERT_EQ(link(Path("a").c_str(), Path("b").c_str()), 0);
  ASSERT_EQ(unlink(Path("a").c_str()), 0);
  // It was opened by a name that is gone.
  ExpectDescriptor(fd, Path("a"), EYRIE_FILE_DELETED);
}

TEST_P(DescriptorTest, OverlaysTellTheirLayer) {
  const pid_t child = RunInChild([&] {
    if (unshare(CLONE_NEWNS) != 0 ||
        mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount("tmpfs", directory().c_str(), "tmpfs", 0, nullptr) != 0 ||
        chdir(directory().c_str()) != 0) {
      return 1;
    }
    for (const char* name : {"lower", "upper", "work", "merged"}) {
      mkdir(name, 0755);
    }
    close(creat("lower/old", 0644));
    if (mount("overlay", "merged", "overlay", 0,
              "lowerdir=lower,upperdir=upper,workdir=work") != 0) {
      return 2;
    }
    syscall(SYS_flock, open("merged/old", O_RDONLY), LOCK_UN);
    syscall(SYS_flock, open("merged/new", O_CREAT | O_RDWR, 0600), LOCK_UN);
    return 0;
  });
  const Record lower = Await(EYRIE_EVENT_flock, child);
  EXPECT_EQ(lower.Text(&eyrie_flock_args::fd_path), Path("merged/old"));
  EXPECT_EQ(lower.Int(&eyrie_flock_args::fd_flags), EYRIE_FILE_LOWER_LAYER);
  const Record upper = Await(EYRIE_EVENT_flock, child);
  EXPECT_EQ(upper.Text(&eyrie_flock_args::fd_path), Path("merged/new"));
  EXPECT_EQ(upper.Int(&eyrie_flock_args::fd_flags), EYRIE_FILE_UPPER_LAYER);
}

TEST_P(DescriptorTest, Pipes) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const std::string name = Numbered("pipe", ends[0]);
  ExpectDescriptor(ends[0], name);
  ExpectDescriptor(ends[1], name);
}

TEST_P(DescriptorTest, MemoryFiles) {
  ExpectDescriptor(memfd_create("some name", 0), "memfd:some name",
                   EYRIE_FILE_DELETED);
  ExpectDescriptor(memfd_create("", MFD_CLOEXEC), "memfd:", EYRIE_FILE_DELETED);
  const int huge = memfd_create("huge", MFD_HUGETLB);
  if (huge >= 0) ExpectDescriptor(huge, "memfd:huge", EYRIE_FILE_DELETED);
}

TEST_P(DescriptorTest, AnonymousInodes) {
  ExpectDescriptor(eventfd(0, 0), "anon_inode:[eventfd]");
  ExpectDescriptor(epoll_create1(0), "anon_inode:[eventpoll]");
  sigset_t none;
  sigemptyset(&none);
  ExpectDescriptor(signalfd(-1, &none, 0), "anon_inode:[signalfd]");
  ExpectDescriptor(timerfd_create(CLOCK_MONOTONIC, 0), "anon_inode:[timerfd]");
  ExpectDescriptor(inotify_init1(0), "anon_inode:inotify");
  ExpectDescriptor(fanotify_init(FAN_CLASS_NOTIF, O_RDONLY),
                   "anon_inode:[fanotify]");
  ExpectDescriptor(static_cast<int>(syscall(SYS_userfaultfd, 0)),
                   "anon_inode:[userfaultfd]");
  io_uring_params ring = {};
  ExpectDescriptor(static_cast<int>(syscall(SYS_io_uring_setup, 1, &ring)),
                   "anon_inode:[io_uring]");
  bpf_attr map = {.map_type = BPF_MAP_TYPE_ARRAY,
                  .key_size = 4,
                  .value_size = 4,
                  .max_entries = 1};
  ExpectDescriptor(
      static_cast<int>(syscall(SYS_bpf, BPF_MAP_CREATE, &map, sizeof(map))),
      "anon_inode:bpf-map");
}

TEST_P(DescriptorTest, ProcessesAndNamespaces) {
  ExpectDescriptor(static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0)),
                   "anon_inode:[pidfd]");
  for (const char* name : {"mnt", "net", "pid", "user"}) {
    const int fd = open(absl::StrCat("/proc/self/ns/", name).c_str(), O_RDONLY);
    ASSERT_GE(fd, 0) << name;
    ExpectDescriptor(fd, Numbered(name, fd));
  }
}

TEST_P(DescriptorTest, NumbersWithoutAFile) {
  for (const int fd : {-1, -100, kCopy, 1 << 20, 0x7fffffff}) {
    EXPECT_EQ(syscall(SYS_flock, fd, LOCK_UN), -1);
    Expect(EYRIE_EVENT_flock,
           {{"res", -EBADF}, {"fd", fd}, {"operation", LOCK_UN}}, OfNothing());
  }
}

}  // namespace
}  // namespace eyrie::testing
