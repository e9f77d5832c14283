// SPDX-License-Identifier: Apache-2.0
//
// What the sensor costs the workload, per system call.
//
// Usage: sensor_benchmark [--smoke] [--helper-loads]
//
// One process makes the same calls under each condition in turn, many rounds:
// no hook; a hook that does nothing, which is what the kernel takes for it; the
// sensor, and nothing wanted of these calls; each of them reported, life cycle
// included. The unit is CPU time of the calling thread and the programs that it
// waits for, so that other work on the machine matters little; the figures are
// medians over all rounds. --smoke runs few; --helper-loads reads kernel memory
// as kernels before 6.2 must.

#include <fcntl.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "collector/source/bpf_event_source.h"
#include "proto/record.h"
#include "tests/benchmarks/bare_hook.skel.h"

namespace eyrie {
namespace {

using collector::BpfEventSource;
using collector::SourceLoss;

struct Effort {
  int rounds;
  int calls;
};
constexpr Effort kFull = {.rounds = 25, .calls = 50'000};
constexpr Effort kSmoke = {.rounds = 2, .calls = 500};

struct Condition {
  const char* name;
  bool has_bare_hook = false;
  std::vector<uint16_t> types = {};
};

struct Workload {
  const char* name;
  // How many of Effort::calls: one of so many.
  int divisor;
  std::function<void()> call;
};

// CPU time of this thread.
uint64_t ThreadCpuNs() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 +
         static_cast<uint64_t>(now.tv_nsec);
}

// The same with that of the children it has waited for.
uint64_t WorkCpuNs() {
  rusage children;
  getrusage(RUSAGE_CHILDREN, &children);
  const auto to_ns = [](const timeval& time) {
    return static_cast<uint64_t>(time.tv_sec) * 1'000'000'000 +
           static_cast<uint64_t>(time.tv_usec) * 1'000;
  };
  return ThreadCpuNs() + to_ns(children.ru_utime) + to_ns(children.ru_stime);
}

// The hook that does nothing, while it lives.
class BareHook {
 public:
  BareHook() : skeleton_(bare_hook__open_and_load()) {
    if (skeleton_ != nullptr) bare_hook__attach(skeleton_);
  }
  ~BareHook() { bare_hook__destroy(skeleton_); }

 private:
  bare_hook* skeleton_;
};

// ---- workloads
// ---------------------------------------------------------------

// A port of the loopback interface that nobody listens on.
sockaddr_in ClosedPort() {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(1);
  return address;
}

void ConnectToClosedPort() {
  static const sockaddr_in address = ClosedPort();
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  (void)connect(fd, reinterpret_cast<const sockaddr*>(&address),
                sizeof(address));
  close(fd);
}

void RunProgram() {
  char program[] = "/bin/true";
  char* argv[] = {program, nullptr};
  pid_t pid;
  if (posix_spawn(&pid, program, nullptr, nullptr, argv, environ) == 0) {
    waitpid(pid, nullptr, 0);
  }
}

double Median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + values.size() / 2,
                   values.end());
  return values[values.size() / 2];
}

// Reads records in a thread of its own while it lives.
class Consumer {
 public:
  explicit Consumer(BpfEventSource* source)
      : thread_([this, source] { Run(source); }) {}
  // Adds what it read and what that cost.
  void Stop(uint64_t* records, uint64_t* cpu_ns) {
    is_over_ = true;
    thread_.join();
    *records += records_;
    *cpu_ns += cpu_ns_;
  }

 private:
  void Run(BpfEventSource* source) {
    while (!is_over_) {
      const auto records = source->Poll(absl::Milliseconds(5));
      if (!records.ok()) break;
      records_ += records->size();
    }
    cpu_ns_ = ThreadCpuNs();
  }

  std::atomic<bool> is_over_ = false;
  uint64_t records_ = 0;
  uint64_t cpu_ns_ = 0;
  std::thread thread_;
};

// CPU ns of one call.
double Measure(const Workload& workload, int calls) {
  calls = std::max(1, calls / workload.divisor);
  const uint64_t start = WorkCpuNs();
  for (int i = 0; i < calls; ++i) workload.call();
  return static_cast<double>(WorkCpuNs() - start) / calls;
}

void PrintLosses(const BpfEventSource& source) {
  uint64_t lost = 0;
  for (const SourceLoss& loss : source.Losses()) lost += loss.count;
  std::printf("lost: %llu records\n", static_cast<unsigned long long>(lost));
}

absl::Status Run(BpfEventSource* source, const Effort& effort) {
  const std::string path = "/usr/share/doc/base-files/copyright";
  const std::vector<Workload> workloads = {
      {"getppid", 1, [] { syscall(SYS_getppid); }},
      {"open+close", 1,
       [&path] { close(open(path.c_str(), O_RDONLY | O_CLOEXEC)); }},
      {"failed open", 1, [] { open("/no/such/file", O_RDONLY); }},
      {"stat", 1,
       [&path] {
         struct stat facts;
         (void)stat(path.c_str(), &facts);
       }},
      {"connect", 10, ConnectToClosedPort},
      {"fork+exec", 500, RunProgram},
  };
  const std::vector<Condition> conditions = {
      {"off"},
      {"bare hook", true},
      {"unwanted", false, {EYRIE_EVENT_setuid}},
      {"reported",
       false,
       {EYRIE_EVENT_openat, EYRIE_EVENT_newfstatat, EYRIE_EVENT_connect}},
  };
  // [workload][condition][round]
  std::vector<std::vector<std::vector<double>>> costs(
      workloads.size(), std::vector<std::vector<double>>(conditions.size()));
  uint64_t records = 0;
  uint64_t consumer_ns = 0;
  for (int round = 0; round < effort.rounds; ++round) {
    for (size_t c = 0; c < conditions.size(); ++c) {
      const absl::Status status = source->SetEventTypes(conditions[c].types);
      if (!status.ok()) return status;
      std::optional<BareHook> hook;
      if (conditions[c].has_bare_hook) hook.emplace();
      Consumer consumer(source);
      for (size_t w = 0; w < workloads.size(); ++w) {
        costs[w][c].push_back(Measure(workloads[w], effort.calls));
      }
      consumer.Stop(&records, &consumer_ns);
    }
  }
  for (size_t w = 0; w < workloads.size(); ++w) {
    const double base = Median(costs[w][0]);
    std::printf("%-12s %s %7.0f ns", workloads[w].name, conditions[0].name,
                base);
    for (size_t c = 1; c < conditions.size(); ++c) {
      const double extra = Median(costs[w][c]) - base;
      std::printf("   %s %+6.0f ns (%+.1f %%)", conditions[c].name, extra,
                  100 * extra / base);
    }
    std::printf("\n");
  }
  std::printf("consumer     %.0f ns per record\n",
              records == 0 ? 0.0
                           : static_cast<double>(consumer_ns) /
                                 static_cast<double>(records));
  return absl::OkStatus();
}

int Main(bool is_smoke, bool uses_helper) {
  collector::BpfEventSourceOptions options;
  options.report_self = true;
  options.snapshot = false;
  options.sensor.event_ring_bytes = 64 << 20;
  options.sensor.direct_loads = !uses_helper;
  auto source = BpfEventSource::Create(options);
  if (absl::IsFailedPrecondition(source.status()) ||
      absl::IsPermissionDenied(source.status())) {
    std::printf("EYRIE_SKIP: %s\n", source.status().ToString().c_str());
    return 0;
  }
  absl::Status status = source.status();
  if (status.ok()) status = (*source)->Start();
  if (status.ok()) status = Run(source->get(), is_smoke ? kSmoke : kFull);
  if (!status.ok()) {
    std::fprintf(stderr, "%s\n", status.ToString().c_str());
    return 1;
  }
  PrintLosses(**source);
  return 0;
}

}  // namespace
}  // namespace eyrie

int main(int argc, char** argv) {
  const std::vector<std::string> flags(argv + 1, argv + argc);
  const auto has = [&](const char* flag) {
    return std::find(flags.begin(), flags.end(), flag) != flags.end();
  };
  return eyrie::Main(has("--smoke"), has("--helper-loads"));
}
