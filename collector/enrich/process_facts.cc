// SPDX-License-Identifier: Apache-2.0

#include "collector/enrich/process_facts.h"

#include <cstring>

#include "absl/strings/string_view.h"

namespace eyrie::collector {
namespace {

// execve, execveat and task have the same arguments.
using Args = eyrie_execve_args;

std::string Bytes(const RecordView& record, eyrie_ref Args::*slot) {
  const absl::string_view bytes = record.bytes(SlotOf(slot));
  return std::string(bytes.data(), bytes.size());
}

template <typename Member>
uint64_t Number(const RecordView& record, Member Args::*slot) {
  return record.u64(SlotOf(slot));
}

template <typename Member>
uint32_t Number32(const RecordView& record, Member Args::*slot) {
  return static_cast<uint32_t>(record.u64(SlotOf(slot)));
}

std::shared_ptr<const std::string> Serialize(const v1::Process& fixed) {
  return std::make_shared<const std::string>(fixed.SerializeAsString());
}

}  // namespace

std::shared_ptr<const std::string> FixedFacts(const RecordView& record) {
  v1::Process fixed;
  fixed.set_exe(Bytes(record, &Args::exe));
  fixed.set_args(Bytes(record, &Args::args));
  fixed.set_env(Bytes(record, &Args::env));
  fixed.set_exe_path(Bytes(record, &Args::exepath));
  fixed.set_exe_flags(Number32(record, &Args::flags));
  fixed.set_exe_ino(Number(record, &Args::exe_ino));
  fixed.set_exe_dev(Number(record, &Args::exe_dev));
  fixed.set_exe_ino_ctime_ns(Number(record, &Args::exe_ino_ctime));
  fixed.set_exe_ino_mtime_ns(Number(record, &Args::exe_ino_mtime));
  fixed.set_truncated((record.flags() & EYRIE_RECORD_TRUNCATED) != 0);
  return Serialize(fixed);
}

v1::Process ExecState(const RecordView& record) {
  const eyrie_record header = record.header();
  v1::Process state;
  UpdateState(header, &state);
  state.set_ppid(header.ppid);
  state.set_comm(Bytes(record, &Args::comm));
  state.set_cwd(Bytes(record, &Args::cwd));
  state.set_cgroup(Bytes(record, &Args::cgroup));
  state.set_pgid(Number32(record, &Args::pgid));
  state.set_vpgid(Number32(record, &Args::vpgid));
  state.set_sid(Number32(record, &Args::sid));
  state.set_vpid(Number32(record, &Args::vpid));
  state.set_tty(Number32(record, &Args::tty));
  state.set_cap_inheritable(Number(record, &Args::cap_inheritable));
  state.set_cap_permitted(Number(record, &Args::cap_permitted));
  state.set_cap_effective(Number(record, &Args::cap_effective));
  state.set_user_ns(Number32(record, &Args::user_ns));
  state.set_fd_limit(Number(record, &Args::fdlimit));
  state.set_vm_size_kib(Number(record, &Args::vm_size));
  state.set_vm_rss_kib(Number(record, &Args::vm_rss));
  state.set_vm_swap_kib(Number(record, &Args::vm_swap));
  return state;
}

ProcessId ExecParent(const RecordView& record) {
  return {record.header().ppid, Number(record, &Args::parent_start_time)};
}

void UpdateState(const eyrie_record& header, v1::Process* state) {
  if (header.tid == header.process.pid) {
    const size_t size = strnlen(header.comm, sizeof(header.comm));
    const std::string& comm = state->comm();
    if (comm.size() != size || memcmp(comm.data(), header.comm, size) != 0) {
      state->set_comm(header.comm, size);
    }
  }
  state->set_uid(header.euid);
  state->set_gid(header.egid);
  state->set_loginuid(header.loginuid);
  state->set_cgroup_id(header.cgroup_id);
  state->set_pid_ns(header.pid_ns);
  state->set_mnt_ns(header.mnt_ns);
  state->set_net_ns(header.net_ns);
}

std::shared_ptr<const std::string> TakeFixedFacts(v1::Process* process) {
  v1::Process fixed;
  fixed.set_allocated_exe(process->release_exe());
  fixed.set_allocated_args(process->release_args());
  fixed.set_allocated_env(process->release_env());
  fixed.set_allocated_exe_path(process->release_exe_path());
  fixed.set_exe_flags(process->exe_flags());
  fixed.set_exe_ino(process->exe_ino());
  fixed.set_exe_dev(process->exe_dev());
  fixed.set_exe_ino_ctime_ns(process->exe_ino_ctime_ns());
  fixed.set_exe_ino_mtime_ns(process->exe_ino_mtime_ns());
  fixed.set_truncated(process->truncated());
  process->clear_exe_flags();
  process->clear_exe_ino();
  process->clear_exe_dev();
  process->clear_exe_ino_ctime_ns();
  process->clear_exe_ino_mtime_ns();
  process->clear_truncated();
  return Serialize(fixed);
}

}  // namespace eyrie::collector
