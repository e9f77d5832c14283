// SPDX-License-Identifier: Apache-2.0
//
// Each call is one that the kernel refuses, if only for want of what it names;
// or grants to a process that ends at once.
//
// Texts that a kernel without modules would not look at are arrays on the
// stack: memory that nobody has touched yet cannot be read from within the
// kernel.

#include "tests/e2e/attack_steps/module_steps.h"

#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/quota.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"

#include "tests/e2e/attack_steps/acts.h"

namespace eyrie::testing {
namespace {

// Whether the kernel refused it.
bool IsRefused(long result) { return result < 0; }

bool LoadsMemory() {
  char module[] = "eyrie-module";
  char parameters[] = "hidden=1";
  return IsRefused(syscall(SYS_init_module, module, 12, parameters));
}

bool RemovesModule() {
  char name[] = "eyrie_none";
  return IsRefused(syscall(SYS_delete_module, name, O_NONBLOCK));
}

bool LoadsFile() {
  char parameters[] = "hide=1";
  if (!MakeFile("rootkit.ko", "no module")) return false;
  const int module = open("rootkit.ko", O_RDONLY | O_CLOEXEC);
  return IsRefused(syscall(SYS_finit_module, module, parameters, 1));
}

bool LoadsKernel() {
  char command_line[] = "quiet";
  if (!MakeFile("vmlinuz", "no kernel")) return false;
  const int kernel = open("vmlinuz", O_RDONLY | O_CLOEXEC);
  return IsRefused(
      syscall(SYS_kexec_file_load, kernel, -1, 6, command_line, 0));
}

bool UsesBpf(int command) {
  bpf_attr attributes = {};
  return IsRefused(syscall(SYS_bpf, command, &attributes, sizeof(attributes)));
}

// No time has two million microseconds.
bool SetsImpossibleTime() {
  const timeval time = {.tv_sec = 31337, .tv_usec = 2'000'000};
  return IsRefused(syscall(SYS_settimeofday, &time, nullptr));
}

// No process may set this clock.
bool SetsMonotonicClock() {
  const timespec time = {.tv_sec = 31337};
  return IsRefused(syscall(SYS_clock_settime, CLOCK_MONOTONIC, &time));
}

AttackSteps MachineSteps() {
  return {
      {"Machine restarted in vain", "T1529",
       "evt.type = reboot and evt.rawarg.cmd = 19088743 and evt.res = EINVAL",
       [] { return IsRefused(syscall(SYS_reboot, 0, 0, 19088743, nullptr)); }},
      {"Time set in vain", "T1070.006",
       "evt.type = settimeofday and evt.res = EINVAL", SetsImpossibleTime},
      {"Clock set in vain", "T1070.006",
       "evt.type = clock_settime and evt.rawarg.clockid = 1 and "
       "evt.rawarg.time = 31337000000000 and evt.res = EINVAL",
       SetsMonotonicClock},
      {"Quotas switched off in vain", "T1562",
       "evt.type = quotactl and evt.arg.cmd = Q_QUOTAOFF and evt.arg.type = "
       "USRQUOTA and evt.arg.special = /nonexistent/disk and evt.failed = true",
       [] {
         return IsRefused(syscall(SYS_quotactl, QCMD(Q_QUOTAOFF, USRQUOTA),
                                  "/nonexistent/disk", 0, nullptr));
       }},
      {"Memory swapped to a file in vain", "T1003",
       "evt.type = swapon and evt.arg.path = /nonexistent/swap and evt.res = "
       "ENOENT",
       [] { return IsRefused(syscall(SYS_swapon, "/nonexistent/swap", 0)); }},
      {"Swap file given up in vain", "T1489",
       "evt.type = swapoff and evt.res = ENOENT",
       [] { return IsRefused(syscall(SYS_swapoff, "/nonexistent/swap")); }},
      {"Accounting redirected in vain", "T1562.012",
       "evt.type = acct and evt.arg.path = /nonexistent/pacct and evt.res = "
       "ENOENT",
       [] { return IsRefused(syscall(SYS_acct, "/nonexistent/pacct")); }},
      {"Size of the kernel's log asked for", "T1082",
       "evt.type = syslog and evt.arg.type = 10 and evt.rawres > 0",
       [] { return syscall(SYS_syslog, 10, nullptr, 0) > 0; }},
      // Where the kernel has it.
      {"Ports of the machine opened", "T1014",
       "evt.type = ioperm and evt.rawarg.from = 888 and evt.rawarg.num = 3",
       [] {
         syscall(SYS_ioperm, 888, 3, 1);
         return true;
       }},
      {"All ports of the machine opened", "T1014",
       "evt.type = iopl and evt.rawarg.level = 3",
       [] {
         syscall(SYS_iopl, 3);
         return true;
       }},
  };
}

}  // namespace

AttackSteps ModuleSteps(const std::string& folder) {
  AttackSteps steps = {
      {"Module loaded from memory", "T1547.006",
       "evt.type = init_module and evt.arg.img = eyrie-module and "
       "evt.rawarg.length = 12 and evt.arg.uargs = \"hidden=1\" and evt.failed "
       "= "
       "true",
       LoadsMemory},
      {"Module loaded from a file", "T1547.006",
       absl::StrCat("evt.type = finit_module and fd.name = ",
                    Quoted(folder + "/rootkit.ko"),
                    " and evt.arg.uargs = \"hide=1\" and evt.arg.flags = "
                    "MODULE_INIT_IGNORE_MODVERSIONS and evt.failed = true"),
       LoadsFile},
      {"Module removed", "T1562.001",
       "evt.type = delete_module and evt.arg.name = eyrie_none and "
       "evt.arg.flags = O_NONBLOCK and evt.failed = true",
       RemovesModule},
      {"Kernel loaded from a file", "T1542",
       absl::StrCat("evt.type = kexec_file_load and fd.name = ",
                    Quoted(folder + "/vmlinuz"),
                    " and evt.arg.cmdline = quiet and evt.failed = "
                    "true"),
       LoadsKernel},
      {"Kernel loaded from memory", "T1542",
       "evt.type = kexec_load and evt.rawarg.arg3 = 65535 and evt.failed = "
       "true",
       [] { return IsRefused(syscall(SYS_kexec_load, 0, 0, nullptr, 65535)); }},
      {"Program put into the kernel", "T1014",
       "evt.type = bpf and evt.arg.cmd = BPF_PROG_LOAD and evt.res = E2BIG",
       [] { return UsesBpf(BPF_PROG_LOAD); }},
      {"Map made in the kernel", "T1014",
       "evt.type = bpf and evt.arg.cmd = BPF_MAP_CREATE and evt.res = EINVAL",
       [] { return UsesBpf(BPF_MAP_CREATE); }},
      {"Program of the kernel taken", "T1014",
       "evt.type = bpf and evt.arg.cmd = BPF_PROG_GET_FD_BY_ID and evt.res = "
       "ENOENT",
       [] { return UsesBpf(BPF_PROG_GET_FD_BY_ID); }},
      {"Command of BPF that is none", "T1068",
       "evt.type = bpf and evt.rawarg.cmd = 31337 and evt.failed = true",
       [] { return UsesBpf(31337); }},
  };
  AttackSteps machine = MachineSteps();
  steps.insert(steps.end(), machine.begin(), machine.end());
  return steps;
}

}  // namespace eyrie::testing
