// SPDX-License-Identifier: Apache-2.0
//
// A small HTTP server for metrics, health and webhooks.
//
// Usage:
//
//   EYRIE_ASSIGN_OR_RETURN(std::unique_ptr<HttpServer> http,
//                          HttpServer::Create({.address = "127.0.0.1:0"}));
//   ServeMetrics(&metrics, http.get());
//   ServeHealth([&] { return store.Check(); }, http.get());
//   http->Start();
//   std::cout << http->address();

#ifndef EYRIE_COMMON_HTTP_SERVER_H_
#define EYRIE_COMMON_HTTP_SERVER_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/metrics.h"

namespace eyrie {

struct HttpServerOptions {
  // HOST:PORT; port 0 is any free one.
  std::string address;
  // PEM files, both or neither: with them the server speaks TLS 1.2 or newer,
  // and SIGPIPE is ignored from then on. Read once.
  std::string tls_cert;
  std::string tls_key;
  // Requests that are answered at a time. A scraper, a prober and a person are
  // three.
  int threads = 4;
  // Connections that wait for a thread; more wait in the kernel's backlog.
  size_t max_waiting = 64;
  // Longest body of a request, bytes; a longer one is refused with 413. The
  // head is limited to kMaxHttpHeadBytes.
  size_t max_body_bytes = 1 << 20;
  // How long a peer may take to send its whole request, and to take its whole
  // answer.
  absl::Duration io_timeout = absl::Seconds(5);
};

struct HttpRequest {
  std::string query;  // what follows `?`, as sent
  std::string content_type;
  std::string body;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

// Called on any of the server's threads, by several at a time.
using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

// Answers one HTTP/1 request per connection. Bodies come with a length: chunked
// or compressed ones are refused.
//
// Thread safety: address() after Start() from any thread, the rest from one.
class HttpServer {
 public:
  // Listens at the address, so that its port is known; nobody is answered yet.
  // kInvalidArgument for a bad address or bad files, kUnavailable if nobody can
  // listen there.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Create(
      const HttpServerOptions& options);

  virtual ~HttpServer() = default;

  // Answers GET and HEAD, or POST, of exactly this path with `handler`.
  // REQUIRES: before Start(); `handler` can be called until Stop() returns.
  virtual void HandleGet(absl::string_view path, HttpHandler handler) = 0;
  virtual void HandlePost(absl::string_view path, HttpHandler handler) = 0;

  // Begins to answer. REQUIRES: called at most once.
  virtual void Start() = 0;
  // Answers the requests that were read, then stops. The destructor does it
  // too.
  virtual void Stop() = 0;

  // HOST:PORT with the port that was bound.
  virtual const std::string& address() const = 0;
};

// Serves /metrics. Borrows `metrics`.
void ServeMetrics(const MetricRegistry* metrics, HttpServer* server);

// Serves /healthz, always "ok", and /readyz: "ok", or 503 with the message if
// `is_ready` returns an error.
void ServeHealth(std::function<absl::Status()> is_ready, HttpServer* server);

}  // namespace eyrie

#endif  // EYRIE_COMMON_HTTP_SERVER_H_
