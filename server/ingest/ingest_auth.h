// SPDX-License-Identifier: Apache-2.0
//
// Decides who may send events over HTTP.

#ifndef EYRIE_SERVER_INGEST_INGEST_AUTH_H_
#define EYRIE_SERVER_INGEST_INGEST_AUTH_H_

#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

#include "common/clock.h"
#include "common/http_message.h"

namespace eyrie::server {

struct IngestAuthOptions {
  // File with the token that a request shows as `Authorization: Bearer TOKEN`;
  // white space around it does not count. Empty: no token is good.
  std::string token_file;
  // Whether requests may show a client certificate instead; the HTTP server has
  // checked it.
  bool takes_certificates = false;
  // Whether the server listens on this machine only, so that without the two
  // above anybody here may send.
  bool is_local = false;
  // How often the file is looked at.
  absl::Duration refresh_interval = absl::Seconds(10);
};

// Thread safety: all methods may be called from any thread.
class IngestAuth {
 public:
  // Shortest token: 16 bytes drawn at random cannot be guessed.
  static constexpr size_t kMinTokenBytes = 16;

  // Reads the token. Errors as ReadFile() has them, kInvalidArgument for one
  // that is too short; both name the file and the way out. Borrows `clock`.
  static absl::StatusOr<std::unique_ptr<IngestAuth>> Create(
      const IngestAuthOptions& options, const Clock* clock);

  // kUnauthenticated without a good token or certificate; kPermissionDenied if
  // none would help. Says what to do.
  absl::Status Check(const HttpRequest& request);

 private:
  IngestAuth(const IngestAuthOptions& options, const Clock* clock,
             std::string token);

  // The token as the file had it lately. A file that cannot be read or is no
  // good leaves the one before in force, and the log says so.
  std::string CurrentToken();

  const IngestAuthOptions options_;
  const Clock* const clock_;
  absl::Mutex mutex_;
  std::string token_ ABSL_GUARDED_BY(mutex_);
  absl::Time read_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_INGEST_INGEST_AUTH_H_
