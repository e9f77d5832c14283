// SPDX-License-Identifier: Apache-2.0
//
// What the kernel measures of programs.

#ifndef EYRIE_COLLECTOR_SOURCE_PROGRAM_RUNS_H_
#define EYRIE_COLLECTOR_SOURCE_PROGRAM_RUNS_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"

#include "collector/source/event_source.h"

namespace eyrie::collector {

// The kernel measures the runs of all programs while one of these lives, which
// costs each run some 50 ns.
class RunMeasurement {
 public:
  // The kernel's error, if it does not.
  static absl::StatusOr<std::unique_ptr<RunMeasurement>> Start();
  ~RunMeasurement();
  RunMeasurement(const RunMeasurement&) = delete;
  RunMeasurement& operator=(const RunMeasurement&) = delete;

 private:
  explicit RunMeasurement(int fd) : fd_(fd) {}

  const int fd_;
};

// The runs of the program behind descriptor `fd`, under `name`; none if the
// kernel does not say. What a program jumps to counts as its own.
ProgramRuns ReadProgramRuns(int fd, const std::string& name);

// How often the program was not run because it was running on that CPU.
uint64_t ReadMisses(int fd);

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_SOURCE_PROGRAM_RUNS_H_
