// SPDX-License-Identifier: Apache-2.0
//
// How long an image stays. Of a running process the newest image is in `live_`,
// of an ended one in `ended_`; those that exec replaced are in `replaced_`. The
// latter two leave when their grace is over. An ended process that has children
// waits in `parents_` for the last of them to be forgotten. When the table is
// full, the oldest of `replaced_` goes first, then of `ended_`, of `parents_`
// and of `live_`.
//
// Room is made before a record is applied, never while: so what one record
// touches (its process and a child) cannot be evicted under its hands, and the
// table exceeds its limit by no more than these two until the next record.

#include "collector/enrich/process_table.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "collector/enrich/process_facts.h"
#include "proto/record.h"

namespace eyrie::collector {
namespace {

// What an image costs beside its strings: list node and entries of the maps.
constexpr size_t kImageOverhead = sizeof(ProcessImage) + 160;
// How many running processes are looked at for one without children.
constexpr int kEvictionProbes = 32;

constexpr uint64_t kCloneParent = 0x00008000;  // CLONE_PARENT

const std::shared_ptr<const std::string>& NoFacts() {
  static const auto* const none = new std::shared_ptr<const std::string>(
      std::make_shared<const std::string>());
  return *none;
}

}  // namespace

ProcessTable::ProcessTable(const ProcessTableOptions& options, ProcReader* proc)
    : options_(options), proc_(proc) {}

ProcessImage& ProcessTable::Apply(const RecordView& record) {
  MakeRoom();
  const uint16_t type = record.type();
  // Most records change nothing but what every header tells.
  if (type > EYRIE_EVENT_fchdir) return Touch(record);
  now_ns_ = std::max(now_ns_, record.time_ns());
  switch (type) {
    case EYRIE_EVENT_execve:
    case EYRIE_EVENT_execveat:
      return ApplyExec(record);
    case EYRIE_EVENT_clone:
    case EYRIE_EVENT_clone3:
    case EYRIE_EVENT_fork:
    case EYRIE_EVENT_vfork:
      return ApplyFork(record);
    case EYRIE_EVENT_procexit:
      return ApplyExit(record);
    case EYRIE_EVENT_task:
      return ApplyTask(record);
    case EYRIE_EVENT_chdir:
    case EYRIE_EVENT_fchdir:
      return ApplyChdir(record);
    default:
      return Touch(record);
  }
}

ProcessImage& ProcessTable::Acting(const RecordView& record) {
  const eyrie_record header = record.header();
  ProcessImage* const found = Find(ProcessKey(header.process));
  return found != nullptr ? *found : InsertUnknown(header);
}

ProcessImage& ProcessTable::Touch(const RecordView& record) {
  const eyrie_record header = record.header();
  const ProcessKey key(header.process);
  if (last_ == nullptr || !(last_->key == key)) {
    ProcessImage* const found = Find(key);
    last_ = found != nullptr ? found : &InsertUnknown(header);
  }
  if (header.time_ns >= last_->updated_ns) {
    last_->updated_ns = header.time_ns;
    last_->state.set_ppid(header.ppid);
    const uint64_t cgroup_before = last_->state.cgroup_id();
    UpdateState(header, &last_->state);
    if (cgroup_before != 0 && header.cgroup_id != cgroup_before) {
      FollowMove(header, last_);
    }
  }
  return *last_;
}

ProcessImage& ProcessTable::ApplyExec(const RecordView& record) {
  // A failed exec changes nothing.
  if (record.i64(SlotOf(&eyrie_execve_args::res)) < 0) return Touch(record);
  const ProcessKey key(record.process());
  const ProcessId process{key.pid, key.start_time_ns};
  const ProcessId told = ExecParent(record);
  ProcessId parent = told;
  if (const ProcessImage* before = NewestImage(process)) {
    // The kernel names the reaper once the maker has ended.
    const ProcessImage* maker = NewestImage(before->parent);
    const bool is_orphan =
        maker != nullptr && maker->life == ProcessImage::Life::kExited;
    if (is_orphan) parent = before->parent;
  }
  ProcessImage* image = Find(key);
  if (image == nullptr) {
    ProcessImage made;
    made.key = key;
    made.fixed = NoFacts();
    image = &Insert(std::move(made));
  }
  SetFixed(FixedFacts(record), image);
  image->state = ExecState(record);
  image->updated_ns = record.time_ns();
  SetParent(parent, image);
  Recharge(image);
  return *image;
}

ProcessImage& ProcessTable::ApplyFork(const RecordView& record) {
  ProcessImage& maker = Touch(record);
  using Args = eyrie_fork_args;
  const auto pid = static_cast<uint32_t>(record.u64(SlotOf(&Args::child_pid)));
  const auto tid = static_cast<uint32_t>(record.u64(SlotOf(&Args::child_tid)));
  ProcessKey key;
  key.pid = pid;
  key.exec_id = static_cast<uint32_t>(record.u64(SlotOf(&Args::child_exec_id)));
  key.start_time_ns = record.u64(SlotOf(&Args::child_start_time));
  const bool is_thread = pid == maker.key.pid || tid != pid;
  if (is_thread || pid == 0) return maker;

  const bool is_sibling =
      (record.u64(SlotOf(&Args::flags)) & kCloneParent) != 0;
  const ProcessId parent = is_sibling ? maker.parent : maker.process();
  ProcessImage* child = Find(key);
  if (child == nullptr) {
    ProcessImage made;
    made.key = key;
    made.fixed = NoFacts();
    child = &Insert(std::move(made));
  } else if (!child->state.partial()) {
    // It has told more of itself since, or the snapshot has.
    if (child->parent.pid == 0) SetParent(parent, child);
    return maker;
  }
  SetFixed(maker.fixed, child);
  const uint64_t known_until = child->updated_ns;
  if (known_until <= record.time_ns()) {
    child->state = maker.state;
    child->updated_ns = record.time_ns();
  } else {
    child->state.set_partial(maker.state.partial());
    child->state.set_cwd(maker.state.cwd());
    child->state.set_cgroup(maker.state.cgroup());
  }
  child->state.set_ppid(parent.pid);
  child->state.set_vpid(static_cast<uint32_t>(record.u64(SlotOf(&Args::vpid))));
  SetParent(parent, child);
  Recharge(child);
  return maker;
}

ProcessImage& ProcessTable::ApplyExit(const RecordView& record) {
  ProcessImage& image = Touch(record);
  if (record.u64(SlotOf(&eyrie_procexit_args::group_dead)) == 0) return image;
  const auto newest = newest_.find(image.process());
  if (newest != newest_.end() &&
      newest->second->life == ProcessImage::Life::kLive) {
    End(newest->second, ProcessImage::Life::kExited, record.time_ns());
  }
  return image;
}

ProcessImage& ProcessTable::ApplyTask(const RecordView& record) {
  const ProcessKey key(record.process());
  ProcessImage* image = Find(key);
  if (image == nullptr) {
    ProcessImage made;
    made.key = key;
    made.fixed = NoFacts();
    made.state.set_partial(true);
    image = &Insert(std::move(made));
  }
  const bool is_newer = record.time_ns() >= image->updated_ns;
  if (!is_newer && !image->state.partial()) return *image;
  SetFixed(FixedFacts(record), image);
  v1::Process state = ExecState(record);
  if (!is_newer) {
    // The header of the newer record knows better what a header knows.
    state.set_comm(image->state.comm());
    state.set_uid(image->state.uid());
    state.set_gid(image->state.gid());
    state.set_cgroup_id(image->state.cgroup_id());
  }
  image->state = std::move(state);
  image->updated_ns = std::max(image->updated_ns, record.time_ns());
  // Who made it is known better from its fork, if that was seen.
  if (NewestImage(image->parent) == nullptr) {
    SetParent(ExecParent(record), image);
  }
  Recharge(image);
  return *image;
}

ProcessImage& ProcessTable::ApplyChdir(const RecordView& record) {
  ProcessImage& image = Touch(record);
  const bool is_chdir = record.type() == EYRIE_EVENT_chdir;
  const int64_t result = record.i64(is_chdir ? SlotOf(&eyrie_chdir_args::res)
                                             : SlotOf(&eyrie_fchdir_args::res));
  if (result < 0 || record.time_ns() < image.updated_ns) return image;
  const absl::string_view cwd =
      record.bytes(is_chdir ? SlotOf(&eyrie_chdir_args::cwd)
                            : SlotOf(&eyrie_fchdir_args::cwd));
  if (cwd.empty()) return image;
  image.state.set_cwd(cwd.data(), cwd.size());
  Recharge(&image);
  return image;
}

ProcessImage& ProcessTable::InsertUnknown(const eyrie_record& header) {
  ++stats_.unknown;
  ProcessImage image;
  image.key = ProcessKey(header.process);
  image.fixed = NoFacts();
  image.state.set_partial(true);
  image.state.set_ppid(header.ppid);
  // A thread's name is the best guess at the process's.
  image.state.set_comm(header.comm, strnlen(header.comm, sizeof(header.comm)));
  UpdateState(header, &image.state);
  ProcessId parent{header.ppid, 0};
  if (const ProcessImage* other = NewestImage(image.process())) {
    parent = other->parent;
  }
  ProcessImage& inserted = Insert(std::move(image));
  SetParent(parent, &inserted);
  if (inserted.life == ProcessImage::Life::kLive) {
    FillFromProc(header, &inserted);
    // The record's word is at least as new as the record.
    UpdateState(header, &inserted.state);
  }
  Recharge(&inserted);
  return inserted;
}

std::optional<ProcFacts> ProcessTable::ReadProc(uint32_t pid, uint64_t now_ns) {
  if (proc_ == nullptr) return std::nullopt;
  const uint64_t second = now_ns / 1'000'000'000;
  if (second != proc_second_) {
    proc_second_ = second;
    proc_reads_in_second_ = 0;
  }
  if (proc_reads_in_second_ >= options_.max_proc_reads_per_second) {
    ++stats_.proc_reads_skipped;
    return std::nullopt;
  }
  ++proc_reads_in_second_;
  ++stats_.proc_reads;
  absl::StatusOr<ProcFacts> facts = proc_->Read(pid);
  if (!facts.ok()) return std::nullopt;
  return *std::move(facts);
}

void ProcessTable::FillFromProc(const eyrie_record& header,
                                ProcessImage* image) {
  std::optional<ProcFacts> facts = ReadProc(image->key.pid, header.time_ns);
  if (!facts.has_value() ||
      !IsSameStart(image->key.start_time_ns, facts->start_time_ns)) {
    return;
  }
  // Another name: the process has made an exec since that record.
  const bool is_main_thread = header.tid == header.process.pid;
  if (is_main_thread && facts->process.comm() != image->state.comm()) return;
  SetFixed(TakeFixedFacts(&facts->process), image);
  image->state = std::move(facts->process);
  image->state.set_ppid(facts->ppid);
}

void ProcessTable::FollowMove(const eyrie_record& header, ProcessImage* image) {
  std::optional<ProcFacts> facts = ReadProc(image->key.pid, header.time_ns);
  if (facts.has_value() &&
      IsSameStart(image->key.start_time_ns, facts->start_time_ns)) {
    image->state.set_cgroup(facts->process.cgroup());
  } else {
    image->state.clear_cgroup();  // The old path would be wrong.
  }
  Recharge(image);
}

// ---- relations -------------------------------------------------------------

ProcessImage* ProcessTable::Find(const ProcessKey& key) {
  const auto it = images_.find(key);
  return it == images_.end() ? nullptr : &*it->second;
}

ProcessImage* ProcessTable::NewestImage(const ProcessId& process) {
  const auto it = newest_.find(process);
  return it == newest_.end() ? nullptr : &*it->second;
}

ProcessId ProcessTable::ProcessOfPid(uint32_t pid, uint64_t start_ns) const {
  const auto it = start_of_pid_.find(pid);
  if (pid == 0 || it == start_of_pid_.end() || it->second > start_ns) {
    return {pid, 0};
  }
  return {pid, it->second};
}

ProcessImage* ProcessTable::Parent(const ProcessImage& image) {
  ProcessImage* parent = NewestImage(image.parent);
  if (parent == nullptr) {
    // Never known or evicted: who has taken its place, says the kernel.
    parent =
        NewestImage(ProcessOfPid(image.state.ppid(), image.key.start_time_ns));
  }
  if (parent == nullptr) parent = LearnParent(image);
  // A process is not its own parent, whatever a record says.
  if (parent != nullptr && parent->process() == image.process()) return nullptr;
  return parent;
}

// Some kernels leave pid 1 out of their iterators, and a container's manager
// may hide: then only /proc tells of an ancestor that does nothing.
ProcessImage* ProcessTable::LearnParent(const ProcessImage& image) {
  const uint32_t pid = image.state.ppid();
  if (pid == 0 || start_of_pid_.contains(pid)) return nullptr;
  std::optional<ProcFacts> facts = ReadProc(pid, now_ns_);
  if (!facts.has_value() || facts->start_time_ns > image.key.start_time_ns) {
    return nullptr;
  }
  ProcessImage made;
  made.key.pid = pid;
  // To the tick; exact if a record of the child told it.
  made.key.start_time_ns =
      image.parent.pid == pid &&
              IsSameStart(image.parent.start_time_ns, facts->start_time_ns)
          ? image.parent.start_time_ns
          : facts->start_time_ns;
  made.fixed = NoFacts();
  ProcessImage& learned = Insert(std::move(made));
  SetFixed(TakeFixedFacts(&facts->process), &learned);
  learned.state = std::move(facts->process);
  learned.state.set_ppid(facts->ppid);
  SetParent({facts->ppid, 0}, &learned);
  Recharge(&learned);
  return &learned;
}

ProcessImage* ProcessTable::SessionLeader(const ProcessImage& image) {
  const uint32_t sid = image.state.sid();
  if (sid == 0) return nullptr;
  ProcessImage* leader =
      NewestImage(ProcessOfPid(sid, image.key.start_time_ns));
  if (leader != nullptr && leader->state.sid() == sid) return leader;
  ProcessImage* oldest = nullptr;
  ProcessImage* at = Parent(image);
  for (int i = 0;
       i < rules::kMaxAncestors && at != nullptr && at->state.sid() == sid;
       ++i, at = Parent(*at)) {
    oldest = at;
  }
  return oldest;
}

ProcessImage* ProcessTable::GroupLeader(const ProcessImage& image) {
  const uint32_t pgid = image.state.pgid();
  ProcessImage* leader =
      NewestImage(ProcessOfPid(pgid, image.key.start_time_ns));
  return leader != nullptr && leader->state.pgid() == pgid ? leader : nullptr;
}

void ProcessTable::SetParent(const ProcessId& parent, ProcessImage* image) {
  ProcessId known = parent;
  if (known.pid != 0 && known.start_time_ns == 0) {
    known = ProcessOfPid(known.pid, image->key.start_time_ns);
  }
  if (known == image->parent) return;
  // Children are counted once a process: by its newest image.
  const bool counts = NewestImage(image->process()) == image;
  if (counts && image->parent.pid != 0) DropChild(image->parent);
  image->parent = known;
  if (!counts || known.pid == 0) return;
  if (++children_[known] > 1) return;
  const auto maker = newest_.find(known);
  if (maker != newest_.end()) Place(maker->second);
}

// ---- what is kept ----------------------------------------------------------

ProcessImage& ProcessTable::Insert(ProcessImage image) {
  live_.push_back(std::move(image));
  const Position position = std::prev(live_.end());
  ProcessImage& inserted = *position;
  inserted.list = &live_;
  const ProcessId process = inserted.process();
  images_.emplace(inserted.key, position);
  ++stats_.images;
  inserted.charged_bytes = 0;
  Recharge(&inserted);

  const auto [newest, is_first] = newest_.emplace(process, position);
  TakePid(position);
  if (is_first) return inserted;
  const Position other = newest->second;
  if (other->key.exec_id > inserted.key.exec_id) {
    // An older image than the one that is known: it is replaced already.
    inserted.parent = other->parent;
    End(position, ProcessImage::Life::kReplaced, now_ns_);
    return inserted;
  }
  inserted.parent = other->parent;  // Its count passes to the newer image.
  newest->second = position;
  if (other->life == ProcessImage::Life::kExited) {
    End(position, ProcessImage::Life::kExited, other->end_ns);
  }
  End(other, ProcessImage::Life::kReplaced, now_ns_);
  return inserted;
}

void ProcessTable::TakePid(Position position) {
  const ProcessId process = position->process();
  uint64_t& start = start_of_pid_[process.pid];
  const uint64_t other = start;
  start = std::max(other, process.start_time_ns);
  // A parent that only /proc told of may come again with its exact start.
  const uint64_t earlier = std::min(other, process.start_time_ns);
  if (other == 0 || IsSameStart(start, earlier)) return;
  if (earlier == process.start_time_ns) {
    End(position, ProcessImage::Life::kExited, now_ns_);
    return;
  }
  const auto holder = newest_.find({process.pid, other});
  if (holder != newest_.end() &&
      holder->second->life == ProcessImage::Life::kLive) {
    End(holder->second, ProcessImage::Life::kExited, now_ns_);
  }
}

void ProcessTable::Place(Position position) {
  ImageList* to = &live_;
  if (position->life == ProcessImage::Life::kReplaced) {
    to = &replaced_;
  } else if (position->life == ProcessImage::Life::kExited) {
    to = children_.contains(position->process()) ? &parents_ : &ended_;
  }
  if (to == position->list) return;
  to->splice(to->end(), *position->list, position);
  position->list = to;
}

void ProcessTable::End(Position position, ProcessImage::Life life,
                       uint64_t now_ns) {
  position->life = life;
  position->end_ns = now_ns;
  Place(position);
}

void ProcessTable::DropChild(const ProcessId& parent) {
  const auto it = children_.find(parent);
  if (it == children_.end() || --it->second > 0) return;
  children_.erase(it);
  const auto maker = newest_.find(parent);
  if (maker == newest_.end() ||
      maker->second->life != ProcessImage::Life::kExited) {
    return;
  }
  maker->second->end_ns = now_ns_;
  Place(maker->second);
}

void ProcessTable::Erase(Position position) {
  ProcessImage& image = *position;
  const ProcessId process = image.process();
  if (last_ == &image) last_ = nullptr;
  SetFixed(NoFacts(), &image);
  stats_.bytes -= image.charged_bytes;
  --stats_.images;
  images_.erase(image.key);
  const auto newest = newest_.find(process);
  if (newest != newest_.end() && newest->second == position) {
    newest_.erase(newest);
    const auto start = start_of_pid_.find(process.pid);
    if (start != start_of_pid_.end() &&
        start->second == process.start_time_ns) {
      start_of_pid_.erase(start);
    }
    if (image.parent.pid != 0) DropChild(image.parent);
  }
  image.list->erase(position);
}

void ProcessTable::SetFixed(std::shared_ptr<const std::string> fixed,
                            ProcessImage* image) {
  // Shared facts count once: with their first holder, until their last.
  if (image->fixed != nullptr && image->fixed.use_count() == 1) {
    stats_.bytes -= image->fixed->size();
  }
  if (fixed.use_count() == 1) stats_.bytes += fixed->size();
  image->fixed = std::move(fixed);
}

void ProcessTable::Recharge(ProcessImage* image) {
  const size_t bytes = kImageOverhead + image->state.comm().size() +
                       image->state.cwd().size() + image->state.cgroup().size();
  stats_.bytes += bytes - image->charged_bytes;
  image->charged_bytes = bytes;
}

void ProcessTable::Expire(uint64_t now_ns) {
  now_ns_ = std::max(now_ns_, now_ns);
  const auto expire = [this](ImageList& list, absl::Duration grace) {
    const auto grace_ns = static_cast<uint64_t>(ToInt64Nanoseconds(grace));
    while (!list.empty() && list.front().end_ns + grace_ns < now_ns_) {
      Erase(list.begin());
    }
  };
  expire(replaced_, options_.exec_grace);
  expire(ended_, options_.exit_grace);
}

void ProcessTable::MakeRoom() {
  while (stats_.images > options_.max_images ||
         stats_.bytes > options_.max_bytes) {
    ImageList* const lists[] = {&replaced_, &ended_, &parents_};
    const auto first =
        std::find_if(std::begin(lists), std::end(lists),
                     [](const ImageList* list) { return !list->empty(); });
    if (first != std::end(lists)) {
      ++stats_.evicted_ended;
      Erase((*first)->begin());
    } else if (!live_.empty()) {
      ++stats_.evicted_live;
      Erase(LeastMissedLive());
    } else {
      return;
    }
  }
}

ProcessTable::Position ProcessTable::LeastMissedLive() {
  for (int i = 0; i < kEvictionProbes; ++i) {
    if (!children_.contains(live_.front().process())) break;
    live_.splice(live_.end(), live_, live_.begin());
  }
  return live_.begin();
}

}  // namespace eyrie::collector
