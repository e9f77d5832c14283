// SPDX-License-Identifier: Apache-2.0
//
// Both sides are looked through from end to end: an entry costs a comparison of
// names that differ early, and looking is rare, once for each request and for
// each tree of processes that is started in a container from outside.

#include "server/detect/exec_linker.h"

#include <algorithm>
#include <iterator>
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

// The container of a pod in which the event is.
const v1::Container* PodContainer(const rules::Event& event) {
  if (event.containers == nullptr || event.process == nullptr) return nullptr;
  absl::string_view id;
  if (rules::PlaceOf(event, &id) != rules::Place::kContainer) return nullptr;
  const v1::Container* const container = event.containers->FindContainer(id);
  if (container == nullptr || container->pod_name().empty()) return nullptr;
  return container;
}

// The acting process's farthest ancestor within the container; the process
// itself if it was started from outside.
const rules::ProcessNode* Topmost(const rules::Event& event,
                                  const v1::Container& container) {
  const rules::ProcessNode* top = event.process;
  if (event.processes == nullptr) return top;
  for (int i = 0; i < rules::kMaxAncestors; ++i) {
    const rules::ProcessNode* const parent = event.processes->Parent(*top);
    if (parent == nullptr ||
        !IsIn(parent->facts(), container, *event.containers)) {
      break;
    }
    top = parent;
  }
  return top;
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

// argv, each ended by a NUL.
std::string Arguments(const v1::Process& facts) {
  return absl::StrCat(facts.exe(), absl::string_view("\0", 1), facts.args());
}

absl::Time TimeOf(const rules::Event& event) {
  return absl::FromUnixNanos(static_cast<int64_t>(event.record.time_ns()) +
                             event.clock_offset_ns);
}

v1::LinkedProcess MakeProgram(const rules::Event& event,
                              const v1::Container& container) {
  const v1::Process& facts = event.process->facts();
  v1::LinkedProcess process;
  process.set_node(std::string(event.node));
  *process.mutable_time() = ToProtoTime(TimeOf(event));
  *process.mutable_key() = facts.key();
  process.set_container_id(
      container.id().substr(0, rules::kShortContainerIdLength));
  process.set_command_line(CommandLine(Arguments(facts)));
  process.set_user(UserName(event));
  return process;
}

void AddLinks(const v1::LinkedProcess& process,
              const std::vector<std::string>& fingerprints,
              std::vector<ProcessLink>& links) {
  for (const std::string& fingerprint : fingerprints) {
    links.push_back({fingerprint, process});
  }
}

}  // namespace

ExecLinker::ExecLinker(const Clock* clock, const ExecLinkerOptions& options)
    : clock_(clock), options_(options) {}

std::vector<ProcessLink> ExecLinker::OnExec(const rules::Event& event) {
  if (!IsStartedProgram(event.record)) return {};
  const v1::Container* const container = PodContainer(event);
  if (container == nullptr) return {};
  const rules::ProcessNode* const top = Topmost(event, *container);
  const v1::ProcessKey& key = top->facts().key();
  const Root root = {std::string(event.node), key.pid(), key.start_time_ns()};
  const absl::Time now = clock_->Now();
  std::vector<ProcessLink> links;
  absl::MutexLock lock(&mutex_);
  Trim(now);
  auto tree = trees_.find(root);
  if (tree == trees_.end()) {
    // What began before, or is forgotten, is nobody's doing.
    if (top != event.process) return links;
    ++stats_.entries;
    Entry entry = MakeEntry(event, *container);
    entry.root = root;
    entry.arrival = now;
    entry_bytes_ += entry.bytes;
    entries_.push_back(std::move(entry));
    tree = trees_.emplace(root, std::prev(entries_.end())).first;
  }
  const EntryList::iterator entry = tree->second;
  if (!AddProgram(event, *container, *entry, links)) return links;
  if (top == event.process && entry->linked == 0) FindRequest(entry, links);
  Trim(now);
  return links;
}

bool ExecLinker::AddProgram(const rules::Event& event,
                            const v1::Container& container, Entry& entry,
                            std::vector<ProcessLink>& links) {
  const v1::Process& facts = event.process->facts();
  const bool is_root = facts.key().pid() == entry.root.pid;
  // To attach starts nothing: what the container does is not somebody's doing.
  if (entry.is_main && !is_root) return false;
  if (entry.linked + entry.programs.size() >= kMaxLinkedProcesses) {
    ++stats_.followers_left_out;
    return false;
  }
  v1::LinkedProcess program = MakeProgram(event, container);
  if (entry.linked > 0) {
    ++entry.linked;
    AddLinks(program, entry.fingerprints, links);
    return true;
  }
  size_t bytes = sizeof(program) + program.ByteSizeLong();
  if (is_root) {
    entry.images.push_back(
        {Arguments(facts), facts.comm(), facts.truncated(), TimeOf(event)});
    bytes += sizeof(Image) + entry.images.back().arguments.size();
  }
  entry.programs.push_back(std::move(program));
  entry.bytes += bytes;
  entry_bytes_ += bytes;
  return true;
}

void ExecLinker::FindRequest(EntryList::iterator entry,
                             std::vector<ProcessLink>& links) {
  auto best = requests_.end();
  absl::Duration least = absl::InfiniteDuration();
  for (auto it = requests_.begin(); it != requests_.end(); ++it) {
    const absl::Duration distance = Distance(*entry, it->request);
    if (distance < least) {
      best = it;
      least = distance;
    }
  }
  if (best == requests_.end()) return;
  links = Link(entry, *best);
  requests_.erase(best);
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
    const absl::Duration distance = Distance(*it, waiting.request);
    if (distance < least) {
      best = it;
      least = distance;
    }
  }
  const absl::Time now = waiting.arrival;
  std::vector<ProcessLink> links;
  if (best != entries_.end()) {
    links = Link(best, waiting);
  } else {
    requests_.push_back(std::move(waiting));
  }
  Trim(now);
  return links;
}

ExecLinker::Entry ExecLinker::MakeEntry(const rules::Event& event,
                                        const v1::Container& container) {
  Entry entry;
  entry.pod_namespace = container.pod_namespace();
  entry.pod = container.pod_name();
  // Docker's own names of a pod's containers are longer.
  const auto label = container.labels().find("io.kubernetes.container.name");
  entry.container =
      label != container.labels().end() ? label->second : container.name();
  entry.is_main = container.pid() != 0 &&
                  container.pid() == event.process->facts().key().pid();
  entry.bytes = sizeof(Entry) + entry.pod.size() + entry.pod_namespace.size() +
                entry.container.size();
  return entry;
}

bool ExecLinker::HasCommand(const Image& image,
                            const std::vector<std::string>& command) {
  std::string wanted;
  for (const std::string& word : command) {
    wanted.append(word).push_back('\0');
  }
  if (image.arguments == wanted) return true;
  if (image.is_truncated) {
    // Cut within an argument.
    const absl::string_view begin =
        absl::StripSuffix(image.arguments, absl::string_view("\0", 1));
    if (!begin.empty() && absl::StartsWith(wanted, begin)) return true;
  }
  // A script: its interpreter stands in front, and it gives its name to the
  // process.
  if (image.comm != Basename(command[0]).substr(0, kMaxCommBytes)) return false;
  const size_t own = command[0].size() + 1;
  const absl::string_view rest = absl::string_view(wanted).substr(own);
  return image.arguments.size() > wanted.size() &&
         absl::string_view(image.arguments)
                 .substr(image.arguments.size() - rest.size()) == rest;
}

absl::Duration ExecLinker::Distance(const Entry& entry,
                                    const ExecRequest& request) const {
  absl::Duration least = absl::InfiniteDuration();
  if (entry.pod != request.pod ||
      entry.pod_namespace != request.pod_namespace ||
      (!request.container.empty() && entry.container != request.container)) {
    return least;
  }
  for (const Image& image : entry.images) {
    const absl::Duration distance =
        absl::AbsDuration(image.time - request.time);
    if (distance <= options_.window && distance < least &&
        (request.command.empty() ? entry.is_main
                                 : HasCommand(image, request.command))) {
      least = distance;
    }
  }
  return least;
}

std::vector<ProcessLink> ExecLinker::Link(EntryList::iterator entry,
                                          const Request& request) {
  ++stats_.links;
  std::vector<ProcessLink> links;
  for (const v1::LinkedProcess& program : entry->programs) {
    AddLinks(program, request.fingerprints, links);
  }
  entry_bytes_ -= entry->bytes;
  entry->linked = entry->programs.size();
  entry->fingerprints = request.fingerprints;
  entry->programs = {};
  entry->images = {};
  entry->arrival = clock_->Now();
  followed_.splice(followed_.end(), entries_, entry);
  return links;
}

void ExecLinker::ForgetFirst(EntryList& entries) {
  trees_.erase(entries.front().root);
  entries.pop_front();
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
    ForgetFirst(entries_);
  }
  while (!followed_.empty()) {
    const bool is_old = followed_.front().arrival < now - options_.follow;
    if (!is_old && followed_.size() <= options_.max_followed) break;
    if (!is_old) ++stats_.followed_dropped;
    ForgetFirst(followed_);
  }
  while (!requests_.empty()) {
    const bool is_old = requests_.front().arrival < oldest;
    if (!is_old && requests_.size() <= options_.max_requests) break;
    if (!is_old) ++stats_.requests_dropped;
    requests_.pop_front();
  }
}

}  // namespace eyrie::server
