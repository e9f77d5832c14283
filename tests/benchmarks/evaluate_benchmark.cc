// SPDX-License-Identifier: Apache-2.0
//
// How many events a second one core judges.
//
// Judges by the official stable rules where EYRIE_SHARED_DIR names a folder
// with data/rules/falco_rules.yaml, else by the rules that Eyrie ships.
// `items_per_second` is events per second and core:
//
//   EYRIE_SHARED_DIR=... bazel run //tests/benchmarks:evaluate_benchmark
//
// MatchRegex judges opens by that many rules with a regular expression each.
// Match…Many judges the same events by 1,000 and 10,000 rules: the same ones
// with fresh literals, see rule_copies.h. LoadMany loads and compiles these.

#include <malloc.h>
#include <sys/stat.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "benchmark/benchmark.h"

#include "rules/engine.h"
#include "rules/fields/testing/event_builder.h"
#include "rules/reader/rule_files.h"
#include "rules/testing/rule_copies.h"

namespace eyrie::rules {
namespace {

using testing::EventBuilder;
using Builders = std::vector<std::unique_ptr<EventBuilder>>;

using Files = std::vector<std::shared_ptr<const SourceFile>>;

[[noreturn]] void Fail(const std::string& why) {
  std::fprintf(stderr, "cannot load the rules: %s\n", why.c_str());
  std::abort();
}

Files ReadFiles() {
  const char* shared = std::getenv("EYRIE_SHARED_DIR");
  std::vector<std::string> paths = {"rules/library"};
  size_t max_bytes = 8 << 20;
  if (shared != nullptr) {
    paths = {absl::StrCat(shared, "/data/rules/falco_rules.yaml")};
  }
  auto files = ReadRuleFiles(paths, max_bytes);
  if (!files.ok() && shared != nullptr) {
    files = ReadRuleFiles({"rules/library"}, max_bytes);
  }
  if (!files.ok()) Fail(files.status().ToString());
  return *std::move(files);
}

std::shared_ptr<const RuleSet> Load(const Files& files) {
  LoadOptions options;
  options.limits.max_bytes = 256 << 20;
  Diagnostics diagnostics;
  std::shared_ptr<const RuleSet> rules = LoadRules(files, options, diagnostics);
  if (rules == nullptr) Fail(diagnostics.ToString());
  return rules;
}

// The rules as they are, and `count` made of them.
const RuleSet& Rules() {
  static const auto* const rules =
      new std::shared_ptr<const RuleSet>(Load(ReadFiles()));
  return **rules;
}

Files ManyFiles(size_t count) {
  std::string yaml = CopyRules(ReadFiles(), count);
  if (yaml.empty()) Fail("no rules to copy");
  return {std::make_shared<const SourceFile>("copies.yaml", std::move(yaml))};
}

struct ManyRules {
  std::shared_ptr<const RuleSet> rules;
  double bytes = 0;  // of memory they keep
};

const ManyRules& Many(size_t count) {
  static auto* const sets = new std::map<size_t, ManyRules>();
  ManyRules& many = (*sets)[count];
  if (many.rules == nullptr) {
    const Files files = ManyFiles(count);
    malloc_trim(0);
    const size_t before = mallinfo2().uordblks;
    many.rules = Load(files);
    many.bytes = static_cast<double>(mallinfo2().uordblks - before);
  }
  return many;
}

// An open that no rule asks for.
void AddOpen(Builders& events, const char* path, const char* comm,
             const char* parent, bool in_container) {
  auto event = std::make_unique<EventBuilder>("openat");
  event->Comm(comm)
      .Ancestors({parent, "sshd", "systemd"})
      .Result(3)
      .Set("name", path)
      .Set("realpath", path)
      .Set("kind", S_IFREG);
  if (in_container) event->Container(std::string(64, 'a'));
  events.push_back(std::move(event));
}

void AddConnect(Builders& events, const char* comm, const char* remote) {
  auto event = std::make_unique<EventBuilder>("connect");
  event->Comm(comm)
      .Ancestors({"bash", "sshd", "systemd"})
      .Result(0)
      .Set("fd", 3)
      .SetAddress("local", "10.0.0.1:40000")
      .SetAddress("remote", remote)
      .Set("protocol", 6)
      .Set("socket_type", 1);
  events.push_back(std::move(event));
}

void AddExec(Builders& events, const std::vector<std::string>& argv,
             const char* parent) {
  auto event = std::make_unique<EventBuilder>("execve");
  event->Command(argv).Ancestors({parent, "sshd", "systemd"}).Result(0);
  events.push_back(std::move(event));
}

Builders Opens() {
  Builders events;
  for (const bool in_container : {false, true}) {
    AddOpen(events, "/etc/ld.so.cache", "python3", "bash", in_container);
    AddOpen(events, "/usr/lib/x86_64-linux-gnu/libc.so.6", "ls", "bash",
            in_container);
    AddOpen(events, "/proc/self/status", "node_exporter", "systemd",
            in_container);
    AddOpen(events, "/var/lib/app/data/00001.sst", "rocksdb", "app",
            in_container);
    AddOpen(events, "/home/alice/src/main.cc", "cc1plus", "g++", in_container);
    AddOpen(events, "/tmp/tmp.x8Y2kD", "make", "bash", in_container);
    AddOpen(events, "/dev/null", "sh", "cron", in_container);
    AddOpen(events, "/sys/fs/cgroup/cpu.stat", "containerd", "systemd",
            in_container);
  }
  return events;
}

Builders Connects() {
  Builders events;
  AddConnect(events, "curl", "93.184.216.34:443");
  AddConnect(events, "postgres", "10.0.0.7:5432");
  return events;
}

Builders Execs() {
  Builders events;
  AddExec(events, {"ls", "-l", "/var/log"}, "bash");
  AddExec(events, {"grep", "-r", "needle", "src"}, "make");
  return events;
}

// 16 opens, 2 connects and 2 execs.
Builders Mixed() {
  Builders events = Opens();
  for (auto& event : Connects()) events.push_back(std::move(event));
  for (auto& event : Execs()) events.push_back(std::move(event));
  return events;
}

void MatchAll(benchmark::State& state, const RuleSet& rules,
              const Builders& builders) {
  std::vector<const Event*> events;
  for (const auto& builder : builders) events.push_back(&builder->Build());
  const std::unique_ptr<EvaluationState> evaluation = rules.NewState();
  absl::InlinedVector<uint32_t, 8> matches;
  size_t matched = 0;
  for (auto _ : state) {
    for (const Event* event : events) {
      rules.Match(*event, *evaluation, matches);
      matched += matches.size();
    }
  }
  const auto judged = static_cast<int64_t>(state.iterations() * events.size());
  state.SetItemsProcessed(judged);
  state.counters["rules"] = static_cast<double>(rules.rules().size());
  state.counters["matches_per_event"] =
      static_cast<double>(matched) / static_cast<double>(judged);
}

void BM_MatchMixed(benchmark::State& state) {
  MatchAll(state, Rules(), Mixed());
}
BENCHMARK(BM_MatchMixed);
void BM_MatchOpen(benchmark::State& state) {
  MatchAll(state, Rules(), Opens());
}
BENCHMARK(BM_MatchOpen);
void BM_MatchConnect(benchmark::State& state) {
  MatchAll(state, Rules(), Connects());
}
BENCHMARK(BM_MatchConnect);
void BM_MatchExec(benchmark::State& state) {
  MatchAll(state, Rules(), Execs());
}
BENCHMARK(BM_MatchExec);

void MatchMany(benchmark::State& state, const Builders& events) {
  const auto count = static_cast<size_t>(state.range(0));
  const ManyRules& many = Many(count);
  MatchAll(state, *many.rules, events);
  state.counters["bytes_per_rule"] = many.bytes / static_cast<double>(count);
}

void BM_MatchMixedMany(benchmark::State& state) { MatchMany(state, Mixed()); }
BENCHMARK(BM_MatchMixedMany)->Arg(25)->Arg(250)->Arg(1000)->Arg(10'000);
void BM_MatchOpenMany(benchmark::State& state) { MatchMany(state, Opens()); }
BENCHMARK(BM_MatchOpenMany)->Arg(25)->Arg(250)->Arg(1000)->Arg(10'000);
void BM_MatchExecMany(benchmark::State& state) { MatchMany(state, Execs()); }
BENCHMARK(BM_MatchExecMany)->Arg(25)->Arg(250)->Arg(1000)->Arg(10'000);

// Rules that each search the opened file's name for an expression of their own.
void BM_MatchRegex(benchmark::State& state) {
  std::string yaml;
  for (int64_t i = 0; i < state.range(0); ++i) {
    absl::StrAppend(&yaml, "- rule: r", i, "\n  desc: d\n  condition: ",
                    "evt.type = openat and fd.name regex '.*/secret", i,
                    "/[a-z]+[.]key'\n  output: o\n  priority: NOTICE\n");
  }
  const auto rules =
      Load({std::make_shared<const SourceFile>("regexes.yaml", yaml)});
  MatchAll(state, *rules, Opens());
}
BENCHMARK(BM_MatchRegex)->Arg(1)->Arg(2)->Arg(3)->Arg(10)->Arg(100)->Arg(1000);

void BM_LoadRules(benchmark::State& state) {
  const Files files = ReadFiles();
  for (auto _ : state) benchmark::DoNotOptimize(Load(files));
}
BENCHMARK(BM_LoadRules)->Unit(benchmark::kMillisecond);

void BM_LoadMany(benchmark::State& state) {
  const Files files = ManyFiles(static_cast<size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(Load(files));
  state.counters["file_bytes"] = static_cast<double>(files[0]->text().size());
}
BENCHMARK(BM_LoadMany)->Arg(1000)->Arg(10'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace eyrie::rules
