// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/testing/event_builder.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "eyrie/v1/process.pb.h"

#include "rules/fields/batch_containers.h"
#include "rules/fields/event.h"
#include "rules/fields/pod_facts.h"
#include "rules/fields/process_tree.h"

namespace eyrie::rules::testing {
namespace {

constexpr uint32_t kActingPid = 1000;
constexpr uint64_t kStartTimeNs = 1'000'000'000;
constexpr int64_t kBootTimeNs = 1'700'000'000'000'000'000;
constexpr size_t kMaxComm = 15;

// The processes of an event: a BatchProcessTree over pointers.
class BuiltTree : public ProcessTree {
 public:
  void Add(const v1::Process* process) {
    nodes_[ProcessKey(process->key())] = std::make_unique<ProcessNode>(process);
  }
  const ProcessNode* Find(const ProcessKey& key) const override {
    const auto it = nodes_.find(key);
    return it == nodes_.end() ? nullptr : it->second.get();
  }

 private:
  absl::flat_hash_map<ProcessKey, std::unique_ptr<ProcessNode>> nodes_;
};

std::unique_ptr<v1::Process> NewProcess(uint32_t pid, absl::string_view comm) {
  auto process = std::make_unique<v1::Process>();
  process->mutable_key()->set_pid(pid);
  process->mutable_key()->set_exec_id(1);
  process->mutable_key()->set_start_time_ns(kStartTimeNs);
  process->set_comm(std::string(comm));
  process->set_exe(std::string(comm));
  process->set_exe_path(absl::StrCat("/usr/bin/", comm));
  process->set_cwd("/root");
  process->set_cgroup("/user.slice/user-0.slice/session-1.scope");
  process->set_cgroup_id(1);
  process->set_vpid(pid);
  process->set_pgid(pid);
  process->set_vpgid(pid);
  process->set_sid(pid);
  process->set_loginuid(0xffffffff);
  process->set_fd_limit(1024);
  return process;
}

absl::string_view LastComponent(absl::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == absl::string_view::npos ? path : path.substr(slash + 1);
}

bool IsExec(absl::string_view event) {
  return event == "execve" || event == "execveat";
}

}  // namespace

class EventBuilder::Names : public NameTable {
 public:
  const v1::User* FindUser(uint32_t uid) const override {
    const auto it = users.find(uid);
    return it == users.end() ? nullptr : &it->second;
  }
  const v1::Group* FindGroup(uint32_t gid) const override {
    const auto it = groups.find(gid);
    return it == groups.end() ? nullptr : &it->second;
  }

  std::map<uint32_t, v1::User> users;
  std::map<uint32_t, v1::Group> groups;
};

EventBuilder::EventBuilder(absl::string_view event)
    : event_name_(event), record_(event), names_(std::make_shared<Names>()) {
  processes_.push_back(NewProcess(kActingPid, "test"));
  User(0, "root", "/root", "/bin/bash");
  User(1000, "alice", "/home/alice", "/bin/zsh");
  Group(0, "root");
  Group(1000, "alice");
}

EventBuilder& EventBuilder::Command(const std::vector<std::string>& argv) {
  const std::string& program = argv.at(0);
  const absl::string_view comm = LastComponent(program).substr(0, kMaxComm);
  const std::string path = absl::StartsWith(program, "/")
                               ? program
                               : absl::StrCat("/usr/bin/", program);
  const std::vector<std::string> arguments(argv.begin() + 1, argv.end());
  Comm(comm);
  process().set_exe(program);
  process().set_exe_path(path);
  process().clear_args();
  for (const std::string& argument : arguments) {
    process().mutable_args()->append(argument).push_back('\0');
  }
  if (IsExec(event_name_)) {
    record_.Set("exe", program)
        .SetStrings("args", arguments)
        .Set("comm", comm)
        .Set("exepath", path)
        .Set("filename", path)
        .Set("cwd", process().cwd())
        .Set("pid", kActingPid)
        .Set("tid", kActingPid);
  }
  return *this;
}

EventBuilder& EventBuilder::Comm(absl::string_view comm) {
  record_.Comm(comm);
  process().set_comm(std::string(comm));
  return *this;
}

EventBuilder& EventBuilder::Ancestors(const std::vector<std::string>& names) {
  processes_.resize(1);
  for (const std::string& name : names) {
    const std::vector<std::string> argv = absl::StrSplit(name, ' ');
    const bool is_path = absl::StartsWith(argv[0], "/");
    processes_.push_back(NewProcess(
        kActingPid - static_cast<uint32_t>(processes_.size()),
        is_path ? LastComponent(argv[0]).substr(0, kMaxComm) : argv[0]));
    v1::Process& process = *processes_.back();
    if (is_path) process.set_exe_path(argv[0]);
    for (size_t i = 1; i < argv.size(); ++i) {
      process.mutable_args()->append(argv[i]).push_back('\0');
    }
  }
  chain_length_ = processes_.size();
  return *this;
}

EventBuilder& EventBuilder::LoseAncestors() {
  lose_ancestors_ = true;
  return *this;
}

EventBuilder& EventBuilder::LoseProcess() {
  lose_process_ = true;
  return *this;
}

EventBuilder& EventBuilder::Cgroup(absl::string_view path) {
  process().set_cgroup(std::string(path));
  return *this;
}

EventBuilder& EventBuilder::Container(absl::string_view id) {
  return Cgroup(absl::StrCat(
      "/kubepods/burstable/pod3f2a0b6e-8d1c-4f52-9a57-0c1d2e3f4a5b/", id));
}

EventBuilder& EventBuilder::Container(const v1::Container& container) {
  containers_.push_back(container);
  container_table_.Add(&containers_.back());
  return Container(container.id());
}

EventBuilder& EventBuilder::NameCgroup(const v1::Cgroup& cgroup) {
  cgroups_.push_back(cgroup);
  container_table_.Add(&cgroups_.back());
  return *this;
}

EventBuilder& EventBuilder::Pods(const PodTable* pods) {
  pods_ = pods;
  return *this;
}

EventBuilder& EventBuilder::Domains(const DomainTable* domains) {
  domains_ = domains;
  return *this;
}

EventBuilder& EventBuilder::Uid(uint32_t uid) {
  record_.Uid(uid).Gid(uid);
  process().set_uid(uid);
  process().set_gid(uid);
  return *this;
}

EventBuilder& EventBuilder::User(uint32_t id, absl::string_view name,
                                 absl::string_view home,
                                 absl::string_view shell) {
  v1::User& user = names_->users[id];
  user.set_id(id);
  user.set_name(std::string(name));
  user.set_home(std::string(home));
  user.set_shell(std::string(shell));
  return *this;
}

EventBuilder& EventBuilder::Group(uint32_t id, absl::string_view name) {
  v1::Group& group = names_->groups[id];
  group.set_id(id);
  group.set_name(std::string(name));
  return *this;
}

EventBuilder& EventBuilder::OnNode() {
  at_centre_ = false;
  return *this;
}

EventBuilder& EventBuilder::Result(int64_t result) {
  record_.Result(result);
  return *this;
}

EventBuilder& EventBuilder::Set(absl::string_view argument, int64_t value) {
  record_.Set(argument, value);
  return *this;
}

EventBuilder& EventBuilder::Set(absl::string_view argument,
                                absl::string_view value) {
  record_.Set(argument, value);
  return *this;
}

EventBuilder& EventBuilder::SetStrings(absl::string_view argument,
                                       const std::vector<std::string>& values) {
  record_.SetStrings(argument, values);
  return *this;
}

EventBuilder& EventBuilder::SetBytes(absl::string_view argument,
                                     absl::string_view value) {
  record_.SetBytes(argument, value);
  return *this;
}

EventBuilder& EventBuilder::SetAddress(absl::string_view argument,
                                       absl::string_view address) {
  record_.SetAddress(argument, address);
  return *this;
}

v1::Process& EventBuilder::AddProcess(uint32_t pid, absl::string_view comm) {
  processes_.push_back(NewProcess(pid, comm));
  return *processes_.back();
}

const Event& EventBuilder::Build() {
  for (size_t i = 0; i < chain_length_; ++i) {
    v1::Process& child = *processes_[i];
    if (i + 1 < chain_length_) {
      *child.mutable_parent() = processes_[i + 1]->key();
      child.set_ppid(child.parent().pid());
    } else {
      child.set_ppid(lose_ancestors_ ? 1 : 0);
    }
  }
  record_.Parent(process().ppid());

  auto tree = std::make_unique<BuiltTree>();
  for (const std::unique_ptr<v1::Process>& process : processes_) {
    tree->Add(process.get());
  }
  const RecordView view = record_.View();
  built_ = std::make_unique<Event>(Event{.record = view});
  if (!lose_process_) {
    built_->process = tree->Find(ProcessKey(view.process()));
  }
  tree_ = std::move(tree);
  built_->processes = tree_.get();
  built_->names = names_.get();
  built_->containers = &container_table_;
  built_->pods = pods_;
  built_->domains = domains_;
  built_->node = "node1";
  built_->clock_offset_ns = kBootTimeNs;
  built_->at_centre = at_centre_;
  return *built_;
}

}  // namespace eyrie::rules::testing
