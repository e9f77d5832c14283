// SPDX-License-Identifier: Apache-2.0
//
// The OpenMetrics text format.

#ifndef EYRIE_COMMON_OPEN_METRICS_H_
#define EYRIE_COMMON_OPEN_METRICS_H_

#include <prometheus/metric_family.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace eyrie {

inline constexpr absl::string_view kOpenMetricsContentType =
    "application/openmetrics-text; version=1.0.0; charset=utf-8";

// `families` as a page of kOpenMetricsContentType, families by name, series by
// labels. Counters carry no `_total` in `families`; their samples get it.
// Bytes of label values that are no UTF-8 become '?'.
std::string FormatOpenMetrics(std::vector<prometheus::MetricFamily> families);

}  // namespace eyrie

#endif  // EYRIE_COMMON_OPEN_METRICS_H_
