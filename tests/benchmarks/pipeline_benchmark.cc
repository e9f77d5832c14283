// SPDX-License-Identifier: Apache-2.0
//
// The whole way of an event, from the kernel to the stored incident, with the
// real programs on this machine.
//
//   pipeline_benchmark [--smoke] [--rate=N] [--seconds=N]
//
// Prints
//   * records a second through ring, collector, server and rules, what was lost
//     and what CPU time each program spent per record, while generator
//     processes open files at the given rate on the same cores;
//   * the time from the kernel's timestamp of an event to its detection on
//     disk, when idle and at 10,000 events a second;
//   * from the start of the collector to its first event at the server, and the
//     collector's resident memory.
//
// The rules are the official stable ones if EYRIE_SHARED_DIR names them, else
// our library, and one of our own that the latency runs set off.

#include <fcntl.h>
#include <httplib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "tests/testing/bpf_support.h"
#include "tests/testing/cluster.h"

namespace eyrie::testing {
namespace {

using Metrics = std::map<std::string, double>;

void Check(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::exit(1);
}

// All series of a /metrics page.
Metrics Scrape(const std::string& address) {
  httplib::Client client("http://" + address);
  const auto page = client.Get("/metrics");
  Metrics metrics;
  if (!page) return metrics;
  for (absl::string_view line : absl::StrSplit(page->body, '\n')) {
    if (absl::StartsWith(line, "#")) continue;
    const size_t blank = line.rfind(' ');
    double value;
    if (blank != line.npos &&
        absl::SimpleAtod(line.substr(blank + 1), &value)) {
      metrics[std::string(line.substr(0, blank))] = value;
    }
  }
  return metrics;
}

double Sum(const Metrics& metrics, const std::string& prefix) {
  double sum = 0;
  for (const auto& [name, value] : metrics) {
    if (absl::StartsWith(name, prefix)) sum += value;
  }
  return sum;
}

// User and system time of a process so far, seconds.
double CpuSeconds(pid_t pid) {
  std::ifstream file(absl::StrCat("/proc/", pid, "/stat"));
  std::stringstream text;
  text << file.rdbuf();
  const std::string stat = text.str();
  const std::vector<std::string> fields =
      absl::StrSplit(stat.substr(stat.rfind(')') + 2), ' ');
  return (std::atof(fields[11].c_str()) + std::atof(fields[12].c_str())) /
         static_cast<double>(sysconf(_SC_CLK_TCK));
}

double ResidentMegabytes(pid_t pid, const std::string& field) {
  std::ifstream file(absl::StrCat("/proc/", pid, "/status"));
  std::string line;
  while (std::getline(file, line)) {
    if (absl::StartsWith(line, field)) {
      return std::atof(line.substr(field.size()).c_str()) / 1024;
    }
  }
  return 0;
}

// Opens `path` at `rate` a second for `seconds`, in a process of its own, and
// `marked` once in `every`.
pid_t Generate(const std::string& path, const std::string& marked, int every,
               double rate, double seconds) {
  const pid_t pid = fork();
  if (pid != 0) return pid;
  const absl::Time start = absl::Now();
  const absl::Time end = start + absl::Seconds(seconds);
  constexpr int kBurst = 50;
  for (int64_t made = 0;; made += kBurst) {
    const absl::Time due = start + absl::Seconds(made / rate);
    const absl::Time now = absl::Now();
    if (now >= end) _exit(0);
    if (due > now) absl::SleepFor(due - now);
    for (int i = 0; i < kBurst; ++i) {
      const bool is_marked = every > 0 && (made + i) % every == 0;
      const int fd = open((is_marked ? marked : path).c_str(), O_RDONLY);
      if (fd >= 0) close(fd);
    }
  }
}

class Benchmark {
 public:
  Benchmark(double rate, double seconds) : rate_(rate), seconds_(seconds) {
    directory_ = absl::StrCat(TestDirectory(), "/bench-", getpid());
    std::filesystem::create_directories(directory_);
    file_ = directory_ + "/plain";
    marked_ = directory_ + "/marked";
    std::ofstream(file_) << "x";
    std::ofstream(marked_) << "x";
    const std::string rules = directory_ + "/rules.yaml";
    std::ofstream(rules) << "- rule: Marked file opened\n  desc: benchmark\n"
                         << "  condition: evt.type = openat and fd.name = "
                         << marked_ << "\n  output: '%fd.name %proc.cmdline'\n"
                         << "  priority: NOTICE\n";
    const char* shared = std::getenv("EYRIE_SHARED_DIR");
    const std::string big =
        shared != nullptr ? absl::StrCat(shared, "/data/rules/falco_rules.yaml")
                          : BuiltFile("rules/library");
    std::printf("rules: %s\n", shared != nullptr
                                   ? "official stable rules and one"
                                   : "our library and one");
    cluster_ = std::make_unique<Cluster>(
        ClusterOptions{.rules = {big, rules}, .directory = directory_});
  }
  ~Benchmark() {
    cluster_.reset();
    std::filesystem::remove_all(directory_);
  }

  void Run() {
    MeasureStart();
    MeasureLatency("idle", 20, seconds_);
    MeasureLatency("at 10,000 events/s", 10'000, seconds_);
    MeasureThroughput();
  }

 private:
  void MeasureStart() {
    Check(cluster_->StartServer());
    const absl::Time start = absl::Now();
    Check(cluster_->StartCollector());
    while (Scrape(cluster_->server_http())["eyrie_server_events_total"] == 0) {
      const int fd = open(marked_.c_str(), O_RDONLY);
      close(fd);
      absl::SleepFor(absl::Milliseconds(5));
    }
    std::printf(
        "start of the collector to first event at the server: %.0f ms\n",
        absl::ToDoubleMilliseconds(absl::Now() - start));
  }

  void MeasureLatency(const char* what, double rate, double seconds) {
    const Metrics before = Scrape(cluster_->server_http());
    // Idle: one marked open at a time. Loaded: one in a hundred.
    if (rate < 1000) {
      const absl::Time end = absl::Now() + absl::Seconds(seconds);
      while (absl::Now() < end) {
        close(open(marked_.c_str(), O_RDONLY));
        absl::SleepFor(absl::Seconds(1 / rate));
      }
    } else {
      waitpid(Generate(file_, marked_, 100, rate, seconds), nullptr, 0);
    }
    absl::SleepFor(absl::Seconds(1));
    const Metrics after = Scrape(cluster_->server_http());
    const std::string name = "eyrie_server_stored_latency_seconds";
    const auto of = [&](const std::string& series) {
      const auto a = after.find(series);
      const auto b = before.find(series);
      return (a == after.end() ? 0 : a->second) -
             (b == before.end() ? 0 : b->second);
    };
    const double count = of(name + "_count");
    std::printf(
        "kernel to stored, %s: %.0f detections, p50 <= %.1f ms, "
        "p99 <= %.1f ms\n",
        what, count, 1000 * Quantile(after, of, name, 0.5 * count),
        1000 * Quantile(after, of, name, 0.99 * count));
  }

  template <typename Of>
  static double Quantile(const Metrics& metrics, const Of& of,
                         const std::string& name, double rank) {
    double best = 1e9;
    for (const auto& [series, value] : metrics) {
      const std::string prefix = name + "_bucket{le=\"";
      if (!absl::StartsWith(series, prefix)) continue;
      double bound;
      if (!absl::SimpleAtod(
              series.substr(prefix.size(), series.size() - prefix.size() - 2),
              &bound)) {
        continue;
      }
      if (of(series) >= rank) best = std::min(best, bound);
    }
    return best;
  }

  void MeasureThroughput() {
    const pid_t server = cluster_->server()->pid();
    const pid_t collector = cluster_->collector()->pid();
    const Metrics before = Scrape(cluster_->server_http());
    const double server_cpu = CpuSeconds(server);
    const double collector_cpu = CpuSeconds(collector);
    const absl::Time start = absl::Now();
    std::vector<pid_t> generators;
    for (int i = 0; i < 2; ++i) {
      generators.push_back(Generate(file_, marked_, 0, rate_ / 2, seconds_));
    }
    for (const pid_t pid : generators) waitpid(pid, nullptr, 0);
    const double generated = absl::ToDoubleSeconds(absl::Now() - start);
    absl::SleepFor(absl::Seconds(2));
    const Metrics after = Scrape(cluster_->server_http());
    const Metrics node = Scrape(cluster_->collector_http());
    const double records = after.at("eyrie_server_events_total") -
                           before.at("eyrie_server_events_total");
    std::printf("events judged: %.0f in %.1f s = %.0f/s, asked for %.0f/s\n",
                records, generated, records / generated, rate_);
    std::printf("lost: %.0f\n", Sum(node, "eyrie_collector_lost_events"));
    std::printf("CPU per record: collector %.2f us, server %.2f us\n",
                1e6 * (CpuSeconds(collector) - collector_cpu) / records,
                1e6 * (CpuSeconds(server) - server_cpu) / records);
    std::printf(
        "collector RSS: %.1f MB, of it private %.1f MB; server RSS: "
        "%.1f MB\n",
        ResidentMegabytes(collector, "VmRSS:"),
        ResidentMegabytes(collector, "RssAnon:"),
        ResidentMegabytes(server, "VmRSS:"));
  }

  const double rate_;
  const double seconds_;
  std::string directory_;
  std::string file_;
  std::string marked_;
  std::unique_ptr<Cluster> cluster_;
};

int Main(int argc, char** argv) {
  double rate = 100'000;
  double seconds = 10;
  for (int i = 1; i < argc; ++i) {
    absl::string_view argument = argv[i];
    if (argument == "--smoke") {
      rate = 5'000;
      seconds = 0.5;
    } else if (absl::ConsumePrefix(&argument, "--rate=")) {
      if (!absl::SimpleAtod(argument, &rate)) return 2;
    } else if (absl::ConsumePrefix(&argument, "--seconds=")) {
      if (!absl::SimpleAtod(argument, &seconds)) return 2;
    } else {
      std::fprintf(stderr, "unknown argument %s\n", argv[i]);
      return 2;
    }
  }
  if (const std::string reason = WhyNoBpf(); !reason.empty()) {
    std::printf("EYRIE_SKIP: %s\n", reason.c_str());
    return 0;
  }
  Benchmark(rate, seconds).Run();
  return 0;
}

}  // namespace
}  // namespace eyrie::testing

int main(int argc, char** argv) { return eyrie::testing::Main(argc, argv); }
