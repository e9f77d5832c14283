// SPDX-License-Identifier: Apache-2.0
//
// Each event of users, groups or capabilities, made by a real call, argument by
// argument.

#include <linux/capability.h>
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
constexpr int kOther = 4243;
constexpr int kThird = 4244;
// -1 in a slot of a user or group.
constexpr char kUnchanged[] = "4294967295";

// Gives up what lets root change users and groups.
void BecomeNobody() { Call(SYS_setresuid, kUser, kUser, kUser); }

class CredentialCallsTest : public CallTest {};
EYRIE_INSTANTIATE_SENSOR_TEST(CredentialCallsTest);

TEST_P(CredentialCallsTest, HeaderShowsTheCredentialsAfterTheCall) {
  Want({EYRIE_EVENT_setuid, EYRIE_EVENT_setreuid});
  const pid_t child = RunInChild([] {
    Call(SYS_setreuid, -1, kUser);
    Call(SYS_setreuid, 0, 0);
    Call(SYS_setuid, kUser);
    Call(SYS_setuid, 0);
    return 0;
  });
  const eyrie_record effective = Await(EYRIE_EVENT_setreuid, child).header();
  EXPECT_EQ(effective.uid, 0u);
  EXPECT_EQ(effective.euid, uint32_t{kUser});
  const eyrie_record done = Await(EYRIE_EVENT_setuid, child).header();
  EXPECT_EQ(done.uid, uint32_t{kUser});
  EXPECT_EQ(done.euid, uint32_t{kUser});
  const eyrie_record refused = Await(EYRIE_EVENT_setuid, child).header();
  EXPECT_EQ(refused.result, -EPERM);
  EXPECT_EQ(refused.uid, uint32_t{kUser});
}

TEST_P(CredentialCallsTest, UsersAreSet) {
  ExpectCalls({
      {EYRIE_EVENT_setuid,
       [] { return Call(SYS_setuid, kUser); },
       {{"res", "0"}, {"uid", Text(kUser)}}},
      {EYRIE_EVENT_setreuid,
       [] { return Call(SYS_setreuid, -1, kUser); },
       {{"res", "0"}, {"ruid", kUnchanged}, {"euid", Text(kUser)}}},
      {EYRIE_EVENT_setresuid,
       [] { return Call(SYS_setresuid, kUser, kOther, -1); },
       {{"res", "0"},
        {"ruid", Text(kUser)},
        {"euid", Text(kOther)},
        {"suid", kUnchanged}}},
      {EYRIE_EVENT_setfsuid,
       [] { return Call(SYS_setfsuid, kUser); },
       {{"res", "0"}, {"uid", Text(kUser)}}},
  });
}

TEST_P(CredentialCallsTest, UsersAreRefused) {
  ExpectCalls({
      {EYRIE_EVENT_setuid,
       [] {
         BecomeNobody();
         return Call(SYS_setuid, 0);
       },
       {{"res", Text(-EPERM)}, {"uid", "0"}}},
      {EYRIE_EVENT_setreuid,
       [] {
         BecomeNobody();
         return Call(SYS_setreuid, kOther, 0);
       },
       {{"res", Text(-EPERM)}, {"ruid", Text(kOther)}, {"euid", "0"}}},
      {EYRIE_EVENT_setresuid,
       [] {
         Call(SYS_setuid, kUser);
         return Call(SYS_setresuid, 0, kOther, kThird);
       },
       {{"res", Text(-EPERM)},
        {"ruid", "0"},
        {"euid", Text(kOther)},
        {"suid", Text(kThird)}}},
      // It cannot fail: it returns whom it had before.
      {EYRIE_EVENT_setfsuid,
       [] {
         BecomeNobody();
         return Call(SYS_setfsuid, 0);
       },
       {{"res", Text(kUser)}, {"uid", "0"}}},
  });
}

TEST_P(CredentialCallsTest, GroupsAreSet) {
  const gid_t groups[] = {kUser, kOther};
  ExpectCalls({
      {EYRIE_EVENT_setgid,
       [] { return Call(SYS_setgid, kUser); },
       {{"res", "0"}, {"gid", Text(kUser)}}},
      {EYRIE_EVENT_setregid,
       [] { return Call(SYS_setregid, kUser, -1); },
       {{"res", "0"}, {"rgid", Text(kUser)}, {"egid", kUnchanged}}},
      {EYRIE_EVENT_setresgid,
       [] { return Call(SYS_setresgid, kUser, -1, kThird); },
       {{"res", "0"},
        {"rgid", Text(kUser)},
        {"egid", kUnchanged},
        {"sgid", Text(kThird)}}},
      {EYRIE_EVENT_setfsgid,
       [] { return Call(SYS_setfsgid, kUser); },
       {{"res", "0"}, {"gid", Text(kUser)}}},
      {EYRIE_EVENT_setgroups,
       [&] { return Call(SYS_setgroups, 2, groups); },
       {{"res", "0"}, {"count", "2"}}},
  });
}

TEST_P(CredentialCallsTest, GroupsAreRefused) {
  ExpectCalls({
      {EYRIE_EVENT_setgid,
       [] {
         BecomeNobody();
         return Call(SYS_setgid, kOther);
       },
       {{"res", Text(-EPERM)}, {"gid", Text(kOther)}}},
      {EYRIE_EVENT_setregid,
       [] {
         BecomeNobody();
         return Call(SYS_setregid, kUser, kOther);
       },
       {{"res", Text(-EPERM)}, {"rgid", Text(kUser)}, {"egid", Text(kOther)}}},
      {EYRIE_EVENT_setresgid,
       [] {
         BecomeNobody();
         return Call(SYS_setresgid, kUser, kOther, kThird);
       },
       {{"res", Text(-EPERM)},
        {"rgid", Text(kUser)},
        {"egid", Text(kOther)},
        {"sgid", Text(kThird)}}},
      {EYRIE_EVENT_setfsgid,
       [] {
         BecomeNobody();
         return Call(SYS_setfsgid, kOther);
       },
       {{"res", "0"}, {"gid", Text(kOther)}}},
      {EYRIE_EVENT_setgroups,
       [] { return Call(SYS_setgroups, 70000, nullptr); },
       {{"res", Text(-EINVAL)}, {"count", "70000"}}},
  });
}

TEST_P(CredentialCallsTest, UsersAndGroupsAreAskedFor) {
  const auto change = [] {
    Call(SYS_setresgid, kOther, kUser, kThird);
    Call(SYS_setresuid, kUser, kOther, kThird);
  };
  uid_t ids[3] = {};
  const auto get = [&](long number) {
    return [=] {
      change();
      return Call(number);
    };
  };
  const auto get_all = [&](long number) {
    return [=, &ids] {
      change();
      return Call(number, &ids[0], &ids[1], &ids[2]);
    };
  };
  ExpectCalls({
      {EYRIE_EVENT_getuid, get(SYS_getuid), {{"uid", Text(kUser)}}},
      {EYRIE_EVENT_geteuid, get(SYS_geteuid), {{"euid", Text(kOther)}}},
      {EYRIE_EVENT_getgid, get(SYS_getgid), {{"gid", Text(kOther)}}},
      {EYRIE_EVENT_getegid, get(SYS_getegid), {{"egid", Text(kUser)}}},
      {EYRIE_EVENT_getresuid,
       get_all(SYS_getresuid),
       {{"res", "0"},
        {"ruid", Text(kUser)},
        {"euid", Text(kOther)},
        {"suid", Text(kThird)}}},
      {EYRIE_EVENT_getresgid,
       get_all(SYS_getresgid),
       {{"res", "0"},
        {"rgid", Text(kOther)},
        {"egid", Text(kUser)},
        {"sgid", Text(kThird)}}},
  });
}

// Not root, whose number is 0.
TEST_P(CredentialCallsTest, WhoCannotBeToldIsNobody) {
  uid_t id = 0;
  ExpectCalls({
      {EYRIE_EVENT_getresuid,
       [&] { return Call(SYS_getresuid, &id, nullptr, &id); },
       {{"res", Text(-EFAULT)},
        {"ruid", kUnchanged},
        {"euid", kUnchanged},
        {"suid", kUnchanged}}},
      {EYRIE_EVENT_getresgid,
       [&] { return Call(SYS_getresgid, &id, &id, nullptr); },
       {{"res", Text(-EFAULT)},
        {"rgid", kUnchanged},
        {"egid", kUnchanged},
        {"sgid", kUnchanged}}},
  });
}

TEST_P(CredentialCallsTest, CapabilitiesAreThoseAfterTheCall) {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct all[2] = {};
  ASSERT_EQ(Call(SYS_capget, &header, all), 0);
  const std::string permitted =
      Text(all[0].permitted | int64_t{all[1].permitted} << 32);
  const __user_cap_data_struct few[2] = {
      {.effective = 1 << CAP_CHOWN,
       .permitted = 1 << CAP_CHOWN | 1 << CAP_KILL,
       .inheritable = 1 << CAP_KILL},
      {.permitted = 1 << (CAP_BPF - 32)}};
  const __user_cap_header_struct other = {_LINUX_CAPABILITY_VERSION_3, 1};
  ExpectCalls({
      {EYRIE_EVENT_capset,
       [&] { return Call(SYS_capset, &header, few); },
       {{"res", "0"},
        {"cap_inheritable", Text(1 << CAP_KILL)},
        {"cap_permitted",
         Text(int64_t{1} << CAP_BPF | 1 << CAP_CHOWN | 1 << CAP_KILL)},
        {"cap_effective", Text(1 << CAP_CHOWN)}}},
      // Nobody may change those of another process.
      {EYRIE_EVENT_capset,
       [&] { return Call(SYS_capset, &other, few); },
       {{"res", Text(-EPERM)},
        {"cap_inheritable", "0"},
        {"cap_permitted", permitted},
        {"cap_effective", permitted}}},
  });
}

#ifdef __x86_64__
TEST_P(CredentialCallsTest, OldCallsHave16BitIds) {
  ExpectCalls({
      {EYRIE_EVENT_setreuid,
       [] { return Call32(70, 0xffff, kUser); },
       {{"res", "0"}, {"ruid", kUnchanged}, {"euid", Text(kUser)}},
       true},
      {EYRIE_EVENT_setuid,
       [] { return Call32(23, 0x70000 | kUser); },
       {{"res", "0"}, {"uid", Text(kUser)}},
       true},
      {EYRIE_EVENT_setresgid,
       [] { return Call32(170, kUser, kOther, 0xffff); },
       {{"res", "0"},
        {"rgid", Text(kUser)},
        {"egid", Text(kOther)},
        {"sgid", kUnchanged}},
       true},
      {EYRIE_EVENT_setfsgid,
       [] { return Call32(139, kUser); },
       {{"res", "0"}, {"gid", Text(kUser)}},
       true},
  });
}

TEST_P(CredentialCallsTest, OldCallsGive16BitIds) {
  LowMemory<uint16_t[4]> ids;
  (*ids)[3] = 0xabcd;
  const auto at = [&](int i) { return ids.address() + 2 * i; };
  ExpectCalls({{EYRIE_EVENT_getresuid,
                [&] {
                  Call(SYS_setresuid, kUser, kOther, kThird);
                  return Call32(165, at(0), at(1), at(2));
                },
                {{"res", "0"},
                 {"ruid", Text(kUser)},
                 {"euid", Text(kOther)},
                 {"suid", Text(kThird)}},
                true}});
}

TEST_P(CredentialCallsTest, NewerCallsOf32BitsHave32BitIds) {
  constexpr int kWide = 0x12345;
  LowMemory<uint32_t[3]> ids;
  const auto at = [&](int i) { return ids.address() + 4 * i; };
  ExpectCalls({
      {EYRIE_EVENT_setreuid,
       [] { return Call32(203, -1, kWide); },
       {{"res", "0"}, {"ruid", kUnchanged}, {"euid", Text(kWide)}},
       true},
      {EYRIE_EVENT_getresgid,
       [&] {
         Call(SYS_setresgid, kWide, kOther, 0xffff);
         return Call32(211, at(0), at(1), at(2));
       },
       {{"res", "0"},
        {"rgid", Text(kWide)},
        {"egid", Text(kOther)},
        {"sgid", Text(0xffff)}},
       true},
      {EYRIE_EVENT_getuid,
       [] {
         Call(SYS_setuid, kWide);
         return Call32(199);
       },
       {{"uid", Text(kWide)}},
       true},
  });
}
#endif

}  // namespace
}  // namespace eyrie::testing
