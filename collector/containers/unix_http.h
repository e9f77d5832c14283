// SPDX-License-Identifier: Apache-2.0
//
// HTTP requests over a unix socket.

#ifndef EYRIE_COLLECTOR_CONTAINERS_UNIX_HTTP_H_
#define EYRIE_COLLECTOR_CONTAINERS_UNIX_HTTP_H_

#include <atomic>
#include <cstddef>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace eyrie::collector {

struct UnixHttpOptions {
  std::string socket;
  // Of a whole request; of a stream until it begins.
  absl::Duration timeout = absl::Seconds(2);
  // Of an answer, and of a line of a stream. A list of a thousand containers
  // has some MiB.
  size_t max_bytes = 16 << 20;
};

// Each request has a connection of its own: they are local, and what hangs on
// one does not keep the others.
//
// Thread safety: all methods may be called from any thread.
class UnixHttp {
 public:
  explicit UnixHttp(UnixHttpOptions options);

  // The body of the answer to a GET of `target`, which begins with a slash.
  //
  // kNotFound for 404, kInternal with what the peer says for other statuses
  // that are no success; kUnavailable if nobody listens or the peer hangs up,
  // kDeadlineExceeded if it does not answer in time, kResourceExhausted if the
  // answer is too long, kCancelled after Interrupt().
  absl::StatusOr<std::string> Get(const std::string& target) const;

  // Gives the answer to a GET line by line, for as long as it goes on. Returns
  // why it ended; ok if the peer ended it in good order. Errors as above, and
  // kResourceExhausted for a line that is too long.
  absl::Status Stream(
      const std::string& target,
      const std::function<void(absl::string_view line)>& on_line) const;

  // Ends all requests within a second, and all that come.
  void Interrupt() { is_interrupted_ = true; }

 private:
  const UnixHttpOptions options_;
  std::atomic<bool> is_interrupted_{false};
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_CONTAINERS_UNIX_HTTP_H_
