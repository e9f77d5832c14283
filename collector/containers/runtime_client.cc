// SPDX-License-Identifier: Apache-2.0
//
// A runtime is absent, failing or connected. While it is connected the queue of
// look-ups runs; whoever asks at another time is refused at once, and who waits
// when it goes bad is answered: nobody waits for a runtime that does not answer
// longer than it takes to find that out.

#include "collector/containers/runtime_client.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "common/logging.h"

namespace eyrie::collector {
namespace {

using Asked = ContainerRuntime::Asked;

// A look-up without an answer may be that container's fault, two in a row are
// the runtime's.
constexpr int kFailuresOfARuntime = 2;

// Of the time until one that is still being made is asked for again: a minute
// and a half.
constexpr int kMaxDoublings = 9;

// Ok, kNotFound if nothing is there, or why it cannot be used.
absl::Status CheckSocket(const std::string& path) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) {
      return absl::NotFoundError("no socket");
    }
    return absl::ErrnoToStatus(errno, absl::StrCat("looking at ", path));
  }
  if (!S_ISSOCK(status.st_mode)) {
    return absl::FailedPreconditionError(absl::StrCat(path, " is no socket"));
  }
  return absl::OkStatus();
}

}  // namespace

RuntimeClient::RuntimeClient(RuntimeClientOptions options,
                             std::unique_ptr<RuntimeApi> api)
    : options_(std::move(options)),
      api_(std::move(api)),
      queue_(options_.max_lookups),
      backoff_(options_.backoff, random_) {
  told_.set_name(options_.name);
  told_.set_socket(options_.socket);
}

RuntimeClient::~RuntimeClient() { Stop(); }

void RuntimeClient::Start(ContainerSink* sink, int number) {
  sink_ = sink;
  number_ = number;
  threads_.emplace_back([this] { Keep(); });
  for (int i = 0; i < options_.lookup_threads; ++i) {
    threads_.emplace_back([this, i] { LookUp(/*is_first=*/i == 0); });
  }
}

void RuntimeClient::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    is_stopping_ = true;
    stop_changed_.SignalAll();
  }
  api_->Interrupt();
  queue_.Close();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

ContainerRuntime::Asked RuntimeClient::Ask(const std::string& id) {
  if (!api_->MayKnow(id)) return Asked::kNotKnown;
  absl::MutexLock lock(&mutex_);
  switch (told_.state()) {
    case v1::ContainerRuntime::ABSENT:
      return IsMissed() ? Asked::kFailing : Asked::kNotKnown;
    case v1::ContainerRuntime::FAILING:
      return Asked::kFailing;
    default:
      break;  // Also before the first attempt to connect.
  }
  return queue_.Push(id, /*is_urgent=*/true) ? Asked::kAccepted
                                             : Asked::kDropped;
}

bool RuntimeClient::IsMissed() const {
  return absl::Now() - last_connected_ < options_.missed_for;
}

ContainerRuntimeStats RuntimeClient::stats() const {
  absl::MutexLock lock(&mutex_);
  ContainerRuntimeStats stats = stats_;
  stats.dropped_lookups = queue_.dropped();
  return stats;
}

bool RuntimeClient::is_stopping() const {
  absl::MutexLock lock(&mutex_);
  return is_stopping_;
}

RuntimeClient::State RuntimeClient::state() const {
  absl::MutexLock lock(&mutex_);
  return told_.state();
}

void RuntimeClient::SetState(State state, const absl::Status& status) {
  const std::string error = state == v1::ContainerRuntime::FAILING
                                ? std::string(status.message())
                                : std::string();
  v1::ContainerRuntime told;
  bool is_none;
  {
    absl::MutexLock lock(&mutex_);
    if (is_stopping_ || (told_.state() == state && told_.error() == error)) {
      return;
    }
    if (state == v1::ContainerRuntime::CONNECTED) ++stats_.connects;
    if (told_.state() == v1::ContainerRuntime::CONNECTED) {
      last_connected_ = absl::Now();
    }
    is_none = state == v1::ContainerRuntime::ABSENT && !IsMissed();
    told_.set_state(state);
    told_.set_error(error);
    told = told_;
    // Under the lock, so that no question comes between state and queue.
    queue_.SetPaused(state != v1::ContainerRuntime::CONNECTED);
  }
  sink_->OnState(number_, told);
  if (state == v1::ContainerRuntime::CONNECTED) {
    LogInfo("container runtime is connected", {{"runtime", told.name()},
                                               {"socket", told.socket()},
                                               {"version", told.version()}});
    return;
  }
  if (state == v1::ContainerRuntime::FAILING) {
    LogWarning("container runtime fails", {{"runtime", told.name()},
                                           {"socket", told.socket()},
                                           {"error", error}});
  }
  for (const std::string& id : queue_.TakeAll()) {
    if (is_none) {
      sink_->OnNotKnown(number_, id);
    } else {
      sink_->OnFailed(number_, id);
    }
  }
}

// ---- the connection
// ----------------------------------------------------------

void RuntimeClient::Await(absl::Duration duration) {
  const absl::Time deadline = absl::Now() + duration;
  absl::MutexLock lock(&mutex_);
  while (!is_stopping_ && !stop_changed_.WaitWithDeadline(&mutex_, deadline)) {
  }
}

void RuntimeClient::Keep() {
  while (!is_stopping()) {
    const absl::Status socket = CheckSocket(options_.socket);
    if (absl::IsNotFound(socket)) {
      SetState(v1::ContainerRuntime::ABSENT, socket);
      backoff_.Reset();
      Await(options_.socket_check);
      continue;
    }
    const absl::Status ended = socket.ok() ? KeepOnce() : socket;
    {
      absl::MutexLock lock(&mutex_);
      is_connected_ = false;
    }
    // A runtime that was stopped in good order has taken its socket with it.
    if (!absl::IsNotFound(CheckSocket(options_.socket))) {
      SetState(v1::ContainerRuntime::FAILING, ended);
      Await(backoff_.Next());
    }
  }
}

absl::Status RuntimeClient::KeepOnce() {
  absl::StatusOr<RuntimeVersion> version = api_->Connect();
  if (!version.ok()) return version.status();
  backoff_.Reset();
  {
    absl::MutexLock lock(&mutex_);
    told_.set_name(version->name);
    told_.set_version(version->version);
    is_connected_ = true;
    has_events_ = true;
    failures_ = 0;
    running_.clear();
    next_list_ = absl::Now();
    list_after_ = options_.first_list_again;
    next_check_ = absl::Now() + options_.check_interval;
  }
  SetState(v1::ContainerRuntime::CONNECTED, absl::OkStatus());
  queue_.Wake();
  const absl::Status ended =
      api_->Watch([this](RuntimeEvent event) { OnEvent(std::move(event)); });
  if (!absl::IsUnimplemented(ended)) {
    return ended.ok() ? absl::UnavailableError("the runtime ended its events")
                      : ended;
  }
  // Without events, lists tell what there is, until one fails.
  absl::MutexLock lock(&mutex_);
  has_events_ = false;
  while (!is_stopping_ && failures_ < kFailuresOfARuntime) {
    stop_changed_.Wait(&mutex_);
  }
  return absl::UnavailableError("the runtime does not answer");
}

void RuntimeClient::OnEvent(RuntimeEvent event) {
  {
    absl::MutexLock lock(&mutex_);
    ++stats_.events;
    if (event.kind == RuntimeEvent::Kind::kEnded) running_.erase(event.id);
  }
  if (event.kind == RuntimeEvent::Kind::kEnded) {
    sink_->OnEnded(number_, event.id);
  } else {
    // What finds no room is found by the next list.
    queue_.Push(event.id, /*is_urgent=*/false);
  }
}

// ---- look-ups
// ------------------------------------------------------------------

void RuntimeClient::LookUp(bool is_first) {
  while (!is_stopping()) {
    const absl::Time next = is_first ? Maintain() : absl::InfiniteFuture();
    const std::optional<Lookup> lookup = queue_.Pop(next, is_first);
    if (lookup.has_value()) Answer(*lookup);
  }
}

bool RuntimeClient::Note(const std::string& id, uint64_t number,
                         bool is_partial) {
  uint64_t& told = running_[id];
  if (told > number) return false;
  told = number;
  if (!is_partial) {
    attempts_.erase(id);
  } else if (again_.size() < options_.max_lookups) {
    const int attempt = std::min(attempts_[id]++, kMaxDoublings);
    again_.emplace(absl::Now() + options_.ask_again * (1 << attempt), id);
  }
  return true;
}

void RuntimeClient::Answer(const Lookup& lookup) {
  uint64_t number;
  {
    absl::MutexLock lock(&mutex_);
    number = ++last_lookup_;
    ++stats_.lookups;
  }
  absl::StatusOr<KnownContainer> inspected = api_->Inspect(lookup.id);
  const bool is_partial = inspected.ok() && inspected->is_partial;
  {
    absl::MutexLock lock(&mutex_);
    if (is_stopping_) return;
    if (inspected.ok()) {
      // Who asked has the answer of the later one.
      if (!Note(lookup.id, number, is_partial)) return;
    } else {
      attempts_.erase(lookup.id);
      if (!absl::IsNotFound(inspected.status())) ++stats_.lookup_failures;
    }
  }
  if (inspected.ok()) {
    sink_->OnContainer(number_, *std::move(inspected));
    NoteHealth(absl::OkStatus());
    if (is_partial) queue_.Wake();
  } else if (absl::IsNotFound(inspected.status())) {
    sink_->OnNotKnown(number_, lookup.id);
  } else {
    sink_->OnFailed(number_, lookup.id);
    NoteHealth(inspected.status());
  }
}

absl::Time RuntimeClient::Maintain() {
  const absl::Time now = absl::Now();
  bool is_list_due;
  bool is_check_due;
  std::vector<std::string> again;
  {
    absl::MutexLock lock(&mutex_);
    if (!is_connected_) return absl::InfiniteFuture();
    is_list_due = next_list_ <= now;
    is_check_due = next_check_ <= now;
    while (!again_.empty() && again_.begin()->first <= now) {
      again.push_back(std::move(again_.begin()->second));
      again_.erase(again_.begin());
    }
  }
  for (const std::string& id : again) queue_.Push(id, /*is_urgent=*/false);
  if (is_list_due) {
    List();
  } else if (is_check_due) {
    Check();
  }
  absl::MutexLock lock(&mutex_);
  absl::Time next = std::min(next_list_, next_check_);
  if (!again_.empty()) next = std::min(next, again_.begin()->first);
  return is_connected_ ? next : absl::InfiniteFuture();
}

void RuntimeClient::List() {
  const uint64_t begin = sink_->BeginList();
  const absl::StatusOr<std::vector<std::string>> listed = api_->List();
  std::vector<std::string> unknown;
  {
    absl::MutexLock lock(&mutex_);
    if (is_stopping_) return;
    next_list_ = absl::Now() + list_after_;
    list_after_ = has_events_ ? options_.list_interval
                              : options_.list_interval_without_events;
    next_check_ = absl::Now() + options_.check_interval;
    if (listed.ok()) {
      absl::flat_hash_map<std::string, uint64_t> running;
      for (const std::string& id : *listed) {
        const auto told = running_.find(id);
        if (told == running_.end()) {
          unknown.push_back(id);
        } else {
          running.insert(*told);
        }
      }
      running_ = std::move(running);
    }
  }
  NoteHealth(listed.status());
  if (!listed.ok()) return;
  sink_->OnListed(
      number_, begin,
      absl::flat_hash_set<std::string>(listed->begin(), listed->end()));
  for (const std::string& id : unknown) queue_.Push(id, /*is_urgent=*/false);
}

void RuntimeClient::Check() {
  const absl::Status status = api_->Check();
  NoteHealth(status);
  absl::MutexLock lock(&mutex_);
  next_check_ = absl::Now() + (status.ok() ? options_.check_interval
                                           : options_.failing_check_interval);
}

void RuntimeClient::NoteHealth(const absl::Status& status) {
  bool is_bad;
  bool is_doubtful;
  {
    absl::MutexLock lock(&mutex_);
    // Without a connection the state is the connecting thread's.
    if (!is_connected_ || is_stopping_) return;
    const bool has_answered =
        !absl::IsDeadlineExceeded(status) && !absl::IsUnavailable(status);
    failures_ = has_answered ? 0 : failures_ + 1;
    is_bad = failures_ >= kFailuresOfARuntime;
    is_doubtful = failures_ > 0;
    if (is_doubtful) {
      next_check_ = absl::Now() + options_.failing_check_interval;
    }
    // Whoever lists instead of reading events waits for this.
    if (is_bad) stop_changed_.SignalAll();
  }
  if (is_bad) {
    SetState(v1::ContainerRuntime::FAILING, status);
  } else if (!is_doubtful) {
    SetState(v1::ContainerRuntime::CONNECTED, status);
  }
  if (is_doubtful) queue_.Wake();
}

}  // namespace eyrie::collector
