// SPDX-License-Identifier: Apache-2.0
//
// Tests of the names of numbers, against the headers of this machine where it
// has them.

#include "proto/arguments.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

#include "proto/event_catalog.h"
#include "proto/record.h"

namespace eyrie {
namespace {

#ifdef __x86_64__
constexpr uint64_t kLargeFile = 0100000;  // libc defines O_LARGEFILE as 0
#endif

struct FlagCase {
  ArgumentType type;
  uint64_t value;
  const char* text;
};

TEST(ArgumentsTest, FormatsFlags) {
  constexpr auto kOpen = ArgumentType::kOpenFlags;
  constexpr auto kResolve = ArgumentType::kResolveFlags;
  constexpr auto kUnlink = ArgumentType::kUnlinkFlags;
  constexpr auto kRename = ArgumentType::kRenameFlags;
  constexpr auto kClone = ArgumentType::kCloneFlags;
  constexpr auto kExec = ArgumentType::kExecFlags;
  constexpr auto kSocket = ArgumentType::kSocketFlags;
  constexpr auto kMode = ArgumentType::kMode;
  for (const FlagCase& test : std::vector<FlagCase>{
           {kResolve, 0, ""},
           {kResolve,
            RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS |
                RESOLVE_BENEATH | RESOLVE_IN_ROOT | RESOLVE_CACHED,
            "RESOLVE_BENEATH|RESOLVE_IN_ROOT|RESOLVE_NO_MAGICLINKS|"
            "RESOLVE_NO_SYMLINKS|RESOLVE_NO_XDEV|RESOLVE_CACHED"},
           {kUnlink, 0, ""},
           {kUnlink, AT_REMOVEDIR, "AT_REMOVEDIR"},
           {kRename, 3, "RENAME_NOREPLACE|RENAME_EXCHANGE"},
           {kRename, RENAME_WHITEOUT, "RENAME_WHITEOUT"},
           {kClone, SIGCHLD, ""},
           {kClone, CLONE_NEWUSER | CLONE_NEWNS | SIGCHLD,
            "CLONE_NEWNS|CLONE_NEWUSER"},
           {kClone, CLONE_VM | CLONE_VFORK, "CLONE_VM|CLONE_VFORK"},
           {kClone, CLONE_INTO_CGROUP | CLONE_FILES,
            "CLONE_FILES|CLONE_INTO_CGROUP"},
           {kExec, 0, ""},
           {kExec, EYRIE_EXEC_WRITABLE | EYRIE_EXEC_UPPER_LAYER,
            "EXE_WRITABLE|EXE_UPPER_LAYER"},
           {kExec, EYRIE_EXEC_FROM_MEMFD, "EXE_FROM_MEMFD"},
           {kSocket, SOCK_CLOEXEC | SOCK_NONBLOCK,
            "SOCK_NONBLOCK|SOCK_CLOEXEC"},
           {kMode, 0, ""},
           {kMode, S_ISUID | S_IXUSR, "S_IXUSR|S_ISUID"},
           {kMode, 0644, "S_IROTH|S_IRGRP|S_IWUSR|S_IRUSR"},
           {kMode, 01000, "S_ISVTX"},
           {kOpen, 3, ""},
           {ArgumentType::kUint64, 0xffff, ""},
           {ArgumentType::kString, 0xffff, ""},
       }) {
    EXPECT_EQ(FormatFlags(test.type, test.value), test.text)
        << ArgumentTypeName(test.type) << " " << test.value;
  }
}

#ifdef __x86_64__
TEST(ArgumentsTest, FormatsOpenFlags) {
  for (const FlagCase& test : std::vector<FlagCase>{
           {ArgumentType::kOpenFlags, O_RDONLY, "O_RDONLY"},
           {ArgumentType::kOpenFlags, O_RDONLY | O_CLOEXEC,
            "O_RDONLY|O_CLOEXEC"},
           {ArgumentType::kOpenFlags, O_WRONLY | O_CREAT | O_TRUNC,
            "O_TRUNC|O_CREAT|O_WRONLY"},
           {ArgumentType::kOpenFlags, O_RDWR | O_APPEND | O_EXCL,
            "O_EXCL|O_APPEND|O_RDWR"},
           {ArgumentType::kOpenFlags, O_WRONLY | O_SYNC,
            "O_SYNC|O_DSYNC|O_WRONLY"},
           {ArgumentType::kOpenFlags, O_WRONLY | O_DSYNC, "O_DSYNC|O_WRONLY"},
           {ArgumentType::kOpenFlags, O_DIRECTORY, "O_DIRECTORY|O_RDONLY"},
           {ArgumentType::kOpenFlags, O_TMPFILE | O_RDWR,
            "O_DIRECTORY|O_RDWR|O_TMPFILE"},
           {ArgumentType::kOpenFlags,
            kLargeFile | O_DIRECT | O_NONBLOCK | O_RDONLY,
            "O_LARGEFILE|O_DIRECT|O_NONBLOCK|O_RDONLY"},
           // The reference does not name it.
           {ArgumentType::kOpenFlags, O_NOFOLLOW, "O_RDONLY"},
       }) {
    EXPECT_EQ(FormatFlags(test.type, test.value), test.text) << test.value;
  }
  EXPECT_EQ(FormatOpenFlags(O_WRONLY | O_CREAT,
                            EYRIE_FILE_CREATED | EYRIE_FILE_UPPER_LAYER),
            "O_CREAT|O_WRONLY|O_F_CREATED|FD_UPPER_LAYER");
  EXPECT_EQ(FormatOpenFlags(0, EYRIE_FILE_LOWER_LAYER | EYRIE_FILE_DELETED),
            "O_RDONLY|FD_LOWER_LAYER");
}

TEST(ArgumentsTest, NamesErrnosAsTheCLibraryDoes) {
  for (int number = 1; number < 200; ++number) {
    const char* name = strerrorname_np(number);
    EXPECT_EQ(ErrnoName(number), name == nullptr ? "" : name) << number;
    EXPECT_EQ(ErrnoName(-number), ErrnoName(number)) << number;
  }
}
#endif  // __x86_64__

TEST(ArgumentsTest, NamesErrnos) {
  EXPECT_EQ(ErrnoName(-ENOENT), "ENOENT");
  EXPECT_EQ(ErrnoName(EPERM), "EPERM");
  EXPECT_EQ(ErrnoName(EAGAIN), "EAGAIN");
  EXPECT_EQ(ErrnoName(-512), "ERESTARTSYS");
  for (const int64_t number : {int64_t{0}, int64_t{41}, int64_t{134},
                               int64_t{100000}, INT64_MIN, INT64_MAX}) {
    EXPECT_EQ(ErrnoName(number), "") << number;
  }
}

TEST(ArgumentsTest, NamesSignalsAsTheCLibraryDoes) {
  for (int number = 1; number < 32; ++number) {
    const char* abbreviation = sigabbrev_np(number);
    ASSERT_NE(abbreviation, nullptr) << number;
    // The library calls SIGPOLL by its newer name.
    const std::string name = absl::StrCat("SIG", abbreviation);
    EXPECT_EQ(SignalName(number), name == "SIGPOLL" ? "SIGIO" : name);
  }
  for (const int64_t number :
       {int64_t{0}, int64_t{32}, int64_t{-9}, INT64_MIN, INT64_MAX}) {
    EXPECT_EQ(SignalName(number), "") << number;
  }
}

TEST(ArgumentsTest, NamesCapabilities) {
  EXPECT_EQ(CapabilityNames(0), "");
  EXPECT_EQ(CapabilityNames(1), "CAP_CHOWN");
  EXPECT_EQ(CapabilityNames((1 << CAP_KILL) | (1 << CAP_SYS_ADMIN)),
            "CAP_KILL CAP_SYS_ADMIN");
  EXPECT_EQ(CapabilityNames(uint64_t{1} << CAP_CHECKPOINT_RESTORE),
            "CAP_CHECKPOINT_RESTORE");
  EXPECT_EQ(CapabilityNames(uint64_t{1} << 63), "");
  EXPECT_EQ(CapabilityNames(~uint64_t{0}),
            CapabilityNames((uint64_t{1} << 41) - 1));
}

}  // namespace
}  // namespace eyrie
