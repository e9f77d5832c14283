// SPDX-License-Identifier: Apache-2.0

#include "common/http_server.h"

#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

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
#include "common/http_connection.h"
#include "common/http_request.h"
#include "common/metrics.h"
#include "common/open_metrics.h"
#include "common/status_macros.h"

namespace eyrie {
namespace {

constexpr absl::string_view kEndOfHead = "\r\n\r\n";

absl::string_view Reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 413:
      return "Content Too Large";
    case 417:
      return "Expectation Failed";
    case 431:
      return "Request Header Fields Too Large";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Status";
  }
}

HttpResponse Refuse(int status) {
  return {.status = status,
          .body = absl::StrCat("error ", status, " ", Reason(status), "\n")};
}

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
        waiting_(options.max_waiting) {}

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
    return absl::OkStatus();
  }

  void HandleGet(absl::string_view path, HttpHandler handler) override {
    get_handlers_[std::string(path)] = std::move(handler);
  }

  void HandlePost(absl::string_view path, HttpHandler handler) override {
    post_handlers_[std::string(path)] = std::move(handler);
  }

  void Start() override {
    acceptor_ = std::thread([this] { Accept(); });
    for (int i = 0; i < options_.threads; ++i) {
      workers_.emplace_back([this] {
        while (const std::optional<int> fd = waiting_.Pop()) Serve(*fd);
      });
    }
  }

  void Stop() override {
    if (!acceptor_.joinable()) return;
    const uint64_t one = 1;
    // Cannot fail: the counter is far from its limit.
    while (write(stop_fd_, &one, sizeof(one)) < 0 && errno == EINTR) {
    }
    // Wakes the acceptor where it waits for room.
    waiting_.Close();
    acceptor_.join();
    // Whoever was not accepted yet learns it now.
    close(std::exchange(listen_fd_, -1));
    for (std::thread& worker : workers_) worker.join();
  }

  const std::string& address() const override { return address_; }

 private:
  void Accept();
  // Answers the one request of a connection; owns `fd`.
  void Serve(int fd);
  absl::StatusOr<HttpResponse> Answer(HttpConnection& connection,
                                      absl::Time deadline, bool* is_head);
  // The handler of a request, or why it is refused.
  std::variant<const HttpHandler*, HttpRefusal> Route(
      const HttpHead& head) const;

  const HttpServerOptions options_;
  const TlsContext tls_;
  std::string address_;
  // Written before Start() only.
  std::map<std::string, HttpHandler, std::less<>> get_handlers_;
  std::map<std::string, HttpHandler, std::less<>> post_handlers_;
  int listen_fd_ = -1;
  int stop_fd_ = -1;
  BoundedQueue<int> waiting_;
  std::thread acceptor_;
  std::vector<std::thread> workers_;
};

void SocketHttpServer::Accept() {
  while (true) {
    pollfd fds[] = {{listen_fd_, POLLIN, 0}, {stop_fd_, POLLIN, 0}};
    if (poll(fds, 2, /*timeout=*/-1) < 0) continue;  // EINTR
    if (fds[1].revents != 0) return;
    const int fd = accept4(listen_fd_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd >= 0) {
      if (!waiting_.Push(fd)) close(fd);
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM ||
               errno == ENOBUFS) {
      // The connection stays where it is: without a pause this would spin.
      poll(fds + 1, 1, /*timeout=*/100);
    }
  }
}

void SocketHttpServer::Serve(int fd) {
  HttpConnection connection(fd, stop_fd_, tls_.get());
  const absl::Time deadline = absl::Now() + options_.io_timeout;
  if (!connection.Open(deadline).ok()) return;
  bool is_head = false;
  const absl::StatusOr<HttpResponse> response =
      Answer(connection, deadline, &is_head);
  // A peer that left or sent too slowly gets no answer.
  if (!response.ok()) return;
  const std::string head =
      absl::StrCat("HTTP/1.1 ", response->status, " ", Reason(response->status),
                   "\r\nContent-Type: ", response->content_type,
                   "\r\nContent-Length: ", response->body.size(),
                   "\r\nConnection: close\r\n\r\n");
  const absl::Time write_deadline = absl::Now() + options_.io_timeout;
  if (connection
          .Write(is_head ? head : absl::StrCat(head, response->body),
                 write_deadline)
          .ok()) {
    connection.Finish(write_deadline);
  }
}

absl::StatusOr<HttpResponse> SocketHttpServer::Answer(
    HttpConnection& connection, absl::Time deadline, bool* is_head) {
  std::string bytes;
  char buffer[4096];
  size_t end = std::string::npos;
  while (end == std::string::npos) {
    if (bytes.size() > kMaxHttpHeadBytes) return Refuse(431);
    EYRIE_ASSIGN_OR_RETURN(const size_t count,
                           connection.Read(buffer, sizeof(buffer), deadline));
    if (count == 0) return absl::UnavailableError("the peer left");
    // The end may lie across two reads.
    const size_t from = bytes.size() < 3 ? 0 : bytes.size() - 3;
    bytes.append(buffer, count);
    end = bytes.find(kEndOfHead.data(), from, kEndOfHead.size());
  }
  const size_t head_size = end + kEndOfHead.size();
  const auto parsed =
      ParseHttpHead(absl::string_view(bytes).substr(0, head_size));
  if (const auto* refusal = std::get_if<HttpRefusal>(&parsed)) {
    return Refuse(refusal->status);
  }
  const HttpHead& head = std::get<HttpHead>(parsed);
  *is_head = head.method == "HEAD";
  const auto route = Route(head);
  if (const auto* refusal = std::get_if<HttpRefusal>(&route)) {
    return Refuse(refusal->status);
  }
  if (head.content_length > options_.max_body_bytes) return Refuse(413);
  if (head.expects_continue) {
    EYRIE_RETURN_IF_ERROR(
        connection.Write("HTTP/1.1 100 Continue\r\n\r\n", deadline));
  }
  std::string body = bytes.substr(head_size);
  while (body.size() < head.content_length) {
    EYRIE_ASSIGN_OR_RETURN(const size_t count,
                           connection.Read(buffer, sizeof(buffer), deadline));
    if (count == 0) return absl::UnavailableError("the peer left");
    body.append(buffer, count);
  }
  // What follows would be a second request.
  body.resize(head.content_length);
  return (*std::get<const HttpHandler*>(route))(
      {.query = head.query,
       .content_type = head.content_type,
       .body = std::move(body)});
}

std::variant<const HttpHandler*, HttpRefusal> SocketHttpServer::Route(
    const HttpHead& head) const {
  const auto get = get_handlers_.find(head.path);
  const auto post = post_handlers_.find(head.path);
  if (get == get_handlers_.end() && post == post_handlers_.end()) {
    return HttpRefusal{404};
  }
  if ((head.method == "GET" || head.method == "HEAD") &&
      get != get_handlers_.end()) {
    return &get->second;
  }
  if (head.method == "POST" && post != post_handlers_.end()) {
    return &post->second;
  }
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
  if (!options.tls_cert.empty()) {
    EYRIE_ASSIGN_OR_RETURN(tls,
                           MakeTlsContext(options.tls_cert, options.tls_key));
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
