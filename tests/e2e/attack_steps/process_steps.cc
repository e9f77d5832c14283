// SPDX-License-Identifier: Apache-2.0

#include "tests/e2e/attack_steps/process_steps.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"

#include "tests/e2e/attack_steps/acts.h"

namespace eyrie::testing {
namespace {

constexpr uid_t kNobody = 65534;

// What a victim, being a copy of the caller, has at the same address.
char secret[] = "eyrie-secret";

bool RunsRemovedProgram() {
  if (!MakeProgram("gone")) return false;
  const int program = open("gone", O_RDONLY | O_CLOEXEC);
  return unlink("gone") == 0 && BecomeFile(program, {"gone"});
}

bool RunsFromMemory() {
  const auto memory =
      static_cast<int>(syscall(SYS_memfd_create, "stage2", MFD_CLOEXEC));
  const int program = open("/bin/true", O_RDONLY | O_CLOEXEC);
  char block[4096];
  ssize_t size = 0;
  while ((size = read(program, block, sizeof(block))) > 0) {
    if (write(memory, block, static_cast<size_t>(size)) != size) return false;
  }
  return BecomeFile(memory, {"stage2"});
}

bool RunsAsNobody() {
  return syscall(SYS_setresuid, kNobody, kNobody, kNobody) == 0 &&
         Become("/bin/true", {"true", "eyrie-as-nobody"});
}

bool WritesWithPtrace() {
  const Victim victim;
  if (ptrace(PTRACE_SEIZE, victim.pid(), nullptr, nullptr) != 0 ||
      ptrace(PTRACE_INTERRUPT, victim.pid(), nullptr, nullptr) != 0 ||
      waitpid(victim.pid(), nullptr, 0) != victim.pid()) {
    return false;
  }
  return syscall(SYS_ptrace, PTRACE_POKEDATA, victim.pid(), secret,
                 0xdeadbeef) == 0;
}

bool MovesMemory(long call) {
  const Victim victim;
  char own[] = "eyrie-inject";
  const iovec here = {own, sizeof(own)};
  const iovec there = {secret, sizeof(secret)};
  return syscall(call, victim.pid(), &here, 1, &there, 1, 0) ==
         static_cast<long>(sizeof(own));
}

bool TakesDescriptor() {
  const Victim victim;
  const auto process =
      static_cast<int>(syscall(SYS_pidfd_open, victim.pid(), 0));
  return syscall(SYS_pidfd_getfd, process, STDERR_FILENO, 0) >= 0;
}

bool SignalsByDescriptor() {
  const Victim victim;
  const auto process =
      static_cast<int>(syscall(SYS_pidfd_open, victim.pid(), 0));
  return syscall(SYS_pidfd_send_signal, process, SIGUSR2, nullptr, 0) == 0;
}

// Ends a child without a core dump.
bool Crashes() {
  const pid_t child = fork();
  if (child == 0) {
    const rlimit none = {};
    syscall(SYS_prlimit64, 0, RLIMIT_CORE, &none, nullptr);
    raise(SIGSEGV);
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV;
}

bool StartsWithSharedMemory() {
  const pid_t child = vfork();
  if (child == 0) _exit(0);
  return waitpid(child, nullptr, 0) == child;
}

AttackSteps ProgramSteps(const std::string& folder) {
  const auto at = [&](const char* name) {
    return Quoted(absl::StrCat(folder, "/", name));
  };
  return {
      {"Shell run with a command", "T1059.004",
       "evt.type = execve and evt.res = SUCCESS and proc.name = sh and "
       "proc.args = \"-c exit 0 # eyrie-payload\"",
       [] {
         return Become("/bin/sh", {"sh", "-c", "exit 0 # eyrie-payload"});
       }},
      {"Program that calls itself a thread of the kernel", "T1036.004",
       "evt.type = execve and proc.exe = \"[kworker/7:7]\" and proc.name = "
       "true and proc.exepath endswith /bin/true",
       [] { return Become("/bin/true", {"[kworker/7:7]"}); }},
      {"Program run with a preloaded library", "T1574.006",
       "evt.type = execve and proc.env[LD_PRELOAD] = libm.so.6 and proc.name "
       "= true",
       [] { return Become("/bin/true", {"true"}, {"LD_PRELOAD=libm.so.6"}); }},
      {"Program run with a search path that begins here", "T1574.007",
       "evt.type = execve and proc.env[PATH] startswith \".:\" and proc.name "
       "= true",
       [] { return Become("/bin/true", {"true"}, {"PATH=.:/usr/bin"}); }},
      {"Program run that was left before", "T1204.002",
       absl::StrCat("evt.type = execve and proc.exepath = ", at("dropped"),
                    " and proc.is_exe_writable = true and proc.cmdline = "
                    "\"dropped --quiet\""),
       [] {
         return MakeProgram("dropped") &&
                Become("dropped", {"./dropped", "--quiet"});
       }},
      {"Hidden program run", "T1564.001",
       absl::StrCat(
           "evt.type = execve and proc.exepath = ", at(".hidden"),
           " and evt.args contains \"filename=.hidden(\" and proc.exe = "
           "update and proc.name = .hidden"),
       [] { return MakeProgram(".hidden") && Become(".hidden", {"update"}); }},
      {"Program run after it was removed", "T1070.004",
       absl::StrCat("evt.type = execveat and evt.res = SUCCESS and "
                    "proc.exepath = ",
                    at("gone")),
       RunsRemovedProgram},
      {"Program run from memory", "T1620",
       "evt.type = execveat and proc.is_exe_from_memfd = true and "
       "proc.exepath = memfd:stage2",
       RunsFromMemory},
      {"File made in memory", "T1620",
       "evt.type = memfd_create and evt.arg.name = payload and evt.arg.flags "
       "= MFD_ALLOW_SEALING and fd.num >= 0",
       [] {
         return syscall(SYS_memfd_create, "payload", MFD_ALLOW_SEALING) >= 0;
       }},
      {"Program run that is not there", "T1204.002",
       "evt.type = execve and evt.res = ENOENT and evt.arg.filename = "
       "/nonexistent/stage3",
       [] { return !Become("/nonexistent/stage3", {"stage3"}); }},
      {"Program run as somebody else", "T1078",
       "evt.type = execve and user.uid = 65534 and proc.args = "
       "eyrie-as-nobody and evt.res = SUCCESS",
       RunsAsNobody},
  };
}

}  // namespace

AttackSteps ProcessSteps(const std::string& folder) {
  AttackSteps steps = {
      {"Debugger kept away", "T1622",
       "evt.type = ptrace and evt.arg.request = PTRACE_TRACEME and evt.res = "
       "SUCCESS",
       [] { return ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0; }},
      {"Process attached to", "T1055.008",
       "evt.type = ptrace and evt.arg.request = PTRACE_ATTACH and evt.res = "
       "SUCCESS and evt.rawarg.pid > 1",
       [] {
         const Victim victim;
         return ptrace(PTRACE_ATTACH, victim.pid(), nullptr, nullptr) == 0;
       }},
      {"Memory written with ptrace", "T1055.008",
       "evt.type = ptrace and evt.arg.request = PTRACE_POKEDATA and "
       "evt.arg.data = 3735928559 and evt.res = SUCCESS",
       WritesWithPtrace},
      {"Memory of a process read", "T1003.007",
       "evt.type = process_vm_readv and evt.arg.data startswith eyrie-secret "
       "and evt.rawres = 13 and evt.rawarg.pid > 1",
       [] { return MovesMemory(SYS_process_vm_readv); }},
      {"Memory of a process written", "T1055",
       "evt.type = process_vm_writev and evt.arg.data startswith eyrie-inject "
       "and evt.rawres = 13 and evt.rawarg.pid > 1",
       [] { return MovesMemory(SYS_process_vm_writev); }},
      {"Process opened", "T1057",
       "evt.type = pidfd_open and evt.arg.flags = PIDFD_NONBLOCK and "
       "evt.rawarg.pid > 1 and fd.type = pidfd and fd.num >= 0",
       [] {
         const Victim victim;
         return syscall(SYS_pidfd_open, victim.pid(), O_NONBLOCK) >= 0;
       }},
      {"Descriptor taken from a process", "T1055",
       "evt.type = pidfd_getfd and evt.rawarg.target_fd = 2 and fd.num >= 0",
       TakesDescriptor},
      {"Process signaled by its descriptor", "T1489",
       "evt.type = pidfd_send_signal and evt.arg.sig = SIGUSR2 and fd.type = "
       "pidfd and evt.res = SUCCESS",
       SignalsByDescriptor},
      {"Process stopped", "T1562.001",
       "evt.type = kill and evt.arg.sig = SIGSTOP and evt.rawarg.pid > 1 and "
       "evt.res = SUCCESS",
       [] {
         const Victim victim;
         return syscall(SYS_kill, victim.pid(), SIGSTOP) == 0;
       }},
      {"Thread told to go on", "T1562.001",
       "evt.type = tgkill and evt.arg.sig = SIGCONT and evt.rawarg.tid > 1 "
       "and evt.res = SUCCESS",
       [] {
         const Victim victim;
         return syscall(SYS_tgkill, victim.pid(), victim.pid(), SIGCONT) == 0;
       }},
      {"First process asked after", "T1057",
       "evt.type = kill and evt.rawarg.sig = 0 and evt.rawarg.pid = 1 and "
       "evt.res = SUCCESS",
       [] { return syscall(SYS_kill, 1, 0) == 0; }},
      {"Process crashed", "T1499.004",
       "evt.type = procexit and evt.arg.sig = SIGSEGV and evt.arg.ret = 0",
       Crashes},
      {"Process started in its maker's memory", "T1106",
       "evt.type = vfork and evt.rawres > 1", StartsWithSharedMemory},
      {"Session of its own started", "T1036.009",
       "evt.type = setsid and evt.rawres > 1",
       [] { return syscall(SYS_setsid) > 1; }},
      {"Memory made writable and executable", "T1055",
       absl::StrCat("evt.type = mprotect and evt.rawarg.length = 28672 and "
                    "evt.arg.prot = \"PROT_READ|PROT_WRITE|PROT_EXEC\" and "
                    "evt.res = SUCCESS"),
       [] {
         void* memory = mmap(nullptr, 28672, PROT_READ,
                             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
         return syscall(SYS_mprotect, memory, 28672,
                        PROT_READ | PROT_WRITE | PROT_EXEC) == 0;
       }},
      {"Memory mapped writable and executable", "T1620",
       "evt.type = mmap and evt.rawarg.length = 20480 and evt.arg.prot = "
       "\"PROT_READ|PROT_WRITE|PROT_EXEC\" and evt.arg.flags = "
       "\"MAP_PRIVATE|MAP_ANONYMOUS\" and evt.rawarg.fd = -1",
       [] {
         return syscall(SYS_mmap, nullptr, 20480,
                        PROT_READ | PROT_WRITE | PROT_EXEC,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) > 0;
       }},
  };
  AttackSteps programs = ProgramSteps(folder);
  steps.insert(steps.end(), programs.begin(), programs.end());
  return steps;
}

}  // namespace eyrie::testing
