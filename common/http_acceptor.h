// SPDX-License-Identifier: Apache-2.0
//
// Accepts connections, and keeps those on which nothing happens.

#ifndef EYRIE_COMMON_HTTP_ACCEPTOR_H_
#define EYRIE_COMMON_HTTP_ACCEPTOR_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

#include "common/http_exchange.h"

struct pollfd;

namespace eyrie {

struct HttpAcceptorOptions {
  // Connections that are kept; the one that waited longest goes for a new one.
  size_t max_idle = 256;
  // How long one is kept that has sent nothing yet, and one that was answered.
  absl::Duration first_timeout;
  absl::Duration idle_timeout;
};

// A connection belongs to the acceptor while it waits for a request, and to
// whoever it is handed to from the first byte of one: idle peers cost no
// thread.
//
// Thread safety: Run() on one thread; Park() on any.
class HttpAcceptor {
 public:
  using Ready = std::function<void(std::shared_ptr<HttpExchange>)>;

  // Borrows the descriptors and `context`, null for plain text. `ready` gets
  // connections that have something to read; it may block.
  HttpAcceptor(int listen_fd, int stop_fd, ssl_ctx_st* context,
               const HttpAcceptorOptions& options, Ready ready);
  ~HttpAcceptor();
  HttpAcceptor(const HttpAcceptor&) = delete;
  HttpAcceptor& operator=(const HttpAcceptor&) = delete;

  absl::Status Open();

  // Works until `stop_fd` can be read, then closes what it keeps.
  void Run();

  // Keeps `exchange` until its next request comes.
  void Park(std::shared_ptr<HttpExchange> exchange);

 private:
  struct Idle {
    std::shared_ptr<HttpExchange> exchange;
    absl::Time deadline;
  };

  void Accept();
  void TakeParked();
  void DropExpired(absl::Time now);
  // Hands over those of idle_ whose entry in `polled` says so.
  void HandOver(const std::vector<pollfd>& polled, size_t first);
  void Keep(std::shared_ptr<HttpExchange> exchange, absl::Duration timeout);
  // Milliseconds until the first of idle_ expires; -1: never.
  int PollTimeout(absl::Time now) const;

  const int listen_fd_;
  const int stop_fd_;
  ssl_ctx_st* const context_;
  const HttpAcceptorOptions options_;
  const Ready ready_;
  int wake_fd_ = -1;
  std::deque<Idle> idle_;  // of the thread of Run()
  absl::Mutex mutex_;
  std::vector<std::shared_ptr<HttpExchange>> parked_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace eyrie

#endif  // EYRIE_COMMON_HTTP_ACCEPTOR_H_
