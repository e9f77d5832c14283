// SPDX-License-Identifier: Apache-2.0
//
// Runs our programs as a user would, from a test.

#ifndef EYRIE_TESTS_TESTING_SUBPROCESS_H_
#define EYRIE_TESTS_TESTING_SUBPROCESS_H_

#include <sys/types.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace eyrie::testing {

// One running program. Collects what it prints. Killed, if it still runs, when
// the object dies; it dies with the test in any case (PR_SET_PDEATHSIG).
//
// Thread safety: one thread.
class Subprocess {
 public:
  // argv[0] is a path.
  static absl::StatusOr<std::unique_ptr<Subprocess>> Start(
      std::vector<std::string> argv);
  ~Subprocess();

  pid_t pid() const { return pid_; }
  // Waits until a line of standard output contains `text`, and returns it.
  // kDeadlineExceeded or, if the program ended, kAborted, with all output.
  absl::StatusOr<std::string> WaitForLine(const std::string& text,
                                          absl::Duration timeout);
  void Signal(int signal);
  // Waits for the end; returns the exit code, or 128 + signal.
  absl::StatusOr<int> Wait(absl::Duration timeout);
  bool running();

  std::string standard_output() const;
  std::string standard_error() const;

 private:
  Subprocess() = default;
  void Reap();

  pid_t pid_ = -1;
  int status_ = 0;
  bool ended_ = false;
  std::vector<std::thread> readers_;
  mutable absl::Mutex mutex_;
  std::string out_ ABSL_GUARDED_BY(mutex_);
  std::string err_ ABSL_GUARDED_BY(mutex_);
  int open_pipes_ ABSL_GUARDED_BY(mutex_) = 0;
};

// Runs a program to its end.
struct RunResult {
  int exit_code = 0;
  std::string out;
  std::string err;
};
absl::StatusOr<RunResult> Run(std::vector<std::string> argv,
                              absl::Duration timeout = absl::Seconds(60));

// The test's scratch folder as the kernel names it: absolute, no doubled slash.
std::string TestDirectory();

// Path of a file that the build made, e.g. "server/eyrie-server".
std::string BuiltFile(const std::string& path);

}  // namespace eyrie::testing

#endif  // EYRIE_TESTS_TESTING_SUBPROCESS_H_
