// SPDX-License-Identifier: Apache-2.0
//
// What a record costs in the collector, from the source to a closed batch.

#include <benchmark/benchmark.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"

#include "collector/pipeline.h"
#include "collector/source/event_source.h"
#include "proto/testing/record_builder.h"

namespace eyrie::collector {
namespace {

using ::eyrie::testing::RecordBuilder;

constexpr int kDepth = 6;      // ancestors of each process
constexpr int kPerPoll = 256;  // records

// Gives the same records at every poll.
class LoopingSource : public EventSource {
 public:
  explicit LoopingSource(std::vector<std::string> records)
      : records_(std::move(records)) {
    for (const std::string& record : records_) {
      views_.push_back(RecordView::Trusted(record.data()));
    }
  }
  absl::Status Start() override { return absl::OkStatus(); }
  absl::StatusOr<absl::Span<const RecordView>> Poll(absl::Duration) override {
    return absl::Span<const RecordView>(views_);
  }
  absl::Status SetEventTypes(absl::Span<const uint16_t>) override {
    return absl::OkStatus();
  }
  std::vector<SourceLoss> Losses() const override { return {}; }
  std::string name() const override { return "looping"; }

 private:
  const std::vector<std::string> records_;
  std::vector<RecordView> views_;
};

// Processes in chains of kDepth, and opens that go round them.
std::vector<std::string> MakeRecords(int processes) {
  std::vector<std::string> records;
  for (int i = 0; i < processes; ++i) {
    for (int level = 0; level <= kDepth; ++level) {
      const uint32_t pid = 1000 + i * (kDepth + 1) + level;
      records.push_back(
          RecordBuilder("task")
              .Process(pid)
              .Parent(level == 0 ? 0 : pid - 1)
              .Set("parent_start_time", level == 0 ? int64_t{0} : 1'000'000'000)
              .Set("exe", "/usr/bin/something")
              .SetStrings("args", {"--with", "some", "arguments"})
              .SetStrings("env", {std::string(1000, 'e')})
              .Set("cwd", "/var/lib/something")
              .Build());
    }
  }
  for (int i = 0; i < kPerPoll; ++i) {
    const uint32_t pid = 1000 + (i % processes) * (kDepth + 1) + kDepth;
    records.push_back(
        RecordBuilder("openat")
            .Process(pid)
            .Parent(pid - 1)
            .Set("name", "/usr/lib/x86_64-linux-gnu/libc.so.6")
            .Set("realpath", "/usr/lib/x86_64-linux-gnu/libc.so.6")
            .Build());
  }
  return records;
}

// Argument: processes that take turns.
void BM_RecordToBatch(benchmark::State& state) {
  const int processes = static_cast<int>(state.range(0));
  std::vector<std::string> records = MakeRecords(processes);
  const auto opens = records.end() - kPerPoll;
  LoopingSource snapshot({records.begin(), opens});
  LoopingSource source({opens, records.end()});
  Spool spool(1, 64 << 20);
  uint64_t bytes = 0;
  PipelineDeps deps;
  deps.clock = NodeClock::Real();
  deps.proc = nullptr;
  deps.spool = &spool;
  deps.is_connected = [] { return true; };
  deps.on_closed = [&bytes](const Batch& batch) { bytes += batch.body.size(); };
  deps.on_spooled = [&spool] {
    // Two batches are always on their way, as under load.
    const uint64_t last = spool.stats().last_sequence;
    if (last > 2) spool.AckThrough(last - 2);
  };
  // Learns of the processes, then sees the opens.
  struct TwoSources : EventSource {
    LoopingSource* current;
    absl::Status Start() override { return absl::OkStatus(); }
    absl::StatusOr<absl::Span<const RecordView>> Poll(
        absl::Duration timeout) override {
      return current->Poll(timeout);
    }
    absl::Status SetEventTypes(absl::Span<const uint16_t>) override {
      return absl::OkStatus();
    }
    std::vector<SourceLoss> Losses() const override { return {}; }
    std::string name() const override { return "two"; }
  } both;
  both.current = &snapshot;
  deps.source = &both;
  Pipeline pipeline({}, std::move(deps));
  if (!pipeline.RunOnce().ok()) state.SkipWithError("no snapshot");
  both.current = &source;
  for (auto _ : state) {
    if (!pipeline.RunOnce().ok()) state.SkipWithError("no records");
  }
  state.SetItemsProcessed(state.iterations() * kPerPoll);
  state.SetBytesProcessed(static_cast<int64_t>(bytes));
}
BENCHMARK(BM_RecordToBatch)->Arg(1)->Arg(16)->Arg(256);

}  // namespace
}  // namespace eyrie::collector
