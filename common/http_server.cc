// SPDX-License-Identifier: Apache-2.0

#include "common/http_server.h"

#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "common/address.h"
#include "common/bounded_queue.h"
#include "common/http_acceptor.h"
#include "common/http_connection.h"
#include "common/http_exchange.h"
#include "common/http_request.h"
#include "common/metrics.h"
#include "common/open_metrics.h"
#include "common/status_macros.h"

namespace eyrie {
namespace {

absl::Status ListenError(const Address& address, absl::string_view why) {
  return absl::UnavailableError(absl::StrCat("listening on HTTP address ",
                                             address.ToString(), ": ", why));
}

// A socket that listens at `address`.
absl::StatusOr<int> Listen(const Address& address) {
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (const int error =
          getaddrinfo(address.host.c_str(), absl::StrCat(address.port).c_str(),
                      &hints, &found);
      error != 0) {
    return ListenError(address, gai_strerror(error));
  }
  const absl::Cleanup free_found = [found] { freeaddrinfo(found); };
  int error = 0;
  for (const addrinfo* candidate = found; candidate != nullptr;
       candidate = candidate->ai_next) {
    const int fd = socket(candidate->ai_family,
                          SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0) {
      const int on = 1;
      setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
      if (bind(fd, candidate->ai_addr, candidate->ai_addrlen) == 0 &&
          listen(fd, SOMAXCONN) == 0) {
        return fd;
      }
    }
    error = errno;
    if (fd >= 0) close(fd);
  }
  return ListenError(address, std::strerror(error));
}

uint16_t PortOf(int fd) {
  sockaddr_storage address = {};
  socklen_t size = sizeof(address);
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  // The port lies at the same place in both families.
  return ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
}

class SocketHttpServer : public HttpServer {
 public:
  SocketHttpServer(const HttpServerOptions& options, TlsContext tls)
      : options_(options),
        tls_(std::move(tls)),
        waiting_(options.max_waiting),
        posts_(options.max_waiting_posts) {}

  ~SocketHttpServer() override {
    Stop();
    if (listen_fd_ >= 0) close(listen_fd_);
    if (stop_fd_ >= 0) close(stop_fd_);
  }

  absl::Status Open(const Address& address) {
    stop_fd_ = eventfd(0, EFD_CLOEXEC);
    if (stop_fd_ < 0) return absl::ErrnoToStatus(errno, "making an eventfd");
    EYRIE_ASSIGN_OR_RETURN(listen_fd_, Listen(address));
    Address bound = address;
    bound.port = PortOf(listen_fd_);
    address_ = bound.ToString();
    acceptor_ = std::make_unique<HttpAcceptor>(
        listen_fd_, stop_fd_, tls_.get(),
        HttpAcceptorOptions{options_.max_idle, options_.io_timeout,
                            options_.idle_timeout},
        [this](Peer peer) { waiting_.Push(std::move(peer)); });
    return acceptor_->Open();
  }

  void HandleGet(absl::string_view path, HttpHandler handler) override {
    get_handlers_[std::string(path)] = std::move(handler);
  }

  void HandlePost(absl::string_view path, HttpHandler handler) override {
    post_handlers_[std::string(path)] = std::move(handler);
  }

  void Start() override {
    accepting_ = std::thread([this] { acceptor_->Run(); });
    for (int i = 0; i < options_.threads; ++i) {
      workers_.emplace_back([this] {
        while (std::optional<Peer> peer = waiting_.Pop()) {
          Serve(*std::move(peer));
        }
      });
    }
    for (int i = 0; i < options_.post_threads; ++i) {
      post_workers_.emplace_back([this] {
        while (std::optional<Post> post = posts_.Pop()) {
          Respond(std::move(post->peer), post->head);
        }
      });
    }
  }

  void Stop() override {
    if (!accepting_.joinable()) return;
    is_stopping_ = true;
    const uint64_t one = 1;
    // Cannot fail: the counter is far from its limit.
    while (write(stop_fd_, &one, sizeof(one)) < 0 && errno == EINTR) {
    }
    // Wakes the acceptor where it waits for room.
    waiting_.Close();
    accepting_.join();
    // Whoever was not accepted yet learns it now.
    close(std::exchange(listen_fd_, -1));
    for (std::thread& worker : workers_) worker.join();
    posts_.Close();
    for (std::thread& worker : post_workers_) worker.join();
  }

  const std::string& address() const override { return address_; }

 private:
  using Peer = std::shared_ptr<HttpExchange>;
  using Handlers = std::map<std::string, HttpHandler, std::less<>>;

  // A request whose body is still to be read.
  struct Post {
    Peer peer;
    HttpHead head;
  };

  // Reads the head of the next request, and answers it or hands it on.
  void Serve(Peer peer);
  // Reads the body and answers.
  void Respond(Peer peer, const HttpHead& head);
  // Writes the answer, then waits for the next request if there may be one.
  void Finish(Peer peer, const HttpResponse& response, bool is_head,
              bool keeps_alive);
  HttpResponse Refuse(int status) const {
    if (options_.on_refusal) options_.on_refusal(status);
    return HttpRefusalResponse(status);
  }
  // The handler of a request, or why it is refused.
  std::variant<const HttpHandler*, HttpRefusal> Route(
      const HttpHead& head) const;

  const HttpServerOptions options_;
  const TlsContext tls_;
  std::string address_;
  // Written before Start() only.
  Handlers get_handlers_;
  Handlers post_handlers_;
  int listen_fd_ = -1;
  int stop_fd_ = -1;
  std::atomic<bool> is_stopping_{false};
  std::unique_ptr<HttpAcceptor> acceptor_;
  BoundedQueue<Peer> waiting_;
  BoundedQueue<Post> posts_;
  std::thread accepting_;
  std::vector<std::thread> workers_;
  std::vector<std::thread> post_workers_;
};

void SocketHttpServer::Serve(Peer peer) {
  auto read = peer->ReadHead(absl::Now() + options_.io_timeout);
  // A peer that left or sent too slowly gets no answer.
  if (!read.ok()) return;
  if (const auto* refusal = std::get_if<HttpRefusal>(&*read)) {
    Finish(std::move(peer), Refuse(refusal->status),
           /*is_head=*/false, /*keeps_alive=*/false);
    return;
  }
  HttpHead& head = std::get<HttpHead>(*read);
  if (head.method != "POST" || options_.post_threads == 0) {
    Respond(std::move(peer), head);
    return;
  }
  if (posts_.TryPush({peer, std::move(head)})) return;
  HttpResponse busy = Refuse(503);
  busy.retry_after = absl::Seconds(1);
  Finish(std::move(peer), busy, /*is_head=*/false, /*keeps_alive=*/false);
}

void SocketHttpServer::Respond(Peer peer, const HttpHead& head) {
  const auto route = Route(head);
  const bool is_head = head.method == "HEAD";
  int refusal = 0;
  if (const auto* refused = std::get_if<HttpRefusal>(&route)) {
    refusal = refused->status;
  } else if (head.content_length > options_.max_body_bytes) {
    refusal = 413;
  }
  if (refusal != 0) {
    // Its body was not read, so nothing can follow it.
    const bool keeps_alive = head.keeps_alive && head.content_length == 0;
    Finish(std::move(peer), Refuse(refusal), is_head, keeps_alive);
    return;
  }
  absl::StatusOr<std::string> body =
      peer->ReadBody(head, absl::Now() + options_.io_timeout);
  if (!body.ok()) return;
  const HttpResponse response = (*std::get<const HttpHandler*>(route))(
      {.path = head.path,
       .query = head.query,
       .content_type = head.content_type,
       .authorization = head.authorization,
       .has_client_certificate = peer->has_client_certificate(),
       .body = *std::move(body)});
  Finish(std::move(peer), response, is_head, head.keeps_alive);
}

void SocketHttpServer::Finish(Peer peer, const HttpResponse& response,
                              bool is_head, bool keeps_alive) {
  keeps_alive = keeps_alive && !is_stopping_;
  const absl::Status status = peer->Answer(response, is_head, keeps_alive,
                                           absl::Now() + options_.io_timeout);
  if (!status.ok() || !keeps_alive) return;
  if (peer->has_input()) {
    // Behind those who wait; if there are too many, this peer must come again.
    waiting_.TryPush(std::move(peer));
  } else {
    acceptor_->Park(std::move(peer));
  }
}

std::variant<const HttpHandler*, HttpRefusal> SocketHttpServer::Route(
    const HttpHead& head) const {
  const auto find = [&head](const Handlers& handlers) -> const HttpHandler* {
    auto found = handlers.find(head.path);
    if (found == handlers.end()) {
      found = handlers.find(head.path.substr(0, head.path.rfind('/') + 1));
    }
    return found == handlers.end() ? nullptr : &found->second;
  };
  const HttpHandler* const get = find(get_handlers_);
  const HttpHandler* const post = find(post_handlers_);
  if (get == nullptr && post == nullptr) return HttpRefusal{404};
  if ((head.method == "GET" || head.method == "HEAD") && get != nullptr) {
    return get;
  }
  if (head.method == "POST" && post != nullptr) return post;
  return HttpRefusal{405};
}

}  // namespace

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Create(
    const HttpServerOptions& options) {
  EYRIE_ASSIGN_OR_RETURN(const Address address, ParseAddress(options.address));
  if (address.kind != Address::Kind::kTcp) {
    return absl::InvalidArgumentError(absl::StrCat(
        "HTTP listens on HOST:PORT only, not on ", options.address));
  }
  TlsContext tls;
  if (options.tls_cert.empty() != options.tls_key.empty()) {
    return absl::InvalidArgumentError(
        "HTTP over TLS needs both a certificate and a key");
  }
  if (!options.tls_client_ca.empty() && options.tls_cert.empty()) {
    return absl::InvalidArgumentError(
        "HTTP clients show certificates over TLS only: give the server a "
        "certificate and a key");
  }
  if (!options.tls_cert.empty()) {
    EYRIE_ASSIGN_OR_RETURN(tls,
                           MakeTlsContext(options.tls_cert, options.tls_key,
                                          options.tls_client_ca));
    // OpenSSL writes to sockets that the peer may have closed.
    signal(SIGPIPE, SIG_IGN);
  }
  auto server = std::make_unique<SocketHttpServer>(options, std::move(tls));
  EYRIE_RETURN_IF_ERROR(server->Open(address));
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
