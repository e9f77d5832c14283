// SPDX-License-Identifier: Apache-2.0
//
// One run of the CLI: its options, its streams, its connection.

#ifndef EYRIE_CLIENTS_CLI_SESSION_H_
#define EYRIE_CLIENTS_CLI_SESSION_H_

#include <cstddef>
#include <istream>
#include <memory>
#include <ostream>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"

#include "clients/cli/connection.h"
#include "clients/cli/options.h"
#include "common/clock.h"

namespace eyrie::cli {

// Where a run reads and writes. Borrows all.
struct Environment {
  // For what a command takes from a pipe; null: nothing can be read.
  std::istream* in = nullptr;
  std::ostream* out = nullptr;
  std::ostream* err = nullptr;
  // Columns of the terminal that `out` is; 0 if it is none.
  size_t out_width = 0;
  absl::TimeZone zone = absl::UTCTimeZone();
  const Clock* clock = Clock::Real();
};

// Thread safety: one thread.
class Session {
 public:
  explicit Session(const Environment& environment)
      : environment_(environment) {}

  GlobalOptions& options() { return options_; }
  const GlobalOptions& options() const { return options_; }
  // REQUIRES: the environment has it, as in the program.
  std::istream& in() const { return *environment_.in; }
  std::ostream& out() const { return *environment_.out; }
  std::ostream& err() const { return *environment_.err; }
  size_t out_width() const { return environment_.out_width; }
  absl::TimeZone zone() const { return environment_.zone; }
  absl::Time Now() const { return environment_.clock->Now(); }

  // The connection to --server, made at the first call. Fails only on mistakes
  // of the options; whether the server is there, the first request tells.
  absl::StatusOr<Connection*> Connect();
  // Whether Connect() failed: a mistake of the command line.
  bool has_bad_options() const { return has_bad_options_; }

  // Prints `message` as a line of JSON.
  void PrintJson(const google::protobuf::Message& message) const;

 private:
  const Environment environment_;
  GlobalOptions options_;
  std::unique_ptr<Connection> connection_;
  bool has_bad_options_ = false;
};

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_SESSION_H_
