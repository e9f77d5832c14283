// SPDX-License-Identifier: Apache-2.0

#include "common/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/metric_family.h>
#include <prometheus/registry.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <set>
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

prometheus::ClientMetric ToClientMetric(prometheus::MetricType type,
                                        const MetricSample& sample) {
  prometheus::ClientMetric metric;
  for (const auto& [name, value] : ToMap(sample.labels)) {
    metric.label.push_back({name, value});
  }
  if (type == prometheus::MetricType::Counter) {
    metric.counter.value = sample.value;
  } else {
    metric.gauge.value = sample.value;
  }
  return metric;
}

}  // namespace

void Counter::Increment(double by) const {
  if (counter_ != nullptr) counter_->Increment(by);
}
double Counter::value() const {
  return counter_ != nullptr ? counter_->Value() : 0;
}
void Gauge::Set(double value) const {
  if (gauge_ != nullptr) gauge_->Set(value);
}
void Gauge::Add(double by) const {
  if (gauge_ != nullptr) gauge_->Increment(by);
}
double Gauge::value() const { return gauge_ != nullptr ? gauge_->Value() : 0; }
void Histogram::Observe(double value) const {
  if (histogram_ != nullptr) histogram_->Observe(value);
}

struct MetricRegistry::State {
  // What is known of one name.
  struct Family {
    prometheus::MetricType type;
    bool is_callback = false;
    std::string help;
    std::set<Labels> series;                 // unless is_callback
    std::vector<SamplesCallback> callbacks;  // if is_callback
  };

  explicit State(const Options& options)
      : max_series(options.max_series) {}

  Family& FindFamily(absl::string_view name, absl::string_view help,
                     prometheus::MetricType type, bool is_callback)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    if (!IsLegalName(name) || absl::EndsWith(name, "_total")) {
      Bug(absl::StrCat("\"", name, "\" is no name of a metric"));
    }
    Family family;
    family.type = type;
    family.is_callback = is_callback;
    family.help = std::string(help);
    const auto [it, is_new] = families.emplace(name, std::move(family));
    if (it->second.type != type || it->second.is_callback != is_callback) {
      Bug(absl::StrCat("metric ", name, " is of two kinds"));
    }
    return it->second;
  }

  // `labels`, or what stands for them beyond the limit.
  Labels Admit(absl::string_view name, Family& family,
               const MetricLabels& labels)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    Labels map = ToMap(labels);
    if (family.series.count(map) > 0) return map;
    if (family.series.size() < max_series) {
      family.series.insert(map);
      return map;
    }
    CountLimited(name);
    for (auto& [label, value] : map) value = kOther;
    return map;
  }

  void CountLimited(absl::string_view name) const {
    prometheus::BuildCounter()
        .Name(kLimitedName)
        .Help(kLimitedHelp)
        .Register(*registry)
        .Add({{"metric", std::string(name)}})
        .Increment();
  }

  const size_t max_series;
  const std::shared_ptr<prometheus::Registry> registry =
      std::make_shared<prometheus::Registry>();
  absl::Mutex mutex;
  std::map<std::string, Family, std::less<>> families ABSL_GUARDED_BY(mutex);
  // Held while a page is made.
  absl::Mutex page_mutex;
};

MetricRegistry::MetricRegistry() : MetricRegistry(Options()) {}
MetricRegistry::MetricRegistry(const Options& options)
    : state_(std::make_unique<State>(options)) {}
MetricRegistry::~MetricRegistry() = default;

Counter MetricRegistry::AddCounter(absl::string_view name,
                                   absl::string_view help,
                                   const MetricLabels& labels) {
  absl::MutexLock lock(&state_->mutex);
  State::Family& family = state_->FindFamily(
      name, help, prometheus::MetricType::Counter, /*is_callback=*/false);
  return Counter(&prometheus::BuildCounter()
                      .Name(std::string(name))
                      .Help(family.help)
                      .Register(*state_->registry)
                      .Add(state_->Admit(name, family, labels)));
}

Gauge MetricRegistry::AddGauge(absl::string_view name, absl::string_view help,
                               const MetricLabels& labels) {
  absl::MutexLock lock(&state_->mutex);
  State::Family& family = state_->FindFamily(
      name, help, prometheus::MetricType::Gauge, /*is_callback=*/false);
  return Gauge(&prometheus::BuildGauge()
                    .Name(std::string(name))
                    .Help(family.help)
                    .Register(*state_->registry)
                    .Add(state_->Admit(name, family, labels)));
}

Histogram MetricRegistry::AddHistogram(absl::string_view name,
                                       absl::string_view help,
                                       const std::vector<double>& bounds,
                                       const MetricLabels& labels) {
  absl::MutexLock lock(&state_->mutex);
  State::Family& family = state_->FindFamily(
      name, help, prometheus::MetricType::Histogram, /*is_callback=*/false);
  return Histogram(&prometheus::BuildHistogram()
                        .Name(std::string(name))
                        .Help(family.help)
                        .Register(*state_->registry)
                        .Add(state_->Admit(name, family, labels), bounds));
}

void MetricRegistry::AddCounterCallback(absl::string_view name,
                                        absl::string_view help,
                                        SamplesCallback callback) {
  absl::MutexLock lock(&state_->mutex);
  state_
      ->FindFamily(name, help, prometheus::MetricType::Counter,
                   /*is_callback=*/true)
      .callbacks.push_back(std::move(callback));
}

void MetricRegistry::AddGaugeCallback(absl::string_view name,
                                      absl::string_view help,
                                      SamplesCallback callback) {
  absl::MutexLock lock(&state_->mutex);
  state_
      ->FindFamily(name, help, prometheus::MetricType::Gauge,
                   /*is_callback=*/true)
      .callbacks.push_back(std::move(callback));
}

void MetricRegistry::AddCounterCallback(absl::string_view name,
                                        absl::string_view help,
                                        const MetricLabels& labels,
                                        std::function<double()> callback) {
  AddCounterCallback(
      name, help, SamplesCallback([labels, callback = std::move(callback)] {
        return std::vector<MetricSample>{{labels, callback()}};
      }));
}

void MetricRegistry::AddGaugeCallback(absl::string_view name,
                                      absl::string_view help,
                                      const MetricLabels& labels,
                                      std::function<double()> callback) {
  AddGaugeCallback(
      name, help, SamplesCallback([labels, callback = std::move(callback)] {
        return std::vector<MetricSample>{{labels, callback()}};
      }));
}

std::string MetricRegistry::ToOpenMetrics() const {
  absl::MutexLock page_lock(&state_->page_mutex);
  std::map<std::string, State::Family, std::less<>> families;
  {
    absl::MutexLock lock(&state_->mutex);
    for (const auto& [name, family] : state_->families) {
      if (family.is_callback) families.emplace(name, family);
    }
  }
  std::vector<prometheus::MetricFamily> page;
  for (const auto& [name, family] : families) {
    prometheus::MetricFamily shown;
    shown.name = name;
    shown.help = family.help;
    shown.type = family.type;
    for (const SamplesCallback& callback : family.callbacks) {
      for (const MetricSample& sample : callback()) {
        if (shown.metric.size() >= state_->max_series) {
          state_->CountLimited(name);
          break;
        }
        shown.metric.push_back(ToClientMetric(family.type, sample));
      }
    }
    page.push_back(std::move(shown));
  }
  for (prometheus::MetricFamily& family : state_->registry->Collect()) {
    page.push_back(std::move(family));
  }
  return FormatOpenMetrics(std::move(page));
}

std::vector<double> LatencyBounds() {
  return {0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02,
          0.05,   0.1,    0.2,    0.5,   1,     2,     5,    10};
}

}  // namespace eyrie
