// SPDX-License-Identifier: Apache-2.0
//
// The processes of the node: what every image is, who started it.

#ifndef EYRIE_COLLECTOR_ENRICH_PROCESS_TABLE_H_
#define EYRIE_COLLECTOR_ENRICH_PROCESS_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"

#include "collector/enrich/proc_reader.h"
#include "collector/enrich/process_image.h"
#include "proto/record_view.h"

namespace eyrie::collector {

struct ProcessTableOptions {
  // Most images, running and ended. Twice the default pid_max of 32,768, so
  // that every process of an ordinary node fits with one earlier image each.
  size_t max_images = 65'536;
  // Most bytes of facts. Arguments and environment may take 12 KiB an image;
  // this holds about 10,000 ordinary programs within the collector's 64 MiB.
  size_t max_bytes = 24 << 20;
  // How long an ended process is kept for records that come late.
  absl::Duration exit_grace = absl::Seconds(30);
  // The same for an image that was replaced by exec: a shell loop replaces
  // thousands, and nobody but a record on its way asks for them.
  absl::Duration exec_grace = absl::Seconds(5);
  // Unknown processes are looked up in /proc, about 50 us each. No more than
  // this many a second, so that a storm of them does not stall the collector.
  int max_proc_reads_per_second = 200;
};

// Counted since the table was made, except `images` and `bytes`.
struct ProcessTableStats {
  uint64_t images = 0;
  uint64_t bytes = 0;
  // Ended images that had to go before their grace was over.
  uint64_t evicted_ended = 0;
  // Images of running processes that had to go: the table is too small.
  uint64_t evicted_live = 0;
  // Images first heard of by a record of something they did.
  uint64_t unknown = 0;
  uint64_t proc_reads = 0;
  uint64_t proc_reads_skipped = 0;
};

// Learns from every record. A fork child starts as a copy of its maker; exec
// makes a new image of the same process with the same parent; an ended process
// stays for a grace time, and as long as it has children, so that the chain of
// ancestors does not depend on who still runs. The parent of a process is the
// one that made it: it stays so when that ends, although the kernel then names
// the reaper. Only if the maker was never known is it the kernel's parent.
//
// A snapshot (`task` records) and live records may come in any order: of two
// that tell of the same image the newer one wins.
//
// Thread safety: none; one thread. Lifetime: references and pointers to images
// are valid until the next Apply() or Expire().
class ProcessTable {
 public:
  // Borrows `proc`, which may be null: then /proc is not read.
  ProcessTable(const ProcessTableOptions& options, ProcReader* proc);

  ProcessTable(const ProcessTable&) = delete;
  ProcessTable& operator=(const ProcessTable&) = delete;

  // Takes in `record` and returns the image that acts in it. One that is not
  // known yet is made from the record's header and, if it runs, from /proc;
  // what then remains unknown makes it `partial`.
  ProcessImage& Apply(const RecordView& record);

  // The image that acts in a record which Apply() took in before, made anew
  // from its header if it has been forgotten meanwhile.
  ProcessImage& Acting(const RecordView& record);

  // Forgets images whose grace ended before `now_ns` (since boot).
  void Expire(uint64_t now_ns);

  // Null if the image is not known.
  ProcessImage* Find(const ProcessKey& key);

  // The newest image of the parent, or null. One that no record told of is read
  // from /proc.
  ProcessImage* Parent(const ProcessImage& image);
  // The image of the session's leader; where that is not known, the oldest
  // known ancestor of the same session. Null if there is none.
  ProcessImage* SessionLeader(const ProcessImage& image);
  // The image of the process group's leader, or null.
  ProcessImage* GroupLeader(const ProcessImage& image);

  const ProcessTableStats& stats() const { return stats_; }

 private:
  using ImageList = std::list<ProcessImage>;
  using Position = ImageList::iterator;

  ProcessImage& ApplyExec(const RecordView& record);
  ProcessImage& ApplyFork(const RecordView& record);
  ProcessImage& ApplyExit(const RecordView& record);
  ProcessImage& ApplyTask(const RecordView& record);
  ProcessImage& ApplyChdir(const RecordView& record);
  // The acting image, its state brought up to date.
  ProcessImage& Touch(const RecordView& record);

  // Adds an image. REQUIRES: it is not there.
  ProcessImage& Insert(ProcessImage image);
  // Gives the pid to the image's process. Whoever had it before has ended, even
  // if nobody said so.
  void TakePid(Position position);
  ProcessImage& InsertUnknown(const eyrie_record& header);
  // What /proc says of `pid`, if it may be read now.
  std::optional<ProcFacts> ReadProc(uint32_t pid, uint64_t now_ns);
  // Adds the parent that the kernel names, if /proc knows it and no record did.
  ProcessImage* LearnParent(const ProcessImage& image);
  // Fills `image` from /proc if that is the same image and may be read.
  void FillFromProc(const eyrie_record& header, ProcessImage* image);
  // Finds the path of the cgroup that the process has been moved to since its
  // exec; that is no event of its own.
  void FollowMove(const eyrie_record& header, ProcessImage* image);
  // The process of that pid that can have made one started at `start_ns`.
  ProcessId ProcessOfPid(uint32_t pid, uint64_t start_ns) const;
  ProcessImage* NewestImage(const ProcessId& process);

  void SetParent(const ProcessId& parent, ProcessImage* image);
  void SetFixed(std::shared_ptr<const std::string> fixed, ProcessImage* image);
  void Recharge(ProcessImage* image);
  void End(Position position, ProcessImage::Life life, uint64_t now_ns);
  // Moves an image to the list that it belongs to now.
  void Place(Position position);
  void Erase(Position position);
  void DropChild(const ProcessId& parent);
  void MakeRoom();
  // The image of a running process that is missed least.
  Position LeastMissedLive();

  const ProcessTableOptions options_;
  ProcReader* const proc_;

  // Every image is in one of these lists. The oldest come first.
  ImageList live_;
  ImageList replaced_;
  ImageList ended_;
  ImageList parents_;
  absl::flat_hash_map<ProcessKey, Position> images_;
  absl::flat_hash_map<ProcessId, Position> newest_;
  // Start of the newest process with a pid.
  absl::flat_hash_map<uint32_t, uint64_t> start_of_pid_;
  // Number of kept processes that name this one as their parent.
  absl::flat_hash_map<ProcessId, uint32_t> children_;

  // The image of the last record: most records follow one of the same image.
  ProcessImage* last_ = nullptr;
  uint64_t now_ns_ = 0;
  uint64_t proc_second_ = 0;
  int proc_reads_in_second_ = 0;
  ProcessTableStats stats_;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_ENRICH_PROCESS_TABLE_H_
