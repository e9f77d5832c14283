// SPDX-License-Identifier: Apache-2.0
//
// How many events a second the sensor and the reader of its rings take while
// producers call without a pause on the same CPUs.
//
// Usage: overload_benchmark [--smoke] [--seconds=N] [--producers=N] [--open]
//                           [--reader-nice=N]
//
// Reads with the default rings as the collector does, up to the process table,
// and prints rates, losses, the reading thread's CPU time per record, and the
// memory of this process beside the rings. Fails if one record is neither read
// nor counted as lost, or if a process was lost. The call that is reported is
// an empty one, or with --open the open of a file.

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"

#include "collector/source/event_source.h"
#include "proto/record.h"
#include "tests/testing/bpf_support.h"
#include "tests/testing/overload.h"
#include "tests/testing/sequence_ledger.h"

namespace eyrie::testing {
namespace {

using collector::SourceLoss;

// Nobody else makes these two: what comes is the producers'.
void CallNothing() { syscall(SYS_sched_get_priority_min, 0); }
void OpenFile() {
  close(static_cast<int>(syscall(SYS_creat, "/dev/null", 0600)));
}

// Resident memory of this process without the maps of the sensor.
double ResidentMegabytes() {
  std::ifstream file("/proc/self/smaps");
  std::string line;
  bool is_map = false;
  double kilobytes = 0;
  while (std::getline(file, line)) {
    const std::string word = line.substr(0, line.find(' '));
    if (!absl::EndsWith(word, ":")) {
      is_map = absl::StrContains(line, "bpf-map");
    } else if (word == "Rss:" && !is_map) {
      kilobytes += std::atof(line.c_str() + word.size());
    }
  }
  return kilobytes / 1024;
}

using Number = unsigned long long;

void PrintResult(const OverloadResult& result) {
  const double seconds = absl::ToDoubleSeconds(result.elapsed);
  const auto rate = [seconds](uint64_t count) {
    return static_cast<double>(count) / seconds;
  };
  const auto cost = [&result](absl::Duration cpu) {
    return absl::ToDoubleNanoseconds(cpu) /
           static_cast<double>(std::max<uint64_t>(result.records, 1));
  };
  std::printf("producers: %.1f s, %llu calls, %.0f/s, %.0f ns of CPU each\n",
              seconds, Number{result.generated}, rate(result.generated),
              absl::ToDoubleNanoseconds(result.producers_cpu) /
                  static_cast<double>(std::max<uint64_t>(result.generated, 1)));
  std::printf("received:  %llu records, %.0f/s\n", Number{result.received},
              rate(result.received));
  std::printf("lost:      %llu, %.2f %% of the calls\n", Number{result.lost},
              100.0 * static_cast<double>(result.lost) /
                  static_cast<double>(result.generated));
  std::printf(
      "processes: %llu made, %llu begun, %llu ended, %llu of %llu "
      "records lost\n",
      Number{result.processes_made}, Number{result.processes_begun},
      Number{result.processes_ended}, Number{result.lifecycle.missing()},
      Number{result.lifecycle.made});
  std::printf(
      "CPU per record: %.0f ns (reading %.0f, process table %.0f), "
      "%.0f records a poll\n",
      cost(result.reading_cpu + result.learning_cpu), cost(result.reading_cpu),
      cost(result.learning_cpu),
      static_cast<double>(result.records) / static_cast<double>(result.polls));
  std::printf("memory beside the sensor's maps: %.1f MB\n",
              ResidentMegabytes());
}

bool IsExact(const OverloadResult& result) {
  return result.received + result.lost == result.generated &&
         result.events.missing() ==
             LostFor(SourceLoss::Reason::kEventRingFull, result.losses) &&
         result.lifecycle.missing() == 0 &&
         LostFor(SourceLoss::Reason::kLifecycleRingFull, result.losses) == 0 &&
         result.processes_begun == result.processes_made &&
         result.processes_ended == result.processes_made;
}

int Main(int argc, char** argv) {
  OverloadOptions options{.call = CallNothing,
                          .type = EYRIE_EVENT_sched_get_priority_min,
                          .duration = absl::Seconds(30)};
  for (int i = 1; i < argc; ++i) {
    absl::string_view argument = argv[i];
    double seconds;
    if (argument == "--smoke") {
      options.duration = absl::Milliseconds(300);
    } else if (argument == "--open") {
      options.call = OpenFile;
      options.type = EYRIE_EVENT_creat;
    } else if (absl::ConsumePrefix(&argument, "--seconds=") &&
               absl::SimpleAtod(argument, &seconds)) {
      options.duration = absl::Seconds(seconds);
    } else if (absl::ConsumePrefix(&argument, "--producers=")
                   ? !absl::SimpleAtoi(argument, &options.producers)
                   : !absl::ConsumePrefix(&argument, "--reader-nice=") ||
                         !absl::SimpleAtoi(argument, &options.reader_nice)) {
      std::fprintf(stderr, "unknown argument %s\n", argv[i]);
      return 2;
    }
  }
  if (const std::string reason = WhyNoBpf(); !reason.empty()) {
    std::printf("EYRIE_SKIP: %s\n", reason.c_str());
    return 0;
  }
  const auto result = RunOverload(options);
  if (!result.ok()) {
    std::fprintf(stderr, "%s\n", result.status().ToString().c_str());
    return 1;
  }
  PrintResult(*result);
  if (IsExact(*result)) return 0;
  std::fprintf(stderr, "the book does not balance\n");
  return 1;
}

}  // namespace
}  // namespace eyrie::testing

int main(int argc, char** argv) { return eyrie::testing::Main(argc, argv); }
