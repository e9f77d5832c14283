// SPDX-License-Identifier: Apache-2.0
//
// Both sides are looked through from end to end: an entry costs a comparison of
// names that differ early, and looking is rare, once for each request and for
// each tree of processes that is started in a container from outside.

#include "server/detect/exec_linker.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

#include "common/proto_time.h"
#include "common/utf8.h"
#include "proto/record.h"
#include "rules/fields/container.h"
#include "rules/fields/container_id.h"

namespace eyrie::server {
namespace {

// As LinkedProcess.command_line has it, bytes.
constexpr size_t kMaxCommandLineBytes = 4096;
// Of a process's name, as the kernel keeps it.
constexpr size_t kMaxCommBytes = 15;

bool IsStartedProgram(const RecordView& record) {
  return (record.type() == EYRIE_EVENT_execve ||
          record.type() == EYRIE_EVENT_execveat) &&
         record.result() == 0;
}

// Whether `process` runs in the container; false if that is not known.
bool IsIn(const v1::Process& process, const v1::Container& container,
          const rules::ContainerTable& containers) {
  const v1::Cgroup* const cgroup = containers.FindCgroup(process.cgroup_id());
  return cgroup != nullptr
             ? cgroup->container_id() == container.id()
             : rules::FullContainerId(process.cgroup()) == container.id();
}

// The container of a pod in which the event starts a tree of processes.
const v1::Container* EnteredContainer(const rules::Event& event) {
  if (event.containers == nullptr || event.process == nullptr) return nullptr;
  absl::string_view id;
  if (rules::PlaceOf(event, &id) != rules::Place::kContainer) return nullptr;
  const v1::Container* const container = event.containers->FindContainer(id);
  if (container == nullptr || container->pod_name().empty()) return nullptr;
  const rules::ProcessNode* const parent =
      event.processes != nullptr ? event.processes->Parent(*event.process)
                                 : nullptr;
  return parent != nullptr &&
                 IsIn(parent->facts(), *container, *event.containers)
             ? nullptr
             : container;
}

std::string UserName(const rules::Event& event) {
  const uint32_t uid = event.record.header().uid;
  const v1::User* const user =
      event.names != nullptr ? event.names->FindUser(uid) : nullptr;
  return user != nullptr ? user->name() : absl::StrCat(uid);
}

// "argv[0] argv[1]", valid UTF-8.
std::string CommandLine(absl::string_view arguments) {
  std::string line = absl::StrReplaceAll(
      absl::StripSuffix(arguments, absl::string_view("\0", 1)),
      {{absl::string_view("\0", 1), " "}});
  line.resize(std::min(line.size(), kMaxCommandLineBytes));
  line = ToValidUtf8(line);
  if (line.size() <= kMaxCommandLineBytes) return line;
  // Each byte that is no text became three: cut again, at a character.
  size_t size = kMaxCommandLineBytes;
  while (size > 0 && (line[size] & 0xC0) == 0x80) --size;
  line.resize(size);
  return line;
}

absl::string_view Basename(absl::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

ExecLinker::ExecLinker(const Clock* clock, const ExecLinkerOptions& options)
    : clock_(clock), options_(options) {}

std::vector<ProcessLink> ExecLinker::OnExec(const rules::Event& event) {
  if (!IsStartedProgram(event.record)) return {};
  const v1::Container* const container = EnteredContainer(event);
  if (container == nullptr) return {};
  ++stats_.entries;
  Entry entry = MakeEntry(event, *container);
  entry.arrival = clock_->Now();
  absl::MutexLock lock(&mutex_);
  Trim(entry.arrival);
  auto best = requests_.end();
  absl::Duration least = absl::InfiniteDuration();
  for (auto it = requests_.begin(); it != requests_.end(); ++it) {
    const absl::Duration distance =
        absl::AbsDuration(it->request.time - entry.time);
    if (distance < least && BelongTogether(entry, it->request)) {
      best = it;
      least = distance;
    }
  }
  if (best != requests_.end()) {
    std::vector<ProcessLink> links = Link(entry, *best);
    requests_.erase(best);
    return links;
  }
  entry_bytes_ += entry.bytes;
  const absl::Time now = entry.arrival;
  entries_.push_back(std::move(entry));
  Trim(now);
  return {};
}

std::vector<ProcessLink> ExecLinker::OnRequest(
    ExecRequest request, std::vector<std::string> fingerprints) {
  Request waiting = {std::move(request), std::move(fingerprints),
                     clock_->Now()};
  absl::MutexLock lock(&mutex_);
  if (!AddKnown(waiting.request.id)) return {};
  ++stats_.requests;
  Trim(waiting.arrival);
  auto best = entries_.end();
  absl::Duration least = absl::InfiniteDuration();
  for (auto it = entries_.begin(); it != entries_.end(); ++it) {
    const absl::Duration distance =
        absl::AbsDuration(it->time - waiting.request.time);
    if (distance < least && BelongTogether(*it, waiting.request)) {
      best = it;
      least = distance;
    }
  }
  if (best != entries_.end()) {
    std::vector<ProcessLink> links = Link(*best, waiting);
    entry_bytes_ -= best->bytes;
    entries_.erase(best);
    return links;
  }
  const absl::Time now = waiting.arrival;
  requests_.push_back(std::move(waiting));
  Trim(now);
  return {};
}

ExecLinker::Entry ExecLinker::MakeEntry(const rules::Event& event,
                                        const v1::Container& container) {
  const v1::Process& facts = event.process->facts();
  Entry entry;
  entry.pod_namespace = container.pod_namespace();
  entry.pod = container.pod_name();
  // Docker's own names of a pod's containers are longer.
  const auto label = container.labels().find("io.kubernetes.container.name");
  entry.container =
      label != container.labels().end() ? label->second : container.name();
  entry.arguments =
      absl::StrCat(facts.exe(), absl::string_view("\0", 1), facts.args());
  entry.comm = facts.comm();
  entry.is_main = container.pid() != 0 && container.pid() == facts.key().pid();
  entry.is_truncated = facts.truncated();
  entry.time = absl::FromUnixNanos(
      static_cast<int64_t>(event.record.time_ns()) + event.clock_offset_ns);
  v1::LinkedProcess& process = entry.process;
  process.set_node(std::string(event.node));
  *process.mutable_time() = ToProtoTime(entry.time);
  *process.mutable_key() = facts.key();
  process.set_container_id(
      container.id().substr(0, rules::kShortContainerIdLength));
  process.set_command_line(CommandLine(entry.arguments));
  process.set_user(UserName(event));
  entry.bytes = sizeof(Entry) + process.ByteSizeLong() +
                entry.arguments.size() + entry.pod.size() +
                entry.pod_namespace.size() + entry.container.size();
  return entry;
}

bool ExecLinker::HasCommand(const Entry& entry,
                            const std::vector<std::string>& command) {
  std::string wanted;
  for (const std::string& word : command) {
    wanted.append(word).push_back('\0');
  }
  if (entry.arguments == wanted) return true;
  if (entry.is_truncated) {
    // Cut within an argument.
    const absl::string_view begin =
        absl::StripSuffix(entry.arguments, absl::string_view("\0", 1));
    if (!begin.empty() && absl::StartsWith(wanted, begin)) return true;
  }
  // A script: its interpreter stands in front, and it gives its name to the
  // process.
  if (entry.comm != Basename(command[0]).substr(0, kMaxCommBytes)) return false;
  const size_t own = command[0].size() + 1;
  const absl::string_view rest = absl::string_view(wanted).substr(own);
  return entry.arguments.size() > wanted.size() &&
         absl::string_view(entry.arguments)
                 .substr(entry.arguments.size() - rest.size()) == rest;
}

bool ExecLinker::BelongTogether(const Entry& entry,
                                const ExecRequest& request) const {
  return entry.pod == request.pod &&
         entry.pod_namespace == request.pod_namespace &&
         (request.container.empty() || entry.container == request.container) &&
         absl::AbsDuration(entry.time - request.time) <= options_.window &&
         (request.command.empty() ? entry.is_main
                                  : HasCommand(entry, request.command));
}

std::vector<ProcessLink> ExecLinker::Link(const Entry& entry,
                                          const Request& request) {
  ++stats_.links;
  std::vector<ProcessLink> links;
  for (const std::string& fingerprint : request.fingerprints) {
    links.push_back({fingerprint, entry.process});
  }
  return links;
}

bool ExecLinker::AddKnown(const std::string& id) {
  if (!known_.insert(id).second) return false;
  known_order_.push_back(id);
  if (known_order_.size() > options_.max_requests) {
    known_.erase(known_order_.front());
    known_order_.pop_front();
  }
  return true;
}

void ExecLinker::Trim(absl::Time now) {
  const absl::Time oldest = now - options_.patience;
  while (!entries_.empty()) {
    const bool is_old = entries_.front().arrival < oldest;
    const bool is_too_much = entries_.size() > options_.max_entries ||
                             entry_bytes_ > options_.max_entry_bytes;
    if (!is_old && !is_too_much) break;
    if (!is_old) ++stats_.entries_dropped;
    entry_bytes_ -= entries_.front().bytes;
    entries_.pop_front();
  }
  while (!requests_.empty()) {
    const bool is_old = requests_.front().arrival < oldest;
    if (!is_old && requests_.size() <= options_.max_requests) break;
    if (!is_old) ++stats_.requests_dropped;
    requests_.pop_front();
  }
}

}  // namespace eyrie::server
