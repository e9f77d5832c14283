// SPDX-License-Identifier: Apache-2.0

#include "proto/arguments.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "proto/event_catalog.h"
#include "proto/record.h"

namespace eyrie {
namespace {

struct Name {
  uint64_t value;
  absl::string_view name;
};

// Not a bit but a number in the lowest two.
constexpr uint64_t kAccessMode = 3;

constexpr Name kOpenFlags[] = {
    {0100000, "O_LARGEFILE"}, {0200000, "O_DIRECTORY"}, {040000, "O_DIRECT"},
    {01000, "O_TRUNC"},       {04010000, "O_SYNC"},     {04000, "O_NONBLOCK"},
    {0200, "O_EXCL"},         {010000, "O_DSYNC"},      {02000, "O_APPEND"},
    {0100, "O_CREAT"},
};
// By access mode; 3 asks for a descriptor that does neither.
constexpr absl::string_view kAccessModes[] = {"O_RDONLY", "O_WRONLY", "O_RDWR",
                                              ""};
// Behind the access mode.
constexpr Name kMoreOpenFlags[] = {
    {02000000, "O_CLOEXEC"},
    {020200000, "O_TMPFILE"},
};

constexpr Name kFileFlags[] = {
    {EYRIE_FILE_CREATED, "O_F_CREATED"},
    {EYRIE_FILE_UPPER_LAYER, "FD_UPPER_LAYER"},
    {EYRIE_FILE_LOWER_LAYER, "FD_LOWER_LAYER"},
};

constexpr Name kResolveFlags[] = {
    {0x08, "RESOLVE_BENEATH"},       {0x10, "RESOLVE_IN_ROOT"},
    {0x02, "RESOLVE_NO_MAGICLINKS"}, {0x04, "RESOLVE_NO_SYMLINKS"},
    {0x01, "RESOLVE_NO_XDEV"},       {0x20, "RESOLVE_CACHED"},
};

constexpr Name kUnlinkFlags[] = {
    {0x200, "AT_REMOVEDIR"},
};

constexpr Name kRenameFlags[] = {
    {1, "RENAME_NOREPLACE"},
    {2, "RENAME_EXCHANGE"},
    {4, "RENAME_WHITEOUT"},
};

// The lowest byte of clone() is a signal, at most 64.
constexpr Name kCloneFlags[] = {
    {0x00000400, "CLONE_FILES"},
    {0x00000200, "CLONE_FS"},
    {0x80000000, "CLONE_IO"},
    {0x08000000, "CLONE_NEWIPC"},
    {0x40000000, "CLONE_NEWNET"},
    {0x00020000, "CLONE_NEWNS"},
    {0x20000000, "CLONE_NEWPID"},
    {0x04000000, "CLONE_NEWUTS"},
    {0x00008000, "CLONE_PARENT"},
    {0x00100000, "CLONE_PARENT_SETTID"},
    {0x00002000, "CLONE_PTRACE"},
    {0x00000800, "CLONE_SIGHAND"},
    {0x00040000, "CLONE_SYSVSEM"},
    {0x00010000, "CLONE_THREAD"},
    {0x00800000, "CLONE_UNTRACED"},
    {0x00000100, "CLONE_VM"},
    {0x10000000, "CLONE_NEWUSER"},
    {0x00200000, "CLONE_CHILD_CLEARTID"},
    {0x01000000, "CLONE_CHILD_SETTID"},
    {0x00080000, "CLONE_SETTLS"},
    {0x00004000, "CLONE_VFORK"},
    {0x02000000, "CLONE_NEWCGROUP"},
    // Unknown to the reference.
    {0x00000080, "CLONE_NEWTIME"},
    {0x00001000, "CLONE_PIDFD"},
    {0x100000000, "CLONE_CLEAR_SIGHAND"},
    {0x200000000, "CLONE_INTO_CGROUP"},
};

constexpr Name kExecFlags[] = {
    {EYRIE_EXEC_WRITABLE, "EXE_WRITABLE"},
    {EYRIE_EXEC_UPPER_LAYER, "EXE_UPPER_LAYER"},
    {EYRIE_EXEC_FROM_MEMFD, "EXE_FROM_MEMFD"},
    {EYRIE_EXEC_LOWER_LAYER, "EXE_LOWER_LAYER"},
};

constexpr Name kSocketFlags[] = {
    {04000, "SOCK_NONBLOCK"},
    {02000000, "SOCK_CLOEXEC"},
};

constexpr Name kModes[] = {
    {00001, "S_IXOTH"}, {00002, "S_IWOTH"}, {00004, "S_IROTH"},
    {00010, "S_IXGRP"}, {00020, "S_IWGRP"}, {00040, "S_IRGRP"},
    {00100, "S_IXUSR"}, {00200, "S_IWUSR"}, {00400, "S_IRUSR"},
    {01000, "S_ISVTX"}, {02000, "S_ISGID"}, {04000, "S_ISUID"},
};

// Ascending by number.
constexpr Name kErrnos[] = {
    {1, "EPERM"},
    {2, "ENOENT"},
    {3, "ESRCH"},
    {4, "EINTR"},
    {5, "EIO"},
    {6, "ENXIO"},
    {7, "E2BIG"},
    {8, "ENOEXEC"},
    {9, "EBADF"},
    {10, "ECHILD"},
    {11, "EAGAIN"},
    {12, "ENOMEM"},
    {13, "EACCES"},
    {14, "EFAULT"},
    {15, "ENOTBLK"},
    {16, "EBUSY"},
    {17, "EEXIST"},
    {18, "EXDEV"},
    {19, "ENODEV"},
    {20, "ENOTDIR"},
    {21, "EISDIR"},
    {22, "EINVAL"},
    {23, "ENFILE"},
    {24, "EMFILE"},
    {25, "ENOTTY"},
    {26, "ETXTBSY"},
    {27, "EFBIG"},
    {28, "ENOSPC"},
    {29, "ESPIPE"},
    {30, "EROFS"},
    {31, "EMLINK"},
    {32, "EPIPE"},
    {33, "EDOM"},
    {34, "ERANGE"},
    {35, "EDEADLK"},
    {36, "ENAMETOOLONG"},
    {37, "ENOLCK"},
    {38, "ENOSYS"},
    {39, "ENOTEMPTY"},
    {40, "ELOOP"},
    {42, "ENOMSG"},
    {43, "EIDRM"},
    {44, "ECHRNG"},
    {45, "EL2NSYNC"},
    {46, "EL3HLT"},
    {47, "EL3RST"},
    {48, "ELNRNG"},
    {49, "EUNATCH"},
    {50, "ENOCSI"},
    {51, "EL2HLT"},
    {52, "EBADE"},
    {53, "EBADR"},
    {54, "EXFULL"},
    {55, "ENOANO"},
    {56, "EBADRQC"},
    {57, "EBADSLT"},
    {59, "EBFONT"},
    {60, "ENOSTR"},
    {61, "ENODATA"},
    {62, "ETIME"},
    {63, "ENOSR"},
    {64, "ENONET"},
    {65, "ENOPKG"},
    {66, "EREMOTE"},
    {67, "ENOLINK"},
    {68, "EADV"},
    {69, "ESRMNT"},
    {70, "ECOMM"},
    {71, "EPROTO"},
    {72, "EMULTIHOP"},
    {73, "EDOTDOT"},
    {74, "EBADMSG"},
    {75, "EOVERFLOW"},
    {76, "ENOTUNIQ"},
    {77, "EBADFD"},
    {78, "EREMCHG"},
    {79, "ELIBACC"},
    {80, "ELIBBAD"},
    {81, "ELIBSCN"},
    {82, "ELIBMAX"},
    {83, "ELIBEXEC"},
    {84, "EILSEQ"},
    {85, "ERESTART"},
    {86, "ESTRPIPE"},
    {87, "EUSERS"},
    {88, "ENOTSOCK"},
    {89, "EDESTADDRREQ"},
    {90, "EMSGSIZE"},
    {91, "EPROTOTYPE"},
    {92, "ENOPROTOOPT"},
    {93, "EPROTONOSUPPORT"},
    {94, "ESOCKTNOSUPPORT"},
    {95, "EOPNOTSUPP"},
    {96, "EPFNOSUPPORT"},
    {97, "EAFNOSUPPORT"},
    {98, "EADDRINUSE"},
    {99, "EADDRNOTAVAIL"},
    {100, "ENETDOWN"},
    {101, "ENETUNREACH"},
    {102, "ENETRESET"},
    {103, "ECONNABORTED"},
    {104, "ECONNRESET"},
    {105, "ENOBUFS"},
    {106, "EISCONN"},
    {107, "ENOTCONN"},
    {108, "ESHUTDOWN"},
    {109, "ETOOMANYREFS"},
    {110, "ETIMEDOUT"},
    {111, "ECONNREFUSED"},
    {112, "EHOSTDOWN"},
    {113, "EHOSTUNREACH"},
    {114, "EALREADY"},
    {115, "EINPROGRESS"},
    {116, "ESTALE"},
    {117, "EUCLEAN"},
    {118, "ENOTNAM"},
    {119, "ENAVAIL"},
    {120, "EISNAM"},
    {121, "EREMOTEIO"},
    {122, "EDQUOT"},
    {123, "ENOMEDIUM"},
    {124, "EMEDIUMTYPE"},
    {125, "ECANCELED"},
    {126, "ENOKEY"},
    {127, "EKEYEXPIRED"},
    {128, "EKEYREVOKED"},
    {129, "EKEYREJECTED"},
    {130, "EOWNERDEAD"},
    {131, "ENOTRECOVERABLE"},
    {132, "ERFKILL"},
    {133, "EHWPOISON"},
    {512, "ERESTARTSYS"},
    {513, "ERESTARTNOINTR"},
    {514, "ERESTARTNOHAND"},
    {515, "ENOIOCTLCMD"},
    {516, "ERESTART_RESTARTBLOCK"},
    {517, "EPROBE_DEFER"},
    {518, "EOPENSTALE"},
    {519, "ENOPARAM"},
    {521, "EBADHANDLE"},
    {522, "ENOTSYNC"},
    {523, "EBADCOOKIE"},
    {524, "ENOTSUPP"},
    {525, "ETOOSMALL"},
    {526, "ESERVERFAULT"},
    {527, "EBADTYPE"},
    {528, "EJUKEBOX"},
    {529, "EIOCBQUEUED"},
    {530, "ERECALLCONFLICT"},
};

// Index = number.
constexpr absl::string_view kSignals[] = {
    "",        "SIGHUP",  "SIGINT",    "SIGQUIT", "SIGILL",    "SIGTRAP",
    "SIGABRT", "SIGBUS",  "SIGFPE",    "SIGKILL", "SIGUSR1",   "SIGSEGV",
    "SIGUSR2", "SIGPIPE", "SIGALRM",   "SIGTERM", "SIGSTKFLT", "SIGCHLD",
    "SIGCONT", "SIGSTOP", "SIGTSTP",   "SIGTTIN", "SIGTTOU",   "SIGURG",
    "SIGXCPU", "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH",  "SIGIO",
    "SIGPWR",  "SIGSYS",
};

// Index = number.
constexpr absl::string_view kCapabilities[] = {
    "CAP_CHOWN",
    "CAP_DAC_OVERRIDE",
    "CAP_DAC_READ_SEARCH",
    "CAP_FOWNER",
    "CAP_FSETID",
    "CAP_KILL",
    "CAP_SETGID",
    "CAP_SETUID",
    "CAP_SETPCAP",
    "CAP_LINUX_IMMUTABLE",
    "CAP_NET_BIND_SERVICE",
    "CAP_NET_BROADCAST",
    "CAP_NET_ADMIN",
    "CAP_NET_RAW",
    "CAP_IPC_LOCK",
    "CAP_IPC_OWNER",
    "CAP_SYS_MODULE",
    "CAP_SYS_RAWIO",
    "CAP_SYS_CHROOT",
    "CAP_SYS_PTRACE",
    "CAP_SYS_PACCT",
    "CAP_SYS_ADMIN",
    "CAP_SYS_BOOT",
    "CAP_SYS_NICE",
    "CAP_SYS_RESOURCE",
    "CAP_SYS_TIME",
    "CAP_SYS_TTY_CONFIG",
    "CAP_MKNOD",
    "CAP_LEASE",
    "CAP_AUDIT_WRITE",
    "CAP_AUDIT_CONTROL",
    "CAP_SETFCAP",
    "CAP_MAC_OVERRIDE",
    "CAP_MAC_ADMIN",
    "CAP_SYSLOG",
    "CAP_WAKE_ALARM",
    "CAP_BLOCK_SUSPEND",
    "CAP_AUDIT_READ",
    "CAP_PERFMON",
    "CAP_BPF",
    "CAP_CHECKPOINT_RESTORE",
};

void AppendName(absl::string_view name, char separator, std::string* text) {
  if (name.empty()) return;
  if (!text->empty()) *text += separator;
  text->append(name.data(), name.size());
}

void AppendFlags(absl::Span<const Name> names, uint64_t value,
                 std::string* text) {
  for (const Name& flag : names) {
    if ((value & flag.value) == flag.value) AppendName(flag.name, '|', text);
  }
}

absl::Span<const Name> NamesOf(ArgumentType type) {
  switch (type) {
    case ArgumentType::kResolveFlags:
      return kResolveFlags;
    case ArgumentType::kUnlinkFlags:
      return kUnlinkFlags;
    case ArgumentType::kRenameFlags:
      return kRenameFlags;
    case ArgumentType::kCloneFlags:
      return kCloneFlags;
    case ArgumentType::kExecFlags:
      return kExecFlags;
    case ArgumentType::kSocketFlags:
      return kSocketFlags;
    case ArgumentType::kMode:
      return kModes;
    default:
      return {};
  }
}

}  // namespace

std::string FormatFlags(ArgumentType type, uint64_t value) {
  if (type == ArgumentType::kOpenFlags) return FormatOpenFlags(value, 0);
  std::string text;
  AppendFlags(NamesOf(type), value, &text);
  return text;
}

std::string FormatOpenFlags(uint64_t flags, uint64_t file_flags) {
  std::string text;
  AppendOpenFlags(flags, file_flags, &text);
  return text;
}

void AppendOpenFlags(uint64_t flags, uint64_t file_flags, std::string* text) {
  AppendFlags(kOpenFlags, flags, text);
  AppendName(kAccessModes[flags & kAccessMode], '|', text);
  AppendFlags(kMoreOpenFlags, flags, text);
  AppendFlags(kFileFlags, file_flags, text);
}

absl::string_view ErrnoName(int64_t number) {
  const uint64_t wanted = number < 0 ? -static_cast<uint64_t>(number)
                                     : static_cast<uint64_t>(number);
  const Name* const found = std::lower_bound(
      std::begin(kErrnos), std::end(kErrnos), wanted,
      [](const Name& name, uint64_t value) { return name.value < value; });
  if (found == std::end(kErrnos) || found->value != wanted) return "";
  return found->name;
}

absl::string_view SignalName(int64_t number) {
  if (number < 0 || number >= static_cast<int64_t>(std::size(kSignals))) {
    return "";
  }
  return kSignals[number];
}

std::string CapabilityNames(uint64_t capabilities) {
  std::string text;
  for (size_t i = 0; i < std::size(kCapabilities); ++i) {
    if ((capabilities >> i) & 1) AppendName(kCapabilities[i], ' ', &text);
  }
  return text;
}

}  // namespace eyrie
