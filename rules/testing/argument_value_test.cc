// SPDX-License-Identifier: Apache-2.0
//
// Tests of reading argument values.

#include "rules/testing/argument_value.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

#include "proto/event_catalog.h"
#include "proto/flag_names.h"

namespace eyrie::rules::testing {
namespace {

TEST(ArgumentValueTest, ReadsNumbersAndNames) {
  struct Case {
    ArgumentType type;
    const char* text;
    std::optional<int64_t> number;
  };
  constexpr auto kOpen = ArgumentType::kOpenFlags;
  for (const Case& test : std::vector<Case>{
           {ArgumentType::kInt64, "42", 42},
           {ArgumentType::kInt64, "-1", -1},
           {ArgumentType::kInt64, "0x1f", 31},
           {ArgumentType::kBool, "true", 1},
           {ArgumentType::kErrno, "EACCES", -13},
           {ArgumentType::kErrno, "EINPROGRESS", -115},
           {ArgumentType::kErrno, "ENONSENSE", std::nullopt},
           {kOpen, "O_RDONLY", 0},
           {kOpen, "O_WRONLY", O_WRONLY},
           {kOpen, "O_RDWR|O_CREAT|O_TRUNC", O_RDWR | O_CREAT | O_TRUNC},
           {kOpen, "O_WRONLY|O_NONSENSE", std::nullopt},
           {ArgumentType::kUnlinkFlags, "AT_REMOVEDIR", AT_REMOVEDIR},
           {ArgumentType::kExecFlags, "EXE_FROM_MEMFD", 4},
           {kOpen, "O_RDONLY|O_CLOEXEC", O_CLOEXEC},
           {kOpen, "O_WRONLY|O_RDWR", std::nullopt},
           {kOpen, "O_WRONLY|", std::nullopt},
           {ArgumentType::kPtraceRequest, "PTRACE_TRACEME", 0},
           {ArgumentType::kPtraceRequest, "PTRACE_ATTACH", 16},
           {ArgumentType::kPtraceRequest, "PTRACE_SEIZE", 0x4206},
           {ArgumentType::kPtraceRequest, "PTRACE_CONT|PTRACE_KILL",
            std::nullopt},
           {ArgumentType::kPrctlOption, "PR_SET_PTRACER", 0x59616d61},
           {ArgumentType::kSocketFamily, "AF_UNIX", AF_UNIX},
           {ArgumentType::kSocketFamily, "AF_LOCAL", AF_UNIX},
           {ArgumentType::kSockoptName, "SO_REUSEPORT", SO_REUSEPORT},
           {ArgumentType::kMountFlags, "BIND|REC", 0x5000},
           {ArgumentType::kMountFlags, "NOUSER", 0x80000000},
           {ArgumentType::kNodeMode, "S_IRUSR|S_IFBLK", S_IRUSR | S_IFBLK},
           {ArgumentType::kNodeMode, "S_IFCHR|S_IFBLK", std::nullopt},
           {ArgumentType::kFutexOperation, "FUTEX_PRIVATE_FLAG|FUTEX_WAKE",
            129},
           {ArgumentType::kAccessMode, "F_OK", 0},
           {ArgumentType::kAccessMode, "F_OK|R_OK", std::nullopt},
           {ArgumentType::kPageFaultFlags, "PAGE_NOT_PRESENT|WRITE_ACCESS", 2},
           {ArgumentType::kSignal, "SIGKILL", 9},
           {ArgumentType::kSigset, "SIGHUP|SIGKILL", 0x101},
           {ArgumentType::kCaps, "CAP_CHECKPOINT_RESTORE", int64_t{1} << 40},
           {ArgumentType::kUint64, "AF_UNIX", std::nullopt},
           {ArgumentType::kInt64, "O_WRONLY", std::nullopt},
           {ArgumentType::kInt64, "", std::nullopt},
           {ArgumentType::kInt64, "many", std::nullopt},
       }) {
    EXPECT_EQ(ReadNumber(test.type, test.text), test.number) << test.text;
  }
}

TEST(ArgumentValueTest, ReadsEveryNameOfEveryType) {
  constexpr ArgumentType kTypes[] = {
#define TYPE(NAME, enumerator, slot) ArgumentType::enumerator,
#include "proto/argument_types.def"
  };
  for (const ArgumentType type : kTypes) {
    std::map<absl::string_view, uint64_t> values;
    for (const FlagName& name : NamesOf(type).names) {
      values.emplace(name.name, name.value);  // the first of two stays
    }
    for (const auto& [name, value] : values) {
      EXPECT_EQ(ReadNumber(type, name), static_cast<int64_t>(value))
          << ArgumentTypeName(type) << " " << name;
    }
  }
}

TEST(ArgumentValueTest, KnowsAddresses) {
  for (const char* text :
       {"10.0.0.1:443", "[::1]:0", "unix:/run/x", "unix:@a", "0.0.0.0:65535"}) {
    EXPECT_TRUE(IsAddress(text)) << text;
  }
  for (const char* text : {"", "10.0.0.1", "10.0.0.1:65536", "::1:80", "unix:",
                           "example.org:80", "[10.0.0.1]:80", "10.0.0.1:x"}) {
    EXPECT_FALSE(IsAddress(text)) << text;
  }
}

}  // namespace
}  // namespace eyrie::rules::testing
