// SPDX-License-Identifier: Apache-2.0
//
// The event of quotas, made by real calls, argument by argument.

#include <linux/quota.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

#include "bpf/testing/call_fixture.h"
#include "proto/record.h"

namespace eyrie::testing {
namespace {

// The arguments that only some commands of quotactl have, all of them unset.
Arguments NoQuota() {
  Arguments none = {{"quotafilepath", kNone}};
  for (const char* name :
       {"dqb_bhardlimit", "dqb_bsoftlimit", "dqb_curspace", "dqb_ihardlimit",
        "dqb_isoftlimit", "dqb_btime", "dqb_itime", "dqi_bgrace", "dqi_igrace",
        "dqi_flags", "quota_fmt_out", "quota_fmt"}) {
    none[name] = "0";
  }
  return none;
}

// The command as system calls want it, with what a C library makes of it: a
// negative int.
long QuotaCommand(int command, int type) {
  return static_cast<int>(QCMD(static_cast<unsigned>(command), type));
}

class QuotaCallsTest : public CallFixture {
 protected:
  void SetUp() override {
    CallFixture::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    Want({EYRIE_EVENT_quotactl});
  }

  // Makes the call, which fails: there is no such device. Expects `more` of
  // its record, and nothing else that only some commands have.
  void ExpectQuota(int command, int type, int id, const void* address,
                   std::initializer_list<std::pair<const char*, Value>> more) {
    SCOPED_TRACE(command);
    EXPECT_EQ(syscall(SYS_quotactl, QuotaCommand(command, type), "/dev/null/x",
                      id, address),
              -1);
    Arguments expected = NoQuota();
    for (const auto& [name, value] : more) expected[name] = value.text();
    Expect(EYRIE_EVENT_quotactl,
           {{"res", -ENOTDIR},
            {"special", "/dev/null/x"},
            {"cmd", command},
            {"type", type},
            {"id", id}},
           expected);
  }
};
EYRIE_INSTANTIATE_SENSOR_TEST(QuotaCallsTest);

TEST_P(QuotaCallsTest, LimitsOfOne) {
  const if_dqblk limits = {.dqb_bhardlimit = 1,
                           .dqb_bsoftlimit = 2,
                           .dqb_curspace = 5'000'000'000,
                           .dqb_ihardlimit = 4,
                           .dqb_isoftlimit = 5,
                           .dqb_curinodes = 6,
                           .dqb_btime = 7,
                           .dqb_itime = 8};
  for (const int command : {Q_SETQUOTA, Q_GETQUOTA}) {
    ExpectQuota(command, GRPQUOTA, 1000, &limits,
                {{"dqb_bhardlimit", 1},
                 {"dqb_bsoftlimit", 2},
                 {"dqb_curspace", 5'000'000'000},
                 {"dqb_ihardlimit", 4},
                 {"dqb_isoftlimit", 5},
                 {"dqb_btime", 7},
                 {"dqb_itime", 8}});
  }
  ExpectQuota(Q_GETQUOTA, USRQUOTA, 1000, nullptr, {});
}

TEST_P(QuotaCallsTest, GraceTimes) {
  const if_dqinfo info = {.dqi_bgrace = 11, .dqi_igrace = 12, .dqi_flags = 1};
  for (const int command : {Q_SETINFO, Q_GETINFO}) {
    ExpectQuota(command, PRJQUOTA, 0, &info,
                {{"dqi_bgrace", 11}, {"dqi_igrace", 12}, {"dqi_flags", 1}});
  }
}

TEST_P(QuotaCallsTest, SwitchingOnAndOff) {
  // The kernel looks for the quota's file first, then for the device.
  WriteFile(Path("aquota"), "x");
  ExpectQuota(Q_QUOTAON, USRQUOTA, QFMT_VFS_V1, Path("aquota").c_str(),
              {{"quotafilepath", Path("aquota")}, {"quota_fmt", QFMT_VFS_V1}});
  ExpectQuota(Q_QUOTAOFF, USRQUOTA, 0, nullptr, {});
  const uint32_t format = QFMT_VFS_OLD;
  ExpectQuota(Q_GETFMT, USRQUOTA, 0, &format, {{"quota_fmt_out", format}});
}

TEST_P(QuotaCallsTest, CommandsWithoutADevice) {
  // All file systems write back: succeeds.
  EXPECT_EQ(syscall(SYS_quotactl, QuotaCommand(Q_SYNC, USRQUOTA), nullptr, 0,
                    nullptr),
            0);
  Expect(EYRIE_EVENT_quotactl,
         {{"res", 0},
          {"special", kNone},
          {"cmd", Q_SYNC},
          {"type", USRQUOTA},
          {"id", 0}},
         NoQuota());
}

}  // namespace
}  // namespace eyrie::testing
