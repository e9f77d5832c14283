// SPDX-License-Identifier: Apache-2.0
//
// What programs that people run lose to the sensor.
//
//   application_benchmark [--smoke] [--rounds=N]
//
// A key-value server and a web server under load, and a compile job, each do
// the same work in turn: without a sensor; with a server and a collector whose
// rules want the ends of processes, which take no hook of system calls; with
// rules that want a call which none of them makes, so that the hook is there;
// and with all rules of our library. Prints, for each, the median of the
// rounds' ratios to the run without a sensor of the same round, and the
// quartiles: of the speed, in which the CPU time of collector and server shows
// when the machine has none left; and of the CPU time that the application
// takes for the same work, which depends less on what else runs.
//
// Other sensors must not run on the machine: their hooks slow all runs down. An
// application that is not installed is left out, and it is said what to
// install.

#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "tests/benchmarks/applications.h"
#include "tests/testing/bpf_support.h"
#include "tests/testing/cluster.h"
#include "tests/testing/subprocess.h"

namespace eyrie::testing {
namespace {

void Check(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "application_benchmark: %s\n",
               status.ToString().c_str());
  std::exit(1);
}

struct Workload {
  std::string name;
  int operations;
  std::unique_ptr<Application> application;
  // [condition][round], relative to the first condition of the round.
  std::vector<std::vector<double>> speeds = {};
  std::vector<std::vector<double>> costs = {};
  // Operations a second without a sensor, by round.
  std::vector<double> rates = {};
};

struct Condition {
  std::string name;
  // Rule file or folder; none: no sensor.
  std::string rules;
};

struct Quartiles {
  double lower;
  double median;
  double upper;
};

Quartiles QuartilesOf(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t last = values.size() - 1;
  return {values[last / 4], values[last / 2], values[last - last / 4]};
}

// CPU time of a running process so far.
absl::Duration CpuOf(pid_t pid) {
  clockid_t clock;
  timespec time = {};
  if (clock_getcpuclockid(pid, &clock) == 0) clock_gettime(clock, &time);
  return absl::DurationFromTimespec(time);
}

// Waits until the programs are through with what they do at their start: until
// they take less than a twentieth of a CPU, or for kMostPauses.
void AwaitCalm(Cluster& sensor) {
  constexpr absl::Duration kPause = absl::Milliseconds(500);
  constexpr int kMostPauses = 20;
  const auto cpu = [&] {
    return CpuOf(sensor.server()->pid()) + CpuOf(sensor.collector()->pid());
  };
  for (int i = 0; i < kMostPauses; ++i) {
    const absl::Duration before = cpu();
    absl::SleepFor(kPause);
    if (cpu() - before < kPause / 20) return;
  }
}

class Benchmark {
 public:
  Benchmark(int rounds, bool is_smoke)
      : rounds_(rounds),
        folder_(absl::StrCat(TestDirectory(), "/applications-", getpid())) {
    std::filesystem::create_directories(folder_);
    conditions_ = {
        {"no sensor", ""},
        {"life cycle", WriteRule("life_cycle", "evt.type = procexit")},
        {"other call", WriteRule("other_call", "evt.type = setns")},
        {"our library", BuiltFile("rules/library")}};
    Add("redis GET", KeyValueServer, is_smoke ? 1'000 : 100'000);
    Add("nginx, 1 KiB", WebServer, is_smoke ? 1'000 : 30'000);
    Add("g++, a file", CompileJob, is_smoke ? 1 : 3);
  }
  ~Benchmark() {
    workloads_.clear();
    std::filesystem::remove_all(folder_);
  }

  void Run() {
    for (int round = 0; round < rounds_; ++round) {
      for (size_t i = 0; i < conditions_.size(); ++i) {
        RunUnder((i + static_cast<size_t>(round)) % conditions_.size());
      }
      Compare();
      std::fprintf(stderr, "round %d of %d\n", round + 1, rounds_);
    }
    for (const Workload& workload : workloads_) Print(workload);
  }

 private:
  using Maker =
      absl::StatusOr<std::unique_ptr<Application>>(const ApplicationOptions&);

  void Add(const std::string& name, Maker* make, int operations) {
    const std::string folder =
        absl::StrCat(folder_, "/", workloads_.size(), "-application");
    std::filesystem::create_directories(folder);
    auto application = make({.folder = folder, .operations = operations});
    if (absl::IsNotFound(application.status())) {
      std::printf("%s is left out: %s\n", name.c_str(),
                  std::string(application.status().message()).c_str());
      return;
    }
    Check(application.status());
    workloads_.push_back({name, operations, *std::move(application)});
    workloads_.back().speeds.resize(conditions_.size());
    workloads_.back().costs.resize(conditions_.size());
  }

  // A rule that wants `events` and never holds.
  std::string WriteRule(const std::string& name, const std::string& events) {
    const std::string path = absl::StrCat(folder_, "/", name, ".yaml");
    std::ofstream(path) << "- rule: Never\n  desc: benchmark\n  condition: "
                        << events << " and proc.name = eyrie-nobody\n"
                        << "  output: '%proc.name'\n  priority: DEBUG\n";
    return path;
  }

  void RunUnder(size_t condition) {
    std::optional<Cluster> sensor;
    if (!conditions_[condition].rules.empty()) {
      const std::string folder = absl::StrCat(folder_, "/", condition);
      std::filesystem::remove_all(folder);
      std::filesystem::create_directories(folder);
      sensor.emplace(ClusterOptions{.rules = {conditions_[condition].rules},
                                    .directory = folder});
      Check(sensor->StartServer());
      Check(sensor->StartCollector());
      Check(sensor->WaitForNode());
      AwaitCalm(*sensor);
    }
    for (Workload& workload : workloads_) {
      const auto run = workload.application->Run();
      Check(run.status());
      workload.speeds[condition].push_back(1 /
                                           absl::ToDoubleSeconds(run->elapsed));
      workload.costs[condition].push_back(absl::ToDoubleSeconds(run->cpu));
    }
    if (sensor.has_value()) {
      Check(sensor->StopCollector());
      Check(sensor->StopServer());
    }
  }

  // Makes the figures of the last round relative to those without a sensor.
  void Compare() {
    for (Workload& workload : workloads_) {
      const double speed = workload.speeds[0].back();
      const double cost = workload.costs[0].back();
      workload.rates.push_back(speed * workload.operations);
      for (size_t i = 0; i < conditions_.size(); ++i) {
        workload.speeds[i].back() /= speed;
        workload.costs[i].back() /= cost;
      }
    }
  }

  void Print(const Workload& workload) const {
    const Quartiles rate = QuartilesOf(workload.rates);
    std::printf("%s: %.4g/s without a sensor (%.4g to %.4g)\n",
                workload.name.c_str(), rate.median, rate.lower, rate.upper);
    for (size_t i = 1; i < conditions_.size(); ++i) {
      const Quartiles speed = QuartilesOf(workload.speeds[i]);
      const Quartiles cost = QuartilesOf(workload.costs[i]);
      std::printf(
          "  %-12s speed %5.1f %% (%5.1f to %5.1f)   CPU time %5.1f %% (%5.1f "
          "to %5.1f)\n",
          conditions_[i].name.c_str(), 100 * speed.median, 100 * speed.lower,
          100 * speed.upper, 100 * cost.median, 100 * cost.lower,
          100 * cost.upper);
    }
  }

  const int rounds_;
  const std::string folder_;
  std::vector<Condition> conditions_;
  std::vector<Workload> workloads_;
};

int Main(const std::vector<std::string>& flags) {
  if (const std::string reason = WhyNoBpf(); !reason.empty()) {
    std::printf("EYRIE_SKIP: %s\n", reason.c_str());
    return 0;
  }
  bool is_smoke = false;
  int rounds = 15;
  for (absl::string_view flag : flags) {
    if (flag == "--smoke") {
      is_smoke = true;
      rounds = 1;
    } else if (!absl::ConsumePrefix(&flag, "--rounds=") ||
               !absl::SimpleAtoi(flag, &rounds) || rounds < 1) {
      std::fprintf(stderr,
                   "usage: application_benchmark [--smoke] [--rounds=N]\n");
      return 2;
    }
  }
  Benchmark(rounds, is_smoke).Run();
  return 0;
}

}  // namespace
}  // namespace eyrie::testing

int main(int argc, char** argv) {
  return eyrie::testing::Main({argv + 1, argv + argc});
}
