// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/argument_names.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <vector>

#include "absl/strings/string_view.h"

#include "proto/event_catalog.h"

namespace eyrie::rules {
namespace {

// An argument that the reference's events have and ours do not yet.
struct FutureArgument {
  absl::string_view name;
  absl::string_view events;
};

// Sorted by name (rule language, appendix A). An argument that is added to
// proto/events.def is removed here.
constexpr FutureArgument kFutureArguments[] = {
    {"action", "event cpu_hotplug (later sensor work)"},
    {"arg", "events fcntl, io_uring_register (later sensor work)"},
    {"arg2", "event keyctl (later sensor work)"},
    {"arg2_int", "event prctl (later sensor work)"},
    {"arg2_str", "event prctl (later sensor work)"},
    {"arg3", "event keyctl (later sensor work)"},
    {"arg4", "event keyctl (later sensor work)"},
    {"arg5", "event keyctl (later sensor work)"},
    {"argument", "event ioctl (later sensor work)"},
    {"argv", "event task (later sensor work)"},
    {"aux", "event fsconfig (later sensor work)"},
    {"backlog", "event listen (later sensor work)"},
    {"clockid", "event timerfd_create (later sensor work)"},
    {"cmd",
     "events fcntl, quotactl, semctl, bpf and others (later sensor work)"},
    {"container_id",
     "events useradded, userdeleted and others (later sensor work)"},
    {"cpu", "event cpu_hotplug (later sensor work)"},
    {"cpu_sys", "event procinfo (later sensor work)"},
    {"cpu_usr", "event procinfo (later sensor work)"},
    {"cq_entries", "event io_uring_setup (later sensor work)"},
    {"creat_flags", "event creat (later sensor work)"},
    {"cur", "events getrlimit, setrlimit (later sensor work)"},
    {"data", "events read, write, send, sendto and others (later sensor work)"},
    {"desc", "event notification (later sensor work)"},
    {"description", "event infra (later sensor work)"},
    {"dir", "event mount (later sensor work)"},
    {"domain", "events socket, socketpair (later sensor work)"},
    {"dpid", "event signaldeliver (later sensor work)"},
    {"dqb_bhardlimit", "event quotactl (later sensor work)"},
    {"dqb_bsoftlimit", "event quotactl (later sensor work)"},
    {"dqb_btime", "event quotactl (later sensor work)"},
    {"dqb_curspace", "event quotactl (later sensor work)"},
    {"dqb_ihardlimit", "event quotactl (later sensor work)"},
    {"dqb_isoftlimit", "event quotactl (later sensor work)"},
    {"dqb_itime", "event quotactl (later sensor work)"},
    {"dqi_bgrace", "event quotactl (later sensor work)"},
    {"dqi_flags", "event quotactl (later sensor work)"},
    {"dqi_igrace", "event quotactl (later sensor work)"},
    {"egid",
     "events setresgid, getegid, getresgid and others (later sensor work)"},
    {"entries", "event io_uring_setup (later sensor work)"},
    {"error", "event page_fault (later sensor work)"},
    {"event_data", "events scapevent, pluginevent (later sensor work)"},
    {"event_type", "event scapevent (later sensor work)"},
    {"exe_ino_num", "event task (later sensor work)"},
    {"exepath", "event task (later sensor work)"},
    {"fd1", "events socketpair, pipe, pipe2 (later sensor work)"},
    {"fd2", "events socketpair, pipe, pipe2 (later sensor work)"},
    {"fd_in", "event splice (later sensor work)"},
    {"fd_out", "event splice (later sensor work)"},
    {"fd_type", "event task_file_anon_inode (later sensor work)"},
    {"fdin", "event copy_file_range (later sensor work)"},
    {"fdout", "event copy_file_range (later sensor work)"},
    {"fds", "events poll, ppoll (later sensor work)"},
    {"features", "event io_uring_setup (later sensor work)"},
    {"first", "event close_range (later sensor work)"},
    {"home", "events useradded, userdeleted (later sensor work)"},
    {"how", "event shutdown (later sensor work)"},
    {"id", "events quotactl, notification (later sensor work)"},
    {"img", "event init_module (later sensor work)"},
    {"in_fd", "event sendfile (later sensor work)"},
    {"initval", "events eventfd, eventfd2 (later sensor work)"},
    {"ino_num",
     "events task_file_pipe, task_file_memfd and others (later sensor work)"},
    {"interval", "event nanosleep (later sensor work)"},
    {"ip", "event page_fault (later sensor work)"},
    {"json", "event container (later sensor work)"},
    {"key", "events semget, fsconfig (later sensor work)"},
    {"last", "event close_range (later sensor work)"},
    {"len",
     "events copy_file_range, mlock, munlock, mlock2 (later sensor work)"},
    {"length",
     "events mmap, mmap2, munmap, mprotect and others (later sensor work)"},
    {"level", "events setsockopt, getsockopt (later sensor work)"},
    {"linkdirfd", "event symlinkat (later sensor work)"},
    {"linkpath", "events symlink, symlinkat (later sensor work)"},
    {"local_ip", "events task_file_socket_inet and others (later sensor work)"},
    {"local_port",
     "events task_file_socket_inet and others (later sensor work)"},
    {"mask", "events signalfd, signalfd4 (later sensor work)"},
    {"max", "events getrlimit, setrlimit (later sensor work)"},
    {"maxevents", "event epoll_wait (later sensor work)"},
    {"min_complete", "event io_uring_enter (later sensor work)"},
    {"mnt_id", "event task_file_regular (later sensor work)"},
    {"mountfd", "event open_by_handle_at (later sensor work)"},
    {"msgcontrol", "events recvmsg, recvmmsg (later sensor work)"},
    {"newcur", "event prlimit (later sensor work)"},
    {"newdir", "event linkat (later sensor work)"},
    {"newfd", "events dup2, dup3 (later sensor work)"},
    {"newmax", "event prlimit (later sensor work)"},
    {"next", "event switch (later sensor work)"},
    {"nr_args", "event io_uring_register (later sensor work)"},
    {"nsems", "event semget (later sensor work)"},
    {"nsops", "event semop (later sensor work)"},
    {"nstype", "event setns (later sensor work)"},
    {"offin", "event copy_file_range (later sensor work)"},
    {"offout", "event copy_file_range (later sensor work)"},
    {"offset", "events lseek, llseek, mmap, sendfile (later sensor work)"},
    {"oldcur", "event prlimit (later sensor work)"},
    {"olddir", "event linkat (later sensor work)"},
    {"oldfd", "events dup2, dup3, dup (later sensor work)"},
    {"oldmax", "event prlimit (later sensor work)"},
    {"op", "events futex, seccomp (later sensor work)"},
    {"opcode", "event io_uring_register (later sensor work)"},
    {"operation", "events flock, keyctl (later sensor work)"},
    {"option", "event prctl (later sensor work)"},
    {"optlen", "events setsockopt, getsockopt (later sensor work)"},
    {"optname", "events setsockopt, getsockopt (later sensor work)"},
    {"out_fd", "event sendfile (later sensor work)"},
    {"pathname", "event fchownat (later sensor work)"},
    {"peer", "event socketpair (later sensor work)"},
    {"pgoffset", "event mmap2 (later sensor work)"},
    {"pid_fd", "event pidfd_getfd (later sensor work)"},
    {"pidns_init_start_ts",
     "events clone, fork, vfork, clone3 and others (later sensor work)"},
    {"plugin_id", "events pluginevent, asyncevent (later sensor work)"},
    {"pos", "events pread, pwrite, preadv, pwritev (later sensor work)"},
    {"ppid", "event task (later sensor work)"},
    {"prot", "events mmap, mmap2, mprotect (later sensor work)"},
    {"proto", "events socket, socketpair (later sensor work)"},
    {"quota_fmt", "event quotactl (later sensor work)"},
    {"quota_fmt_out", "event quotactl (later sensor work)"},
    {"quotafilepath", "event quotactl (later sensor work)"},
    {"ratio", "event drop (later sensor work)"},
    {"remote_ip",
     "events task_file_socket_inet and others (later sensor work)"},
    {"remote_port",
     "events task_file_socket_inet and others (later sensor work)"},
    {"request", "events ptrace, ioctl (later sensor work)"},
    {"resource", "events getrlimit, setrlimit, prlimit (later sensor work)"},
    {"rgid", "events setresgid, getresgid, setregid (later sensor work)"},
    {"root", "event task (later sensor work)"},
    {"scope", "event infra (later sensor work)"},
    {"sem_flg_0", "event semop (later sensor work)"},
    {"sem_flg_1", "event semop (later sensor work)"},
    {"sem_num_0", "event semop (later sensor work)"},
    {"sem_num_1", "event semop (later sensor work)"},
    {"sem_op_0", "event semop (later sensor work)"},
    {"sem_op_1", "event semop (later sensor work)"},
    {"semflg", "event semget (later sensor work)"},
    {"semid", "events semop, semctl (later sensor work)"},
    {"semnum", "event semctl (later sensor work)"},
    {"sgid", "events setresgid, getresgid (later sensor work)"},
    {"shell", "events useradded, userdeleted (later sensor work)"},
    {"sid", "event task (later sensor work)"},
    {"sigmask", "event ppoll (later sensor work)"},
    {"size", "events read, write, send, sendto and others (later sensor work)"},
    {"sk_pointer", "event task_file_socket_unix (later sensor work)"},
    {"sk_proto", "events task_file_socket_inet and others (later sensor work)"},
    {"sk_type", "events task_file_socket_inet and others (later sensor work)"},
    {"source", "events socketpair, infra (later sensor work)"},
    {"special", "event quotactl (later sensor work)"},
    {"spid", "event signaldeliver (later sensor work)"},
    {"sq_entries", "event io_uring_setup (later sensor work)"},
    {"sq_thread_cpu", "event io_uring_setup (later sensor work)"},
    {"sq_thread_idle", "event io_uring_setup (later sensor work)"},
    {"start_time", "event task (later sensor work)"},
    {"sun_path", "event task_file_socket_unix (later sensor work)"},
    {"target", "events symlink, symlinkat (later sensor work)"},
    {"target_fd", "event pidfd_getfd (later sensor work)"},
    {"timeout", "events poll, ppoll (later sensor work)"},
    {"to_submit", "event io_uring_enter (later sensor work)"},
    {"type", "events socket, socketpair, quotactl, mount (later sensor work)"},
    {"uargs", "events init_module, finit_module (later sensor work)"},
    {"val", "events setsockopt, getsockopt, futex, semctl (later sensor work)"},
    {"value_bytebuf", "event fsconfig (later sensor work)"},
    {"value_charbuf", "event fsconfig (later sensor work)"},
    {"vtgid", "event task (later sensor work)"},
    {"whence", "events lseek, llseek (later sensor work)"},
};

// All names and, for each event type, the slot of each name.
class ArgumentTable {
 public:
  ArgumentTable() {
    for (const EventInfo& event : AllEvents()) {
      // Nobody judges a snapshot.
      if (event.category == EventCategory::kSnapshot) continue;
      for (const ArgumentInfo& argument : event.arguments) {
        if (!argument.name.empty()) names_.push_back(argument.name);
      }
    }
    for (const FutureArgument& argument : kFutureArguments) {
      names_.push_back(argument.name);
    }
    std::sort(names_.begin(), names_.end());
    names_.erase(std::unique(names_.begin(), names_.end()), names_.end());
    slots_.assign((AllEvents().back().id + 1) * names_.size(), -1);
    for (const EventInfo& event : AllEvents()) {
      for (size_t i = 0; i < names_.size(); ++i) {
        slots_[event.id * names_.size() + i] =
            static_cast<int8_t>(event.FindArgument(names_[i]));
      }
    }
  }

  const std::vector<absl::string_view>& names() const { return names_; }

  int64_t Find(absl::string_view name) const {
    const auto it = std::lower_bound(names_.begin(), names_.end(), name);
    if (it == names_.end() || *it != name) return -1;
    return it - names_.begin();
  }

  int Slot(uint16_t type, int64_t argument) const {
    const size_t at = type * names_.size() + static_cast<size_t>(argument);
    return at < slots_.size() ? slots_[at] : -1;
  }

 private:
  std::vector<absl::string_view> names_;
  std::vector<int8_t> slots_;  // [type * names + argument]
};

const ArgumentTable& Table() {
  static const auto* const table = new ArgumentTable();
  return *table;
}

}  // namespace

int64_t FindArgumentName(absl::string_view name) { return Table().Find(name); }

int SlotOfArgument(uint16_t type, int64_t argument) {
  return Table().Slot(type, argument);
}

absl::string_view FutureEventsOf(int64_t argument) {
  const absl::string_view name = Table().names()[static_cast<size_t>(argument)];
  const auto* const it = std::find_if(
      std::begin(kFutureArguments), std::end(kFutureArguments),
      [name](const FutureArgument& entry) { return entry.name == name; });
  return it == std::end(kFutureArguments) ? absl::string_view() : it->events;
}

std::vector<absl::string_view> AllArgumentNames() { return Table().names(); }

}  // namespace eyrie::rules
