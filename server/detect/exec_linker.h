// SPDX-License-Identifier: Apache-2.0
//
// Finds the processes that requests to run something in a pod have started.

#ifndef EYRIE_SERVER_DETECT_EXEC_LINKER_H_
#define EYRIE_SERVER_DETECT_EXEC_LINKER_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
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
  // How long programs that a linked process starts are told of: an hour of
  // somebody's commands. They are kMaxLinkedProcesses at most.
  absl::Duration follow = absl::Hours(1);
  size_t max_followed = 4096;
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
  // Programs that these processes started, beyond kMaxLinkedProcesses.
  std::atomic<uint64_t> followers_left_out{0};
  // Linked processes no longer followed, for want of room.
  std::atomic<uint64_t> followed_dropped{0};
};

// A request and a process belong together if the namespace, the pod and the
// container are the same, the process runs the command, and their times lie
// within the window; of several the nearest. Each has at most one partner. To
// attach runs no command: its partner is the container's main process, if that
// was started within the window, as `kubectl run -it` does.
//
// Whichever comes last gets the links: to be written together with what it came
// with. So does every program that the process starts later, itself or by its
// descendants in the container. What waits is lost with the program.
//
// Thread safety: all methods may be called from any thread.
class ExecLinker {
 public:
  // Borrows `clock`.
  ExecLinker(const Clock* clock, const ExecLinkerOptions& options);

  // An event of the kernel. Links if it is an exec that starts a tree of
  // processes in a container of a pod, or goes on with one, and the tree's
  // request came before.
  std::vector<ProcessLink> OnExec(const rules::Event& event);

  // A request for which rules made detections with these fingerprints. Links if
  // its process came before. Nothing for a further stage of a request.
  std::vector<ProcessLink> OnRequest(ExecRequest request,
                                     std::vector<std::string> fingerprints);

  const ExecLinkerStats& stats() const { return stats_; }

 private:
  // The process that begins a tree: all its images are one.
  struct Root {
    std::string node;
    uint32_t pid;
    uint64_t start_time_ns;

    friend bool operator==(const Root&, const Root&) = default;
    template <typename H>
    friend H AbslHashValue(H h, const Root& root) {
      return H::combine(std::move(h), root.node, root.pid, root.start_time_ns);
    }
  };
  // A program that the process ran.
  struct Image {
    std::string arguments;  // argv, each ended by a NUL
    std::string comm;
    bool is_truncated = false;  // whether `arguments` was cut
    absl::Time time;
  };
  struct Entry {
    Root root;
    std::string pod_namespace;
    std::string pod;
    std::string container;
    bool is_main = false;  // the process that the runtime started
    absl::Time arrival;
    // Of the process itself: it may have replaced its program.
    std::vector<Image> images;
    // All programs of the tree so far, oldest first; none once it is linked.
    std::vector<v1::LinkedProcess> programs;
    size_t bytes = 0;  // about
    // Once it is linked: whose it is, and how many programs are.
    std::vector<std::string> fingerprints;
    size_t linked = 0;
  };
  using EntryList = std::list<Entry>;
  struct Request {
    ExecRequest request;
    std::vector<std::string> fingerprints;
    absl::Time arrival;
  };

  static Entry MakeEntry(const rules::Event& event,
                         const v1::Container& container);
  static bool HasCommand(const Image& image,
                         const std::vector<std::string>& command);
  // How far apart they are, if they belong together; or infinite.
  absl::Duration Distance(const Entry& entry, const ExecRequest& request) const;
  // Adds the program that the event starts to the tree; links it if the tree is
  // linked. False if there is no room.
  bool AddProgram(const rules::Event& event, const v1::Container& container,
                  Entry& entry, std::vector<ProcessLink>& links)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Links the entry with the nearest request, if there is one.
  void FindRequest(EntryList::iterator entry, std::vector<ProcessLink>& links)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Links the entry with all that it has started, and follows it.
  std::vector<ProcessLink> Link(EntryList::iterator entry,
                                const Request& request)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ForgetFirst(EntryList& entries) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // False if the request was there before.
  bool AddKnown(const std::string& id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Drops what is too old, and what is too much.
  void Trim(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Clock* const clock_;
  const ExecLinkerOptions options_;
  ExecLinkerStats stats_;
  absl::Mutex mutex_;
  // Without a partner so far, in order of arrival.
  EntryList entries_ ABSL_GUARDED_BY(mutex_);
  size_t entry_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::deque<Request> requests_ ABSL_GUARDED_BY(mutex_);
  // With one, in order of when they were linked, which is their arrival here.
  EntryList followed_ ABSL_GUARDED_BY(mutex_);
  // Those of both lists.
  absl::flat_hash_map<Root, EntryList::iterator> trees_ ABSL_GUARDED_BY(mutex_);
  // Ids of the last requests, linked or not, oldest first: their later stages
  // are not requests of their own.
  std::deque<std::string> known_order_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_set<std::string> known_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_DETECT_EXEC_LINKER_H_
