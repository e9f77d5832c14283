// SPDX-License-Identifier: Apache-2.0
//
// A server's end of one TCP connection, plain or TLS, with deadlines.

#ifndef EYRIE_COMMON_HTTP_CONNECTION_H_
#define EYRIE_COMMON_HTTP_CONNECTION_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

struct ssl_ctx_st;
struct ssl_st;

namespace eyrie {

// Releases an OpenSSL context.
struct TlsContextDeleter {
  void operator()(ssl_ctx_st* context) const;
};
using TlsContext = std::unique_ptr<ssl_ctx_st, TlsContextDeleter>;

// A context that shows the certificate chain of the PEM file `cert` with the
// key of the file `key`, for TLS 1.2 and newer. With `client_ca`, a file of
// authorities, clients are asked for a certificate: one that does not hold ends
// the connection, none does not. kInvalidArgument with the file's name and the
// reason.
absl::StatusOr<TlsContext> MakeTlsContext(const std::string& cert,
                                          const std::string& key,
                                          const std::string& client_ca);

// Thread safety: one thread at a time.
class HttpConnection {
 public:
  // Owns `fd`, which becomes non-blocking. Borrows `context`, null for plain
  // text, and `stop_fd`: reading ends once that can be read.
  HttpConnection(int fd, int stop_fd, ssl_ctx_st* context);
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  // Shakes hands where the connection is TLS; nothing the second time.
  absl::Status Open(absl::Time deadline);
  // Whether the peer has shown a certificate of the context's authorities.
  bool has_client_certificate() const;
  // Whether bytes were received that nobody has read yet, so that waiting for
  // the socket may wait in vain.
  bool has_buffered_bytes() const;
  int fd() const { return fd_; }
  // Reads what there is, at most `size` bytes, at least one; 0 at the end.
  absl::StatusOr<size_t> Read(char* buffer, size_t size, absl::Time deadline);
  absl::Status Write(absl::string_view bytes, absl::Time deadline);
  // Says that nothing follows, then drops what the peer still sends, so that
  // what was written arrives: a socket that is closed with bytes unread takes
  // its answer back. Gives up after a limit of bytes.
  void Finish(absl::Time deadline);

 private:
  // Waits until the socket can be read or, if `for_write`, written.
  absl::Status Wait(bool for_write, absl::Time deadline);
  // Waits as OpenSSL asks after `result`; an error if it asks for nothing.
  absl::Status WaitForTls(int result, absl::Time deadline);

  const int fd_;
  const int stop_fd_;
  ssl_st* ssl_ = nullptr;  // owned; null for plain text
  bool is_open_ = false;   // whether hands were shaken
};

}  // namespace eyrie

#endif  // EYRIE_COMMON_HTTP_CONNECTION_H_
