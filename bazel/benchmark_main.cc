// SPDX-License-Identifier: Apache-2.0
//
// Runs the benchmarks of a program, briefly when Bazel runs it as a test.

#include <cstdlib>
#include <vector>

#include "benchmark/benchmark.h"

int main(int argc, char** argv) {
  std::vector<char*> arguments(argv, argv + argc);
  // A test shows that the benchmark still runs; its numbers mean nothing on a
  // machine that runs other tests at the same time. `bazel run` and a direct
  // call do not set TEST_TMPDIR.
  char min_time[] = "--benchmark_min_time=0.001";
  if (std::getenv("TEST_TMPDIR") != nullptr) {
    // Before the caller's own flags, which win.
    arguments.insert(arguments.begin() + 1, min_time);
  }
  int count = static_cast<int>(arguments.size());
  arguments.push_back(nullptr);
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
