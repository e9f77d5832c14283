// SPDX-License-Identifier: Apache-2.0
//
// Each event of users, groups and capabilities, made by a real call, argument
// by argument.

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

#include "bpf/testing/sensor_test.h"
#include "proto/record.h"

namespace eyrie::testing {
namespace {

class CredentialCallsTest : public SensorTest {};
EYRIE_INSTANTIATE_SENSOR_TEST(CredentialCallsTest);

TEST_P(CredentialCallsTest, SetgidOfAnyoneAndOfNobody) {
  Want({EYRIE_EVENT_setgid});
  const pid_t child = RunInChild([] {
    if (syscall(SYS_setgid, 1234) != 0) return 1;
    if (syscall(SYS_setuid, 1234) != 0) return 2;
    return syscall(SYS_setgid, 0) == 0 ? 3 : 0;
  });
  ExpectArguments(Await(EYRIE_EVENT_setgid, child),
                  {{"res", "0"}, {"gid", "1234"}});
  ExpectArguments(Await(EYRIE_EVENT_setgid, child),
                  {{"res", absl::StrCat(-EPERM)}, {"gid", "0"}});
}

}  // namespace
}  // namespace eyrie::testing
