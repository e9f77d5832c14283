// SPDX-License-Identifier: Apache-2.0
//
// How fast streams of the kernel's own events are judged.
//
//   stream_benchmark [--smoke] [--live] [--seconds=N]
//
// For each of three loads (programs that start and end, files that are made and
// read, connections that are made) one thread judges a recording again and
// again for N seconds of CPU time: those of streams/, or with --live what a
// real collector records on this machine for as long. Prints, for each,
//   judged   records a second, the processes of each batch prepared
//   in all   the same with decoding of the batches and their process trees
//   and allocations a record while judging.
//
// The rules are the official stable ones if EYRIE_SHARED_DIR names them, else
// our library.

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "eyrie/v1/event.pb.h"

#include "common/recording_reader.h"
#include "proto/event_catalog.h"
#include "proto/record_view.h"
#include "rules/diagnostics.h"
#include "rules/engine.h"
#include "rules/fields/event.h"
#include "rules/fields/process_tree.h"
#include "rules/reader/rule_files.h"
#include "tests/testing/bpf_support.h"
#include "tests/testing/cluster.h"
#include "tests/testing/subprocess.h"

namespace {

std::atomic<uint64_t> allocations = 0;

}  // namespace

void* operator new(size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void* operator new(size_t size, const std::nothrow_t&) noexcept {
  allocations.fetch_add(1, std::memory_order_relaxed);
  return std::malloc(size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace eyrie::testing {
namespace {

using Batches = std::vector<std::string>;  // serialized

[[noreturn]] void Fail(const std::string& why) {
  std::fprintf(stderr, "stream_benchmark: %s\n", why.c_str());
  std::exit(1);
}

void Check(const absl::Status& status) {
  if (!status.ok()) Fail(status.ToString());
}

template <typename T>
T Value(absl::StatusOr<T> result) {
  if (!result.ok()) Fail(result.status().ToString());
  return *std::move(result);
}

// ---- loads -----------------------------------------------------------------

void StartPrograms() {
  (void)!std::system(
      "for i in 1 2 3 4 5; do ls -l /usr >/dev/null; id -u >/dev/null; "
      "sh -c 'date; uname -a' >/dev/null; grep -r eyrie /etc/apt >/dev/null; "
      "done");
}

void OpenFiles() {
  static const auto* const paths = [] {
    auto* const found = new std::vector<std::string>;
    std::error_code error;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(
             "/usr/include",
             std::filesystem::directory_options::skip_permission_denied,
             error)) {
      found->push_back(entry.path());
      if (found->size() == 2000) break;
    }
    return found;
  }();
  for (const std::string& path : *paths) {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd >= 0) close(fd);
  }
}

void MakeConnections() {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener, generic, length) != 0 || listen(listener, 16) != 0 ||
      getsockname(listener, generic, &length) != 0) {
    Fail("cannot listen on the loopback");
  }
  for (int i = 0; i < 200; ++i) {
    const int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(client, generic, length) != 0) Fail("cannot connect");
    const int served = accept(listener, nullptr, nullptr);
    close(client);
    close(served);
  }
  close(listener);
}

struct Load {
  const char* name;
  void (*run)();
};
constexpr Load kLoads[] = {
    {"programs", StartPrograms},
    {"files", OpenFiles},
    {"connections", MakeConnections},
};

// ---- recording --------------------------------------------------------------

Batches ReadBatches(const std::string& path) {
  Batches batches;
  auto reader = Value(RecordingReader::Open(path));
  while (true) {
    const auto batch = reader->Next();
    if (absl::IsOutOfRange(batch.status())) return batches;
    Check(batch.status());
    batches.push_back(batch->SerializeAsString());
  }
}

Batches Record(const Load& load, const std::string& rules,
               absl::Duration time) {
  const std::string path =
      absl::StrCat(TestDirectory(), "/stream-", load.name, "-", getpid());
  const std::string data = path + ".data";
  std::filesystem::create_directories(data);
  // The server tells the collector which types of events the rules need.
  Cluster cluster({.rules = {rules},
                   .directory = data,
                   .collector_flags = {"--record", path}});
  Check(cluster.StartServer());
  Check(cluster.StartCollector());
  Check(cluster.WaitForNode());
  const absl::Time end = absl::Now() + time;
  do {
    load.run();
  } while (absl::Now() < end);
  Check(cluster.StopCollector());
  Check(cluster.StopServer());
  std::filesystem::remove_all(data);
  Batches batches = ReadBatches(path);
  std::filesystem::remove(path);
  return batches;
}

// ---- judging ----------------------------------------------------------------

// A batch with what its records are judged with.
struct Prepared {
  explicit Prepared(const std::string& bytes) {
    if (!batch.ParseFromString(bytes)) Fail("a batch does not decode");
    tree = std::make_unique<rules::BatchProcessTree>(batch.processes());
  }

  v1::EventBatch batch;
  std::unique_ptr<rules::BatchProcessTree> tree;
};

class Judge {
 public:
  explicit Judge(const rules::RuleSet& rules)
      : rules_(rules), state_(rules.NewState()) {}

  void Run(const Prepared& prepared) {
    absl::string_view bytes(prepared.batch.records());
    while (!bytes.empty()) {
      const auto record = RecordView::Check(bytes);
      if (!record.ok()) Fail(record.status().ToString());
      bytes.remove_prefix(record->size());
      const EventInfo* info = FindEvent(record->type());
      if (info == nullptr || info->category == EventCategory::kSnapshot) {
        continue;
      }
      rules::Event event{*record};
      event.process = prepared.tree->Find(rules::ProcessKey(record->process()));
      event.processes = prepared.tree.get();
      event.clock_offset_ns = prepared.batch.clock_offset_ns();
      rules_.Match(event, *state_, matches_);
      ++records;
      matches += matches_.size();
    }
  }

  uint64_t records = 0;
  uint64_t matches = 0;

 private:
  const rules::RuleSet& rules_;
  const std::unique_ptr<rules::EvaluationState> state_;
  absl::InlinedVector<uint32_t, 8> matches_;
};

// CPU time of this thread: the machine may have other work.
absl::Duration CpuTime() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return absl::DurationFromTimespec(time);
}

// Calls `once` until it has taken `time`; returns nanoseconds a record.
double NanosecondsPerRecord(Judge& judge, absl::Duration time,
                            const std::function<void()>& once) {
  once();  // warm
  const uint64_t before = judge.records;
  const absl::Duration begin = CpuTime();
  do {
    once();
  } while (CpuTime() - begin < time);
  return absl::ToDoubleNanoseconds(CpuTime() - begin) /
         static_cast<double>(judge.records - before);
}

void Report(const Load& load, const Batches& batches,
            const rules::RuleSet& rules, absl::Duration time) {
  std::vector<std::unique_ptr<Prepared>> prepared;
  prepared.reserve(batches.size());
  for (const std::string& bytes : batches) {
    prepared.push_back(std::make_unique<Prepared>(bytes));
  }
  Judge judge(rules);
  for (const auto& batch : prepared) judge.Run(*batch);
  if (judge.records == 0) Fail("the recording has no events");
  const uint64_t records = judge.records;
  const uint64_t matches = judge.matches;

  const double judged = NanosecondsPerRecord(judge, time, [&] {
    for (const auto& batch : prepared) judge.Run(*batch);
  });
  const uint64_t before = allocations;
  for (const auto& batch : prepared) judge.Run(*batch);
  const double allocated =
      static_cast<double>(allocations - before) / static_cast<double>(records);
  const double in_all = NanosecondsPerRecord(judge, time, [&] {
    for (const std::string& bytes : batches) judge.Run(Prepared(bytes));
  });
  std::printf(
      "%-12s %7llu records, %llu matches: judged %.2f million/s (%.0f ns), in "
      "all %.2f million/s (%.0f ns), %.3f allocations a record\n",
      load.name, static_cast<unsigned long long>(records),
      static_cast<unsigned long long>(matches), 1e3 / judged, judged,
      1e3 / in_all, in_all, allocated);
}

std::string RulesPath() {
  const char* shared = std::getenv("EYRIE_SHARED_DIR");
  if (shared == nullptr) return "rules/library";
  const std::string official =
      absl::StrCat(shared, "/data/rules/falco_rules.yaml");
  return std::filesystem::exists(official) ? official : "rules/library";
}

std::shared_ptr<const rules::RuleSet> LoadBenchmarkRules(
    const std::string& path) {
  const auto files = Value(rules::ReadRuleFiles({path}, 8 << 20));
  rules::Diagnostics diagnostics;
  auto loaded = rules::LoadRules(files, {}, diagnostics);
  if (loaded == nullptr) Fail(diagnostics.ToString());
  std::printf("%zu rules of %s\n", loaded->rules().size(),
              std::filesystem::path(path).filename().c_str());
  return loaded;
}

int Main(int argc, char** argv) {
  int seconds = 5;
  bool is_smoke = false;
  bool is_live = false;
  for (int i = 1; i < argc; ++i) {
    const absl::string_view flag = argv[i];
    if (flag == "--smoke") {
      is_smoke = true;
    } else if (flag == "--live") {
      is_live = true;
    } else if (!absl::StartsWith(flag, "--seconds=") ||
               !absl::SimpleAtoi(flag.substr(10), &seconds)) {
      std::fprintf(stderr,
                   "usage: stream_benchmark [--smoke] [--live] "
                   "[--seconds=N]\n");
      return 2;
    }
  }
  if (const std::string reason = WhyNoBpf(); is_live && !reason.empty()) {
    std::printf("EYRIE_SKIP: %s\n", reason.c_str());
    return 0;
  }
  const absl::Duration time =
      is_smoke ? absl::Milliseconds(200) : absl::Seconds(seconds);
  const std::string path = RulesPath();
  const auto rules = LoadBenchmarkRules(path);
  for (const Load& load : kLoads) {
    const Batches batches =
        is_live ? Record(load, path, time)
                : ReadBatches(absl::StrCat("tests/benchmarks/streams/",
                                           load.name, ".recording"));
    Report(load, batches, *rules, time);
  }
  return 0;
}

}  // namespace
}  // namespace eyrie::testing

int main(int argc, char** argv) { return eyrie::testing::Main(argc, argv); }
