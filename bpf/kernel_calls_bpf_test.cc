// SPDX-License-Identifier: Apache-2.0
//
// Each event of a call that changes the whole machine, argument by argument.
// The calls that would are made with arguments that make them fail.

#include <fcntl.h>
#include <linux/reboot.h>
#include <sched.h>
#include <sys/klog.h>
#include <sys/quota.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <string>

#include "gtest/gtest.h"

#include "bpf/testing/call_test.h"
#include "proto/record.h"

namespace eyrie::testing {
namespace {

constexpr int kUser = 4242;

// Makes the call as a user who may change nothing. Some kernels lack it and say
// so: the tests leave the error open.
template <typename... Arguments>
long CallAsUser(Arguments... arguments) {
  if (Call(SYS_setuid, kUser) != 0) return 1;
  return Call(arguments...);
}

class KernelCallsTest : public CallTest {};
EYRIE_INSTANTIATE_SENSOR_TEST(KernelCallsTest);

TEST_P(KernelCallsTest, Modules) {
  char image[] = "no module";
  const char parameters[] = "debug=1";
  const char name[] = "no_such_module";
  WriteFile(Path("module.ko"), image);
  const int fd = open(Path("module.ko").c_str(), O_RDONLY | O_CLOEXEC);
  ExpectCalls({
      {EYRIE_EVENT_init_module,
       [&] { return CallAsUser(SYS_init_module, image, 9l, parameters); },
       {{"res", kAnything},
        {"img", "no module"},
        {"length", "9"},
        {"uargs", "debug=1"}}},
      {EYRIE_EVENT_finit_module,
       [&] { return CallAsUser(SYS_finit_module, fd, parameters, 3); },
       Join({{"res", kAnything},
             {"fd", Text(fd)},
             {"uargs", "debug=1"},
             {"flags", "3"}},
            DescriptorTexts(fd, Path("module.ko")))},
      {EYRIE_EVENT_delete_module,
       [&] { return CallAsUser(SYS_delete_module, name, O_NONBLOCK); },
       {{"res", kAnything},
        {"name", "no_such_module"},
        {"flags", Text(O_NONBLOCK)}}},
  });
  close(fd);
}

TEST_P(KernelCallsTest, KexecFileLoad) {
  WriteFile(Path("kernel"), "no kernel");
  const int fd = open(Path("kernel").c_str(), O_RDONLY | O_CLOEXEC);
  const char command_line[] = "quiet";
  ExpectCalls({{EYRIE_EVENT_kexec_file_load,
                [&] {
                  return CallAsUser(SYS_kexec_file_load, fd, -1,
                                    long{sizeof(command_line)}, command_line,
                                    0x100l);
                },
                Join({{"res", kAnything},
                      {"fd", Text(fd)},
                      {"initrd_fd", "-1"},
                      {"cmdline", "quiet"},
                      {"flags", Text(0x100)}},
                     DescriptorTexts(fd, Path("kernel")))}});
  close(fd);
}

TEST_P(KernelCallsTest, Reboot) {
  ExpectCalls({
      {EYRIE_EVENT_reboot,
       [] {
         // Not the magic number: fails for anyone.
         return CallAsUser(SYS_reboot, 1, 2, LINUX_REBOOT_CMD_POWER_OFF, 0l);
       },
       {{"res", Text(-EPERM)}, {"cmd", Text(LINUX_REBOOT_CMD_POWER_OFF)}}},
      {EYRIE_EVENT_reboot,
       [] { return Call(SYS_reboot, 1, 2, LINUX_REBOOT_CMD_HALT, 0l); },
       {{"res", Text(-EINVAL)}, {"cmd", Text(LINUX_REBOOT_CMD_HALT)}}},
  });
}

TEST_P(KernelCallsTest, NamesOfTheHost) {
  const std::string name = "renamed-host";
  ExpectCalls({
      {EYRIE_EVENT_sethostname,
       [&] {
         if (unshare(CLONE_NEWUTS) != 0) return -1l;
         return Call(SYS_sethostname, name.c_str(), 7);
       },
       {{"res", "0"}, {"name", "renamed"}}},
      {EYRIE_EVENT_sethostname,
       [&] { return CallAsUser(SYS_sethostname, name.c_str(), 12); },
       {{"res", Text(-EPERM)}, {"name", name}}},
      {EYRIE_EVENT_setdomainname,
       [&] {
         if (unshare(CLONE_NEWUTS) != 0) return -1l;
         return Call(SYS_setdomainname, name.c_str(), 12);
       },
       {{"res", "0"}, {"name", name}}},
      {EYRIE_EVENT_setdomainname,
       [&] { return CallAsUser(SYS_setdomainname, name.c_str(), 3); },
       {{"res", Text(-EPERM)}, {"name", "ren"}}},
  });
}

TEST_P(KernelCallsTest, Syslog) {
  // The size of the log's buffer.
  constexpr int kSize = 10;
  Want({EYRIE_EVENT_syslog});
  const long size = Call(SYS_syslog, kSize, nullptr, 0);
  ASSERT_GT(size, 0);
  ExpectArguments(Await(EYRIE_EVENT_syslog),
                  {{"res", Text(size)}, {"type", Text(kSize)}});
  ExpectCalls({{EYRIE_EVENT_syslog,
                [] { return Call(SYS_syslog, -7, nullptr, 0); },
                {{"res", Text(-EINVAL)}, {"type", "-7"}}}});
}

TEST_P(KernelCallsTest, Swapon) {
  const std::string missing = Path("missing");
  ExpectCalls(
      {{EYRIE_EVENT_swapon,
        [&] { return Call(SYS_swapon, missing.c_str(), SWAP_FLAG_DISCARD); },
        {{"res", Text(-ENOENT)},
         {"path", missing},
         {"flags", Text(SWAP_FLAG_DISCARD)},
         {"base", "(none)"}}}});
}

TEST_P(KernelCallsTest, Acct) {
  ExpectCalls({
      {EYRIE_EVENT_acct,
       [this] {
         if (chdir(directory().c_str()) != 0) return -1l;
         return Call(SYS_acct, "missing");
       },
       {{"res", Text(-ENOENT)}, {"path", "missing"}, {"base", directory()}}},
      {EYRIE_EVENT_acct,
       [] { return CallAsUser(SYS_acct, nullptr); },
       {{"res", Text(-EPERM)}, {"path", "(none)"}, {"base", "(none)"}}},
  });
}

#ifdef __x86_64__
TEST_P(KernelCallsTest, PortsOfTheMachine) {
  ExpectCalls({
      {EYRIE_EVENT_iopl,
       [] { return Call(SYS_iopl, 4); },
       {{"res", kAnything}, {"level", "4"}}},
      {EYRIE_EVENT_ioperm,
       [] { return Call(SYS_ioperm, 0x3f8l, -1l, 1); },
       {{"res", kAnything},
        {"from", Text(0x3f8)},
        {"num", "-1"},
        {"turn_on", "1"}}},
      {EYRIE_EVENT_ioperm,
       [] { return Call32(101, 0x3f8, 0xffffffff, 0); },
       {{"res", kAnything},
        {"from", Text(0x3f8)},
        {"num", Text(0xffffffff)},
        {"turn_on", "0"}},
       true},
  });
}
#endif

// ---- quotactl -------------------------------------------------------------

// All arguments of quotactl(), without those of single commands, with
// `arguments` in place of the same ones.
ArgumentTexts QuotaTexts(ArgumentTexts arguments) {
  return Join(std::move(arguments), {{"res", Text(-ENOENT)},
                                     {"special", "/missing/device"},
                                     {"quotafilepath", "(none)"},
                                     {"dqb_bhardlimit", "0"},
                                     {"dqb_bsoftlimit", "0"},
                                     {"dqb_curspace", "0"},
                                     {"dqb_ihardlimit", "0"},
                                     {"dqb_isoftlimit", "0"},
                                     {"dqb_btime", "0"},
                                     {"dqb_itime", "0"},
                                     {"dqi_bgrace", "0"},
                                     {"dqi_igrace", "0"},
                                     {"dqi_flags", "0"},
                                     {"quota_fmt_out", "0"},
                                     {"type", Text(USRQUOTA)},
                                     {"id", "0"},
                                     {"quota_fmt", "0"}});
}

long Quotactl(int command, int id, void* address) {
  return Call(SYS_quotactl, QCMD(command, USRQUOTA), "/missing/device", id,
              address);
}

TEST_P(KernelCallsTest, QuotactlOfQuotas) {
  dqblk quota = {.dqb_bhardlimit = 1,
                 .dqb_bsoftlimit = 2,
                 .dqb_curspace = 3,
                 .dqb_ihardlimit = 4,
                 .dqb_isoftlimit = 5,
                 .dqb_curinodes = 6,
                 .dqb_btime = 7,
                 .dqb_itime = 8};
  dqinfo information = {.dqi_bgrace = 9, .dqi_igrace = 10, .dqi_flags = 11};
  ExpectCalls({
      {EYRIE_EVENT_quotactl,
       [&] { return Quotactl(Q_SETQUOTA, kUser, &quota); },
       QuotaTexts({{"cmd", Text(Q_SETQUOTA)},
                   {"id", Text(kUser)},
                   {"dqb_bhardlimit", "1"},
                   {"dqb_bsoftlimit", "2"},
                   {"dqb_curspace", "3"},
                   {"dqb_ihardlimit", "4"},
                   {"dqb_isoftlimit", "5"},
                   {"dqb_btime", "7"},
                   {"dqb_itime", "8"}})},
      {EYRIE_EVENT_quotactl,
       [&] { return Quotactl(Q_SETINFO, 0, &information); },
       QuotaTexts({{"cmd", Text(Q_SETINFO)},
                   {"dqi_bgrace", "9"},
                   {"dqi_igrace", "10"},
                   {"dqi_flags", "11"}})},
  });
}

TEST_P(KernelCallsTest, QuotactlOfFiles) {
  constexpr int kFormat = 2;
  char path[] = "/missing/aquota.user";
  ExpectCalls({
      {EYRIE_EVENT_quotactl, [&] { return Quotactl(Q_QUOTAON, kFormat, path); },
       QuotaTexts({{"cmd", Text(Q_QUOTAON)},
                   {"quotafilepath", path},
                   {"id", Text(kFormat)},
                   {"quota_fmt", Text(kFormat)}})},
      {EYRIE_EVENT_quotactl, [] { return Quotactl(Q_QUOTAOFF, 0, nullptr); },
       QuotaTexts({{"cmd", Text(Q_QUOTAOFF)}})},
  });
}

// What the caller had there is no quota.
TEST_P(KernelCallsTest, QuotactlThatFailsGivesNothing) {
  uint64_t anything[9] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  ExpectCalls({
      {EYRIE_EVENT_quotactl,
       [&] { return Quotactl(Q_GETQUOTA, kUser, anything); },
       QuotaTexts({{"cmd", Text(Q_GETQUOTA)}, {"id", Text(kUser)}})},
      {EYRIE_EVENT_quotactl, [&] { return Quotactl(Q_GETINFO, 0, anything); },
       QuotaTexts({{"cmd", Text(Q_GETINFO)}})},
      {EYRIE_EVENT_quotactl, [&] { return Quotactl(Q_GETFMT, 0, anything); },
       QuotaTexts({{"cmd", Text(Q_GETFMT)}})},
      // Syncs no device: there is none.
      {EYRIE_EVENT_quotactl, [&] { return Quotactl(Q_SYNC, 0, anything); },
       QuotaTexts({{"cmd", Text(Q_SYNC)}})},
  });
}

}  // namespace
}  // namespace eyrie::testing
