// SPDX-License-Identifier: Apache-2.0
//
// What the command's exit code says.

#ifndef EYRIE_CLIENTS_CLI_EXIT_CODE_H_
#define EYRIE_CLIENTS_CLI_EXIT_CODE_H_

#include "absl/status/status.h"

namespace eyrie::cli {

enum class ExitCode {
  kDone = 0,
  // The operation failed, or a check found errors.
  kFailed = 1,
  // The command line is wrong.
  kUsage = 2,
  // The server cannot be reached, or does not let us.
  kUnreachable = 3,
};

// The code for how an operation ended; for the command line see kUsage.
inline ExitCode ExitCodeFor(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return ExitCode::kDone;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kPermissionDenied:
      return ExitCode::kUnreachable;
    default:
      return ExitCode::kFailed;
  }
}

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_EXIT_CODE_H_
