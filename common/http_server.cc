// SPDX-License-Identifier: Apache-2.0

#include "common/http_server.h"

#include <httplib.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "common/address.h"
#include "common/bounded_queue.h"
#include "common/metrics.h"
#include "common/open_metrics.h"
#include "common/status_macros.h"

namespace eyrie {
namespace {

// Runs connections on a fixed number of threads. While its queue is full, the
// thread that accepts waits.
class BoundedTaskQueue : public httplib::TaskQueue {
 public:
  BoundedTaskQueue(int threads, size_t max_waiting) : queue_(max_waiting) {
    for (int i = 0; i < threads; ++i) {
      threads_.emplace_back([this] {
        while (auto task = queue_.Pop()) (*task)();
      });
    }
  }

  void enqueue(std::function<void()> task) override {
    queue_.Push(std::move(task));
  }

  // Every task owns a connection: those that wait are still run.
  void shutdown() override {
    queue_.Close();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  BoundedQueue<std::function<void()>> queue_;
  std::vector<std::thread> threads_;
};

class LibraryHttpServer : public HttpServer {
 public:
  LibraryHttpServer(std::unique_ptr<httplib::Server> server,
                    const HttpServerOptions& options)
      : server_(std::move(server)) {
    server_->new_task_queue = [this, options]() -> httplib::TaskQueue* {
      // From here on stop() has an effect.
      is_running_.Notify();
      return new BoundedTaskQueue(options.threads, options.max_waiting);
    };
    server_->set_keep_alive_max_count(1);
    server_->set_payload_max_length(options.max_body_bytes);
    const auto timeout = absl::ToChronoMilliseconds(options.io_timeout);
    server_->set_read_timeout(timeout);
    server_->set_write_timeout(timeout);
    // The library's default would let a second server share the port.
    server_->set_socket_options([](int socket) {
      const int on = 1;
      setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    });
    server_->set_error_handler(
        [](const httplib::Request&, httplib::Response& response) {
          if (!response.body.empty()) return;
          response.set_content(absl::StrCat("error ", response.status, "\n"),
                               "text/plain; charset=utf-8");
        });
  }

  ~LibraryHttpServer() override { Stop(); }

  absl::Status Bind(const Address& address) {
    const int port = address.port == 0
                         ? server_->bind_to_any_port(address.host)
                         : (server_->bind_to_port(address.host, address.port)
                                ? address.port
                                : -1);
    if (port <= 0) {
      return absl::UnavailableError(absl::StrCat(
          "binding HTTP address ", address.ToString(),
          ": it is in use, not of this machine, or not allowed"));
    }
    Address bound = address;
    bound.port = static_cast<uint16_t>(port);
    address_ = bound.ToString();
    return absl::OkStatus();
  }

  void HandleGet(absl::string_view path, HttpHandler handler) override {
    server_->Get(Pattern(path), Adapt(std::move(handler)));
  }

  void HandlePost(absl::string_view path, HttpHandler handler) override {
    server_->Post(Pattern(path), Adapt(std::move(handler)));
  }

  void Start() override {
    thread_ = std::thread([this] { server_->listen_after_bind(); });
  }

  void Stop() override {
    if (!thread_.joinable()) return;
    is_running_.WaitForNotification();
    server_->stop();
    thread_.join();
  }

  const std::string& address() const override { return address_; }

 private:
  // Paths are regular expressions to the library.
  static std::string Pattern(absl::string_view path) {
    std::string pattern;
    for (const char c : path) {
      if (absl::string_view("\\^$.|?*+()[]{}").find(c) !=
          absl::string_view::npos) {
        pattern += '\\';
      }
      pattern += c;
    }
    return pattern;
  }

  static httplib::Server::Handler Adapt(HttpHandler handler) {
    return [handler = std::move(handler)](const httplib::Request& request,
                                          httplib::Response& response) {
      const HttpResponse answer = handler(HttpRequest{.body = request.body});
      response.status = answer.status;
      response.set_content(answer.body, answer.content_type);
    };
  }

  const std::unique_ptr<httplib::Server> server_;
  std::string address_;
  absl::Notification is_running_;
  std::thread thread_;
};

// What OpenSSL says about its last failure.
std::string OpensslError() {
  char text[256];
  ERR_error_string_n(ERR_get_error(), text, sizeof(text));
  ERR_clear_error();
  return text;
}

// Gives `context` its certificate and key.
absl::Status UseCertificate(const HttpServerOptions& options,
                            SSL_CTX& context) {
  ERR_clear_error();
  SSL_CTX_set_min_proto_version(&context, TLS1_2_VERSION);
  if (SSL_CTX_use_certificate_chain_file(&context,
                                         options.tls_cert.c_str()) != 1) {
    return absl::InvalidArgumentError(absl::StrCat(
        "HTTP certificate ", options.tls_cert, ": ", OpensslError()));
  }
  // Also fails if the key is of another certificate.
  if (SSL_CTX_use_PrivateKey_file(&context, options.tls_key.c_str(),
                                  SSL_FILETYPE_PEM) != 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("HTTP key ", options.tls_key, ": ", OpensslError()));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<httplib::Server>> MakeServer(
    const HttpServerOptions& options) {
  if (options.tls_cert.empty() && options.tls_key.empty()) {
    return std::make_unique<httplib::Server>();
  }
  if (options.tls_cert.empty() || options.tls_key.empty()) {
    return absl::InvalidArgumentError(
        "HTTP over TLS needs both a certificate and a key");
  }
  absl::Status status;
  auto server = std::make_unique<httplib::SSLServer>([&](SSL_CTX& context) {
    status = UseCertificate(options, context);
    return status.ok();
  });
  EYRIE_RETURN_IF_ERROR(status);
  if (!server->is_valid()) {
    return absl::InternalError("OpenSSL gives no context for HTTP");
  }
  return server;
}

}  // namespace

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Create(
    const HttpServerOptions& options) {
  EYRIE_ASSIGN_OR_RETURN(const Address address,
                         ParseAddress(options.address));
  if (address.kind != Address::Kind::kTcp) {
    return absl::InvalidArgumentError(absl::StrCat(
        "HTTP listens on HOST:PORT only, not on ", options.address));
  }
  EYRIE_ASSIGN_OR_RETURN(std::unique_ptr<httplib::Server> library,
                         MakeServer(options));
  auto server =
      std::make_unique<LibraryHttpServer>(std::move(library), options);
  EYRIE_RETURN_IF_ERROR(server->Bind(address));
  return server;
}

void ServeMetrics(const MetricRegistry* metrics, HttpServer* server) {
  server->HandleGet("/metrics", [metrics](const HttpRequest&) {
    return HttpResponse{.content_type = std::string(kOpenMetricsContentType),
                        .body = metrics->ToOpenMetrics()};
  });
}

void ServeHealth(std::function<absl::Status()> is_ready, HttpServer* server) {
  server->HandleGet("/healthz", [](const HttpRequest&) {
    return HttpResponse{.body = "ok\n"};
  });
  server->HandleGet(
      "/readyz", [is_ready = std::move(is_ready)](const HttpRequest&) {
        const absl::Status status = is_ready();
        if (status.ok()) return HttpResponse{.body = "ok\n"};
        return HttpResponse{.status = 503,
                            .body = absl::StrCat(status.message(), "\n")};
      });
}

}  // namespace eyrie
