// SPDX-License-Identifier: Apache-2.0

#include "server/observe/kubernetes_metrics.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace eyrie::server {
namespace {

std::string Name(ResourceKind kind) { return std::string(InfoOf(kind).plural); }

// One sample for each kind.
template <typename Value>
auto ByKind(const ClusterWatch* watch, Value value) {
  return [watch, value]() -> std::vector<MetricSample> {
    std::vector<MetricSample> samples;
    for (const auto& watcher : watch->watchers()) {
      samples.push_back({{{"resource", Name(watcher->kind())}},
                         static_cast<double>(value(*watcher))});
    }
    return samples;
  };
}

void ExportDirectory(const ObservedKubernetes& parts, MetricRegistry& metrics) {
  const PodDirectory* const directory = parts.directory;
  metrics.AddGaugeCallback(
      "eyrie_kubernetes_objects", "Kubernetes objects known, by kind.",
      ByKind(parts.watch, [directory](const ResourceWatcher& watcher) {
        return directory->size(watcher.kind());
      }));
  metrics.AddGaugeCallback(
      "eyrie_kubernetes_stale",
      "1 for kinds that are not watched now: what is known of them may be old.",
      ByKind(parts.watch, [directory](const ResourceWatcher& watcher) {
        return directory->state(watcher.kind()) != KindState::kCurrent;
      }));
  metrics.AddGaugeCallback(
      "eyrie_kubernetes_deleted_objects",
      "Deleted objects that are kept for late events.", {},
      [directory] { return static_cast<double>(directory->deleted()); });
  metrics.AddCounterCallback(
      "eyrie_kubernetes_refused_objects", "Objects that there was no room for.",
      {}, [directory] { return static_cast<double>(directory->refused()); });
  metrics.AddCounterCallback(
      "eyrie_kubernetes_cut_objects", "Objects with more labels than are kept.",
      {}, [directory] { return static_cast<double>(directory->cut()); });
}

void ExportWatchers(const ClusterWatch* watch, MetricRegistry& metrics) {
  struct WatcherCounter {
    const char* name;
    const char* help;
    std::atomic<uint64_t> WatcherStats::*value;
  };
  const WatcherCounter counters[] = {
      {"eyrie_kubernetes_lists", "Lists read to the end.",
       &WatcherStats::lists},
      {"eyrie_kubernetes_watches", "Watches begun; each ends after minutes.",
       &WatcherStats::watches},
      {"eyrie_kubernetes_events", "Changes of objects that watches told.",
       &WatcherStats::events},
      {"eyrie_kubernetes_bookmarks", "Bookmarks of watches.",
       &WatcherStats::bookmarks},
      {"eyrie_kubernetes_expired_watches",
       "Watches that could not go on where the last one ended.",
       &WatcherStats::expired},
  };
  for (const WatcherCounter& counter : counters) {
    metrics.AddCounterCallback(
        counter.name, counter.help,
        ByKind(watch, [value = counter.value](const ResourceWatcher& watcher) {
          return (watcher.stats().*value).load();
        }));
  }
  metrics.AddGaugeCallback(
      "eyrie_kubernetes_contact_age_seconds",
      "Time since the API server last sent something.",
      ByKind(watch, [](const ResourceWatcher& watcher) {
        const int64_t last = watcher.stats().last_contact_ns;
        return absl::ToDoubleSeconds(absl::Now() - absl::FromUnixNanos(last));
      }));
  metrics.AddCounterCallback(
      "eyrie_kubernetes_errors", "Calls that failed, by kind and code.",
      [watch]() -> std::vector<MetricSample> {
        std::vector<MetricSample> samples;
        for (const auto& watcher : watch->watchers()) {
          const auto& errors = watcher->stats().errors;
          for (size_t code = 0; code < errors.size(); ++code) {
            if (errors[code] == 0) continue;
            samples.push_back(
                {{{"resource", Name(watcher->kind())},
                  {"code", absl::StatusCodeToString(
                               static_cast<absl::StatusCode>(code))}},
                 static_cast<double>(errors[code])});
          }
        }
        return samples;
      });
}

void ExportHoldBack(const HoldBack* hold_back, MetricRegistry& metrics) {
  metrics.AddGaugeCallback(
      "eyrie_server_held_records", "Events that wait for their pod.", {},
      [hold_back] {
        return static_cast<double>(hold_back->budget().records());
      });
  metrics.AddGaugeCallback(
      "eyrie_server_held_bytes", "Bytes of events that wait for their pod.", {},
      [hold_back] { return static_cast<double>(hold_back->budget().bytes()); });
  const HoldBackStats& stats = hold_back->stats();
  const struct {
    const char* outcome;
    const std::atomic<uint64_t>& value;
  } outcomes[] = {
      {"known", stats.known}, {"late", stats.late}, {"damaged", stats.damaged}};
  for (const auto& outcome : outcomes) {
    metrics.AddCounterCallback(
        "eyrie_server_held_outcomes", "What became of events that waited.",
        {{"outcome", outcome.outcome}},
        [&value = outcome.value] { return static_cast<double>(value.load()); });
  }
  metrics.AddCounterCallback(
      "eyrie_server_held_loaded",
      "Events that waited when the server stopped or was killed.", {},
      [&stats] { return static_cast<double>(stats.loaded.load()); });
  metrics.AddCounterCallback(
      "eyrie_server_held_refused",
      "Events judged at once because too many waited.", {}, [hold_back] {
        return static_cast<double>(hold_back->budget().refused());
      });
}

}  // namespace

void ExportKubernetesMetrics(const ObservedKubernetes& parts,
                             MetricRegistry& metrics) {
  ExportDirectory(parts, metrics);
  ExportWatchers(parts.watch, metrics);
  ExportHoldBack(parts.hold_back, metrics);
}

}  // namespace eyrie::server
