// SPDX-License-Identifier: Apache-2.0
//
// Event names that rules may use although no record carries them yet.

#include <algorithm>
#include <iterator>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "proto/event_catalog.h"

namespace eyrie {
namespace {

// The system calls of the 64-bit, 32-bit and generic tables of Linux up to
// 6.18, with the names of the reference's table that are no system calls (rule
// language, appendix A), without those of proto/events.def. Sorted by bytes. An
// event that is added to the catalogue is removed here.
constexpr absl::string_view kFutureEventNames[] = {
    "_llseek",
    "_newselect",
    "asyncevent",
    "break",
    "chown32",
    "clock_settime64",
    "container",
    "cpu_hotplug",
    "drop",
    "exit",
    "exit_group",
    "fchown32",
    "fcntl64",
    "fstatat",
    "fstatat64",
    "ftruncate64",
    "futex_time64",
    "getegid32",
    "geteuid32",
    "getgid32",
    "getresgid32",
    "getresuid32",
    "getuid32",
    "groupadded",
    "groupdeleted",
    "infra",
    "lchown32",
    "notification",
    "pluginevent",
    "ppoll_time64",
    "pread64",
    "prlimit64",
    "procinfo",
    "pwrite64",
    "recvmmsg_time64",
    "restart_syscall",
    "rt_sigreturn",
    "scapevent",
    "sendfile64",
    "setfsgid32",
    "setfsuid32",
    "setgid32",
    "setgroups32",
    "setregid32",
    "setresgid32",
    "setresuid32",
    "setreuid32",
    "setuid32",
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
    "truncate64",
    "ugetrlimit",
    "uprobe",
    "uretprobe",
    "useradded",
    "userdeleted",
    "utimensat_time64",
};

static_assert(std::is_sorted(std::begin(kFutureEventNames),
                             std::end(kFutureEventNames)));

}  // namespace

absl::Span<const absl::string_view> FutureEventNames() {
  return kFutureEventNames;
}

}  // namespace eyrie
