// SPDX-License-Identifier: Apache-2.0
//
// Tests of reading argument values.

#include "rules/testing/argument_value.h"

#include <fcntl.h>

#include <optional>
#include <vector>

#include "gtest/gtest.h"

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
           {ArgumentType::kInt64, "O_WRONLY", std::nullopt},
           {ArgumentType::kInt64, "", std::nullopt},
           {ArgumentType::kInt64, "many", std::nullopt},
       }) {
    EXPECT_EQ(ReadNumber(test.type, test.text), test.number) << test.text;
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
