// SPDX-License-Identifier: Apache-2.0
//
// Parses the head of an HTTP/1 request.

#ifndef EYRIE_COMMON_HTTP_REQUEST_H_
#define EYRIE_COMMON_HTTP_REQUEST_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

#include "absl/strings/string_view.h"

namespace eyrie {

// Longest head of a request, bytes: ours are some hundred, a proxy's some
// thousand.
inline constexpr size_t kMaxHttpHeadBytes = 16 << 10;

// What a server must know of a request before its body.
struct HttpHead {
  std::string method;  // "GET"
  std::string path;    // as sent, without query: "/metrics"
  std::string query;   // what follows `?`
  std::string content_type;
  std::string authorization;    // "Bearer ..."
  uint64_t content_length = 0;  // 0 if there is no body
  // Whether the client waits for "100 Continue" before the body.
  bool expects_continue = false;
  // Whether another request may follow on the connection.
  bool keeps_alive = false;
};

// Status code that refuses a request.
struct HttpRefusal {
  int status;
};

// Parses `head`: request line and header fields up to and including the empty
// line. Takes what RFC 9112 has clients send, and refuses what two readers
// could take for two different requests: bare line ends, folded fields, several
// lengths or authorizations, transfer encodings.
//
// Thread safety: a pure function.
std::variant<HttpHead, HttpRefusal> ParseHttpHead(absl::string_view head);

}  // namespace eyrie

#endif  // EYRIE_COMMON_HTTP_REQUEST_H_
