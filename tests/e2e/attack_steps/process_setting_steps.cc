// SPDX-License-Identifier: Apache-2.0

#include "tests/e2e/attack_steps/process_setting_steps.h"

#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/ipc.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"

#include "tests/e2e/attack_steps/acts.h"

namespace eyrie::testing {
namespace {

bool CountsCycles() {
  perf_event_attr attributes = {};
  attributes.type = PERF_TYPE_SOFTWARE;
  attributes.size = sizeof(attributes);
  attributes.config = PERF_COUNT_SW_CONTEXT_SWITCHES;
  return syscall(SYS_perf_event_open, &attributes, 0, -1, -1,
                 PERF_FLAG_FD_CLOEXEC) >= 0;
}

bool Sleeps() {
  const timespec duration = {.tv_nsec = 31337};
  return syscall(SYS_nanosleep, &duration, nullptr) == 0;
}

bool BindsToProcessors() {
  cpu_set_t processors;
  return sched_getaffinity(0, sizeof(processors), &processors) == 0 &&
         syscall(SYS_sched_setaffinity, 0, sizeof(processors), &processors) ==
             0;
}

// Which the administrator may have switched off.
bool MakesRing() {
  io_uring_params params = {};
  syscall(SYS_io_uring_setup, 13, &params);
  return true;
}

}  // namespace

AttackSteps ProcessSettingSteps(const std::string& folder) {
  return {
      {"Process renamed to a thread of the kernel", "T1036.004",
       "evt.type = prctl and evt.arg.option = PR_SET_NAME and "
       "evt.arg.arg2_str = \"kworker/7:7\" and evt.res = SUCCESS",
       [] {
         return syscall(SYS_prctl, PR_SET_NAME, "kworker/7:7", 0, 0, 0) == 0;
       }},
      {"Core dumps and debuggers refused", "T1622",
       "evt.type = prctl and evt.arg.option = PR_SET_DUMPABLE and "
       "evt.rawarg.arg2_int = 0 and evt.res = SUCCESS",
       [] { return syscall(SYS_prctl, PR_SET_DUMPABLE, 0, 0, 0, 0) == 0; }},
      {"Orphans taken in", "T1036.009",
       "evt.type = prctl and evt.arg.option = PR_SET_CHILD_SUBREAPER and "
       "evt.rawarg.arg2_int = 1 and evt.res = SUCCESS",
       [] {
         return syscall(SYS_prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0;
       }},
      {"Process group of its own made", "T1036.009",
       "evt.type = setpgid and evt.rawarg.pid = 0 and evt.rawarg.pgid = 0 and "
       "evt.res = SUCCESS",
       [] { return syscall(SYS_setpgid, 0, 0) == 0; }},
      {"Filter of system calls that is not there set", "T1562.001",
       "evt.type = seccomp and evt.rawarg.op = 1 and evt.rawarg.flags = 2 and "
       "evt.res = EFAULT",
       [] {
         return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                        SECCOMP_FILTER_FLAG_LOG, nullptr) != 0 &&
                errno == EFAULT;
       }},
      {"Addresses no longer random", "T1211",
       absl::StrCat("evt.type = personality and evt.rawarg.arg0 = ",
                    ADDR_NO_RANDOMIZE, " and evt.rawres >= 0"),
       [] { return syscall(SYS_personality, ADDR_NO_RANDOMIZE) >= 0; }},
      {"Core dumps switched off", "T1562",
       "evt.type = setrlimit and evt.arg.resource = RLIMIT_CORE and "
       "evt.rawarg.cur = 0 and evt.rawarg.max = 0 and evt.res = SUCCESS",
       [] {
         const rlimit none = {};
         return syscall(SYS_setrlimit, RLIMIT_CORE, &none) == 0;
       }},
      {"Descriptors of a process limited", "T1489",
       "evt.type = prlimit and evt.arg.resource = RLIMIT_NOFILE and "
       "evt.rawarg.newcur = 13 and evt.rawarg.newmax = 31 and evt.rawarg.pid "
       "> 1 and evt.res = SUCCESS",
       [] {
         const Victim victim;
         const rlimit few = {.rlim_cur = 13, .rlim_max = 31};
         return syscall(SYS_prlimit64, victim.pid(), RLIMIT_NOFILE, &few,
                        nullptr) == 0;
       }},
      {"Counter of the kernel opened", "T1082",
       absl::StrCat(
           "evt.type = perf_event_open and evt.arg.type = ", PERF_TYPE_SOFTWARE,
           " and evt.rawarg.config = ", PERF_COUNT_SW_CONTEXT_SWITCHES,
           " and evt.rawarg.cpu = -1 and evt.rawarg.flags = ",
           PERF_FLAG_FD_CLOEXEC),
       CountsCycles},
      {"Sandbox waited out", "T1497.003",
       "evt.type = nanosleep and evt.rawarg.interval = 31337", Sleeps},
      {"Process bound to processors", "T1496",
       absl::StrCat("evt.type = sched_setaffinity and evt.rawarg.arg0 = 0 and "
                    "evt.rawarg.arg1 = ",
                    sizeof(cpu_set_t), " and evt.rawres = 0"),
       BindsToProcessors},
      {"Page faults taken over", "T1068",
       "evt.type = userfaultfd and evt.arg.flags contains O_CLOEXEC and "
       "evt.arg.flags contains O_NONBLOCK",
       [] {
         syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
         return true;
       }},
      {"Ring of requests made", "T1562",
       "evt.type = io_uring_setup and evt.rawarg.entries = 13", MakesRing},
      {"Semaphores shared", "T1559",
       absl::StrCat("evt.type = semget and evt.rawarg.key = ", IPC_PRIVATE,
                    " and evt.rawarg.nsems = 0 and evt.arg.semflg = "
                    "IPC_CREAT and evt.res = EINVAL"),
       [] { return syscall(SYS_semget, IPC_PRIVATE, 0, IPC_CREAT) != 0; }},
  };
}

}  // namespace eyrie::testing
