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

#include "common/http_message.h"
#include "common/metrics.h"

namespace eyrie {

struct HttpServerOptions {
  // HOST:PORT; port 0 is any free one.
  std::string address;
  // PEM files, both or neither: with them the server speaks TLS 1.2 or newer,
  // and SIGPIPE is ignored from then on. Read once.
  std::string tls_cert;
  std::string tls_key;
  // PEM file of authorities, needs the two before: clients may show a
  // certificate of theirs, and handlers are told whether they did.
  std::string tls_client_ca;
  // Requests that are answered at a time. A scraper, a prober and a person are
  // three.
  int threads = 4;
  // Connections that wait for a thread; more wait in the kernel's backlog.
  size_t max_waiting = 64;
  // Threads that read and answer POST requests, so that these keep nobody else
  // waiting; 0: those above do. Requests that wait for one; more are answered
  // with 503 at once.
  int post_threads = 0;
  size_t max_waiting_posts = 16;
  // Longest body of a request, bytes; a longer one is refused with 413. The
  // head is limited to kMaxHttpHeadBytes.
  size_t max_body_bytes = 1 << 20;
  // How long a peer may take to send its whole request, and to take its whole
  // answer.
  absl::Duration io_timeout = absl::Seconds(5);
  // How long a connection waits for its next request: longer than Go's client
  // keeps one (90 s), so that it is the client that closes. Connections that
  // wait: the one that did so longest goes for a new one.
  absl::Duration idle_timeout = absl::Seconds(120);
  size_t max_idle = 256;
  // Told the status of each request that is refused before a handler sees it;
  // may be empty. Called on any of the server's threads.
  std::function<void(int status)> on_refusal;
};

// Answers HTTP/1 requests, one after the other on each connection. Bodies come
// with a length: chunked or compressed ones are refused.
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

  // Answers GET and HEAD, or POST, of exactly this path with `handler`; of a
  // path that ends with a slash, those one level below it, too. REQUIRES:
  // before Start(); `handler` can be called until Stop() returns.
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
