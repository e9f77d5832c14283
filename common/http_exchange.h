// SPDX-License-Identifier: Apache-2.0
//
// Reads the requests of one connection, one after the other, and writes their
// answers.

#ifndef EYRIE_COMMON_HTTP_EXCHANGE_H_
#define EYRIE_COMMON_HTTP_EXCHANGE_H_

#include <string>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/http_connection.h"
#include "common/http_message.h"
#include "common/http_request.h"

struct ssl_ctx_st;

namespace eyrie {

// Usage: ReadHead(), ReadBody() if the request is wanted, Answer(); then, if
// Answer() said so, the same again.
//
// Thread safety: one thread at a time.
class HttpExchange {
 public:
  // As HttpConnection.
  HttpExchange(int fd, int stop_fd, ssl_ctx_st* context)
      : connection_(fd, stop_fd, context) {}

  // Shakes hands if that was not done yet, and reads the next head; or says why
  // it is refused. An error if the peer left, was too slow, or is to be left
  // because the server stops.
  absl::StatusOr<std::variant<HttpHead, HttpRefusal>> ReadHead(
      absl::Time deadline);
  // Reads the body that belongs to `head`. REQUIRES: ReadHead() gave it.
  absl::StatusOr<std::string> ReadBody(const HttpHead& head,
                                       absl::Time deadline);
  // Writes `response`, without its body if `is_head`, and says that nothing
  // follows unless `keeps_alive`. An error if the peer did not take it in time.
  absl::Status Answer(const HttpResponse& response, bool is_head,
                      bool keeps_alive, absl::Time deadline);

  // Whether bytes of the next request are there already.
  bool has_input() const {
    return !bytes_.empty() || connection_.has_buffered_bytes();
  }
  bool has_client_certificate() const {
    return connection_.has_client_certificate();
  }
  // For poll().
  int fd() const { return connection_.fd(); }

 private:
  // Reads more into bytes_.
  absl::Status Receive(absl::Time deadline);

  HttpConnection connection_;
  std::string bytes_;  // received and not taken yet
};

}  // namespace eyrie

#endif  // EYRIE_COMMON_HTTP_EXCHANGE_H_
