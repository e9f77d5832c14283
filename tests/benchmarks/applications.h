// SPDX-License-Identifier: Apache-2.0
//
// Programs that people run, under load.

#ifndef EYRIE_TESTS_BENCHMARKS_APPLICATIONS_H_
#define EYRIE_TESTS_BENCHMARKS_APPLICATIONS_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace eyrie::testing {

// What one run took.
struct ApplicationRun {
  absl::Duration elapsed;
  // CPU time of the application and of what puts it under load.
  absl::Duration cpu;
};

// Ready to be used as long as it lives.
//
// Thread safety: one thread.
class Application {
 public:
  virtual ~Application() = default;
  // One run of the same work. Fails if a program does.
  virtual absl::StatusOr<ApplicationRun> Run() = 0;
};

struct ApplicationOptions {
  // Made; everything that the application writes is below it.
  std::string folder;
  // Operations of one run.
  int operations = 1;
};

// Each is kNotFound, with the package that is missing, where the application is
// not installed; and listens on a free port of 127.0.0.1.

// redis-server, without files; its operation is a GET of redis-benchmark with
// 50 connections.
absl::StatusOr<std::unique_ptr<Application>> KeyValueServer(
    const ApplicationOptions& options);
// nginx with one process; its operation is a file of 1 KiB for ab, which keeps
// 16 connections.
absl::StatusOr<std::unique_ptr<Application>> WebServer(
    const ApplicationOptions& options);
// g++, one file after the other.
absl::StatusOr<std::unique_ptr<Application>> CompileJob(
    const ApplicationOptions& options);

}  // namespace eyrie::testing

#endif  // EYRIE_TESTS_BENCHMARKS_APPLICATIONS_H_
