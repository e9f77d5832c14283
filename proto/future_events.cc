// SPDX-License-Identifier: Apache-2.0
//
// Event names that rules may use although no record carries them: those of
// later sensor work, other names of events that are carried.

#include <algorithm>
#include <iterator>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "proto/event_catalog.h"

namespace eyrie {
namespace {

// Names of the reference's table (rule language, appendix A) and of Linux that
// proto/events.def does not have: calls that never return, such as are told of
// by what they call, and what is no system call. Sorted by bytes. An event that
// is added to the catalogue is removed here.
constexpr absl::string_view kFutureEventNames[] = {
    "asyncevent",
    "break",
    "container",
    "cpu_hotplug",
    "drop",
    "exit",
    "exit_group",
    "groupadded",
    "groupdeleted",
    "infra",
    "notification",
    "pluginevent",
    "procinfo",
    "restart_syscall",
    "rt_sigreturn",
    "scapevent",
    "sigreturn",
    "socketcall",
    "syscall",
    "task_file_anon_inode",
    "task_file_directory",
    "task_file_memfd",
    "task_file_pipe",
    "task_file_regular",
    "task_file_socket_inet",
    "task_file_socket_inet6",
    "task_file_socket_netlink",
    "task_file_socket_unix",
    "uprobe",
    "uretprobe",
    "useradded",
    "userdeleted",
};

static_assert(std::is_sorted(std::begin(kFutureEventNames),
                             std::end(kFutureEventNames)));

// Names that the kernel has for the same call on some architecture, or for the
// same with wider arguments. Sorted by bytes.
constexpr EventAlias kEventAliases[] = {
    {"_llseek", "llseek"},
    {"_newselect", "select"},
    {"chown32", "chown"},
    {"clock_settime64", "clock_settime"},
    {"fchown32", "fchown"},
    {"fcntl64", "fcntl"},
    {"fstatat", "newfstatat"},
    {"fstatat64", "newfstatat"},
    {"ftruncate64", "ftruncate"},
    {"futex_time64", "futex"},
    {"getegid32", "getegid"},
    {"geteuid32", "geteuid"},
    {"getgid32", "getgid"},
    {"getresgid32", "getresgid"},
    {"getresuid32", "getresuid"},
    {"getuid32", "getuid"},
    {"lchown32", "lchown"},
    {"ppoll_time64", "ppoll"},
    {"pread64", "pread"},
    {"prlimit64", "prlimit"},
    {"pwrite64", "pwrite"},
    {"recvmmsg_time64", "recvmmsg"},
    {"sendfile64", "sendfile"},
    {"setfsgid32", "setfsgid"},
    {"setfsuid32", "setfsuid"},
    {"setgid32", "setgid"},
    {"setgroups32", "setgroups"},
    {"setregid32", "setregid"},
    {"setresgid32", "setresgid"},
    {"setresuid32", "setresuid"},
    {"setreuid32", "setreuid"},
    {"setuid32", "setuid"},
    {"truncate64", "truncate"},
    {"ugetrlimit", "getrlimit"},
    {"utimensat_time64", "utimensat"},
};

constexpr bool IsBefore(const EventAlias& a, const EventAlias& b) {
  return a.name < b.name;
}

static_assert(std::is_sorted(std::begin(kEventAliases), std::end(kEventAliases),
                             IsBefore));

}  // namespace

absl::Span<const absl::string_view> FutureEventNames() {
  return kFutureEventNames;
}

absl::Span<const EventAlias> EventAliases() { return kEventAliases; }

absl::string_view EventOfAlias(absl::string_view name) {
  const EventAlias* const alias =
      std::lower_bound(std::begin(kEventAliases), std::end(kEventAliases),
                       EventAlias{name, {}}, IsBefore);
  const bool is_found = alias != std::end(kEventAliases) && alias->name == name;
  return is_found ? alias->event : absl::string_view();
}

}  // namespace eyrie
