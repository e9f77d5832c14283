// SPDX-License-Identifier: Apache-2.0
//
// Counters, gauges and histograms of one program.
//
// Usage:
//
//   MetricRegistry metrics;
//   const Counter batches = metrics.AddCounter(
//       "eyrie_batches", "Batches received.", {{"node", node}});
//   batches.Increment();
//   metrics.AddGaugeCallback("eyrie_queue_size", "Batches waiting.", {},
//                            [&] { return queue.size(); });
//
// common/http_server.h serves them.

#ifndef EYRIE_COMMON_METRICS_H_
#define EYRIE_COMMON_METRICS_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace eyrie {

struct MetricValue;
struct HistogramValue;

// The three kinds of handles are pointers to values that their registry owns:
// cheap to copy, valid as long as the registry. One that was made without a
// registry does nothing.
//
// Thread safety: all methods may be called from any thread.
class Counter {
 public:
  Counter() = default;
  // REQUIRES: by >= 0.
  void Increment(double by = 1) const;
  double value() const;

 private:
  friend class MetricRegistry;
  explicit Counter(MetricValue* counter) : counter_(counter) {}
  MetricValue* counter_ = nullptr;
};

class Gauge {
 public:
  Gauge() = default;
  void Set(double value) const;
  void Add(double by) const;
  double value() const;

 private:
  friend class MetricRegistry;
  explicit Gauge(MetricValue* gauge) : gauge_(gauge) {}
  MetricValue* gauge_ = nullptr;
};

class Histogram {
 public:
  Histogram() = default;
  void Observe(double value) const;

 private:
  friend class MetricRegistry;
  explicit Histogram(HistogramValue* histogram) : histogram_(histogram) {}
  HistogramValue* histogram_ = nullptr;
};

// Names with values. A label's value may be anything; its name not.
using MetricLabels = std::vector<std::pair<std::string, std::string>>;

struct MetricSample {
  MetricLabels labels;
  double value = 0;
};

// Thread safety: all methods may be called from any thread. Callbacks are
// called while a page is made, with no lock held, one page at a time.
class MetricRegistry {
 public:
  struct Options {
    // Most label sets of one name. What comes beyond shares one series, all of
    // whose label values are "other": a peer that invents names costs no
    // memory. eyrie_metrics_limited counts such requests.
    size_t max_series = 1000;
  };

  MetricRegistry();
  explicit MetricRegistry(const Options& options);
  ~MetricRegistry();

  // The metric of that name and labels; made if it is not there. A counter is
  // named without `_total`, which its samples get. `help` is a full sentence.
  // REQUIRES: the name is legal and stands for one kind of metric.
  Counter AddCounter(absl::string_view name, absl::string_view help,
                     const MetricLabels& labels = {});
  Gauge AddGauge(absl::string_view name, absl::string_view help,
                 const MetricLabels& labels = {});
  // `bounds` ascend, and are the same for all labels of the name; the bucket
  // beyond the last is there by itself.
  Histogram AddHistogram(absl::string_view name, absl::string_view help,
                         const std::vector<double>& bounds,
                         const MetricLabels& labels = {});

  // Values that somebody else keeps, asked for on every page. REQUIRES: the
  // callback can be called as long as pages are made.
  void AddCounterCallback(absl::string_view name, absl::string_view help,
                          const MetricLabels& labels,
                          std::function<double()> callback);
  void AddGaugeCallback(absl::string_view name, absl::string_view help,
                        const MetricLabels& labels,
                        std::function<double()> callback);
  // As above with series that come and go, such as one per connected node. The
  // first `max_series` are shown.
  void AddCounterCallback(absl::string_view name, absl::string_view help,
                          std::function<std::vector<MetricSample>()> callback);
  void AddGaugeCallback(absl::string_view name, absl::string_view help,
                        std::function<std::vector<MetricSample>()> callback);

  // A page of all metrics, by name, in the text format of
  // kOpenMetricsContentType.
  std::string ToOpenMetrics() const;

 private:
  struct State;
  const std::unique_ptr<State> state_;
};

// Bounds of a histogram of seconds: 1, 2, 5 times each power of ten from 100 µs
// to 10 s.
std::vector<double> LatencyBounds();

}  // namespace eyrie

#endif  // EYRIE_COMMON_METRICS_H_
