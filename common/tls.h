// SPDX-License-Identifier: Apache-2.0
//
// gRPC credentials for the two ends of a connection.
//
// Mutual TLS: both ends show a certificate and check the other's against their
// authority. Files are read again when they change; a connection that exists
// keeps what it began with. Replace files by renaming: between the two renames
// of a certificate and its key new handshakes may fail, and are tried again.
//
// Plain text goes only where nobody else can listen: to loopback addresses and
// unix sockets, unless the operator insists.

#ifndef EYRIE_COMMON_TLS_H_
#define EYRIE_COMMON_TLS_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace grpc {
class ChannelCredentials;
class ServerCredentials;
}  // namespace grpc

namespace eyrie {

struct TlsOptions {
  // PEM files: all three or none.
  std::string ca;    // authorities that sign the other end's certificate
  std::string cert;  // our certificate, then those between it and its authority
  std::string key;   // its key, not encrypted
  // Allows plain text beyond this machine.
  bool is_insecure_allowed = false;
  // How often files are looked at, in whole seconds, at least one.
  absl::Duration refresh_interval = absl::Seconds(10);
};

// Checks that all three files can be read and used at `now`.
//
// kInvalidArgument if one is not given or no PEM, if the key is not the
// certificate's, kFailedPrecondition if a certificate has expired or is not
// valid yet, and what ReadFile() returns; each names the file.
absl::Status CheckTlsFiles(const TlsOptions& options, absl::Time now);

// What a server needs that listens on `address` ("host:port", "unix:path"). A
// client that shows no certificate of our authority is refused. Logs a warning
// if traffic will be readable on the network.
//
// Errors as CheckTlsFiles(), and kFailedPrecondition for plain text that is not
// allowed.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeServerCredentials(
    absl::string_view address, const TlsOptions& options);

// What a client needs that connects to `address`, whose host must be a name or
// address of the server's certificate. Otherwise as above.
absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>>
MakeChannelCredentials(absl::string_view address, const TlsOptions& options);

}  // namespace eyrie

#endif  // EYRIE_COMMON_TLS_H_
