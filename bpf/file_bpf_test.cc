// SPDX-License-Identifier: Apache-2.0
//
// Each file event, made by a real call, argument by argument.

#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

#include "bpf/testing/sensor_test.h"
#include "proto/record.h"

namespace eyrie::testing {
namespace {

using OpenatArgs = eyrie_openat_args;

class FileEventsTest : public SensorTest {};
EYRIE_INSTANTIATE_SENSOR_TEST(FileEventsTest);

// The inode number that /proc/self/ns/NAME stands for.
uint64_t Namespace(const char* name) {
  struct stat facts;
  stat(absl::StrCat("/proc/self/ns/", name).c_str(), &facts);
  return facts.st_ino;
}

uint64_t CgroupId() {
  for (const char* root : {"/sys/fs/cgroup/unified", "/sys/fs/cgroup"}) {
    if (access(absl::StrCat(root, "/cgroup.procs").c_str(), F_OK) != 0) {
      continue;
    }
    FILE* file = fopen("/proc/self/cgroup", "r");
    char line[4096];
    std::string path;
    while (fgets(line, sizeof(line), file) != nullptr) {
      if (strncmp(line, "0::", 3) == 0) path = std::string(line + 3);
    }
    fclose(file);
    path.pop_back();
    struct stat facts;
    if (stat((root + path).c_str(), &facts) == 0) return facts.st_ino;
  }
  return 0;
}

TEST_P(FileEventsTest, HeaderNamesWhoActed) {
  prctl(PR_SET_NAME, "fifteen-chars-x");
  const int fd = open("/dev/null", O_RDONLY);
  const Record record = Await(EYRIE_EVENT_openat);
  close(fd);
  const eyrie_record header = record.header();
  EXPECT_EQ(header.process.pid, static_cast<uint32_t>(getpid()));
  EXPECT_EQ(ToTicks(header.process.start_time_ns), StartTicks("self"));
  EXPECT_GT(header.process.exec_id, 0u);
  EXPECT_EQ(header.tid, static_cast<uint32_t>(gettid()));
  EXPECT_EQ(header.ppid, static_cast<uint32_t>(getppid()));
  EXPECT_EQ(header.uid, getuid());
  EXPECT_EQ(header.gid, getgid());
  EXPECT_EQ(header.euid, geteuid());
  EXPECT_EQ(header.egid, getegid());
  EXPECT_EQ(header.pid_ns, Namespace("pid"));
  EXPECT_EQ(header.mnt_ns, Namespace("mnt"));
  EXPECT_EQ(header.net_ns, Namespace("net"));
  EXPECT_EQ(header.cgroup_id, CgroupId());
  EXPECT_STREQ(header.comm, "fifteen-chars-x");
  EXPECT_EQ(header.result, fd);
  EXPECT_EQ(header.flags, uint32_t{EYRIE_RECORD_HAS_RESULT});
  timespec now;
  clock_gettime(CLOCK_BOOTTIME, &now);
  const uint64_t now_ns = now.tv_sec * 1'000'000'000ull + now.tv_nsec;
  EXPECT_LE(header.time_ns, now_ns);
  EXPECT_GT(header.time_ns + 60'000'000'000ull, now_ns);
}

TEST_P(FileEventsTest, OpenatOfRelativePathNamesBaseAndRealPath) {
  mkdir(Path("a").c_str(), 0755);
  const int directory_fd = open(directory().c_str(), O_RDONLY | O_DIRECTORY);
  Await(EYRIE_EVENT_openat);
  const int flags = O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC;
  const int fd = openat(directory_fd, "a/b.txt", flags, 0640);
  ASSERT_GE(fd, 0);
  struct stat facts;
  fstat(fd, &facts);
  const Record record = Await(EYRIE_EVENT_openat);
  EXPECT_EQ(record.Int(&OpenatArgs::fd), fd);
  EXPECT_EQ(record.Int(&OpenatArgs::dirfd), directory_fd);
  EXPECT_EQ(record.Text(&OpenatArgs::name), "a/b.txt");
  EXPECT_EQ(record.Int(&OpenatArgs::flags), flags);
  EXPECT_EQ(record.Int(&OpenatArgs::mode), 0640);
  EXPECT_EQ(record.Int(&OpenatArgs::dev), static_cast<int64_t>(facts.st_dev));
  EXPECT_EQ(record.Int(&OpenatArgs::ino), static_cast<int64_t>(facts.st_ino));
  EXPECT_EQ(record.Text(&OpenatArgs::realpath), Path("a/b.txt"));
  EXPECT_EQ(record.Text(&OpenatArgs::base), directory());
  EXPECT_EQ(record.Int(&OpenatArgs::kind), S_IFREG);
  EXPECT_EQ(record.Int(&OpenatArgs::file_flags), EYRIE_FILE_CREATED);
  EXPECT_FALSE(record.has_flag(EYRIE_RECORD_UNVERIFIED));
  close(fd);
  close(directory_fd);
}

TEST_P(FileEventsTest, OpenThroughSymlinkKeepsBothNames) {
  WriteFile(Path("target"), "x");
  Await(EYRIE_EVENT_openat);
  ASSERT_EQ(symlink("target", Path("link").c_str()), 0);
  const int fd = open(Path("link").c_str(), O_RDONLY);
  const Record record = Await(EYRIE_EVENT_openat);
  EXPECT_EQ(record.Text(&OpenatArgs::name), Path("link"));
  EXPECT_EQ(record.Text(&OpenatArgs::realpath), Path("target"));
  EXPECT_EQ(record.Text(&OpenatArgs::base), "(none)");
  EXPECT_EQ(record.Int(&OpenatArgs::dirfd), AT_FDCWD);
  EXPECT_EQ(record.Int(&OpenatArgs::mode), 0);
  EXPECT_EQ(record.Int(&OpenatArgs::file_flags), 0);
  close(fd);
}

TEST_P(FileEventsTest, FailedOpenIsUnverified) {
  ASSERT_EQ(chdir(directory().c_str()), 0);
  EXPECT_EQ(open("missing/file", O_RDWR), -1);
  const Record record = Await(EYRIE_EVENT_openat);
  ASSERT_EQ(chdir("/"), 0);
  EXPECT_EQ(record.Int(&OpenatArgs::fd), -ENOENT);
  EXPECT_EQ(record.header().result, -ENOENT);
  EXPECT_EQ(record.Text(&OpenatArgs::name), "missing/file");
  EXPECT_EQ(record.Text(&OpenatArgs::base), directory());
  EXPECT_EQ(record.Text(&OpenatArgs::realpath), "(none)");
  EXPECT_EQ(record.Int(&OpenatArgs::kind), 0);
  EXPECT_TRUE(record.has_flag(EYRIE_RECORD_UNVERIFIED));
  EXPECT_FALSE(record.has_flag(EYRIE_RECORD_FAULTED));
}

TEST_P(FileEventsTest, UnreadableNameIsFlagged) {
  EXPECT_EQ(syscall(SYS_openat, AT_FDCWD, 8, O_RDONLY), -1);
  const Record record = Await(EYRIE_EVENT_openat);
  EXPECT_EQ(record.Int(&OpenatArgs::fd), -EFAULT);
  EXPECT_EQ(record.Text(&OpenatArgs::name), "(none)");
  EXPECT_EQ(record.Text(&OpenatArgs::base), "(none)");
  EXPECT_TRUE(record.has_flag(EYRIE_RECORD_FAULTED));
}

TEST_P(FileEventsTest, EmptyNameIsAValue) {
  EXPECT_EQ(open("", O_RDONLY), -1);
  EXPECT_EQ(Await(EYRIE_EVENT_openat).Text(&OpenatArgs::name), "");
}

TEST_P(FileEventsTest, RootDirectoryIsSlash) {
  const int fd = open("/", O_RDONLY | O_DIRECTORY);
  const Record record = Await(EYRIE_EVENT_openat);
  EXPECT_EQ(record.Text(&OpenatArgs::realpath), "/");
  EXPECT_EQ(record.Int(&OpenatArgs::kind), S_IFDIR);
  close(fd);
}

TEST_P(FileEventsTest, CrossesMounts) {
  const int fd = open("/proc/self/status", O_RDONLY);
  const Record record = Await(EYRIE_EVENT_openat);
  EXPECT_EQ(record.Text(&OpenatArgs::realpath),
            absl::StrCat("/proc/", getpid(), "/status"));
  close(fd);
}

#ifdef SYS_open
TEST_P(FileEventsTest, Open) {
  ASSERT_EQ(chdir(directory().c_str()), 0);
  const int fd = syscall(SYS_open, "f", O_CREAT | O_RDWR, 0600);
  const Record record = Await(EYRIE_EVENT_open);
  ASSERT_EQ(chdir("/"), 0);
  EXPECT_EQ(record.Int(&eyrie_open_args::fd), fd);
  EXPECT_EQ(record.Text(&eyrie_open_args::name), "f");
  EXPECT_EQ(record.Int(&eyrie_open_args::flags), O_CREAT | O_RDWR);
  EXPECT_EQ(record.Int(&eyrie_open_args::mode), 0600);
  EXPECT_EQ(record.Text(&eyrie_open_args::realpath), Path("f"));
  EXPECT_EQ(record.Text(&eyrie_open_args::base), directory());
  close(fd);
}

TEST_P(FileEventsTest, Creat) {
  const int fd = syscall(SYS_creat, Path("c").c_str(), 0604);
  struct stat facts;
  fstat(fd, &facts);
  const Record record = Await(EYRIE_EVENT_creat);
  EXPECT_EQ(record.Int(&eyrie_creat_args::fd), fd);
  EXPECT_EQ(record.Text(&eyrie_creat_args::name), Path("c"));
  EXPECT_EQ(record.Int(&eyrie_creat_args::mode), 0604);
  EXPECT_EQ(record.Int(&eyrie_creat_args::ino),
            static_cast<int64_t>(facts.st_ino));
  EXPECT_EQ(record.Text(&eyrie_creat_args::realpath), Path("c"));
  EXPECT_EQ(record.Int(&eyrie_creat_args::file_flags), EYRIE_FILE_CREATED);
  close(fd);
}
#endif

TEST_P(FileEventsTest, Openat2) {
  using Args = eyrie_openat2_args;
  const int directory_fd = open(directory().c_str(), O_PATH | O_DIRECTORY);
  open_how how = {.flags = O_CREAT | O_WRONLY,
                  .mode = 0644,
                  .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS};
  const int fd = syscall(SYS_openat2, directory_fd, "x", &how, sizeof(how));
  ASSERT_GE(fd, 0) << strerror(errno);
  const Record record = Await(EYRIE_EVENT_openat2);
  EXPECT_EQ(record.Int(&Args::fd), fd);
  EXPECT_EQ(record.Int(&Args::dirfd), directory_fd);
  EXPECT_EQ(record.Text(&Args::name), "x");
  EXPECT_EQ(record.Int(&Args::flags), O_CREAT | O_WRONLY);
  EXPECT_EQ(record.Int(&Args::mode), 0644);
  EXPECT_EQ(record.Int(&Args::resolve), RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
  EXPECT_EQ(record.Text(&Args::realpath), Path("x"));
  EXPECT_EQ(record.Text(&Args::base), directory());
  how = {.flags = O_RDONLY, .resolve = RESOLVE_BENEATH};
  EXPECT_EQ(syscall(SYS_openat2, directory_fd, "/etc", &how, sizeof(how)), -1);
  const Record failed = Await(EYRIE_EVENT_openat2);
  EXPECT_EQ(failed.Int(&Args::fd), -EXDEV);
  EXPECT_TRUE(failed.has_flag(EYRIE_RECORD_UNVERIFIED));
  close(fd);
  close(directory_fd);
}

TEST_P(FileEventsTest, LongestPathIsWhole) {
  // 16 names of 250 bytes, and one that fills up to 4095.
  std::string path = directory();
  while (path.size() + 1 + 250 < 4095 - 1) {
    path += "/" + std::string(250, 'n');
    ASSERT_EQ(mkdir(path.c_str(), 0755), 0) << strerror(errno);
  }
  path += "/" + std::string(4095 - path.size() - 1, 'f');
  ASSERT_EQ(path.size(), 4095u);
  const int fd = open(path.c_str(), O_CREAT | O_WRONLY, 0644);
  ASSERT_GE(fd, 0) << strerror(errno);
  const Record record = Await(EYRIE_EVENT_openat);
  EXPECT_EQ(record.Text(&OpenatArgs::name), path);
  EXPECT_EQ(record.Text(&OpenatArgs::realpath), path);
  EXPECT_FALSE(record.has_flag(EYRIE_RECORD_TRUNCATED));
  close(fd);
}

TEST_P(FileEventsTest, LongerPathLosesItsBeginning) {
  const std::string name(250, 'n');
  const pid_t child = RunInChild([&] {
    if (chdir(directory().c_str()) != 0) return 1;
    for (int i = 0; i < 20; ++i) {
      if (mkdir(name.c_str(), 0755) != 0 || chdir(name.c_str()) != 0) return 1;
    }
    return open("last", O_CREAT | O_WRONLY, 0644) < 0 ? 1 : 0;
  });
  const Record record = Await(EYRIE_EVENT_openat, child);
  EXPECT_TRUE(record.has_flag(EYRIE_RECORD_TRUNCATED));
  const std::string path = record.Text(&OpenatArgs::realpath);
  EXPECT_TRUE(absl::EndsWith(path, "/" + name + "/last")) << path;
  EXPECT_GT(path.size(), 3800u);
  EXPECT_LE(path.size(), size_t{EYRIE_MAX_PATH});
}

TEST_P(FileEventsTest, DeepPathIsWhole) {
  std::string path = directory();
  for (int i = 0; i < 200; ++i) {
    path += "/d";
    mkdir(path.c_str(), 0755);
  }
  const int fd = open(path.c_str(), O_RDONLY);
  const Record record = Await(EYRIE_EVENT_openat);
  EXPECT_EQ(record.Text(&OpenatArgs::realpath), path);
  EXPECT_FALSE(record.has_flag(EYRIE_RECORD_TRUNCATED));
  close(fd);
}

TEST_P(FileEventsTest, PathIsAsSeenFromTheRootOfTheProcess) {
  mkdir(Path("jail").c_str(), 0755);
  WriteFile(Path("jail/inside"), "x");
  const pid_t child = RunInChild([&] {
    if (chroot(Path("jail").c_str()) != 0 || chdir("/") != 0) return 1;
    return open("inside", O_RDONLY) < 0 ? 1 : 0;
  });
  const Record record = Await(EYRIE_EVENT_openat, child);
  EXPECT_EQ(record.Text(&OpenatArgs::realpath), "/inside");
  EXPECT_EQ(record.Text(&OpenatArgs::base), "/");
  EXPECT_EQ(record.Text(&OpenatArgs::hostpath), Path("jail/inside"));
}

// Another mount namespace is not another root: what a container sees is what
// there is.
TEST_P(FileEventsTest, OnlyAnotherRootGivesAHostPath) {
  WriteFile(Path("file"), "x");
  const int fd = open(Path("file").c_str(), O_RDONLY);
  EXPECT_EQ(Await(EYRIE_EVENT_openat).Text(&OpenatArgs::hostpath), "(none)");
  close(fd);
  mkdir(Path("root").c_str(), 0755);
  mkdir(Path("root/old").c_str(), 0755);
  WriteFile(Path("root/inside"), "x");
  const pid_t child = RunInChild([&] {
    const std::string root = Path("root");
    if (unshare(CLONE_NEWNS) != 0 ||
        mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount(root.c_str(), root.c_str(), nullptr, MS_BIND, nullptr) != 0 ||
        chdir(root.c_str()) != 0 || syscall(SYS_pivot_root, ".", "old") != 0 ||
        chdir("/") != 0) {
      return 1;
    }
    return open("/inside", O_RDONLY) < 0 ? 1 : 0;
  });
  const Record record = Await(EYRIE_EVENT_openat, child);
  EXPECT_EQ(record.Text(&OpenatArgs::realpath), "/inside");
  EXPECT_EQ(record.Text(&OpenatArgs::hostpath), "(none)");
}

TEST_P(FileEventsTest, BindMountIsPartOfThePath) {
  mkdir(Path("from").c_str(), 0755);
  mkdir(Path("to").c_str(), 0755);
  WriteFile(Path("from/file"), "x");
  const pid_t child = RunInChild([&] {
    if (unshare(CLONE_NEWNS) != 0 ||
        mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount(Path("from").c_str(), Path("to").c_str(), nullptr, MS_BIND,
              nullptr) != 0) {
      return 1;
    }
    return open(Path("to/file").c_str(), O_RDONLY) < 0 ? 1 : 0;
  });
  const Record record = Await(EYRIE_EVENT_openat, child);
  EXPECT_EQ(record.Text(&OpenatArgs::realpath), Path("to/file"));
  EXPECT_NE(record.header().mnt_ns, Namespace("mnt"));
}

TEST_P(FileEventsTest, OverlayTellsItsLayers) {
  const pid_t child = RunInChild([&] {
    if (unshare(CLONE_NEWNS) != 0 ||
        mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount("tmpfs", directory().c_str(), "tmpfs", 0, nullptr) != 0) {
      return 1;
    }
    for (const char* name : {"lower", "upper", "work", "merged"}) {
      mkdir(Path(name).c_str(), 0755);
    }
    close(creat(Path("lower/old").c_str(), 0644));
    const std::string options =
        absl::StrCat("lowerdir=", Path("lower"), ",upperdir=", Path("upper"),
                     ",workdir=", Path("work"));
    if (mount("overlay", Path("merged").c_str(), "overlay", 0,
              options.c_str()) != 0) {
      return 2;
    }
    close(open(Path("merged/old").c_str(), O_RDONLY));
    close(open(Path("merged/new").c_str(), O_CREAT | O_WRONLY, 0644));
    return 0;
  });
  const auto is_merged = [](const Record& record) {
    return absl::StrContains(record.Text(&OpenatArgs::name), "/merged/");
  };
  const Record lower = Await(EYRIE_EVENT_openat, child, is_merged);
  EXPECT_EQ(lower.Text(&OpenatArgs::realpath), Path("merged/old"));
  EXPECT_EQ(lower.Int(&OpenatArgs::file_flags), EYRIE_FILE_LOWER_LAYER);
  const Record upper = Await(EYRIE_EVENT_openat, child, is_merged);
  EXPECT_EQ(upper.Int(&OpenatArgs::file_flags),
            EYRIE_FILE_UPPER_LAYER | EYRIE_FILE_CREATED);
}

TEST_P(FileEventsTest, FilesWithoutANameAreCalledAsTheKernelDoes) {
  struct Case {
    int fd;
    int flags;
    std::string path;
    int64_t file_flags;
  };
  int pipe_fds[2];
  ASSERT_EQ(pipe(pipe_fds), 0);
  struct stat pipe_facts;
  fstat(pipe_fds[0], &pipe_facts);
  const int deleted = open(Path("gone").c_str(), O_CREAT | O_RDWR, 0600);
  unlink(Path("gone").c_str());
  const Case cases[] = {
      {memfd_create("secret", 0), O_RDONLY, "memfd:secret", EYRIE_FILE_DELETED},
      {pipe_fds[0], O_RDONLY | O_NONBLOCK,
       absl::StrCat("pipe:[", pipe_facts.st_ino, "]"), 0},
      {deleted, O_RDONLY, Path("gone"), EYRIE_FILE_DELETED},
  };
  for (const Case& c : cases) {
    const std::string name = absl::StrCat("/proc/self/fd/", c.fd);
    const int fd = open(name.c_str(), c.flags);
    ASSERT_GE(fd, 0) << c.path << strerror(errno);
    const Record record = Await(
        EYRIE_EVENT_openat, getpid(),
        [&](const Record& r) { return r.Text(&OpenatArgs::name) == name; });
    EXPECT_EQ(record.Text(&OpenatArgs::realpath), c.path);
    EXPECT_EQ(record.Int(&OpenatArgs::file_flags), c.file_flags) << c.path;
    close(fd);
    close(c.fd);
  }
  close(pipe_fds[1]);
}

TEST_P(FileEventsTest, ThreadActsForItsProcess) {
  pid_t tid = 0;
  std::thread([&] {
    tid = gettid();
    close(open("/dev/null", O_RDONLY));
  }).join();
  const Record record =
      Await(EYRIE_EVENT_openat, getpid(), [&](const Record& r) {
        return r.header().tid == static_cast<uint32_t>(tid);
      });
  EXPECT_NE(tid, getpid());
  EXPECT_EQ(ToTicks(record.header().process.start_time_ns), StartTicks("self"));
}

TEST_P(FileEventsTest, Unlink) {
  using Args = eyrie_unlink_args;
  WriteFile(Path("u"), "x");
  ASSERT_EQ(chdir(directory().c_str()), 0);
#ifdef SYS_unlink
  EXPECT_EQ(syscall(SYS_unlink, "u"), 0);
  const Record done = Await(EYRIE_EVENT_unlink);
  EXPECT_EQ(done.Int(&Args::res), 0);
  EXPECT_EQ(done.Text(&Args::path), "u");
  EXPECT_EQ(done.Text(&Args::base), directory());
  EXPECT_TRUE(done.has_flag(EYRIE_RECORD_UNVERIFIED));
  EXPECT_EQ(syscall(SYS_unlink, Path("u").c_str()), -1);
  const Record failed = Await(EYRIE_EVENT_unlink);
  EXPECT_EQ(failed.Int(&Args::res), -ENOENT);
  EXPECT_EQ(failed.Text(&Args::path), Path("u"));
  EXPECT_EQ(failed.Text(&Args::base), "(none)");
#endif
  ASSERT_EQ(chdir("/"), 0);
}

TEST_P(FileEventsTest, Unlinkat) {
  using Args = eyrie_unlinkat_args;
  mkdir(Path("d").c_str(), 0755);
  const int directory_fd = open(directory().c_str(), O_RDONLY | O_DIRECTORY);
  EXPECT_EQ(unlinkat(directory_fd, "d", AT_REMOVEDIR), 0);
  const Record record = Await(EYRIE_EVENT_unlinkat);
  EXPECT_EQ(record.Int(&Args::res), 0);
  EXPECT_EQ(record.Int(&Args::dirfd), directory_fd);
  EXPECT_EQ(record.Text(&Args::name), "d");
  EXPECT_EQ(record.Int(&Args::flags), AT_REMOVEDIR);
  EXPECT_EQ(record.Text(&Args::base), directory());
  close(directory_fd);
}

TEST_P(FileEventsTest, Rename) {
  using Args = eyrie_rename_args;
  WriteFile(Path("old"), "x");
  ASSERT_EQ(chdir(directory().c_str()), 0);
#ifdef SYS_rename
  EXPECT_EQ(syscall(SYS_rename, "old", Path("new").c_str()), 0);
  const Record record = Await(EYRIE_EVENT_rename);
  EXPECT_EQ(record.Int(&Args::res), 0);
  EXPECT_EQ(record.Text(&Args::oldpath), "old");
  EXPECT_EQ(record.Text(&Args::newpath), Path("new"));
  EXPECT_EQ(record.Text(&Args::oldbase), directory());
  EXPECT_EQ(record.Text(&Args::newbase), "(none)");
  EXPECT_TRUE(record.has_flag(EYRIE_RECORD_UNVERIFIED));
#endif
  ASSERT_EQ(chdir("/"), 0);
}

TEST_P(FileEventsTest, RenameatAndRenameat2) {
  WriteFile(Path("old"), "x");
  mkdir(Path("sub").c_str(), 0755);
  const int from = open(directory().c_str(), O_RDONLY | O_DIRECTORY);
  const int to = open(Path("sub").c_str(), O_RDONLY | O_DIRECTORY);
#ifdef SYS_renameat
  EXPECT_EQ(syscall(SYS_renameat, from, "old", to, "new"), 0);
  const Record first = Await(EYRIE_EVENT_renameat);
  EXPECT_EQ(first.Int(&eyrie_renameat_args::res), 0);
  EXPECT_EQ(first.Int(&eyrie_renameat_args::olddirfd), from);
  EXPECT_EQ(first.Text(&eyrie_renameat_args::oldpath), "old");
  EXPECT_EQ(first.Int(&eyrie_renameat_args::newdirfd), to);
  EXPECT_EQ(first.Text(&eyrie_renameat_args::newpath), "new");
  EXPECT_EQ(first.Text(&eyrie_renameat_args::oldbase), directory());
  EXPECT_EQ(first.Text(&eyrie_renameat_args::newbase), Path("sub"));
#endif
  EXPECT_EQ(syscall(SYS_renameat2, to, "none", from, "back", RENAME_NOREPLACE),
            -1);
  const Record second = Await(EYRIE_EVENT_renameat2);
  EXPECT_EQ(second.Int(&eyrie_renameat2_args::res), -ENOENT);
  EXPECT_EQ(second.Int(&eyrie_renameat2_args::olddirfd), to);
  EXPECT_EQ(second.Text(&eyrie_renameat2_args::oldpath), "none");
  EXPECT_EQ(second.Int(&eyrie_renameat2_args::newdirfd), from);
  EXPECT_EQ(second.Text(&eyrie_renameat2_args::newpath), "back");
  EXPECT_EQ(second.Int(&eyrie_renameat2_args::flags), RENAME_NOREPLACE);
  EXPECT_EQ(second.Text(&eyrie_renameat2_args::oldbase), Path("sub"));
  EXPECT_EQ(second.Text(&eyrie_renameat2_args::newbase), directory());
  close(from);
  close(to);
}

TEST_P(FileEventsTest, ChdirAndFchdirNameTheNewDirectory) {
  mkdir(Path("w").c_str(), 0755);
  ASSERT_EQ(symlink("w", Path("l").c_str()), 0);
  EXPECT_EQ(chdir(Path("l").c_str()), 0);
  const Record moved = Await(EYRIE_EVENT_chdir);
  EXPECT_EQ(moved.Int(&eyrie_chdir_args::res), 0);
  EXPECT_EQ(moved.Text(&eyrie_chdir_args::path), Path("l"));
  EXPECT_EQ(moved.Text(&eyrie_chdir_args::cwd), Path("w"));
  EXPECT_EQ(chdir("none"), -1);
  const Record stayed = Await(EYRIE_EVENT_chdir);
  EXPECT_EQ(stayed.Int(&eyrie_chdir_args::res), -ENOENT);
  EXPECT_EQ(stayed.Text(&eyrie_chdir_args::path), "none");
  EXPECT_EQ(stayed.Text(&eyrie_chdir_args::cwd), Path("w"));
  const int fd = open("/", O_RDONLY | O_DIRECTORY);
  EXPECT_EQ(fchdir(fd), 0);
  const Record root = Await(EYRIE_EVENT_fchdir);
  EXPECT_EQ(root.Int(&eyrie_fchdir_args::res), 0);
  EXPECT_EQ(root.Int(&eyrie_fchdir_args::fd), fd);
  EXPECT_EQ(root.Text(&eyrie_fchdir_args::cwd), "/");
  close(fd);
}

#ifdef __x86_64__
// A system call of the 32-bit ABI, made from this 64-bit process.
long Call32(long number, long a, long b, long c) {
  long result;
  asm volatile("int $0x80"
               : "=a"(result)
               : "a"(number), "b"(a), "c"(b), "d"(c)
               : "memory", "r8", "r9", "r10", "r11");
  return result;
}

TEST_P(FileEventsTest, KnowsThe32BitNumbers) {
  // The pointer must fit 32 bits.
  char* page =
      static_cast<char*>(mmap(nullptr, 4096, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0));
  ASSERT_NE(page, MAP_FAILED);
  strcpy(page, "/dev/zero");
  // 295 is openat there, 12 chdir, and 257, openat of 64 bits, something else.
  const long fd = Call32(5, reinterpret_cast<long>(page), O_RDONLY, 0);
  if (fd == -ENOSYS) {
    std::printf("EYRIE_SKIP: this kernel has no 32-bit system calls\n");
    GTEST_SKIP();
  }
  Call32(257, -1, 0, 0);
  const Record record = Await(EYRIE_EVENT_open);
  EXPECT_EQ(record.Int(&eyrie_open_args::fd), fd);
  EXPECT_EQ(record.Text(&eyrie_open_args::name), "/dev/zero");
  EXPECT_EQ(record.Text(&eyrie_open_args::realpath), "/dev/zero");
  EXPECT_TRUE(record.has_flag(EYRIE_RECORD_COMPAT32));
  close(fd);
  close(open("/dev/null", O_RDONLY));
  const Record next = Await(EYRIE_EVENT_openat);
  EXPECT_EQ(next.Text(&OpenatArgs::name), "/dev/null");
  EXPECT_FALSE(next.has_flag(EYRIE_RECORD_COMPAT32));
  munmap(page, 4096);
}
#endif

}  // namespace
}  // namespace eyrie::testing
