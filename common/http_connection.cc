// SPDX-License-Identifier: Apache-2.0

#include "common/http_connection.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "common/status_macros.h"

namespace eyrie {
namespace {

// What a peer may still send after its answer, bytes; beyond, the connection is
// cut. Enough for the rest of a body that was refused in time.
constexpr size_t kMaxDroppedBytes = 1 << 20;

// What OpenSSL says about its last failure.
std::string OpensslError() {
  char text[256];
  ERR_error_string_n(ERR_get_error(), text, sizeof(text));
  ERR_clear_error();
  return text;
}

}  // namespace

void TlsContextDeleter::operator()(ssl_ctx_st* context) const {
  SSL_CTX_free(context);
}

absl::StatusOr<TlsContext> MakeTlsContext(const std::string& cert,
                                          const std::string& key,
                                          const std::string& client_ca) {
  ERR_clear_error();
  TlsContext context(SSL_CTX_new(TLS_server_method()));
  if (context == nullptr) {
    return absl::InternalError(
        absl::StrCat("making a TLS context: ", OpensslError()));
  }
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  if (SSL_CTX_use_certificate_chain_file(context.get(), cert.c_str()) != 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("HTTP certificate ", cert, ": ", OpensslError()));
  }
  // Also fails if the key is of another certificate.
  if (SSL_CTX_use_PrivateKey_file(context.get(), key.c_str(),
                                  SSL_FILETYPE_PEM) != 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("HTTP key ", key, ": ", OpensslError()));
  }
  if (client_ca.empty()) return context;
  if (SSL_CTX_load_verify_locations(context.get(), client_ca.c_str(),
                                    nullptr) != 1) {
    return absl::InvalidArgumentError(absl::StrCat(
        "HTTP client authorities ", client_ca, ": ", OpensslError()));
  }
  SSL_CTX_set_client_CA_list(context.get(),
                             SSL_load_client_CA_file(client_ca.c_str()));
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  // Without one, sessions of verified clients cannot be resumed.
  constexpr unsigned char kSessions[] = "eyrie";
  SSL_CTX_set_session_id_context(context.get(), kSessions,
                                 sizeof(kSessions) - 1);
  return context;
}

HttpConnection::HttpConnection(int fd, int stop_fd, ssl_ctx_st* context)
    : fd_(fd), stop_fd_(stop_fd) {
  fcntl(fd_, F_SETFL, fcntl(fd_, F_GETFL) | O_NONBLOCK);
  if (context == nullptr) return;
  ssl_ = SSL_new(context);
  if (ssl_ != nullptr) SSL_set_fd(ssl_, fd_);
}

HttpConnection::~HttpConnection() {
  SSL_free(ssl_);
  close(fd_);
}

absl::Status HttpConnection::Wait(bool for_write, absl::Time deadline) {
  while (true) {
    const absl::Duration left = deadline - absl::Now();
    if (left <= absl::ZeroDuration()) {
      return absl::DeadlineExceededError("the peer is too slow");
    }
    pollfd fds[] = {{fd_, static_cast<short>(for_write ? POLLOUT : POLLIN), 0},
                    {stop_fd_, POLLIN, 0}};
    // What is being answered is answered to its end.
    const int count =
        poll(fds, for_write ? 1 : 2,
             static_cast<int>(std::min<int64_t>(
                 absl::ToInt64Milliseconds(left) + 1, INT32_MAX)));
    if (count < 0 && errno != EINTR) return absl::ErrnoToStatus(errno, "poll");
    if (fds[0].revents != 0) return absl::OkStatus();
    if (count > 0) return absl::CancelledError("the server stops");
  }
}

absl::Status HttpConnection::WaitForTls(int result, absl::Time deadline) {
  switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_WANT_READ:
      return Wait(/*for_write=*/false, deadline);
    case SSL_ERROR_WANT_WRITE:
      return Wait(/*for_write=*/true, deadline);
    default:
      return absl::UnavailableError(absl::StrCat("TLS: ", OpensslError()));
  }
}

absl::Status HttpConnection::Open(absl::Time deadline) {
  if (ssl_ == nullptr || is_open_) return absl::OkStatus();
  while (true) {
    ERR_clear_error();
    const int result = SSL_accept(ssl_);
    if (result == 1) {
      is_open_ = true;
      return absl::OkStatus();
    }
    EYRIE_RETURN_IF_ERROR(WaitForTls(result, deadline));
  }
}

bool HttpConnection::has_client_certificate() const {
  // SSL_get_verify_result() alone is also fine without a certificate.
  return ssl_ != nullptr && SSL_get0_peer_certificate(ssl_) != nullptr &&
         SSL_get_verify_result(ssl_) == X509_V_OK;
}

bool HttpConnection::has_buffered_bytes() const {
  return ssl_ != nullptr && SSL_has_pending(ssl_) == 1;
}

absl::StatusOr<size_t> HttpConnection::Read(char* buffer, size_t size,
                                            absl::Time deadline) {
  while (true) {
    if (ssl_ != nullptr) {
      ERR_clear_error();
      const int result = SSL_read(
          ssl_, buffer, static_cast<int>(std::min<size_t>(size, INT32_MAX)));
      if (result > 0) return result;
      if (SSL_get_error(ssl_, result) == SSL_ERROR_ZERO_RETURN) return 0;
      EYRIE_RETURN_IF_ERROR(WaitForTls(result, deadline));
      continue;
    }
    EYRIE_RETURN_IF_ERROR(Wait(/*for_write=*/false, deadline));
    const ssize_t count = recv(fd_, buffer, size, 0);
    if (count >= 0) return count;
    if (errno != EINTR && errno != EAGAIN) {
      return absl::ErrnoToStatus(errno, "reading a request");
    }
  }
}

absl::Status HttpConnection::Write(absl::string_view bytes,
                                   absl::Time deadline) {
  while (!bytes.empty()) {
    if (ssl_ != nullptr) {
      ERR_clear_error();
      const int result = SSL_write(
          ssl_, bytes.data(),
          static_cast<int>(std::min<size_t>(bytes.size(), INT32_MAX)));
      if (result <= 0) {
        EYRIE_RETURN_IF_ERROR(WaitForTls(result, deadline));
        continue;
      }
      bytes.remove_prefix(result);
      continue;
    }
    EYRIE_RETURN_IF_ERROR(Wait(/*for_write=*/true, deadline));
    const ssize_t count = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count >= 0) {
      bytes.remove_prefix(count);
    } else if (errno != EINTR && errno != EAGAIN) {
      return absl::ErrnoToStatus(errno, "writing an answer");
    }
  }
  return absl::OkStatus();
}

void HttpConnection::Finish(absl::Time deadline) {
  // Without an answer from the peer: it closes anyway.
  if (ssl_ != nullptr) SSL_shutdown(ssl_);
  shutdown(fd_, SHUT_WR);
  char buffer[4096];
  for (size_t dropped = 0; dropped < kMaxDroppedBytes;) {
    if (!Wait(/*for_write=*/false, deadline).ok()) return;
    const ssize_t count = recv(fd_, buffer, sizeof(buffer), 0);
    if (count <= 0) return;
    dropped += count;
  }
}

}  // namespace eyrie
