// SPDX-License-Identifier: Apache-2.0
//
// A server and a collector as separate programs on this machine.

#ifndef EYRIE_TESTS_TESTING_CLUSTER_H_
#define EYRIE_TESTS_TESTING_CLUSTER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "tests/testing/subprocess.h"

namespace eyrie::testing {

struct ClusterOptions {
  // Rule files or folders.
  std::vector<std::string> rules;
  // Scratch folder: data, logs.
  std::string directory;
  // Where the server listens for HTTP: on a port of its choice, unless somebody
  // has to know it beforehand.
  std::string http_listen = "127.0.0.1:0";
  std::vector<std::string> server_flags;
  std::vector<std::string> collector_flags;
};

// Thread safety: one thread.
class Cluster {
 public:
  explicit Cluster(ClusterOptions options);

  // Each waits until the program says that it listens. A server that is started
  // again listens on the port it had.
  absl::Status StartServer();
  absl::Status StartCollector();
  // SIGKILL, or SIGTERM with a check that the exit code is 0.
  void KillServer();
  absl::Status StopServer();
  void KillCollector();
  absl::Status StopCollector();
  // Waits until the node's collector is connected and has its configuration, so
  // that events from now on are reported.
  absl::Status WaitForNode();

  // Runs the CLI against this server.
  absl::StatusOr<RunResult> Cli(std::vector<std::string> arguments);
  // Polls `detections list` for rule `rule` until at least `count` are there,
  // and returns the JSON lines, newest first. Gives up when none has come for
  // `timeout`.
  absl::StatusOr<std::vector<std::string>> WaitForDetections(
      const std::string& rule, size_t count, absl::Duration timeout);

  const std::string& server_address() const { return server_address_; }
  const std::string& server_http() const { return server_http_; }
  const std::string& collector_http() const { return collector_http_; }
  Subprocess* server() { return server_.get(); }
  Subprocess* collector() { return collector_.get(); }

 private:
  const ClusterOptions options_;
  std::string server_address_ = "127.0.0.1:0";
  std::string server_http_;
  std::string collector_http_;
  std::unique_ptr<Subprocess> server_;
  std::unique_ptr<Subprocess> collector_;
};

}  // namespace eyrie::testing

#endif  // EYRIE_TESTS_TESTING_CLUSTER_H_
