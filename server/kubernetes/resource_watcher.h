// SPDX-License-Identifier: Apache-2.0
//
// Keeps a directory up to date with one kind of Kubernetes objects.

#ifndef EYRIE_SERVER_KUBERNETES_RESOURCE_WATCHER_H_
#define EYRIE_SERVER_KUBERNETES_RESOURCE_WATCHER_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/random/random.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

#include "common/logging.h"
#include "server/kubernetes/kubernetes_api.h"
#include "server/kubernetes/object_parser.h"
#include "server/kubernetes/pod_directory.h"

namespace eyrie::server {

// Counted since the start, to be read at any time.
struct WatcherStats {
  std::atomic<uint64_t> lists{0};    // that were read to the end
  std::atomic<uint64_t> watches{0};  // that the server agreed to
  std::atomic<uint64_t> events{0};   // additions, changes, deletions
  std::atomic<uint64_t> bookmarks{0};
  // Watches that could not go on where the last one ended (410 Gone).
  std::atomic<uint64_t> expired{0};
  // By absl::StatusCode.
  std::array<std::atomic<uint64_t>, 17> errors{};
  // Nanoseconds since the epoch; 0: never.
  std::atomic<int64_t> last_contact_ns{0};
};

struct WatcherOptions {
  // Objects in one answer: some MiB.
  int page_size = 250;
  // Beyond it, fewer objects are asked for at a time. One object is at most
  // 1.5 MiB in etcd.
  size_t max_page_bytes = 64 << 20;
  size_t max_line_bytes = 8 << 20;
  absl::Duration list_timeout = absl::Minutes(2);
  // After it the server ends a watch and a new one goes on, by way of another
  // API server perhaps. Drawn between this and its double.
  absl::Duration watch_timeout = absl::Minutes(5);
  // Bookmarks come every minute; a connection that is silent longer is dead.
  absl::Duration idle_timeout = absl::Seconds(100);
  // Between attempts: doubled from the first to the last, each drawn from half
  // to all of it.
  absl::Duration min_backoff = absl::Milliseconds(200);
  absl::Duration max_backoff = absl::Seconds(10);
  // Once it has failed this long nobody waits for what may come: an API server
  // restarts in less.
  absl::Duration patience = absl::Seconds(10);
  // Called when the API answers after it did not, on the watcher's thread.
  std::function<void()> on_recovery = [] {};
};

// Owns a thread that lists, then watches from there on, for ever. What is known
// stays known while the API cannot be reached.
//
// Thread safety: all methods may be called from any thread.
class ResourceWatcher {
 public:
  // Borrows `directory`. Logs what goes wrong: trouble with the whole API only
  // where the kind is kPod, so that there is one line of it.
  ResourceWatcher(ResourceKind kind, std::unique_ptr<KubernetesApi> api,
                  PodDirectory* directory, const WatcherOptions& options);
  // Stops at once.
  ~ResourceWatcher();

  // Makes the next attempt at once, if it waits for one.
  void Retry();

  ResourceKind kind() const { return kind_; }
  const WatcherStats& stats() const { return stats_; }

 private:
  void Run();
  // Lists if need be, then watches until the watch ends.
  absl::Status Step();
  absl::Status List();
  absl::StatusOr<ListPage> ReadPage(const std::string& path);
  absl::Status Watch();
  absl::Status TakeLine(absl::string_view line);
  void OnContact();
  void OnEnd(const absl::Status& status);
  void Log(const absl::Status& status);
  // Waits before the next attempt.
  void BackOff();
  bool IsStopping();
  std::string Path(absl::string_view query) const;

  const ResourceKind kind_;
  const std::unique_ptr<KubernetesApi> api_;
  PodDirectory* const directory_;
  const WatcherOptions options_;
  WatcherStats stats_;
  absl::Mutex mutex_;
  bool is_stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool is_retry_wanted_ ABSL_GUARDED_BY(mutex_) = false;

  // Owned by the thread.
  absl::BitGen random_;
  std::string resource_version_;  // empty: list first
  int page_size_;
  bool is_older_version_ = false;
  absl::Duration backoff_;
  absl::Time failing_since_ = absl::InfiniteFuture();
  bool is_failing_ = false;  // and the directory knows
  bool is_failure_logged_ = false;
  LogEvery log_{absl::Minutes(1)};

  std::thread thread_;  // the last member: it uses all others
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_KUBERNETES_RESOURCE_WATCHER_H_
