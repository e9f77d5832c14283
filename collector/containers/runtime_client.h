// SPDX-License-Identifier: Apache-2.0
//
// Keeps in touch with one container runtime.

#ifndef EYRIE_COLLECTOR_CONTAINERS_RUNTIME_CLIENT_H_
#define EYRIE_COLLECTOR_CONTAINERS_RUNTIME_CLIENT_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/random/random.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

#include "collector/containers/container_runtime.h"
#include "collector/containers/lookup_queue.h"
#include "collector/containers/runtime_api.h"
#include "collector/uplink/backoff.h"

namespace eyrie::collector {

struct RuntimeClientOptions {
  // "docker", ...: what it is called until it says its own name.
  std::string name;
  // Path of its unix socket.
  std::string socket;
  // Containers that wait to be asked for. A start of the collector has all of
  // the node, which is as many as the registry keeps.
  size_t max_lookups = 4096;
  // A runtime that waits for a container's lock keeps one thread; the others
  // go on.
  int lookup_threads = 3;
  // How often to look for a socket that is not there.
  absl::Duration socket_check = absl::Seconds(1);
  // How long a runtime that is gone counts as one that fails: it may be
  // starting again.
  absl::Duration missed_for = absl::Seconds(30);
  // How often to ask an idle runtime if it answers, and one that did not.
  absl::Duration check_interval = absl::Seconds(10);
  absl::Duration failing_check_interval = absl::Seconds(1);
  // How often to list all: soon after the beginning, since a stream does not
  // say from when on it tells everything; then in case events were lost; and
  // always where there are no events.
  absl::Duration first_list_again = absl::Seconds(1);
  absl::Duration list_interval = absl::Minutes(1);
  absl::Duration list_interval_without_events = absl::Seconds(5);
  // When to ask again for one that was still being made; doubled each time.
  absl::Duration ask_again = absl::Milliseconds(200);
  // A socket of this machine costs little to try, and events of containers wait
  // for two seconds only.
  BackoffOptions backoff = {.first = absl::Milliseconds(100),
                            .base = absl::Milliseconds(200),
                            .max = absl::Seconds(1)};
};

// One thread connects and reads the runtime's events; some more ask for
// containers, the first of them also for lists, and whether it is well.
class RuntimeClient : public ContainerRuntime {
 public:
  RuntimeClient(RuntimeClientOptions options, std::unique_ptr<RuntimeApi> api);
  ~RuntimeClient() override;

  void Start(ContainerSink* sink, int number) override;
  void Stop() override;
  Asked Ask(const std::string& id) override;
  ContainerRuntimeStats stats() const override;

 private:
  using State = v1::ContainerRuntime::State;

  // Of the thread that connects.
  void Keep();
  absl::Status KeepOnce();
  void Await(absl::Duration duration);
  // Of those that ask.
  void LookUp(bool is_first);
  void Answer(const Lookup& lookup);
  // Whether what look-up `number` found is news; no later one has told.
  bool Note(const std::string& id, uint64_t number, bool is_partial)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // What is due of lists and checks; returns when the next is.
  absl::Time Maintain();
  void List();
  void Check();

  void OnEvent(RuntimeEvent event);
  // Tells the sink of a new state, and answers who waits if it is a bad one.
  void SetState(State state, const absl::Status& status);
  void NoteHealth(const absl::Status& status);
  bool is_stopping() const;
  State state() const;

  const RuntimeClientOptions options_;
  const std::unique_ptr<RuntimeApi> api_;
  ContainerSink* sink_ = nullptr;
  int number_ = 0;
  LookupQueue queue_;
  std::vector<std::thread> threads_;
  absl::BitGen random_;  // of the thread that connects, as the backoff
  Backoff backoff_;

  // Whether the runtime was there a moment ago.
  bool IsMissed() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable absl::Mutex mutex_;
  absl::CondVar stop_changed_;
  bool is_stopping_ ABSL_GUARDED_BY(mutex_) = false;
  v1::ContainerRuntime told_ ABSL_GUARDED_BY(mutex_);
  // Whether Connect() succeeded and Watch() has not ended.
  bool is_connected_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Time last_connected_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  bool has_events_ ABSL_GUARDED_BY(mutex_) = true;
  int failures_ ABSL_GUARDED_BY(mutex_) = 0;  // in a row
  absl::Time next_list_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteFuture();
  absl::Duration list_after_ ABSL_GUARDED_BY(mutex_);
  absl::Time next_check_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteFuture();
  // Running containers that the sink was told of since we connected, with the
  // number of the look-up that told most lately.
  absl::flat_hash_map<std::string, uint64_t> running_ ABSL_GUARDED_BY(mutex_);
  uint64_t last_lookup_ ABSL_GUARDED_BY(mutex_) = 0;
  // To be asked for again, soonest first; how often they were.
  std::multimap<absl::Time, std::string> again_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, int> attempts_ ABSL_GUARDED_BY(mutex_);
  ContainerRuntimeStats stats_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_CONTAINERS_RUNTIME_CLIENT_H_
