// SPDX-License-Identifier: Apache-2.0
//
// Each change of user, made by a real call in a child.

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "gtest/gtest.h"

#include "bpf/testing/sensor_test.h"
#include "proto/record.h"

namespace eyrie::testing {
namespace {

constexpr int kUser = 4242;
constexpr int64_t kUnchanged = 0xffffffff;

class PrivilegeEventsTest : public SensorTest {};
EYRIE_INSTANTIATE_SENSOR_TEST(PrivilegeEventsTest);

TEST_P(PrivilegeEventsTest, Setuid) {
  const pid_t child = RunInChild([] {
    if (syscall(SYS_setuid, kUser) != 0) return 1;
    return syscall(SYS_setuid, 0) == 0 ? 2 : 0;
  });
  const Record done = Await(EYRIE_EVENT_setuid, child);
  EXPECT_EQ(done.Int(&eyrie_setuid_args::res), 0);
  EXPECT_EQ(done.Int(&eyrie_setuid_args::uid), kUser);
  // The header shows the credentials after the call.
  EXPECT_EQ(done.header().uid, uint32_t{kUser});
  EXPECT_EQ(done.header().euid, uint32_t{kUser});
  const Record refused = Await(EYRIE_EVENT_setuid, child);
  EXPECT_EQ(refused.Int(&eyrie_setuid_args::res), -EPERM);
  EXPECT_EQ(refused.Int(&eyrie_setuid_args::uid), 0);
  EXPECT_EQ(refused.header().result, -EPERM);
  EXPECT_EQ(refused.header().uid, uint32_t{kUser});
}

TEST_P(PrivilegeEventsTest, Setreuid) {
  const pid_t child = RunInChild(
      [] { return static_cast<int>(syscall(SYS_setreuid, -1, kUser)); });
  const Record record = Await(EYRIE_EVENT_setreuid, child);
  EXPECT_EQ(record.Int(&eyrie_setreuid_args::res), 0);
  EXPECT_EQ(record.Int(&eyrie_setreuid_args::ruid), kUnchanged);
  EXPECT_EQ(record.Int(&eyrie_setreuid_args::euid), kUser);
  EXPECT_EQ(record.header().uid, 0u);
  EXPECT_EQ(record.header().euid, uint32_t{kUser});
}

TEST_P(PrivilegeEventsTest, Setresuid) {
  const pid_t child = RunInChild(
      [] { return static_cast<int>(syscall(SYS_setresuid, 1, 2, -1)); });
  const Record record = Await(EYRIE_EVENT_setresuid, child);
  EXPECT_EQ(record.Int(&eyrie_setresuid_args::res), 0);
  EXPECT_EQ(record.Int(&eyrie_setresuid_args::ruid), 1);
  EXPECT_EQ(record.Int(&eyrie_setresuid_args::euid), 2);
  EXPECT_EQ(record.Int(&eyrie_setresuid_args::suid), kUnchanged);
}

#ifdef __x86_64__
TEST_P(PrivilegeEventsTest, OldCallsWith16BitIds) {
  const pid_t child = RunInChild([] {
    long result;
    // setreuid(-1, kUser) of the 32-bit ABI.
    asm volatile("int $0x80"
                 : "=a"(result)
                 : "a"(70), "b"(0xffff), "c"(kUser)
                 : "memory", "r8", "r9", "r10", "r11");
    return result == -ENOSYS ? 1 : 0;
  });
  const Record record = Await(EYRIE_EVENT_setreuid, child);
  EXPECT_EQ(record.Int(&eyrie_setreuid_args::ruid), kUnchanged);
  EXPECT_EQ(record.Int(&eyrie_setreuid_args::euid), kUser);
  EXPECT_EQ(record.header().euid, uint32_t{kUser});
  EXPECT_TRUE(record.has_flag(EYRIE_RECORD_COMPAT32));
}
#endif

}  // namespace
}  // namespace eyrie::testing
