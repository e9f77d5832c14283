// SPDX-License-Identifier: Apache-2.0

#include "tests/e2e/attack_steps/credential_steps.h"

#include <linux/capability.h>
#include <linux/keyctl.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"

#include "tests/e2e/attack_steps/acts.h"

namespace eyrie::testing {
namespace {

constexpr int kNobody = 65534;

bool KeepsOneCapability() {
  __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  __user_cap_data_struct sets[2] = {};
  sets[0].effective = 1 << CAP_NET_RAW;
  sets[0].permitted = 1 << CAP_NET_RAW | 1 << CAP_SETUID;
  return syscall(SYS_capset, &header, sets) == 0;
}

bool AsksForCapabilities() {
  __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3,
                                     .pid = 1};
  __user_cap_data_struct sets[2] = {};
  return syscall(SYS_capget, &header, sets) == 0;
}

AttackSteps KeySteps() {
  return {
      {"Session of keys joined", "T1555",
       "evt.type = keyctl and evt.arg.operation = "
       "KEYCTL_JOIN_SESSION_KEYRING and evt.rawres > 0",
       [] {
         return syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, "eyrie") > 0;
       }},
      {"Key that is not there read", "T1555",
       "evt.type = keyctl and evt.arg.operation = KEYCTL_READ and "
       "evt.rawarg.arg2 = 2147483647 and evt.res = ENOKEY",
       [] {
         return syscall(SYS_keyctl, KEYCTL_READ, 0x7fffffff, nullptr, 0) < 0 &&
                errno == ENOKEY;
       }},
      {"Key left in the kernel", "T1564",
       "evt.type = add_key and evt.arg.type = user and evt.arg.description = "
       "eyrie-key and evt.rawarg.keyring = -2 and evt.rawres > 0",
       [] {
         return syscall(SYS_add_key, "user", "eyrie-key", "payload", 7,
                        KEY_SPEC_PROCESS_KEYRING) > 0;
       }},
      {"Key looked for", "T1555",
       "evt.type = request_key and evt.arg.type = user and "
       "evt.arg.description = eyrie-none and evt.res = ENOKEY",
       [] {
         return syscall(SYS_request_key, "user", "eyrie-none", nullptr, 0) < 0;
       }},
  };
}

AttackSteps CapabilitySteps() {
  return {
      {"Capabilities changed", "T1548",
       "evt.type = capset and evt.arg.cap_effective = CAP_NET_RAW and "
       "evt.arg.cap_permitted = \"CAP_SETUID CAP_NET_RAW\" and evt.res = "
       "SUCCESS",
       KeepsOneCapability},
      {"Capabilities of another process asked for", "T1057",
       "evt.type = capget and evt.rawres = 0", AsksForCapabilities},
      {"Capabilities kept over a change of user", "T1548",
       "evt.type = prctl and evt.arg.option = PR_SET_KEEPCAPS and "
       "evt.rawarg.arg2_int = 1 and evt.res = SUCCESS",
       [] { return syscall(SYS_prctl, PR_SET_KEEPCAPS, 1, 0, 0, 0) == 0; }},
      {"Bound of capabilities lowered", "T1548",
       absl::StrCat("evt.type = prctl and evt.arg.option = PR_CAPBSET_DROP "
                    "and evt.rawarg.arg2_int = ",
                    CAP_SYS_TIME, " and evt.res = SUCCESS"),
       [] {
         return syscall(SYS_prctl, PR_CAPBSET_DROP, CAP_SYS_TIME, 0, 0, 0) == 0;
       }},
      {"Privileges of root detached from its number", "T1548",
       absl::StrCat("evt.type = prctl and evt.arg.option = PR_SET_SECUREBITS "
                    "and evt.rawarg.arg2_int = ",
                    SECBIT_NOROOT, " and evt.res = SUCCESS"),
       [] {
         return syscall(SYS_prctl, PR_SET_SECUREBITS, SECBIT_NOROOT, 0, 0, 0) ==
                0;
       }},
  };
}

}  // namespace

AttackSteps CredentialSteps(const std::string& folder) {
  AttackSteps steps = {
      {"User changed", "T1548",
       "evt.type = setuid and evt.arg.uid = nobody and evt.res = SUCCESS",
       [] { return syscall(SYS_setuid, kNobody) == 0; }},
      {"Root asked for in vain", "T1548",
       "evt.type = setuid and evt.arg.uid = root and user.uid = 31337 and "
       "evt.res = EPERM",
       [] {
         return syscall(SYS_setreuid, 31337, 31337) == 0 &&
                syscall(SYS_setuid, 0) != 0 && errno == EPERM;
       }},
      {"Group changed", "T1548",
       "evt.type = setgid and evt.arg.gid = nogroup and evt.res = SUCCESS",
       [] { return syscall(SYS_setgid, kNobody) == 0; }},
      {"Real and effective user exchanged", "T1134",
       "evt.type = setreuid and evt.args contains \"ruid=-1(\" and "
       "evt.arg.euid = nobody "
       "and evt.res = SUCCESS",
       [] { return syscall(SYS_setreuid, -1, kNobody) == 0; }},
      {"Real and effective group exchanged", "T1134",
       "evt.type = setregid and evt.args contains \"rgid=-1(\" and "
       "evt.arg.egid = nogroup "
       "and evt.res = SUCCESS",
       [] { return syscall(SYS_setregid, -1, kNobody) == 0; }},
      {"Users set with one kept back", "T1548",
       "evt.type = setresuid and evt.args contains \"ruid=31337(\" and "
       "evt.args contains \"euid=31337(\" and evt.arg.suid = root and evt.res "
       "= SUCCESS",
       [] { return syscall(SYS_setresuid, 31337, 31337, 0) == 0; }},
      {"Groups set with one kept back", "T1548",
       "evt.type = setresgid and evt.args contains \"rgid=31337(\" and "
       "evt.args contains \"egid=31337(\" and evt.arg.sgid = root and evt.res "
       "= SUCCESS",
       [] { return syscall(SYS_setresgid, 31337, 31337, 0) == 0; }},
      {"User of files changed", "T1134",
       "evt.type = setfsuid and evt.arg.uid = nobody and evt.rawarg.res = 0",
       [] { return syscall(SYS_setfsuid, kNobody) == 0; }},
      {"Group of files changed", "T1134",
       "evt.type = setfsgid and evt.arg.gid = nogroup and evt.rawarg.res = 0",
       [] { return syscall(SYS_setfsgid, kNobody) == 0; }},
      {"All groups given up", "T1548",
       "evt.type = setgroups and evt.rawarg.count = 0 and evt.res = SUCCESS",
       [] { return syscall(SYS_setgroups, 0, nullptr) == 0; }},
  };
  for (const AttackSteps& more : {KeySteps(), CapabilitySteps()}) {
    steps.insert(steps.end(), more.begin(), more.end());
  }
  return steps;
}

}  // namespace eyrie::testing
