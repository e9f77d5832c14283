// SPDX-License-Identifier: Apache-2.0

#include "common/http_acceptor.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <utility>

#include "absl/time/clock.h"

namespace eyrie {
namespace {

// Where what in the list of poll().
constexpr size_t kStop = 0;
constexpr size_t kWake = 1;
constexpr size_t kListen = 2;
constexpr size_t kFirstIdle = 3;

}  // namespace

HttpAcceptor::HttpAcceptor(int listen_fd, int stop_fd, ssl_ctx_st* context,
                           const HttpAcceptorOptions& options, Ready ready)
    : listen_fd_(listen_fd),
      stop_fd_(stop_fd),
      context_(context),
      options_(options),
      ready_(std::move(ready)) {}

HttpAcceptor::~HttpAcceptor() {
  if (wake_fd_ >= 0) close(wake_fd_);
}

absl::Status HttpAcceptor::Open() {
  wake_fd_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake_fd_ >= 0) return absl::OkStatus();
  return absl::ErrnoToStatus(errno, "making an eventfd");
}

void HttpAcceptor::Run() {
  std::vector<pollfd> polled;
  while (true) {
    const absl::Time now = absl::Now();
    TakeParked();
    DropExpired(now);
    polled.assign({{stop_fd_, POLLIN, 0},
                   {wake_fd_, POLLIN, 0},
                   {listen_fd_, POLLIN, 0}});
    for (const Idle& idle : idle_) {
      polled.push_back({idle.exchange->fd(), POLLIN, 0});
    }
    if (poll(polled.data(), polled.size(), PollTimeout(now)) < 0) {
      continue;  // EINTR
    }
    if (polled[kStop].revents != 0) break;
    HandOver(polled, kFirstIdle);
    if (polled[kListen].revents != 0) Accept();
    if (polled[kWake].revents != 0) {
      uint64_t count;
      // Only to make it unreadable; TakeParked() looks anyway.
      (void)!read(wake_fd_, &count, sizeof(count));
    }
  }
  idle_.clear();
  TakeParked();
  idle_.clear();
}

void HttpAcceptor::Park(std::shared_ptr<HttpExchange> exchange) {
  {
    absl::MutexLock lock(&mutex_);
    parked_.push_back(std::move(exchange));
  }
  const uint64_t one = 1;
  // Fails only if the counter is full, when it is readable anyway.
  (void)!write(wake_fd_, &one, sizeof(one));
}

void HttpAcceptor::TakeParked() {
  std::vector<std::shared_ptr<HttpExchange>> parked;
  {
    absl::MutexLock lock(&mutex_);
    parked = std::exchange(parked_, {});
  }
  for (std::shared_ptr<HttpExchange>& exchange : parked) {
    Keep(std::move(exchange), options_.idle_timeout);
  }
}

void HttpAcceptor::Keep(std::shared_ptr<HttpExchange> exchange,
                        absl::Duration timeout) {
  if (idle_.size() >= options_.max_idle) idle_.pop_front();
  idle_.push_back({std::move(exchange), absl::Now() + timeout});
}

void HttpAcceptor::DropExpired(absl::Time now) {
  idle_.erase(
      std::remove_if(idle_.begin(), idle_.end(),
                     [now](const Idle& idle) { return idle.deadline <= now; }),
      idle_.end());
}

void HttpAcceptor::HandOver(const std::vector<pollfd>& polled, size_t first) {
  std::deque<Idle> still_idle;
  for (size_t i = 0; i < idle_.size(); ++i) {
    if (polled[first + i].revents == 0) {
      still_idle.push_back(std::move(idle_[i]));
    } else {
      ready_(std::move(idle_[i].exchange));
    }
  }
  idle_ = std::move(still_idle);
}

void HttpAcceptor::Accept() {
  const int fd = accept4(listen_fd_, nullptr, nullptr, SOCK_CLOEXEC);
  if (fd >= 0) {
    Keep(std::make_shared<HttpExchange>(fd, stop_fd_, context_),
         options_.first_timeout);
  } else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM ||
             errno == ENOBUFS) {
    // The connection stays where it is: without a pause this would spin.
    pollfd stop = {stop_fd_, POLLIN, 0};
    poll(&stop, 1, /*timeout=*/100);
  }
}

int HttpAcceptor::PollTimeout(absl::Time now) const {
  absl::Time first = absl::InfiniteFuture();
  for (const Idle& idle : idle_) first = std::min(first, idle.deadline);
  if (first == absl::InfiniteFuture()) return -1;
  return static_cast<int>(
      std::min<int64_t>(absl::ToInt64Milliseconds(first - now) + 1, INT32_MAX));
}

}  // namespace eyrie
