// SPDX-License-Identifier: Apache-2.0
//
// Tests of the values in the tables of names, against the headers of this
// machine. Newer names than Debian 12's headers have are not here.

#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/close_range.h>
#include <linux/dqblk_xfs.h>
#include <linux/futex.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/module.h>
#include <linux/openat2.h>
#include <linux/prctl.h>
#include <linux/quota.h>
#include <linux/sched.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

#include "proto/event_catalog.h"
#include "proto/flag_names.h"

// The tables have the values of x86_64.
#ifdef __x86_64__

namespace eyrie {
namespace {

struct HeaderName {
  absl::string_view name;
  uint64_t value;
};

#define NAMED(name) \
  { #name, static_cast < uint64_t>(name) }

void ExpectSameValues(ArgumentType type, const std::vector<HeaderName>& names) {
  for (const HeaderName& header : names) {
    bool has_value = false;
    for (const FlagName& name : NamesOf(type).names) {
      has_value |= name.name == header.name && name.value == header.value;
    }
    EXPECT_TRUE(has_value) << header.name << " is " << header.value;
  }
}

TEST(FlagNamesHeadersTest, AgreesOnFiles) {
  ExpectSameValues(ArgumentType::kResolveFlags,
                   {NAMED(RESOLVE_BENEATH), NAMED(RESOLVE_IN_ROOT),
                    NAMED(RESOLVE_NO_MAGICLINKS), NAMED(RESOLVE_NO_SYMLINKS),
                    NAMED(RESOLVE_NO_XDEV), NAMED(RESOLVE_CACHED)});
  ExpectSameValues(ArgumentType::kRenameFlags,
                   {NAMED(RENAME_NOREPLACE), NAMED(RENAME_EXCHANGE),
                    NAMED(RENAME_WHITEOUT)});
  ExpectSameValues(ArgumentType::kUnlinkFlags, {NAMED(AT_REMOVEDIR)});
  ExpectSameValues(ArgumentType::kAtFlags,
                   {NAMED(AT_SYMLINK_FOLLOW), NAMED(AT_EMPTY_PATH),
                    NAMED(AT_NO_AUTOMOUNT), NAMED(AT_SYMLINK_NOFOLLOW),
                    NAMED(AT_EACCESS), NAMED(AT_STATX_FORCE_SYNC),
                    NAMED(AT_STATX_DONT_SYNC), NAMED(AT_RECURSIVE)});
  ExpectSameValues(
      ArgumentType::kMode,
      {NAMED(S_IXOTH), NAMED(S_IWOTH), NAMED(S_IROTH), NAMED(S_IXGRP),
       NAMED(S_IWGRP), NAMED(S_IRGRP), NAMED(S_IXUSR), NAMED(S_IWUSR),
       NAMED(S_IRUSR), NAMED(S_ISVTX), NAMED(S_ISGID), NAMED(S_ISUID)});
  ExpectSameValues(ArgumentType::kXattrFlags,
                   {NAMED(XATTR_CREATE), NAMED(XATTR_REPLACE)});
  ExpectSameValues(ArgumentType::kCloseRangeFlags,
                   {NAMED(CLOSE_RANGE_UNSHARE), NAMED(CLOSE_RANGE_CLOEXEC)});
  ExpectSameValues(ArgumentType::kFcntlCommand,
                   {NAMED(F_GETPIPE_SZ),      NAMED(F_SETPIPE_SZ),
                    NAMED(F_NOTIFY),          NAMED(F_DUPFD_CLOEXEC),
                    NAMED(F_GETLEASE),        NAMED(F_SETLEASE),
                    NAMED(F_GETOWN_EX),       NAMED(F_SETOWN_EX),
                    NAMED(F_GETSIG),          NAMED(F_SETSIG),
                    NAMED(F_GETOWN),          NAMED(F_SETOWN),
                    NAMED(F_SETLKW),          NAMED(F_SETLK),
                    NAMED(F_GETLK),           NAMED(F_SETFL),
                    NAMED(F_GETFL),           NAMED(F_SETFD),
                    NAMED(F_GETFD),           NAMED(F_DUPFD),
                    NAMED(F_OFD_GETLK),       NAMED(F_OFD_SETLK),
                    NAMED(F_OFD_SETLKW),      NAMED(F_ADD_SEALS),
                    NAMED(F_GET_SEALS),       NAMED(F_GET_RW_HINT),
                    NAMED(F_SET_RW_HINT),     NAMED(F_GET_FILE_RW_HINT),
                    NAMED(F_SET_FILE_RW_HINT)});
  ExpectSameValues(
      ArgumentType::kFlockOperation,
      {NAMED(LOCK_SH), NAMED(LOCK_EX), NAMED(LOCK_NB), NAMED(LOCK_UN)});
  ExpectSameValues(ArgumentType::kSeekWhence,
                   {NAMED(SEEK_END), NAMED(SEEK_CUR), NAMED(SEEK_SET),
                    NAMED(SEEK_DATA), NAMED(SEEK_HOLE)});
  ExpectSameValues(ArgumentType::kSpliceFlags,
                   {NAMED(SPLICE_F_MOVE), NAMED(SPLICE_F_NONBLOCK),
                    NAMED(SPLICE_F_MORE), NAMED(SPLICE_F_GIFT)});
  ExpectSameValues(ArgumentType::kEpollFlags, {NAMED(EPOLL_CLOEXEC)});
}

TEST(FlagNamesHeadersTest, AgreesOnMounts) {
  ExpectSameValues(
      ArgumentType::kFsconfigCommand,
      {NAMED(FSCONFIG_SET_FLAG), NAMED(FSCONFIG_SET_STRING),
       NAMED(FSCONFIG_SET_BINARY), NAMED(FSCONFIG_SET_PATH),
       NAMED(FSCONFIG_SET_PATH_EMPTY), NAMED(FSCONFIG_SET_FD),
       NAMED(FSCONFIG_CMD_CREATE), NAMED(FSCONFIG_CMD_RECONFIGURE)});
  ExpectSameValues(ArgumentType::kQuotaFormat,
                   {NAMED(QFMT_VFS_OLD), NAMED(QFMT_VFS_V0), NAMED(QFMT_VFS_V1),
                    NAMED(QFMT_OCFS2)});
  ExpectSameValues(
      ArgumentType::kQuotaCommand,
      {NAMED(Q_QUOTAON), NAMED(Q_QUOTAOFF), NAMED(Q_GETFMT), NAMED(Q_GETINFO),
       NAMED(Q_SETINFO), NAMED(Q_GETQUOTA), NAMED(Q_SETQUOTA), NAMED(Q_SYNC),
       NAMED(Q_XQUOTAON), NAMED(Q_XQUOTAOFF), NAMED(Q_XGETQUOTA),
       NAMED(Q_XSETQLIM), NAMED(Q_XGETQSTAT), NAMED(Q_XQUOTARM),
       NAMED(Q_XQUOTASYNC), NAMED(Q_GETNEXTQUOTA), NAMED(Q_XGETQSTATV),
       NAMED(Q_XGETNEXTQUOTA)});
  ExpectSameValues(ArgumentType::kQuotaType,
                   {NAMED(USRQUOTA), NAMED(GRPQUOTA), NAMED(PRJQUOTA)});
}

TEST(FlagNamesHeadersTest, AgreesOnMemory) {
  ExpectSameValues(
      ArgumentType::kProtFlags,
      {NAMED(PROT_READ), NAMED(PROT_WRITE), NAMED(PROT_EXEC),
       NAMED(PROT_GROWSDOWN), NAMED(PROT_GROWSUP), NAMED(PROT_NONE)});
  ExpectSameValues(
      ArgumentType::kMmapFlags,
      {NAMED(MAP_SHARED), NAMED(MAP_PRIVATE), NAMED(MAP_FIXED),
       NAMED(MAP_ANONYMOUS), NAMED(MAP_32BIT), NAMED(MAP_NORESERVE),
       NAMED(MAP_POPULATE), NAMED(MAP_NONBLOCK), NAMED(MAP_GROWSDOWN),
       NAMED(MAP_DENYWRITE), NAMED(MAP_EXECUTABLE), NAMED(MAP_LOCKED),
       NAMED(MAP_STACK), NAMED(MAP_HUGETLB), NAMED(MAP_SYNC),
       NAMED(MAP_FIXED_NOREPLACE)});
  ExpectSameValues(ArgumentType::kMlockallFlags,
                   {NAMED(MCL_CURRENT), NAMED(MCL_FUTURE), NAMED(MCL_ONFAULT)});
  ExpectSameValues(ArgumentType::kMlock2Flags, {NAMED(MLOCK_ONFAULT)});
  ExpectSameValues(
      ArgumentType::kMemfdFlags,
      {NAMED(MFD_CLOEXEC), NAMED(MFD_ALLOW_SEALING), NAMED(MFD_HUGETLB)});
}

TEST(FlagNamesHeadersTest, AgreesOnSockets) {
  ExpectSameValues(ArgumentType::kSocketFlags,
                   {NAMED(SOCK_NONBLOCK), NAMED(SOCK_CLOEXEC)});
  ExpectSameValues(
      ArgumentType::kSocketFamily,
      {NAMED(AF_NFC),        NAMED(AF_ALG),     NAMED(AF_CAIF),
       NAMED(AF_IEEE802154), NAMED(AF_PHONET),  NAMED(AF_ISDN),
       NAMED(AF_RXRPC),      NAMED(AF_IUCV),    NAMED(AF_BLUETOOTH),
       NAMED(AF_TIPC),       NAMED(AF_CAN),     NAMED(AF_LLC),
       NAMED(AF_WANPIPE),    NAMED(AF_PPPOX),   NAMED(AF_IRDA),
       NAMED(AF_SNA),        NAMED(AF_RDS),     NAMED(AF_ATMSVC),
       NAMED(AF_ECONET),     NAMED(AF_ASH),     NAMED(AF_PACKET),
       NAMED(AF_NETLINK),    NAMED(AF_ROUTE),   NAMED(AF_KEY),
       NAMED(AF_SECURITY),   NAMED(AF_NETBEUI), NAMED(AF_DECnet),
       NAMED(AF_ROSE),       NAMED(AF_INET6),   NAMED(AF_X25),
       NAMED(AF_ATMPVC),     NAMED(AF_BRIDGE),  NAMED(AF_NETROM),
       NAMED(AF_APPLETALK),  NAMED(AF_IPX),     NAMED(AF_AX25),
       NAMED(AF_INET),       NAMED(AF_UNIX),    NAMED(AF_LOCAL),
       NAMED(AF_UNSPEC),     NAMED(AF_IB),      NAMED(AF_MPLS),
       NAMED(AF_VSOCK),      NAMED(AF_KCM),     NAMED(AF_QIPCRTR),
       NAMED(AF_SMC),        NAMED(AF_XDP),     NAMED(AF_MCTP)});
  ExpectSameValues(ArgumentType::kShutdownHow,
                   {NAMED(SHUT_RDWR), NAMED(SHUT_WR), NAMED(SHUT_RD)});
  ExpectSameValues(
      ArgumentType::kSockoptLevel,
      {NAMED(SOL_SOCKET),   NAMED(SOL_TCP),       NAMED(SOL_IP),
       NAMED(SOL_IPV6),     NAMED(SOL_ICMPV6),    NAMED(SOL_RAW),
       NAMED(SOL_DECNET),   NAMED(SOL_X25),       NAMED(SOL_PACKET),
       NAMED(SOL_ATM),      NAMED(SOL_AAL),       NAMED(SOL_IRDA),
       NAMED(SOL_NETBEUI),  NAMED(SOL_LLC),       NAMED(SOL_DCCP),
       NAMED(SOL_NETLINK),  NAMED(SOL_TIPC),      NAMED(SOL_RXRPC),
       NAMED(SOL_PPPOL2TP), NAMED(SOL_BLUETOOTH), NAMED(SOL_PNPIPE),
       NAMED(SOL_RDS),      NAMED(SOL_IUCV),      NAMED(SOL_CAIF),
       NAMED(SOL_ALG),      NAMED(SOL_NFC),       NAMED(SOL_KCM),
       NAMED(SOL_TLS),      NAMED(SOL_XDP),       NAMED(SOL_MPTCP),
       NAMED(SOL_MCTP),     NAMED(SOL_SMC)});
}

TEST(FlagNamesHeadersTest, AgreesOnSocketOptions) {
  ExpectSameValues(ArgumentType::kSockoptName,
                   {NAMED(SO_COOKIE),
                    NAMED(SO_MEMINFO),
                    NAMED(SO_PEERGROUPS),
                    NAMED(SO_ATTACH_BPF),
                    NAMED(SO_INCOMING_CPU),
                    NAMED(SO_BPF_EXTENSIONS),
                    NAMED(SO_MAX_PACING_RATE),
                    NAMED(SO_BUSY_POLL),
                    NAMED(SO_SELECT_ERR_QUEUE),
                    NAMED(SO_LOCK_FILTER),
                    NAMED(SO_NOFCS),
                    NAMED(SO_PEEK_OFF),
                    NAMED(SO_WIFI_STATUS),
                    NAMED(SO_RXQ_OVFL),
                    NAMED(SO_DOMAIN),
                    NAMED(SO_PROTOCOL),
                    NAMED(SO_TIMESTAMPING),
                    NAMED(SO_MARK),
                    NAMED(SO_TIMESTAMPNS),
                    NAMED(SO_PASSSEC),
                    NAMED(SO_PEERSEC),
                    NAMED(SO_ACCEPTCONN),
                    NAMED(SO_TIMESTAMP),
                    NAMED(SO_PEERNAME),
                    NAMED(SO_DETACH_FILTER),
                    NAMED(SO_ATTACH_FILTER),
                    NAMED(SO_BINDTODEVICE),
                    NAMED(SO_SECURITY_ENCRYPTION_NETWORK),
                    NAMED(SO_SECURITY_ENCRYPTION_TRANSPORT),
                    NAMED(SO_SECURITY_AUTHENTICATION),
                    NAMED(SO_SNDTIMEO),
                    NAMED(SO_RCVTIMEO),
                    NAMED(SO_SNDLOWAT),
                    NAMED(SO_RCVLOWAT),
                    NAMED(SO_PEERCRED),
                    NAMED(SO_PASSCRED),
                    NAMED(SO_REUSEPORT),
                    NAMED(SO_BSDCOMPAT),
                    NAMED(SO_LINGER),
                    NAMED(SO_PRIORITY),
                    NAMED(SO_NO_CHECK),
                    NAMED(SO_OOBINLINE),
                    NAMED(SO_KEEPALIVE),
                    NAMED(SO_RCVBUFFORCE),
                    NAMED(SO_SNDBUFFORCE),
                    NAMED(SO_RCVBUF),
                    NAMED(SO_SNDBUF),
                    NAMED(SO_BROADCAST),
                    NAMED(SO_DONTROUTE),
                    NAMED(SO_ERROR),
                    NAMED(SO_TYPE),
                    NAMED(SO_REUSEADDR),
                    NAMED(SO_DEBUG),
                    NAMED(SO_ATTACH_REUSEPORT_CBPF),
                    NAMED(SO_ATTACH_REUSEPORT_EBPF),
                    NAMED(SO_CNX_ADVICE),
                    NAMED(SO_INCOMING_NAPI_ID),
                    NAMED(SO_ZEROCOPY),
                    NAMED(SO_TXTIME),
                    NAMED(SO_BINDTOIFINDEX),
                    NAMED(SO_TIMESTAMP_NEW),
                    NAMED(SO_TIMESTAMPNS_NEW),
                    NAMED(SO_TIMESTAMPING_NEW),
                    NAMED(SO_DETACH_REUSEPORT_BPF),
                    NAMED(SO_PREFER_BUSY_POLL),
                    NAMED(SO_BUSY_POLL_BUDGET),
                    NAMED(SO_NETNS_COOKIE),
                    NAMED(SO_BUF_LOCK),
                    NAMED(SO_RESERVE_MEM),
                    NAMED(SO_TXREHASH),
                    NAMED(SO_RCVMARK)});
}

TEST(FlagNamesHeadersTest, AgreesOnProcesses) {
  ExpectSameValues(ArgumentType::kCloneFlags, {NAMED(CLONE_FILES),
                                               NAMED(CLONE_FS),
                                               NAMED(CLONE_IO),
                                               NAMED(CLONE_NEWIPC),
                                               NAMED(CLONE_NEWNET),
                                               NAMED(CLONE_NEWNS),
                                               NAMED(CLONE_NEWPID),
                                               NAMED(CLONE_NEWUTS),
                                               NAMED(CLONE_PARENT),
                                               NAMED(CLONE_PARENT_SETTID),
                                               NAMED(CLONE_PTRACE),
                                               NAMED(CLONE_SIGHAND),
                                               NAMED(CLONE_SYSVSEM),
                                               NAMED(CLONE_THREAD),
                                               NAMED(CLONE_UNTRACED),
                                               NAMED(CLONE_VM),
                                               NAMED(CLONE_NEWUSER),
                                               NAMED(CLONE_CHILD_CLEARTID),
                                               NAMED(CLONE_CHILD_SETTID),
                                               NAMED(CLONE_SETTLS),
                                               NAMED(CLONE_VFORK),
                                               NAMED(CLONE_NEWCGROUP),
                                               NAMED(CLONE_NEWTIME),
                                               NAMED(CLONE_PIDFD),
                                               NAMED(CLONE_CLEAR_SIGHAND),
                                               NAMED(CLONE_INTO_CGROUP)});
  ExpectSameValues(
      ArgumentType::kRlimitResource,
      {NAMED(RLIMIT_RTTIME), NAMED(RLIMIT_RTPRIO), NAMED(RLIMIT_NICE),
       NAMED(RLIMIT_MSGQUEUE), NAMED(RLIMIT_SIGPENDING), NAMED(RLIMIT_LOCKS),
       NAMED(RLIMIT_AS), NAMED(RLIMIT_MEMLOCK), NAMED(RLIMIT_NOFILE),
       NAMED(RLIMIT_NPROC), NAMED(RLIMIT_RSS), NAMED(RLIMIT_CORE),
       NAMED(RLIMIT_STACK), NAMED(RLIMIT_DATA), NAMED(RLIMIT_FSIZE),
       NAMED(RLIMIT_CPU)});
  ExpectSameValues(ArgumentType::kSemgetFlags,
                   {NAMED(IPC_EXCL), NAMED(IPC_CREAT)});
  ExpectSameValues(
      ArgumentType::kSemCommand,
      {NAMED(IPC_STAT), NAMED(IPC_SET), NAMED(IPC_RMID), NAMED(IPC_INFO),
       NAMED(SEM_INFO), NAMED(SEM_STAT), NAMED(GETALL), NAMED(GETNCNT),
       NAMED(GETPID), NAMED(GETVAL), NAMED(GETZCNT), NAMED(SETALL),
       NAMED(SETVAL), NAMED(SEM_STAT_ANY)});
  ExpectSameValues(ArgumentType::kSemopFlags,
                   {NAMED(IPC_NOWAIT), NAMED(SEM_UNDO)});
  ExpectSameValues(
      ArgumentType::kSignal,
      {NAMED(SIGHUP),  NAMED(SIGINT),    NAMED(SIGQUIT), NAMED(SIGILL),
       NAMED(SIGTRAP), NAMED(SIGABRT),   NAMED(SIGBUS),  NAMED(SIGFPE),
       NAMED(SIGKILL), NAMED(SIGUSR1),   NAMED(SIGSEGV), NAMED(SIGUSR2),
       NAMED(SIGPIPE), NAMED(SIGALRM),   NAMED(SIGTERM), NAMED(SIGSTKFLT),
       NAMED(SIGCHLD), NAMED(SIGCONT),   NAMED(SIGSTOP), NAMED(SIGTSTP),
       NAMED(SIGTTIN), NAMED(SIGTTOU),   NAMED(SIGURG),  NAMED(SIGXCPU),
       NAMED(SIGXFSZ), NAMED(SIGVTALRM), NAMED(SIGPROF), NAMED(SIGWINCH),
       NAMED(SIGIO),   NAMED(SIGPWR),    NAMED(SIGSYS)});
}

TEST(FlagNamesHeadersTest, AgreesOnPrctl) {
  ExpectSameValues(ArgumentType::kPrctlOption,
                   {NAMED(PR_GET_DUMPABLE),
                    NAMED(PR_SET_DUMPABLE),
                    NAMED(PR_GET_KEEPCAPS),
                    NAMED(PR_SET_KEEPCAPS),
                    NAMED(PR_SET_NAME),
                    NAMED(PR_GET_NAME),
                    NAMED(PR_GET_SECCOMP),
                    NAMED(PR_SET_SECCOMP),
                    NAMED(PR_CAPBSET_READ),
                    NAMED(PR_CAPBSET_DROP),
                    NAMED(PR_GET_SECUREBITS),
                    NAMED(PR_SET_SECUREBITS),
                    NAMED(PR_MCE_KILL),
                    NAMED(PR_SET_MM),
                    NAMED(PR_SET_CHILD_SUBREAPER),
                    NAMED(PR_GET_CHILD_SUBREAPER),
                    NAMED(PR_SET_NO_NEW_PRIVS),
                    NAMED(PR_GET_NO_NEW_PRIVS),
                    NAMED(PR_GET_TID_ADDRESS),
                    NAMED(PR_SET_THP_DISABLE),
                    NAMED(PR_GET_THP_DISABLE),
                    NAMED(PR_CAP_AMBIENT),
                    NAMED(PR_SET_PDEATHSIG),
                    NAMED(PR_GET_PDEATHSIG),
                    NAMED(PR_GET_UNALIGN),
                    NAMED(PR_SET_UNALIGN),
                    NAMED(PR_GET_FPEMU),
                    NAMED(PR_SET_FPEMU),
                    NAMED(PR_GET_FPEXC),
                    NAMED(PR_SET_FPEXC),
                    NAMED(PR_GET_TIMING),
                    NAMED(PR_SET_TIMING),
                    NAMED(PR_GET_ENDIAN),
                    NAMED(PR_SET_ENDIAN),
                    NAMED(PR_GET_TSC),
                    NAMED(PR_SET_TSC),
                    NAMED(PR_SET_TIMERSLACK),
                    NAMED(PR_GET_TIMERSLACK),
                    NAMED(PR_TASK_PERF_EVENTS_DISABLE),
                    NAMED(PR_TASK_PERF_EVENTS_ENABLE),
                    NAMED(PR_MCE_KILL_GET),
                    NAMED(PR_MPX_ENABLE_MANAGEMENT),
                    NAMED(PR_MPX_DISABLE_MANAGEMENT),
                    NAMED(PR_SET_FP_MODE),
                    NAMED(PR_GET_FP_MODE),
                    NAMED(PR_SVE_SET_VL),
                    NAMED(PR_SVE_GET_VL),
                    NAMED(PR_GET_SPECULATION_CTRL),
                    NAMED(PR_SET_SPECULATION_CTRL),
                    NAMED(PR_PAC_RESET_KEYS),
                    NAMED(PR_SET_TAGGED_ADDR_CTRL),
                    NAMED(PR_GET_TAGGED_ADDR_CTRL),
                    NAMED(PR_SET_IO_FLUSHER),
                    NAMED(PR_GET_IO_FLUSHER),
                    NAMED(PR_SET_SYSCALL_USER_DISPATCH),
                    NAMED(PR_PAC_SET_ENABLED_KEYS),
                    NAMED(PR_PAC_GET_ENABLED_KEYS),
                    NAMED(PR_SCHED_CORE),
                    NAMED(PR_SME_SET_VL),
                    NAMED(PR_SME_GET_VL),
                    NAMED(PR_SET_VMA),
                    NAMED(PR_SET_PTRACER)});
}

TEST(FlagNamesHeadersTest, AgreesOnPtrace) {
  ExpectSameValues(ArgumentType::kPtraceRequest,
                   {NAMED(PTRACE_SINGLEBLOCK),
                    NAMED(PTRACE_SYSEMU_SINGLESTEP),
                    NAMED(PTRACE_SYSEMU),
                    NAMED(PTRACE_ARCH_PRCTL),
                    NAMED(PTRACE_SET_THREAD_AREA),
                    NAMED(PTRACE_GET_THREAD_AREA),
                    NAMED(PTRACE_SETFPXREGS),
                    NAMED(PTRACE_GETFPXREGS),
                    NAMED(PTRACE_SETFPREGS),
                    NAMED(PTRACE_GETFPREGS),
                    NAMED(PTRACE_SETREGS),
                    NAMED(PTRACE_GETREGS),
                    NAMED(PTRACE_SETSIGMASK),
                    NAMED(PTRACE_GETSIGMASK),
                    NAMED(PTRACE_PEEKSIGINFO),
                    NAMED(PTRACE_LISTEN),
                    NAMED(PTRACE_INTERRUPT),
                    NAMED(PTRACE_SEIZE),
                    NAMED(PTRACE_SETREGSET),
                    NAMED(PTRACE_GETREGSET),
                    NAMED(PTRACE_SETSIGINFO),
                    NAMED(PTRACE_GETSIGINFO),
                    NAMED(PTRACE_GETEVENTMSG),
                    NAMED(PTRACE_SETOPTIONS),
                    NAMED(PTRACE_SYSCALL),
                    NAMED(PTRACE_DETACH),
                    NAMED(PTRACE_ATTACH),
                    NAMED(PTRACE_SINGLESTEP),
                    NAMED(PTRACE_KILL),
                    NAMED(PTRACE_CONT),
                    NAMED(PTRACE_POKEDATA),
                    NAMED(PTRACE_POKETEXT),
                    NAMED(PTRACE_PEEKDATA),
                    NAMED(PTRACE_PEEKTEXT),
                    NAMED(PTRACE_TRACEME),
                    NAMED(PTRACE_SECCOMP_GET_FILTER),
                    NAMED(PTRACE_SECCOMP_GET_METADATA),
                    NAMED(PTRACE_GET_SYSCALL_INFO),
                    NAMED(PTRACE_GET_RSEQ_CONFIGURATION)});
}

TEST(FlagNamesHeadersTest, AgreesOnKeys) {
  ExpectSameValues(ArgumentType::kKeyctlOperation,
                   {NAMED(KEYCTL_GET_KEYRING_ID),
                    NAMED(KEYCTL_JOIN_SESSION_KEYRING),
                    NAMED(KEYCTL_UPDATE),
                    NAMED(KEYCTL_REVOKE),
                    NAMED(KEYCTL_CHOWN),
                    NAMED(KEYCTL_SETPERM),
                    NAMED(KEYCTL_DESCRIBE),
                    NAMED(KEYCTL_CLEAR),
                    NAMED(KEYCTL_LINK),
                    NAMED(KEYCTL_UNLINK),
                    NAMED(KEYCTL_SEARCH),
                    NAMED(KEYCTL_READ),
                    NAMED(KEYCTL_INSTANTIATE),
                    NAMED(KEYCTL_NEGATE),
                    NAMED(KEYCTL_SET_REQKEY_KEYRING),
                    NAMED(KEYCTL_SET_TIMEOUT),
                    NAMED(KEYCTL_ASSUME_AUTHORITY),
                    NAMED(KEYCTL_GET_SECURITY),
                    NAMED(KEYCTL_SESSION_TO_PARENT),
                    NAMED(KEYCTL_REJECT),
                    NAMED(KEYCTL_INSTANTIATE_IOV),
                    NAMED(KEYCTL_INVALIDATE),
                    NAMED(KEYCTL_GET_PERSISTENT),
                    NAMED(KEYCTL_DH_COMPUTE),
                    NAMED(KEYCTL_PKEY_QUERY),
                    NAMED(KEYCTL_PKEY_ENCRYPT),
                    NAMED(KEYCTL_PKEY_DECRYPT),
                    NAMED(KEYCTL_PKEY_SIGN),
                    NAMED(KEYCTL_PKEY_VERIFY),
                    NAMED(KEYCTL_RESTRICT_KEYRING),
                    NAMED(KEYCTL_MOVE),
                    NAMED(KEYCTL_CAPABILITIES),
                    NAMED(KEYCTL_WATCH_KEY)});
}

TEST(FlagNamesHeadersTest, AgreesOnKernel) {
  ExpectSameValues(
      ArgumentType::kFutexOperation,
      {NAMED(FUTEX_CLOCK_REALTIME), NAMED(FUTEX_PRIVATE_FLAG),
       NAMED(FUTEX_CMP_REQUEUE_PI), NAMED(FUTEX_WAIT_REQUEUE_PI),
       NAMED(FUTEX_WAKE_BITSET), NAMED(FUTEX_WAIT_BITSET),
       NAMED(FUTEX_TRYLOCK_PI), NAMED(FUTEX_UNLOCK_PI), NAMED(FUTEX_LOCK_PI),
       NAMED(FUTEX_WAKE_OP), NAMED(FUTEX_CMP_REQUEUE), NAMED(FUTEX_REQUEUE),
       NAMED(FUTEX_FD), NAMED(FUTEX_WAKE), NAMED(FUTEX_WAIT),
       NAMED(FUTEX_LOCK_PI2)});
  ExpectSameValues(
      ArgumentType::kFinitModuleFlags,
      {NAMED(MODULE_INIT_IGNORE_MODVERSIONS),
       NAMED(MODULE_INIT_IGNORE_VERMAGIC), NAMED(MODULE_INIT_COMPRESSED_FILE)});
  ExpectSameValues(ArgumentType::kDeleteModuleFlags,
                   {NAMED(O_NONBLOCK), NAMED(O_TRUNC)});
}

TEST(FlagNamesHeadersTest, AgreesOnBpf) {
  ExpectSameValues(ArgumentType::kBpfCommand,
                   {NAMED(BPF_MAP_CREATE),
                    NAMED(BPF_MAP_LOOKUP_ELEM),
                    NAMED(BPF_MAP_UPDATE_ELEM),
                    NAMED(BPF_MAP_DELETE_ELEM),
                    NAMED(BPF_MAP_GET_NEXT_KEY),
                    NAMED(BPF_PROG_LOAD),
                    NAMED(BPF_OBJ_PIN),
                    NAMED(BPF_OBJ_GET),
                    NAMED(BPF_PROG_ATTACH),
                    NAMED(BPF_PROG_DETACH),
                    NAMED(BPF_PROG_TEST_RUN),
                    NAMED(BPF_PROG_RUN),
                    NAMED(BPF_PROG_GET_NEXT_ID),
                    NAMED(BPF_MAP_GET_NEXT_ID),
                    NAMED(BPF_PROG_GET_FD_BY_ID),
                    NAMED(BPF_MAP_GET_FD_BY_ID),
                    NAMED(BPF_OBJ_GET_INFO_BY_FD),
                    NAMED(BPF_PROG_QUERY),
                    NAMED(BPF_RAW_TRACEPOINT_OPEN),
                    NAMED(BPF_BTF_LOAD),
                    NAMED(BPF_BTF_GET_FD_BY_ID),
                    NAMED(BPF_TASK_FD_QUERY),
                    NAMED(BPF_MAP_LOOKUP_AND_DELETE_ELEM),
                    NAMED(BPF_MAP_FREEZE),
                    NAMED(BPF_BTF_GET_NEXT_ID),
                    NAMED(BPF_MAP_LOOKUP_BATCH),
                    NAMED(BPF_MAP_LOOKUP_AND_DELETE_BATCH),
                    NAMED(BPF_MAP_UPDATE_BATCH),
                    NAMED(BPF_MAP_DELETE_BATCH),
                    NAMED(BPF_LINK_CREATE),
                    NAMED(BPF_LINK_UPDATE),
                    NAMED(BPF_LINK_GET_FD_BY_ID),
                    NAMED(BPF_LINK_GET_NEXT_ID),
                    NAMED(BPF_ENABLE_STATS),
                    NAMED(BPF_ITER_CREATE),
                    NAMED(BPF_LINK_DETACH),
                    NAMED(BPF_PROG_BIND_MAP)});
}

TEST(FlagNamesHeadersTest, AgreesOnIoUring) {
  ExpectSameValues(
      ArgumentType::kIoUringSetupFlags,
      {NAMED(IORING_SETUP_IOPOLL), NAMED(IORING_SETUP_SQPOLL),
       NAMED(IORING_SETUP_SQ_AFF), NAMED(IORING_SETUP_CQSIZE),
       NAMED(IORING_SETUP_CLAMP), NAMED(IORING_SETUP_R_DISABLED),
       NAMED(IORING_SETUP_SUBMIT_ALL), NAMED(IORING_SETUP_COOP_TASKRUN),
       NAMED(IORING_SETUP_TASKRUN_FLAG), NAMED(IORING_SETUP_SQE128),
       NAMED(IORING_SETUP_CQE32), NAMED(IORING_SETUP_SINGLE_ISSUER),
       NAMED(IORING_SETUP_DEFER_TASKRUN)});
  ExpectSameValues(
      ArgumentType::kIoUringFeatures,
      {NAMED(IORING_FEAT_SINGLE_MMAP), NAMED(IORING_FEAT_NODROP),
       NAMED(IORING_FEAT_SUBMIT_STABLE), NAMED(IORING_FEAT_RW_CUR_POS),
       NAMED(IORING_FEAT_CUR_PERSONALITY), NAMED(IORING_FEAT_FAST_POLL),
       NAMED(IORING_FEAT_POLL_32BITS), NAMED(IORING_FEAT_SQPOLL_NONFIXED),
       NAMED(IORING_FEAT_NATIVE_WORKERS), NAMED(IORING_FEAT_RSRC_TAGS),
       NAMED(IORING_FEAT_CQE_SKIP), NAMED(IORING_FEAT_LINKED_FILE)});
  ExpectSameValues(
      ArgumentType::kIoUringEnterFlags,
      {NAMED(IORING_ENTER_GETEVENTS), NAMED(IORING_ENTER_SQ_WAKEUP),
       NAMED(IORING_ENTER_SQ_WAIT), NAMED(IORING_ENTER_EXT_ARG),
       NAMED(IORING_ENTER_REGISTERED_RING)});
  ExpectSameValues(ArgumentType::kIoUringOperation,
                   {NAMED(IORING_REGISTER_BUFFERS),
                    NAMED(IORING_UNREGISTER_BUFFERS),
                    NAMED(IORING_REGISTER_FILES),
                    NAMED(IORING_UNREGISTER_FILES),
                    NAMED(IORING_REGISTER_EVENTFD),
                    NAMED(IORING_UNREGISTER_EVENTFD),
                    NAMED(IORING_REGISTER_FILES_UPDATE),
                    NAMED(IORING_REGISTER_EVENTFD_ASYNC),
                    NAMED(IORING_REGISTER_PROBE),
                    NAMED(IORING_REGISTER_PERSONALITY),
                    NAMED(IORING_UNREGISTER_PERSONALITY),
                    NAMED(IORING_REGISTER_RESTRICTIONS),
                    NAMED(IORING_REGISTER_ENABLE_RINGS),
                    NAMED(IORING_REGISTER_FILES2),
                    NAMED(IORING_REGISTER_FILES_UPDATE2),
                    NAMED(IORING_REGISTER_BUFFERS2),
                    NAMED(IORING_REGISTER_BUFFERS_UPDATE),
                    NAMED(IORING_REGISTER_IOWQ_AFF),
                    NAMED(IORING_UNREGISTER_IOWQ_AFF),
                    NAMED(IORING_REGISTER_IOWQ_MAX_WORKERS),
                    NAMED(IORING_REGISTER_RING_FDS),
                    NAMED(IORING_UNREGISTER_RING_FDS),
                    NAMED(IORING_REGISTER_PBUF_RING),
                    NAMED(IORING_UNREGISTER_PBUF_RING),
                    NAMED(IORING_REGISTER_SYNC_CANCEL),
                    NAMED(IORING_REGISTER_FILE_ALLOC_RANGE)});
}

#undef NAMED

}  // namespace
}  // namespace eyrie

#endif  // __x86_64__
