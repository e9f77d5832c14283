// SPDX-License-Identifier: Apache-2.0

#include "common/metrics.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

#include "common/open_metrics.h"

namespace eyrie {
namespace {

using Labels = std::map<std::string, std::string>;
using SamplesCallback = std::function<std::vector<MetricSample>()>;

// What stands for label values beyond the limit of series.
constexpr char kOther[] = "other";
constexpr char kLimitedName[] = "eyrie_metrics_limited";
constexpr char kLimitedHelp[] =
    "Requests for a series that a limit on label sets refused.";

[[noreturn]] void Bug(absl::string_view message) {
  std::fprintf(stderr, "MetricRegistry: %.*s\n",
               static_cast<int>(message.size()), message.data());
  std::abort();
}

// Letters, digits and `_`, no digit first.
bool IsLegalName(absl::string_view name) {
  if (name.empty() || absl::ascii_isdigit(name[0])) return false;
  return std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return absl::ascii_isalnum(c) || c == '_';
  });
}

Labels ToMap(const MetricLabels& labels) {
  Labels map;
  for (const auto& [name, value] : labels) {
    if (!IsLegalName(name) || name == "le" || absl::StartsWith(name, "__")) {
      Bug(absl::StrCat("\"", name, "\" is no name of a label"));
    }
    map[name] = value;
  }
  return map;
}

}  // namespace

struct MetricValue {
  std::atomic<double> value = 0;
};

struct HistogramValue {
  explicit HistogramValue(const std::vector<double>& bounds)
      : bounds(bounds), counts(bounds.size() + 1) {}

  const std::vector<double> bounds;
  std::vector<std::atomic<uint64_t>> counts;
  std::atomic<double> sum = 0;
};

void Counter::Increment(double by) const {
  if (counter_ == nullptr) return;
  counter_->value.fetch_add(by, std::memory_order_relaxed);
}

double Counter::value() const {
  if (counter_ == nullptr) return 0;
  return counter_->value.load(std::memory_order_relaxed);
}

void Gauge::Set(double value) const {
  if (gauge_ == nullptr) return;
  gauge_->value.store(value, std::memory_order_relaxed);
}

void Gauge::Add(double by) const {
  if (gauge_ == nullptr) return;
  gauge_->value.fetch_add(by, std::memory_order_relaxed);
}

double Gauge::value() const {
  if (gauge_ == nullptr) return 0;
  return gauge_->value.load(std::memory_order_relaxed);
}

void Histogram::Observe(double value) const {
  if (histogram_ == nullptr) return;
  const std::vector<double>& bounds = histogram_->bounds;
  // A bound belongs to its bucket.
  const size_t bucket =
      std::lower_bound(bounds.begin(), bounds.end(), value) - bounds.begin();
  histogram_->counts[bucket].fetch_add(1, std::memory_order_relaxed);
  histogram_->sum.fetch_add(value, std::memory_order_relaxed);
}

struct MetricRegistry::State {
  // What is known of one name: values of our own or, if `is_callback`, of
  // somebody else.
  struct Family {
    MetricType type;
    bool is_callback = false;
    std::string help;
    std::map<Labels, std::unique_ptr<MetricValue>> values;
    std::map<Labels, std::unique_ptr<HistogramValue>> histograms;
    std::vector<SamplesCallback> callbacks;
  };
  using Families = std::map<std::string, Family, std::less<>>;

  explicit State(const Options& options) : max_series(options.max_series) {}

  Family& FindFamily(absl::string_view name, absl::string_view help,
                     MetricType type, bool is_callback)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    if (!IsLegalName(name) || absl::EndsWith(name, "_total")) {
      Bug(absl::StrCat("\"", name, "\" is no name of a metric"));
    }
    const auto [it, is_new] = families.try_emplace(std::string(name));
    Family& family = it->second;
    if (is_new) {
      family.type = type;
      family.is_callback = is_callback;
      family.help = std::string(help);
    } else if (family.type != type || family.is_callback != is_callback) {
      Bug(absl::StrCat("metric ", name, " is of two kinds"));
    }
    return family;
  }

  // The value with these labels in `values`; beyond the limit of series the
  // one that stands for all others.
  template <typename Value, typename... Args>
  Value* FindValue(absl::string_view name, const MetricLabels& labels,
                   std::map<Labels, std::unique_ptr<Value>>& values,
                   const Args&... args) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    Labels map = ToMap(labels);
    auto it = values.find(map);
    if (it == values.end() && values.size() >= max_series) {
      CountLimited(name);
      for (auto& [label, value] : map) value = kOther;
      it = values.find(map);
    }
    if (it == values.end()) {
      it = values.emplace(std::move(map), std::make_unique<Value>(args...))
               .first;
    }
    return it->second.get();
  }

  void CountLimited(absl::string_view name)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    ++limited[std::string(name)];
  }

  // The families with values of our own, and which callbacks to ask for the
  // others.
  void Snapshot(std::vector<MetricFamily>* page,
                std::vector<std::vector<SamplesCallback>>* callbacks)
      ABSL_LOCKS_EXCLUDED(mutex);

  const size_t max_series;
  absl::Mutex mutex;
  Families families ABSL_GUARDED_BY(mutex);
  // Requests for series beyond the limit, by metric.
  std::map<std::string, double> limited ABSL_GUARDED_BY(mutex);
  // Held while a page is made.
  absl::Mutex page_mutex;
};

void MetricRegistry::State::Snapshot(
    std::vector<MetricFamily>* page,
    std::vector<std::vector<SamplesCallback>>* callbacks) {
  absl::MutexLock lock(&mutex);
  for (const auto& [name, family] : families) {
    MetricFamily shown = {name, family.help, family.type, {}};
    for (const auto& [labels, value] : family.values) {
      shown.series.push_back(
          {.labels = labels,
           .value = value->value.load(std::memory_order_relaxed)});
    }
    for (const auto& [labels, value] : family.histograms) {
      shown.series.push_back(
          {.labels = labels,
           .bounds = value->bounds,
           .counts = {value->counts.begin(), value->counts.end()},
           .sum = value->sum.load(std::memory_order_relaxed)});
    }
    page->push_back(std::move(shown));
    callbacks->push_back(family.callbacks);
  }
}

MetricRegistry::MetricRegistry() : MetricRegistry(Options()) {}
MetricRegistry::MetricRegistry(const Options& options)
    : state_(std::make_unique<State>(options)) {}
MetricRegistry::~MetricRegistry() = default;

Counter MetricRegistry::AddCounter(absl::string_view name,
                                   absl::string_view help,
                                   const MetricLabels& labels) {
  absl::MutexLock lock(&state_->mutex);
  State::Family& family = state_->FindFamily(name, help, MetricType::kCounter,
                                             /*is_callback=*/false);
  return Counter(state_->FindValue(name, labels, family.values));
}

Gauge MetricRegistry::AddGauge(absl::string_view name, absl::string_view help,
                               const MetricLabels& labels) {
  absl::MutexLock lock(&state_->mutex);
  State::Family& family = state_->FindFamily(name, help, MetricType::kGauge,
                                             /*is_callback=*/false);
  return Gauge(state_->FindValue(name, labels, family.values));
}

Histogram MetricRegistry::AddHistogram(absl::string_view name,
                                       absl::string_view help,
                                       const std::vector<double>& bounds,
                                       const MetricLabels& labels) {
  absl::MutexLock lock(&state_->mutex);
  State::Family& family = state_->FindFamily(name, help, MetricType::kHistogram,
                                             /*is_callback=*/false);
  return Histogram(state_->FindValue(name, labels, family.histograms, bounds));
}

void MetricRegistry::AddCounterCallback(absl::string_view name,
                                        absl::string_view help,
                                        SamplesCallback callback) {
  absl::MutexLock lock(&state_->mutex);
  state_->FindFamily(name, help, MetricType::kCounter, /*is_callback=*/true)
      .callbacks.push_back(std::move(callback));
}

void MetricRegistry::AddGaugeCallback(absl::string_view name,
                                      absl::string_view help,
                                      SamplesCallback callback) {
  absl::MutexLock lock(&state_->mutex);
  state_->FindFamily(name, help, MetricType::kGauge, /*is_callback=*/true)
      .callbacks.push_back(std::move(callback));
}

void MetricRegistry::AddCounterCallback(absl::string_view name,
                                        absl::string_view help,
                                        const MetricLabels& labels,
                                        std::function<double()> callback) {
  AddCounterCallback(name, help,
                     SamplesCallback([labels, callback = std::move(callback)] {
                       return std::vector<MetricSample>{{labels, callback()}};
                     }));
}

void MetricRegistry::AddGaugeCallback(absl::string_view name,
                                      absl::string_view help,
                                      const MetricLabels& labels,
                                      std::function<double()> callback) {
  AddGaugeCallback(name, help,
                   SamplesCallback([labels, callback = std::move(callback)] {
                     return std::vector<MetricSample>{{labels, callback()}};
                   }));
}

std::string MetricRegistry::ToOpenMetrics() const {
  absl::MutexLock page_lock(&state_->page_mutex);
  std::vector<MetricFamily> page;
  std::vector<std::vector<SamplesCallback>> callbacks;
  state_->Snapshot(&page, &callbacks);
  for (size_t i = 0; i < page.size(); ++i) {
    for (const SamplesCallback& callback : callbacks[i]) {
      for (const MetricSample& sample : callback()) {
        if (page[i].series.size() >= state_->max_series) {
          absl::MutexLock lock(&state_->mutex);
          state_->CountLimited(page[i].name);
          break;
        }
        page[i].series.push_back(
            {.labels = ToMap(sample.labels), .value = sample.value});
      }
    }
  }
  absl::MutexLock lock(&state_->mutex);
  if (!state_->limited.empty()) {
    MetricFamily limited = {
        kLimitedName, kLimitedHelp, MetricType::kCounter, {}};
    for (const auto& [name, count] : state_->limited) {
      limited.series.push_back({.labels = {{"metric", name}}, .value = count});
    }
    page.push_back(std::move(limited));
  }
  return FormatOpenMetrics(std::move(page));
}

std::vector<double> LatencyBounds() {
  return {0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02,
          0.05,   0.1,    0.2,    0.5,   1,     2,     5,    10};
}

}  // namespace eyrie
