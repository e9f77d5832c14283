// SPDX-License-Identifier: Apache-2.0
//
// Finds the processes that requests to run something in a pod have started.

#ifndef EYRIE_SERVER_DETECT_EXEC_LINKER_H_
#define EYRIE_SERVER_DETECT_EXEC_LINKER_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "eyrie/v1/incident.pb.h"

#include "common/clock.h"
#include "rules/fields/event.h"
#include "server/detect/exec_request.h"
#include "server/incidents/process_link.h"

namespace eyrie::server {

struct ExecLinkerOptions {
  // How far the times of a request and of its process may lie apart: the clocks
  // of a node and of the API server differ, and a runtime that is busy takes
  // seconds.
  absl::Duration window = absl::Seconds(10);
  // How long either waits for the other to arrive. An API server sends audit
  // events in batches, at most 30 s apart; a node that was cut off sends late.
  absl::Duration patience = absl::Minutes(2);
  // The oldest go beyond these. Probes that run commands are entries too: these
  // are two minutes of 130 of them a second.
  size_t max_entries = 16'384;
  size_t max_entry_bytes = 16 << 20;
  size_t max_requests = 4096;
};

// Counted since the start, to be read at any time.
struct ExecLinkerStats {
  // Processes that were started in a container of a pod from outside of it.
  std::atomic<uint64_t> entries{0};
  // Requests that rules found.
  std::atomic<uint64_t> requests{0};
  // Pairs of the two.
  std::atomic<uint64_t> links{0};
  // Dropped for want of room before their time was over.
  std::atomic<uint64_t> entries_dropped{0};
  std::atomic<uint64_t> requests_dropped{0};
};

// A request and a process belong together if the namespace, the pod and the
// container are the same, the process runs the command, and their times lie
// within the window; of several the nearest. Each has at most one partner. To
// attach runs no command: its partner is the container's main process, if that
// was started within the window, as `kubectl run -it` does.
//
// Whichever comes last gets the links: to be written together with what it came
// with. What waits is lost with the program.
//
// Thread safety: all methods may be called from any thread.
class ExecLinker {
 public:
  // Borrows `clock`.
  ExecLinker(const Clock* clock, const ExecLinkerOptions& options);

  // An event of the kernel. Links if it is an exec that starts a tree of
  // processes in a container of a pod, and its request came before.
  std::vector<ProcessLink> OnExec(const rules::Event& event);

  // A request for which rules made detections with these fingerprints. Links if
  // its process came before. Nothing for a further stage of a request.
  std::vector<ProcessLink> OnRequest(ExecRequest request,
                                     std::vector<std::string> fingerprints);

  const ExecLinkerStats& stats() const { return stats_; }

 private:
  struct Entry {
    v1::LinkedProcess process;
    std::string pod_namespace;
    std::string pod;
    std::string container;
    std::string arguments;  // argv, each ended by a NUL
    std::string comm;
    absl::Time time;
    absl::Time arrival;
    bool is_main = false;       // the process that the runtime started
    bool is_truncated = false;  // whether `arguments` was cut
    size_t bytes = 0;           // about
  };
  struct Request {
    ExecRequest request;
    std::vector<std::string> fingerprints;
    absl::Time arrival;
  };

  static Entry MakeEntry(const rules::Event& event,
                         const v1::Container& container);
  static bool HasCommand(const Entry& entry,
                         const std::vector<std::string>& command);
  bool BelongTogether(const Entry& entry, const ExecRequest& request) const;
  std::vector<ProcessLink> Link(const Entry& entry, const Request& request);
  // False if the request was there before.
  bool AddKnown(const std::string& id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Drops what is too old, and what is too much.
  void Trim(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Clock* const clock_;
  const ExecLinkerOptions options_;
  ExecLinkerStats stats_;
  absl::Mutex mutex_;
  // Without a partner so far, in order of arrival.
  std::deque<Entry> entries_ ABSL_GUARDED_BY(mutex_);
  size_t entry_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::deque<Request> requests_ ABSL_GUARDED_BY(mutex_);
  // Ids of the last requests, linked or not, oldest first: their later stages
  // are not requests of their own.
  std::deque<std::string> known_order_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_set<std::string> known_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_DETECT_EXEC_LINKER_H_
