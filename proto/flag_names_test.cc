// SPDX-License-Identifier: Apache-2.0
//
// Tests of the tables of names: what holds of all of them, and one text or more
// of each.

#include "proto/flag_names.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

#include "proto/arguments.h"
#include "proto/event_catalog.h"

namespace eyrie {
namespace {

constexpr ArgumentType kTypes[] = {
#define TYPE(NAME, enumerator, slot) ArgumentType::enumerator,
#include "proto/argument_types.def"
};

// Scalars whose values are not named here: ids, sizes and times, or numbers
// that are named by other means, such as errnos and descriptors.
constexpr ArgumentType kWithoutNames[] = {
    ArgumentType::kTuple,     ArgumentType::kInt64,      ArgumentType::kUint64,
    ArgumentType::kBool,      ArgumentType::kErrno,      ArgumentType::kFd,
    ArgumentType::kNewFd,     ArgumentType::kPid,        ArgumentType::kUid,
    ArgumentType::kGid,       ArgumentType::kTime,       ArgumentType::kDevice,
    ArgumentType::kSyscallId, ArgumentType::kSocketType,
};

TEST(FlagNamesTest, EveryTypeHasNamesOrIsAPlainNumber) {
  for (const ArgumentType type : kTypes) {
    const bool is_plain =
        IsVariable(type) ||
        std::find(std::begin(kWithoutNames), std::end(kWithoutNames), type) !=
            std::end(kWithoutNames);
    EXPECT_EQ(NamesOf(type).names.empty(), is_plain) << ArgumentTypeName(type);
    EXPECT_EQ(NamesOf(type).kind == NameKind::kNone, is_plain)
        << ArgumentTypeName(type);
  }
}

TEST(FlagNamesTest, ValuesLieInTheirMasks) {
  for (const ArgumentType type : kTypes) {
    for (const FlagName& name : NamesOf(type).names) {
      EXPECT_TRUE(name.Matches(name.value))
          << ArgumentTypeName(type) << " " << name.name;
      EXPECT_NE(name.mask, 0u) << ArgumentTypeName(type) << " " << name.name;
      EXPECT_FALSE(name.name.empty()) << ArgumentTypeName(type);
    }
  }
}

TEST(FlagNamesTest, NamesNothingTwice) {
  // Two values of one name, two names of one value.
  const std::set<absl::string_view> same_names = {"S_IFREG", "SO_RCVTIMEO",
                                                  "SO_SNDTIMEO"};
  const std::set<absl::string_view> aliases = {"AF_LOCAL", "AF_ROUTE",
                                               "BPF_PROG_RUN"};
  for (const ArgumentType type : kTypes) {
    std::set<absl::string_view> names;
    std::set<std::pair<uint64_t, uint64_t>> values;
    for (const FlagName& name : NamesOf(type).names) {
      EXPECT_TRUE(names.insert(name.name).second ||
                  same_names.count(name.name) > 0)
          << ArgumentTypeName(type) << " " << name.name;
      EXPECT_EQ(values.insert({name.mask, name.value}).second,
                aliases.count(name.name) == 0)
          << ArgumentTypeName(type) << " " << name.name;
    }
  }
}

struct TextCase {
  ArgumentType type;
  uint64_t value;
  const char* text;
};

void ExpectTexts(const std::vector<TextCase>& cases) {
  for (const TextCase& test : cases) {
    EXPECT_EQ(FormatFlags(test.type, test.value), test.text)
        << ArgumentTypeName(test.type) << " " << test.value;
  }
}

TEST(FlagNamesTest, FormatsFileArguments) {
  ExpectTexts({
      {ArgumentType::kFileFlags, 0, "O_NONE"},
      {ArgumentType::kFileFlags, 1, "O_NONE"},  // EFD_SEMAPHORE
      {ArgumentType::kFileFlags, 02004000, "O_NONBLOCK|O_CLOEXEC"},
      {ArgumentType::kFileFlags, 040000, "O_DIRECT"},
      {ArgumentType::kCreatFlags, 0, ""},
      {ArgumentType::kCreatFlags, 1, "FD_UPPER_LAYER_CREAT"},
      {ArgumentType::kCreatFlags, 2, "FD_LOWER_LAYER_CREAT"},
      {ArgumentType::kAtFlags, 0, ""},
      {ArgumentType::kAtFlags, 0x1500,
       "AT_SYMLINK_FOLLOW|AT_EMPTY_PATH|AT_SYMLINK_NOFOLLOW"},
      {ArgumentType::kAtFlags, 0x200, "AT_EACCESS"},
      {ArgumentType::kAtFlags, 0x1, ""},
      {ArgumentType::kXattrFlags, 0, ""},
      {ArgumentType::kXattrFlags, 2, "XATTR_REPLACE"},
      {ArgumentType::kXattrFlags, 4, ""},
      {ArgumentType::kCloseRangeFlags, 1, ""},
      {ArgumentType::kCloseRangeFlags, 6,
       "CLOSE_RANGE_UNSHARE|CLOSE_RANGE_CLOEXEC"},
      {ArgumentType::kFcntlCommand, 0, "F_DUPFD"},
      {ArgumentType::kFcntlCommand, 1031, "F_SETPIPE_SZ"},
      {ArgumentType::kFcntlCommand, 18, ""},
      {ArgumentType::kFlockOperation, 0, "LOCK_NONE"},
      {ArgumentType::kFlockOperation, 16, "LOCK_NONE"},
      {ArgumentType::kFlockOperation, 6, "LOCK_EX|LOCK_NB"},
      {ArgumentType::kFlockOperation, 8, "LOCK_UN"},
      {ArgumentType::kSeekWhence, 0, "SEEK_SET"},
      {ArgumentType::kSeekWhence, 2, "SEEK_END"},
      {ArgumentType::kSeekWhence, 5, ""},
      {ArgumentType::kSpliceFlags, 0, ""},
      {ArgumentType::kSpliceFlags, 5, "SPLICE_F_MOVE|SPLICE_F_MORE"},
      {ArgumentType::kSpliceFlags, 16, ""},
      {ArgumentType::kEpollFlags, 0, ""},
      {ArgumentType::kEpollFlags, 02000001, "EPOLL_CLOEXEC"},
  });
}

TEST(FlagNamesTest, FormatsModesOfFiles) {
  ExpectTexts({
      {ArgumentType::kNodeMode, 0, "S_IFREG"},
      {ArgumentType::kNodeMode, 0100600, "S_IWUSR|S_IRUSR|S_IFREG"},
      {ArgumentType::kNodeMode, 0020000, "S_IFCHR"},
      {ArgumentType::kNodeMode, 0060660,
       "S_IWGRP|S_IRGRP|S_IWUSR|S_IRUSR|S_IFBLK"},
      {ArgumentType::kNodeMode, 0010000, "S_IFIFO"},
      {ArgumentType::kNodeMode, 0140000, "S_IFSOCK"},
      {ArgumentType::kNodeMode, 0040000, ""},  // mknod() makes no directory
      {ArgumentType::kAccessMode, 0, "F_OK"},
      {ArgumentType::kAccessMode, 8, "F_OK"},
      {ArgumentType::kAccessMode, 7, "R_OK|W_OK|X_OK"},
      {ArgumentType::kAccessMode, 2, "W_OK"},
  });
}

TEST(FlagNamesTest, FormatsMountArguments) {
  ExpectTexts({
      {ArgumentType::kMountFlags, 0, ""},
      {ArgumentType::kMountFlags, 0x1000, "BIND"},
      {ArgumentType::kMountFlags, 0x5021, "RDONLY|REMOUNT|BIND|REC"},
      {ArgumentType::kMountFlags, 0x80000100, "NOUSER|NOSYMFOLLOW"},
      {ArgumentType::kMountFlags, 0x200, ""},
      // With the magic number that old programs pass.
      {ArgumentType::kMountFlags, 0xc0ed0001, "RDONLY"},
      {ArgumentType::kMountFlags, 0xc0ed0000, ""},
      {ArgumentType::kUmountFlags, 0, ""},
      {ArgumentType::kUmountFlags, 10, "DETACH|NOFOLLOW"},
      {ArgumentType::kUmountFlags, 16, ""},
      {ArgumentType::kFsconfigCommand, 0, "FSCONFIG_SET_FLAG"},
      {ArgumentType::kFsconfigCommand, 6, "FSCONFIG_CMD_CREATE"},
      {ArgumentType::kFsconfigCommand, 9, ""},
      {ArgumentType::kQuotaFormat, 0, "QFMT_NOT_USED"},
      {ArgumentType::kQuotaFormat, 4, "QFMT_VFS_V1"},
      {ArgumentType::kQuotaFormat, 6, ""},
      {ArgumentType::kQuotaCommand, 0x800002, "Q_QUOTAON"},
      {ArgumentType::kQuotaCommand, 0x5807, "Q_XQUOTASYNC"},
      {ArgumentType::kQuotaCommand, 0, ""},
      {ArgumentType::kQuotaType, 0, "USRQUOTA"},
      {ArgumentType::kQuotaType, 1, "GRPQUOTA"},
      {ArgumentType::kQuotaType, 3, ""},
  });
}

TEST(FlagNamesTest, FormatsMemoryArguments) {
  ExpectTexts({
      {ArgumentType::kProtFlags, 0, "PROT_NONE"},
      {ArgumentType::kProtFlags, 0x10, "PROT_NONE"},
      {ArgumentType::kProtFlags, 7, "PROT_READ|PROT_WRITE|PROT_EXEC"},
      {ArgumentType::kMmapFlags, 0, ""},
      {ArgumentType::kMmapFlags, 0x22, "MAP_PRIVATE|MAP_ANONYMOUS"},
      {ArgumentType::kMmapFlags, 0x60012,
       "MAP_PRIVATE|MAP_FIXED|MAP_STACK|MAP_HUGETLB"},
      {ArgumentType::kMmapFlags, 0x200, ""},
      {ArgumentType::kMlockallFlags, 0, ""},
      {ArgumentType::kMlockallFlags, 11, "MCL_CURRENT|MCL_FUTURE"},
      {ArgumentType::kMlock2Flags, 0, ""},
      {ArgumentType::kMlock2Flags, 3, "MLOCK_ONFAULT"},
      {ArgumentType::kMemfdFlags, 0, ""},
      {ArgumentType::kMemfdFlags, 3, "MFD_CLOEXEC|MFD_ALLOW_SEALING"},
      {ArgumentType::kMemfdFlags, 0x20, ""},
      {ArgumentType::kPageFaultFlags, 0,
       "PAGE_NOT_PRESENT|READ_ACCESS|SUPERVISOR_FAULT"},
      {ArgumentType::kPageFaultFlags, 0x17,
       "PROTECTION_VIOLATION|WRITE_ACCESS|USER_FAULT|INSTRUCTION_FETCH"},
  });
}

TEST(FlagNamesTest, FormatsSocketArguments) {
  ExpectTexts({
      {ArgumentType::kSocketFamily, 0, "AF_UNSPEC"},
      {ArgumentType::kSocketFamily, 1, "AF_UNIX"},
      {ArgumentType::kSocketFamily, 16, "AF_NETLINK"},
      {ArgumentType::kSocketFamily, 17, "AF_PACKET"},
      {ArgumentType::kSocketFamily, 99, ""},
      {ArgumentType::kShutdownHow, 0, "SHUT_RD"},
      {ArgumentType::kShutdownHow, 2, "SHUT_RDWR"},
      {ArgumentType::kShutdownHow, 3, ""},
      {ArgumentType::kSockoptLevel, 1, "SOL_SOCKET"},
      {ArgumentType::kSockoptLevel, 6, "SOL_TCP"},
      {ArgumentType::kSockoptLevel, 7, ""},
      // The number alone does not say which option it is.
      {ArgumentType::kSockoptName, 2, ""},
  });
}

TEST(FlagNamesTest, NamesSocketOptionsOfTheirLevel) {
  EXPECT_EQ(SocketOptionName(1, 2), "SO_REUSEADDR");
  EXPECT_EQ(SocketOptionName(1, 20), "SO_RCVTIMEO");
  EXPECT_EQ(SocketOptionName(1, 66), "SO_RCVTIMEO");
  EXPECT_EQ(SocketOptionName(1, 0), "");
  EXPECT_EQ(SocketOptionName(1, 1000), "");
  EXPECT_EQ(SocketOptionName(6, 2), "");
  EXPECT_EQ(SocketOptionName(0, 2), "");
}

TEST(FlagNamesTest, FormatsProcessArguments) {
  ExpectTexts({
      {ArgumentType::kPidfdFlags, 0, ""},
      {ArgumentType::kPidfdFlags, 04200, "PIDFD_NONBLOCK|PIDFD_THREAD"},
      {ArgumentType::kPidfdFlags, 1, ""},
      {ArgumentType::kPrctlOption, 0, ""},
      {ArgumentType::kPrctlOption, 15, "PR_SET_NAME"},
      {ArgumentType::kPrctlOption, 33, "PR_MCE_KILL"},
      {ArgumentType::kPrctlOption, 0x59616d61, "PR_SET_PTRACER"},
      {ArgumentType::kPtraceRequest, 0, "PTRACE_TRACEME"},
      {ArgumentType::kPtraceRequest, 5, "PTRACE_POKEDATA"},
      {ArgumentType::kPtraceRequest, 16, "PTRACE_ATTACH"},
      {ArgumentType::kPtraceRequest, 0x4206, "PTRACE_SEIZE"},
      {ArgumentType::kPtraceRequest, 0x5000, ""},
      {ArgumentType::kRlimitResource, 0, "RLIMIT_CPU"},
      {ArgumentType::kRlimitResource, 7, "RLIMIT_NOFILE"},
      {ArgumentType::kRlimitResource, 16, ""},
      {ArgumentType::kSemgetFlags, 0, ""},
      {ArgumentType::kSemgetFlags, 03600, "IPC_EXCL|IPC_CREAT"},
      {ArgumentType::kSemCommand, 0, "IPC_RMID"},
      {ArgumentType::kSemCommand, 16, "SETVAL"},
      {ArgumentType::kSemCommand, 99, ""},
      {ArgumentType::kSemopFlags, 0, ""},
      {ArgumentType::kSemopFlags, 0x1800, "IPC_NOWAIT|SEM_UNDO"},
      {ArgumentType::kSemopFlags, 1, ""},
      {ArgumentType::kKeyctlOperation, 0, "KEYCTL_GET_KEYRING_ID"},
      {ArgumentType::kKeyctlOperation, 32, "KEYCTL_WATCH_KEY"},
      {ArgumentType::kKeyctlOperation, 33, ""},
      {ArgumentType::kSignal, 9, "SIGKILL"},
      {ArgumentType::kSignal, 0, ""},
      {ArgumentType::kSignal, 34, ""},
      {ArgumentType::kSigset, 0, ""},
      {ArgumentType::kSigset, 0x101, "SIGHUP SIGKILL"},
      {ArgumentType::kSigset, uint64_t{1} << 33, ""},
      {ArgumentType::kCaps, 0x21, "CAP_CHOWN CAP_KILL"},
  });
}

TEST(FlagNamesTest, FormatsKernelArguments) {
  ExpectTexts({
      {ArgumentType::kFutexOperation, 0, "FUTEX_WAIT"},
      {ArgumentType::kFutexOperation, 129, "FUTEX_PRIVATE_FLAG|FUTEX_WAKE"},
      {ArgumentType::kFutexOperation, 393,
       "FUTEX_CLOCK_REALTIME|FUTEX_PRIVATE_FLAG|FUTEX_WAIT_BITSET"},
      {ArgumentType::kFutexOperation, 14, ""},
      {ArgumentType::kFinitModuleFlags, 0, ""},
      {ArgumentType::kFinitModuleFlags, 3,
       "MODULE_INIT_IGNORE_MODVERSIONS|MODULE_INIT_IGNORE_VERMAGIC"},
      {ArgumentType::kFinitModuleFlags, 8, ""},
      {ArgumentType::kDeleteModuleFlags, 0, ""},
      {ArgumentType::kDeleteModuleFlags, 05000, "O_NONBLOCK|O_TRUNC"},
      {ArgumentType::kBpfCommand, 0, "BPF_MAP_CREATE"},
      {ArgumentType::kBpfCommand, 5, "BPF_PROG_LOAD"},
      {ArgumentType::kBpfCommand, 10, "BPF_PROG_TEST_RUN"},
      {ArgumentType::kBpfCommand, 10000, ""},
      {ArgumentType::kIoUringSetupFlags, 0, ""},
      {ArgumentType::kIoUringSetupFlags, 1, "IORING_SETUP_IOPOLL"},
      {ArgumentType::kIoUringSetupFlags, 0xa2,
       "IORING_SETUP_SQPOLL|IORING_SETUP_ATTACH_RW|IORING_SETUP_SUBMIT_ALL"},
      {ArgumentType::kIoUringFeatures, 0, ""},
      {ArgumentType::kIoUringFeatures, 0x103,
       "IORING_FEAT_SINGLE_MMAP|IORING_FEAT_NODROP|IORING_FEAT_ENTER_EXT_ARG"},
      {ArgumentType::kIoUringEnterFlags, 0, ""},
      {ArgumentType::kIoUringEnterFlags, 0x11,
       "IORING_ENTER_GETEVENTS|IORING_ENTER_REGISTERED_RING"},
      {ArgumentType::kIoUringOperation, 0, "IORING_REGISTER_BUFFERS"},
      {ArgumentType::kIoUringOperation, 0x80000009,
       "IORING_REGISTER_PERSONALITY"},
      {ArgumentType::kIoUringOperation, 1000, ""},
  });
}

// The kernel ignores the upper half of the register, so a rule must, too.
TEST(FlagNamesTest, PassesOverTheUpperHalfOfEnumerations) {
  ExpectTexts({
      {ArgumentType::kPrctlOption, 0xdeadbeef0000000f, "PR_SET_NAME"},
      {ArgumentType::kBpfCommand, 0x100000005, "BPF_PROG_LOAD"},
      {ArgumentType::kSocketFamily, 0x100000011, "AF_PACKET"},
  });
  EXPECT_EQ(SocketOptionName(0x100000001, 0x100000002), "SO_REUSEADDR");
}

}  // namespace
}  // namespace eyrie
