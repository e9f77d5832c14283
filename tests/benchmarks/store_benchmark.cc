// SPDX-License-Identifier: Apache-2.0
//
// How fast the server stores what it judged: commits by themselves, and
// detections through the one writer of incidents.
//
// `detections/s` of BM_GroupedDetections is what the server sustains when every
// record matches; `groups` says how many batches shared a sync.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "common/clock.h"
#include "server/incidents/incident_writer.h"
#include "server/incidents/watch_hub.h"
#include "server/storage/rocksdb_store.h"
#include "server/storage/store.h"
#include "server/storage/testing/samples.h"
#include "server/storage/testing/scratch_directory.h"

namespace eyrie::server {
namespace {

using testing::SampleDetection;
using testing::SampleId;
using testing::SampleIncident;
using testing::SampleTime;
using testing::ScratchDirectory;

std::unique_ptr<Store> OpenStore(const ScratchDirectory& scratch) {
  auto store = RocksDbStore::Open({.directory = scratch.Path("db")});
  if (!store.ok()) {
    std::fprintf(stderr, "%s\n", store.status().ToString().c_str());
    std::abort();
  }
  return *std::move(store);
}

void Check(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::abort();
}

// A commit of range(0) detections of one incident. With none it is an ack alone
// and not synced.
void BM_Commit(benchmark::State& state) {
  const ScratchDirectory scratch;
  const std::unique_ptr<Store> store = OpenStore(scratch);
  uint64_t number = 0;
  for (auto _ : state) {
    state.PauseTiming();
    Commit commit;
    for (int64_t i = 0; i < state.range(0); ++i) {
      ++number;
      commit.detections.push_back(SampleDetection(
          {.number = number, .time = SampleTime() + absl::Seconds(number)}));
      commit.detections.back().set_incident_id(SampleId(1));
    }
    if (state.range(0) > 0) {
      commit.incidents.push_back(SampleIncident({.number = 1}));
    }
    commit.acks.push_back({"n1", 7, number});
    state.ResumeTiming();
    Check(store->WriteCommit(commit));
  }
  state.counters["detections/s"] = benchmark::Counter(
      static_cast<double>(number), benchmark::Counter::kIsRate);
  state.counters["commits/s"] = benchmark::Counter(
      static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(BM_Commit)->Arg(0)->Arg(1)->Arg(100)->Arg(1000)->UseRealTime();

// Batches of range(0) detections, submitted as fast as the writer takes them.
void BM_GroupedDetections(benchmark::State& state) {
  const ScratchDirectory scratch;
  const std::unique_ptr<Store> store = OpenStore(scratch);
  WatchHub hub(1);
  IncidentWriterStats stats;
  auto writer = std::make_unique<IncidentWriter>(
      store.get(), &hub, Clock::Real(), IncidentWriterOptions{.stats = &stats});
  uint64_t number = 0;
  uint64_t sequence = 0;
  for (auto _ : state) {
    JudgedBatch batch;
    batch.ack = {"n1", 7, ++sequence};
    for (int64_t i = 0; i < state.range(0); ++i) {
      ++number;
      batch.detections.push_back(
          SampleDetection({.number = number,
                           .time = SampleTime() + absl::Milliseconds(number),
                           .comm = absl::StrCat("program", number % 100)}));
    }
    writer->Submit(std::move(batch));
  }
  // At most 64 batches are still in the queue when the clock stops: nothing
  // beside the thousands of a run of half a second.
  writer.reset();
  state.counters["detections/s"] = benchmark::Counter(
      static_cast<double>(number), benchmark::Counter::kIsRate);
  state.counters["batches/group"] =
      static_cast<double>(sequence) /
      static_cast<double>(std::max<uint64_t>(stats.groups, 1));
}
BENCHMARK(BM_GroupedDetections)->Arg(1)->Arg(10)->Arg(100)->UseRealTime();

// A page of 100 incidents of 100,000, by an index.
void BM_ListIncidents(benchmark::State& state) {
  const ScratchDirectory scratch;
  const std::unique_ptr<Store> store = OpenStore(scratch);
  constexpr uint64_t kIncidents = 100'000;
  for (uint64_t number = 0; number < kIncidents;) {
    Commit commit;
    for (int i = 0; i < 1000; ++i, ++number) {
      commit.incidents.push_back(
          SampleIncident({.number = number,
                          .last_seen = SampleTime() + absl::Seconds(number),
                          .rule = absl::StrCat("rule ", number % 50),
                          .node = absl::StrCat("n", number % 1000)}));
    }
    Check(store->WriteCommit(commit));
  }
  v1::IncidentFilter filter;
  filter.set_rule("rule 7");
  filter.set_min_priority(v1::WARNING);
  for (auto _ : state) {
    const auto page = store->ListIncidents(filter, 100, "");
    Check(page.status());
    benchmark::DoNotOptimize(page->items.size());
  }
}
BENCHMARK(BM_ListIncidents);

}  // namespace
}  // namespace eyrie::server
