// SPDX-License-Identifier: Apache-2.0

#include "tests/testing/cluster.h"

#include <signal.h>

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"

#include "common/status_macros.h"

namespace eyrie::testing {
namespace {

constexpr absl::Duration kStartTimeout = absl::Seconds(30);

// Value of `key=` in "listening grpc=HOST:PORT http=HOST:PORT".
std::string ValueOf(const std::string& line, const std::string& key) {
  for (absl::string_view word : absl::StrSplit(line, ' ')) {
    if (absl::ConsumePrefix(&word, key + "=")) return std::string(word);
  }
  return "";
}

}  // namespace

Cluster::Cluster(ClusterOptions options)
    : options_(std::move(options)), server_http_(options_.http_listen) {}

absl::Status Cluster::StartServer() {
  std::vector<std::string> argv = {BuiltFile("server/eyrie-server"),
                                   "--data-dir",
                                   options_.directory + "/data",
                                   "--listen",
                                   server_address_,
                                   "--http-listen",
                                   server_http_};
  for (const std::string& rules : options_.rules) {
    argv.insert(argv.end(), {"--rules", rules});
  }
  argv.insert(argv.end(), options_.server_flags.begin(),
              options_.server_flags.end());
  EYRIE_ASSIGN_OR_RETURN(server_, Subprocess::Start(std::move(argv)));
  EYRIE_ASSIGN_OR_RETURN(const std::string line,
                         server_->WaitForLine("listening", kStartTimeout));
  server_address_ = ValueOf(line, "grpc");
  server_http_ = ValueOf(line, "http");
  return absl::OkStatus();
}

absl::Status Cluster::StartCollector() {
  std::vector<std::string> argv = {BuiltFile("collector/eyrie-collector"),
                                   "--server",
                                   server_address_,
                                   "--node",
                                   "test-node",
                                   "--http-listen",
                                   "127.0.0.1:0"};
  argv.insert(argv.end(), options_.collector_flags.begin(),
              options_.collector_flags.end());
  EYRIE_ASSIGN_OR_RETURN(collector_, Subprocess::Start(std::move(argv)));
  EYRIE_ASSIGN_OR_RETURN(const std::string line,
                         collector_->WaitForLine("listening", kStartTimeout));
  collector_http_ = ValueOf(line, "http");
  return absl::OkStatus();
}

void Cluster::KillServer() {
  server_->Signal(SIGKILL);
  server_->Wait(kStartTimeout).IgnoreError();
}

absl::Status Cluster::StopServer() {
  server_->Signal(SIGTERM);
  EYRIE_ASSIGN_OR_RETURN(const int code, server_->Wait(kStartTimeout));
  if (code == 0) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("the server ended with ", code, ":\n",
                                          server_->standard_error()));
}

void Cluster::KillCollector() {
  collector_->Signal(SIGKILL);
  collector_->Wait(kStartTimeout).IgnoreError();
}

absl::Status Cluster::StopCollector() {
  collector_->Signal(SIGTERM);
  EYRIE_ASSIGN_OR_RETURN(const int code, collector_->Wait(kStartTimeout));
  if (code == 0) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("the collector ended with ", code,
                                          ":\n", collector_->standard_error()));
}

absl::Status Cluster::WaitForNode() {
  const absl::Time deadline = absl::Now() + kStartTimeout;
  std::string last;
  while (absl::Now() < deadline) {
    EYRIE_ASSIGN_OR_RETURN(const RunResult result,
                           Cli({"nodes", "get", "test-node", "-o", "json"}));
    last = result.out + result.err;
    if (result.exit_code == 0 && absl::StrContains(result.out, "CONNECTED") &&
        !absl::StrContains(result.out, "DISCONNECTED") &&
        absl::StrContains(result.out, "configVersion")) {
      return absl::OkStatus();
    }
    absl::SleepFor(absl::Milliseconds(50));
  }
  return absl::DeadlineExceededError(
      absl::StrCat("the node did not connect: ", last, "\ncollector:\n",
                   collector_->standard_error()));
}

absl::StatusOr<RunResult> Cluster::Cli(std::vector<std::string> arguments) {
  std::vector<std::string> argv = {BuiltFile("clients/cli/eyrie"), "--server",
                                   server_address_};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return Run(std::move(argv));
}

absl::StatusOr<std::vector<std::string>> Cluster::WaitForDetections(
    const std::string& rule, size_t count, absl::Duration timeout) {
  absl::Time deadline = absl::Now() + timeout;
  size_t most = 0;
  while (true) {
    EYRIE_ASSIGN_OR_RETURN(const RunResult result,
                           Cli({"detections", "list", "--rule", rule, "--limit",
                                "100000", "-o", "json"}));
    std::vector<std::string> lines =
        absl::StrSplit(result.out, '\n', absl::SkipEmpty());
    if (result.exit_code == 0 && lines.size() >= count) return lines;
    if (lines.size() > most) {
      most = lines.size();
      deadline = absl::Now() + timeout;
    }
    if (absl::Now() >= deadline) {
      return absl::DeadlineExceededError(absl::StrCat(
          lines.size(), " detections of \"", rule, "\" instead of ", count,
          "; ", result.err, "\nserver:\n", server_->standard_error()));
    }
    absl::SleepFor(absl::Milliseconds(50));
  }
}

}  // namespace eyrie::testing
