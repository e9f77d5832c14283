// SPDX-License-Identifier: Apache-2.0
//
// The OpenMetrics text format.

#ifndef EYRIE_COMMON_OPEN_METRICS_H_
#define EYRIE_COMMON_OPEN_METRICS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace eyrie {

inline constexpr absl::string_view kOpenMetricsContentType =
    "application/openmetrics-text; version=1.0.0; charset=utf-8";

enum class MetricType { kCounter, kGauge, kHistogram };

// The values of one metric with one set of labels.
struct MetricSeries {
  std::map<std::string, std::string> labels;
  // Of a counter or gauge.
  double value = 0;
  // Of a histogram: upper bounds, ascending, and how many observations lie up
  // to each of them and above the one before; `counts` has one more, for those
  // beyond the last bound.
  std::vector<double> bounds;
  std::vector<uint64_t> counts;
  double sum = 0;
};

// A metric. A counter's name carries no `_total`; its samples get it.
struct MetricFamily {
  std::string name;
  std::string help;
  MetricType type = MetricType::kGauge;
  std::vector<MetricSeries> series;
};

// `families` as a page of kOpenMetricsContentType, families by name, series by
// labels. Bytes of label values that are no UTF-8 become '?'.
std::string FormatOpenMetrics(std::vector<MetricFamily> families);

}  // namespace eyrie

#endif  // EYRIE_COMMON_OPEN_METRICS_H_
