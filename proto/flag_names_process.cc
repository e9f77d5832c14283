// SPDX-License-Identifier: Apache-2.0
//
// Names of what calls on processes, signals, keys and semaphores take.

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>

#include "absl/types/span.h"

#include "proto/event_catalog.h"
#include "proto/flag_name_tables.h"
#include "proto/flag_names.h"
#include "proto/record.h"

namespace eyrie {
namespace {

// The lowest byte of clone() is a signal, at most 64.
constexpr FlagName kCloneFlags[] = {
    Flag(0x00000400, "CLONE_FILES"),
    Flag(0x00000200, "CLONE_FS"),
    Flag(0x80000000, "CLONE_IO"),
    Flag(0x08000000, "CLONE_NEWIPC"),
    Flag(0x40000000, "CLONE_NEWNET"),
    Flag(0x00020000, "CLONE_NEWNS"),
    Flag(0x20000000, "CLONE_NEWPID"),
    Flag(0x04000000, "CLONE_NEWUTS"),
    Flag(0x00008000, "CLONE_PARENT"),
    Flag(0x00100000, "CLONE_PARENT_SETTID"),
    Flag(0x00002000, "CLONE_PTRACE"),
    Flag(0x00000800, "CLONE_SIGHAND"),
    Flag(0x00040000, "CLONE_SYSVSEM"),
    Flag(0x00010000, "CLONE_THREAD"),
    Flag(0x00800000, "CLONE_UNTRACED"),
    Flag(0x00000100, "CLONE_VM"),
    Flag(0x10000000, "CLONE_NEWUSER"),
    Flag(0x00200000, "CLONE_CHILD_CLEARTID"),
    Flag(0x01000000, "CLONE_CHILD_SETTID"),
    Flag(0x00080000, "CLONE_SETTLS"),
    Flag(0x00004000, "CLONE_VFORK"),
    Flag(0x02000000, "CLONE_NEWCGROUP"),
    // Unknown to the reference.
    Flag(0x00000080, "CLONE_NEWTIME"),
    Flag(0x00001000, "CLONE_PIDFD"),
    Flag(0x100000000, "CLONE_CLEAR_SIGHAND"),
    Flag(0x200000000, "CLONE_INTO_CGROUP"),
};

constexpr FlagName kExecFlags[] = {
    Flag(EYRIE_EXEC_WRITABLE, "EXE_WRITABLE"),
    Flag(EYRIE_EXEC_UPPER_LAYER, "EXE_UPPER_LAYER"),
    Flag(EYRIE_EXEC_FROM_MEMFD, "EXE_FROM_MEMFD"),
    Flag(EYRIE_EXEC_LOWER_LAYER, "EXE_LOWER_LAYER"),
};

constexpr FlagName kPidfdFlags[] = {
    Flag(04000, "PIDFD_NONBLOCK"),
    // Unknown to the reference.
    Flag(0200, "PIDFD_THREAD"),
};

constexpr FlagName kPrctlOptions[] = {
    Number(3, "PR_GET_DUMPABLE"),
    Number(4, "PR_SET_DUMPABLE"),
    Number(7, "PR_GET_KEEPCAPS"),
    Number(8, "PR_SET_KEEPCAPS"),
    Number(15, "PR_SET_NAME"),
    Number(16, "PR_GET_NAME"),
    Number(21, "PR_GET_SECCOMP"),
    Number(22, "PR_SET_SECCOMP"),
    Number(23, "PR_CAPBSET_READ"),
    Number(24, "PR_CAPBSET_DROP"),
    Number(27, "PR_GET_SECUREBITS"),
    Number(28, "PR_SET_SECUREBITS"),
    Number(33, "PR_MCE_KILL"),
    Number(35, "PR_SET_MM"),
    Number(36, "PR_SET_CHILD_SUBREAPER"),
    Number(37, "PR_GET_CHILD_SUBREAPER"),
    Number(38, "PR_SET_NO_NEW_PRIVS"),
    Number(39, "PR_GET_NO_NEW_PRIVS"),
    Number(40, "PR_GET_TID_ADDRESS"),
    Number(41, "PR_SET_THP_DISABLE"),
    Number(42, "PR_GET_THP_DISABLE"),
    Number(47, "PR_CAP_AMBIENT"),
    // Unknown to the reference.
    Number(1, "PR_SET_PDEATHSIG"),
    Number(2, "PR_GET_PDEATHSIG"),
    Number(5, "PR_GET_UNALIGN"),
    Number(6, "PR_SET_UNALIGN"),
    Number(9, "PR_GET_FPEMU"),
    Number(10, "PR_SET_FPEMU"),
    Number(11, "PR_GET_FPEXC"),
    Number(12, "PR_SET_FPEXC"),
    Number(13, "PR_GET_TIMING"),
    Number(14, "PR_SET_TIMING"),
    Number(19, "PR_GET_ENDIAN"),
    Number(20, "PR_SET_ENDIAN"),
    Number(25, "PR_GET_TSC"),
    Number(26, "PR_SET_TSC"),
    Number(29, "PR_SET_TIMERSLACK"),
    Number(30, "PR_GET_TIMERSLACK"),
    Number(31, "PR_TASK_PERF_EVENTS_DISABLE"),
    Number(32, "PR_TASK_PERF_EVENTS_ENABLE"),
    Number(34, "PR_MCE_KILL_GET"),
    Number(43, "PR_MPX_ENABLE_MANAGEMENT"),
    Number(44, "PR_MPX_DISABLE_MANAGEMENT"),
    Number(45, "PR_SET_FP_MODE"),
    Number(46, "PR_GET_FP_MODE"),
    Number(50, "PR_SVE_SET_VL"),
    Number(51, "PR_SVE_GET_VL"),
    Number(52, "PR_GET_SPECULATION_CTRL"),
    Number(53, "PR_SET_SPECULATION_CTRL"),
    Number(54, "PR_PAC_RESET_KEYS"),
    Number(55, "PR_SET_TAGGED_ADDR_CTRL"),
    Number(56, "PR_GET_TAGGED_ADDR_CTRL"),
    Number(57, "PR_SET_IO_FLUSHER"),
    Number(58, "PR_GET_IO_FLUSHER"),
    Number(59, "PR_SET_SYSCALL_USER_DISPATCH"),
    Number(60, "PR_PAC_SET_ENABLED_KEYS"),
    Number(61, "PR_PAC_GET_ENABLED_KEYS"),
    Number(62, "PR_SCHED_CORE"),
    Number(63, "PR_SME_SET_VL"),
    Number(64, "PR_SME_GET_VL"),
    Number(65, "PR_SET_MDWE"),
    Number(66, "PR_GET_MDWE"),
    Number(67, "PR_SET_MEMORY_MERGE"),
    Number(68, "PR_GET_MEMORY_MERGE"),
    Number(69, "PR_RISCV_V_SET_CONTROL"),
    Number(70, "PR_RISCV_V_GET_CONTROL"),
    Number(71, "PR_RISCV_SET_ICACHE_FLUSH_CTX"),
    Number(72, "PR_PPC_GET_DEXCR"),
    Number(73, "PR_PPC_SET_DEXCR"),
    Number(74, "PR_GET_SHADOW_STACK_STATUS"),
    Number(75, "PR_SET_SHADOW_STACK_STATUS"),
    Number(76, "PR_LOCK_SHADOW_STACK_STATUS"),
    Number(77, "PR_TIMER_CREATE_RESTORE_IDS"),
    Number(78, "PR_FUTEX_HASH"),
    Number(0x41555856, "PR_GET_AUXV"),
    Number(0x53564d41, "PR_SET_VMA"),
    Number(0x59616d61, "PR_SET_PTRACER"),
};

constexpr FlagName kPtraceRequests[] = {
    Number(33, "PTRACE_SINGLEBLOCK"),
    Number(32, "PTRACE_SYSEMU_SINGLESTEP"),
    Number(31, "PTRACE_SYSEMU"),
    Number(30, "PTRACE_ARCH_PRCTL"),
    Number(26, "PTRACE_SET_THREAD_AREA"),
    Number(25, "PTRACE_GET_THREAD_AREA"),
    Number(21, "PTRACE_OLDSETOPTIONS"),
    Number(19, "PTRACE_SETFPXREGS"),
    Number(18, "PTRACE_GETFPXREGS"),
    Number(15, "PTRACE_SETFPREGS"),
    Number(14, "PTRACE_GETFPREGS"),
    Number(13, "PTRACE_SETREGS"),
    Number(12, "PTRACE_GETREGS"),
    Number(0x420b, "PTRACE_SETSIGMASK"),
    Number(0x420a, "PTRACE_GETSIGMASK"),
    Number(0x4209, "PTRACE_PEEKSIGINFO"),
    Number(0x4208, "PTRACE_LISTEN"),
    Number(0x4207, "PTRACE_INTERRUPT"),
    Number(0x4206, "PTRACE_SEIZE"),
    Number(0x4205, "PTRACE_SETREGSET"),
    Number(0x4204, "PTRACE_GETREGSET"),
    Number(0x4203, "PTRACE_SETSIGINFO"),
    Number(0x4202, "PTRACE_GETSIGINFO"),
    Number(0x4201, "PTRACE_GETEVENTMSG"),
    Number(0x4200, "PTRACE_SETOPTIONS"),
    Number(24, "PTRACE_SYSCALL"),
    Number(17, "PTRACE_DETACH"),
    Number(16, "PTRACE_ATTACH"),
    Number(9, "PTRACE_SINGLESTEP"),
    Number(8, "PTRACE_KILL"),
    Number(7, "PTRACE_CONT"),
    Number(6, "PTRACE_POKEUSR"),
    Number(5, "PTRACE_POKEDATA"),
    Number(4, "PTRACE_POKETEXT"),
    Number(3, "PTRACE_PEEKUSR"),
    Number(2, "PTRACE_PEEKDATA"),
    Number(1, "PTRACE_PEEKTEXT"),
    Number(0, "PTRACE_TRACEME"),
    // Unknown to the reference.
    Number(0x420c, "PTRACE_SECCOMP_GET_FILTER"),
    Number(0x420d, "PTRACE_SECCOMP_GET_METADATA"),
    Number(0x420e, "PTRACE_GET_SYSCALL_INFO"),
    Number(0x420f, "PTRACE_GET_RSEQ_CONFIGURATION"),
    Number(0x4210, "PTRACE_SET_SYSCALL_USER_DISPATCH_CONFIG"),
    Number(0x4211, "PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG"),
    Number(0x4212, "PTRACE_SET_SYSCALL_INFO"),
};

constexpr FlagName kRlimitResources[] = {
    Number(15, "RLIMIT_RTTIME"),     Number(14, "RLIMIT_RTPRIO"),
    Number(13, "RLIMIT_NICE"),       Number(12, "RLIMIT_MSGQUEUE"),
    Number(11, "RLIMIT_SIGPENDING"), Number(10, "RLIMIT_LOCKS"),
    Number(9, "RLIMIT_AS"),          Number(8, "RLIMIT_MEMLOCK"),
    Number(7, "RLIMIT_NOFILE"),      Number(6, "RLIMIT_NPROC"),
    Number(5, "RLIMIT_RSS"),         Number(4, "RLIMIT_CORE"),
    Number(3, "RLIMIT_STACK"),       Number(2, "RLIMIT_DATA"),
    Number(1, "RLIMIT_FSIZE"),       Number(0, "RLIMIT_CPU"),
};

// The lowest nine bits are a mode, which the reference leaves out.
constexpr FlagName kSemgetFlags[] = {
    Flag(02000, "IPC_EXCL"),
    Flag(01000, "IPC_CREAT"),
};

constexpr FlagName kSemCommands[] = {
    Number(2, "IPC_STAT"),
    Number(1, "IPC_SET"),
    Number(0, "IPC_RMID"),
    Number(3, "IPC_INFO"),
    Number(19, "SEM_INFO"),
    Number(18, "SEM_STAT"),
    Number(13, "GETALL"),
    Number(14, "GETNCNT"),
    Number(11, "GETPID"),
    Number(12, "GETVAL"),
    Number(15, "GETZCNT"),
    Number(17, "SETALL"),
    Number(16, "SETVAL"),
    // Unknown to the reference.
    Number(20, "SEM_STAT_ANY"),
};

constexpr FlagName kSemopFlags[] = {
    Flag(04000, "IPC_NOWAIT"),
    Flag(0x1000, "SEM_UNDO"),
};

constexpr FlagName kKeyctlOperations[] = {
    Number(0, "KEYCTL_GET_KEYRING_ID"),
    Number(1, "KEYCTL_JOIN_SESSION_KEYRING"),
    Number(2, "KEYCTL_UPDATE"),
    Number(3, "KEYCTL_REVOKE"),
    Number(4, "KEYCTL_CHOWN"),
    Number(5, "KEYCTL_SETPERM"),
    Number(6, "KEYCTL_DESCRIBE"),
    Number(7, "KEYCTL_CLEAR"),
    Number(8, "KEYCTL_LINK"),
    Number(9, "KEYCTL_UNLINK"),
    Number(10, "KEYCTL_SEARCH"),
    Number(11, "KEYCTL_READ"),
    Number(12, "KEYCTL_INSTANTIATE"),
    Number(13, "KEYCTL_NEGATE"),
    Number(14, "KEYCTL_SET_REQKEY_KEYRING"),
    Number(15, "KEYCTL_SET_TIMEOUT"),
    Number(16, "KEYCTL_ASSUME_AUTHORITY"),
    Number(17, "KEYCTL_GET_SECURITY"),
    Number(18, "KEYCTL_SESSION_TO_PARENT"),
    Number(19, "KEYCTL_REJECT"),
    Number(20, "KEYCTL_INSTANTIATE_IOV"),
    Number(21, "KEYCTL_INVALIDATE"),
    Number(22, "KEYCTL_GET_PERSISTENT"),
    Number(23, "KEYCTL_DH_COMPUTE"),
    Number(24, "KEYCTL_PKEY_QUERY"),
    Number(25, "KEYCTL_PKEY_ENCRYPT"),
    Number(26, "KEYCTL_PKEY_DECRYPT"),
    Number(27, "KEYCTL_PKEY_SIGN"),
    Number(28, "KEYCTL_PKEY_VERIFY"),
    Number(29, "KEYCTL_RESTRICT_KEYRING"),
    Number(30, "KEYCTL_MOVE"),
    Number(31, "KEYCTL_CAPABILITIES"),
    Number(32, "KEYCTL_WATCH_KEY"),
};

// Ascending, from 1. Real-time signals have none.
constexpr FlagName kSignals[] = {
    Number(1, "SIGHUP"),     Number(2, "SIGINT"),     Number(3, "SIGQUIT"),
    Number(4, "SIGILL"),     Number(5, "SIGTRAP"),    Number(6, "SIGABRT"),
    Number(7, "SIGBUS"),     Number(8, "SIGFPE"),     Number(9, "SIGKILL"),
    Number(10, "SIGUSR1"),   Number(11, "SIGSEGV"),   Number(12, "SIGUSR2"),
    Number(13, "SIGPIPE"),   Number(14, "SIGALRM"),   Number(15, "SIGTERM"),
    Number(16, "SIGSTKFLT"), Number(17, "SIGCHLD"),   Number(18, "SIGCONT"),
    Number(19, "SIGSTOP"),   Number(20, "SIGTSTP"),   Number(21, "SIGTTIN"),
    Number(22, "SIGTTOU"),   Number(23, "SIGURG"),    Number(24, "SIGXCPU"),
    Number(25, "SIGXFSZ"),   Number(26, "SIGVTALRM"), Number(27, "SIGPROF"),
    Number(28, "SIGWINCH"),  Number(29, "SIGIO"),     Number(30, "SIGPWR"),
    Number(31, "SIGSYS"),
};

// Bit N is signal N + 1.
constexpr auto kSignalBits = [] {
  std::array<FlagName, std::size(kSignals)> bits = {};
  for (size_t i = 0; i < bits.size(); ++i) {
    bits[i] = Flag(uint64_t{1} << i, kSignals[i].name);
  }
  return bits;
}();

constexpr FlagName kCapabilities[] = {
    Flag(uint64_t{1} << 0, "CAP_CHOWN"),
    Flag(uint64_t{1} << 1, "CAP_DAC_OVERRIDE"),
    Flag(uint64_t{1} << 2, "CAP_DAC_READ_SEARCH"),
    Flag(uint64_t{1} << 3, "CAP_FOWNER"),
    Flag(uint64_t{1} << 4, "CAP_FSETID"),
    Flag(uint64_t{1} << 5, "CAP_KILL"),
    Flag(uint64_t{1} << 6, "CAP_SETGID"),
    Flag(uint64_t{1} << 7, "CAP_SETUID"),
    Flag(uint64_t{1} << 8, "CAP_SETPCAP"),
    Flag(uint64_t{1} << 9, "CAP_LINUX_IMMUTABLE"),
    Flag(uint64_t{1} << 10, "CAP_NET_BIND_SERVICE"),
    Flag(uint64_t{1} << 11, "CAP_NET_BROADCAST"),
    Flag(uint64_t{1} << 12, "CAP_NET_ADMIN"),
    Flag(uint64_t{1} << 13, "CAP_NET_RAW"),
    Flag(uint64_t{1} << 14, "CAP_IPC_LOCK"),
    Flag(uint64_t{1} << 15, "CAP_IPC_OWNER"),
    Flag(uint64_t{1} << 16, "CAP_SYS_MODULE"),
    Flag(uint64_t{1} << 17, "CAP_SYS_RAWIO"),
    Flag(uint64_t{1} << 18, "CAP_SYS_CHROOT"),
    Flag(uint64_t{1} << 19, "CAP_SYS_PTRACE"),
    Flag(uint64_t{1} << 20, "CAP_SYS_PACCT"),
    Flag(uint64_t{1} << 21, "CAP_SYS_ADMIN"),
    Flag(uint64_t{1} << 22, "CAP_SYS_BOOT"),
    Flag(uint64_t{1} << 23, "CAP_SYS_NICE"),
    Flag(uint64_t{1} << 24, "CAP_SYS_RESOURCE"),
    Flag(uint64_t{1} << 25, "CAP_SYS_TIME"),
    Flag(uint64_t{1} << 26, "CAP_SYS_TTY_CONFIG"),
    Flag(uint64_t{1} << 27, "CAP_MKNOD"),
    Flag(uint64_t{1} << 28, "CAP_LEASE"),
    Flag(uint64_t{1} << 29, "CAP_AUDIT_WRITE"),
    Flag(uint64_t{1} << 30, "CAP_AUDIT_CONTROL"),
    Flag(uint64_t{1} << 31, "CAP_SETFCAP"),
    Flag(uint64_t{1} << 32, "CAP_MAC_OVERRIDE"),
    Flag(uint64_t{1} << 33, "CAP_MAC_ADMIN"),
    Flag(uint64_t{1} << 34, "CAP_SYSLOG"),
    Flag(uint64_t{1} << 35, "CAP_WAKE_ALARM"),
    Flag(uint64_t{1} << 36, "CAP_BLOCK_SUSPEND"),
    Flag(uint64_t{1} << 37, "CAP_AUDIT_READ"),
    Flag(uint64_t{1} << 38, "CAP_PERFMON"),
    Flag(uint64_t{1} << 39, "CAP_BPF"),
    Flag(uint64_t{1} << 40, "CAP_CHECKPOINT_RESTORE"),
};

constexpr TypeNames kTypes[] = {
    Flags(ArgumentType::kCloneFlags, kCloneFlags),
    Flags(ArgumentType::kExecFlags, kExecFlags),
    Flags(ArgumentType::kPidfdFlags, kPidfdFlags),
    Enumeration(ArgumentType::kPrctlOption, kPrctlOptions),
    Enumeration(ArgumentType::kPtraceRequest, kPtraceRequests),
    Enumeration(ArgumentType::kRlimitResource, kRlimitResources),
    Flags(ArgumentType::kSemgetFlags, kSemgetFlags),
    Enumeration(ArgumentType::kSemCommand, kSemCommands),
    Flags(ArgumentType::kSemopFlags, kSemopFlags),
    Enumeration(ArgumentType::kKeyctlOperation, kKeyctlOperations),
    Enumeration(ArgumentType::kSignal, kSignals),
    Flags(ArgumentType::kSigset, kSignalBits, ' '),
    Flags(ArgumentType::kCaps, kCapabilities, ' '),
};

}  // namespace

absl::Span<const TypeNames> ProcessTypeNames() { return kTypes; }

}  // namespace eyrie
