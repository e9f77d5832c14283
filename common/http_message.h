// SPDX-License-Identifier: Apache-2.0
//
// HTTP requests and answers as handlers see them.

#ifndef EYRIE_COMMON_HTTP_MESSAGE_H_
#define EYRIE_COMMON_HTTP_MESSAGE_H_

#include <functional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace eyrie {

struct HttpRequest {
  std::string path;   // "/metrics"
  std::string query;  // what follows `?`, as sent
  std::string content_type;
  std::string authorization;  // "Bearer ..."; empty if there is none
  // Whether the peer showed a certificate of HttpServerOptions::tls_client_ca.
  bool has_client_certificate = false;
  std::string body;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  // When to try again, at least a second if it is not zero.
  absl::Duration retry_after = absl::ZeroDuration();
};

// Called on any of the server's threads, by several at a time.
using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

// "Not Found" of 404.
absl::string_view HttpReason(int status);

// An answer that says what `status` means.
HttpResponse HttpRefusalResponse(int status);

}  // namespace eyrie

#endif  // EYRIE_COMMON_HTTP_MESSAGE_H_
