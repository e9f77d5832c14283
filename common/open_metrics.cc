// SPDX-License-Identifier: Apache-2.0

#include "common/open_metrics.h"

#include <prometheus/client_metric.h>
#include <prometheus/metric_family.h>
#include <prometheus/metric_type.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace eyrie {
namespace {

using Label = prometheus::ClientMetric::Label;

absl::string_view TypeName(prometheus::MetricType type) {
  switch (type) {
    case prometheus::MetricType::Counter:
      return "counter";
    case prometheus::MetricType::Gauge:
      return "gauge";
    case prometheus::MetricType::Histogram:
      return "histogram";
    case prometheus::MetricType::Summary:
      return "summary";
    default:
      return "unknown";
  }
}

// Length of the UTF-8 character at the start of `text`; 0 if there is none.
size_t Utf8Length(absl::string_view text) {
  const auto byte = [&](size_t i) {
    return i < text.size() ? static_cast<uint8_t>(text[i]) : uint8_t{0};
  };
  const auto is_rest = [&](size_t i) { return (byte(i) & 0xc0) == 0x80; };
  const uint8_t first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return is_rest(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    // Not longer than needed, and no surrogates.
    if (first == 0xe0 && byte(1) < 0xa0) return 0;
    if (first == 0xed && byte(1) > 0x9f) return 0;
    return is_rest(1) && is_rest(2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    if (first == 0xf0 && byte(1) < 0x90) return 0;
    if (first == 0xf4 && byte(1) > 0x8f) return 0;
    return is_rest(1) && is_rest(2) && is_rest(3) ? 4 : 0;
  }
  return 0;
}

void AppendEscaped(absl::string_view text, std::string* page) {
  while (!text.empty()) {
    const size_t length = Utf8Length(text);
    if (length == 0) {
      *page += '?';
    } else if (text[0] == '\n') {
      *page += "\\n";
    } else if (text[0] == '"' || text[0] == '\\') {
      absl::StrAppend(page, "\\", text.substr(0, 1));
    } else {
      absl::StrAppend(page, text.substr(0, length));
    }
    text.remove_prefix(std::max<size_t>(length, 1));
  }
}

// The shortest text that reads back as `value`.
std::string Number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  char buffer[32];
  const auto result =
      std::to_chars(buffer, buffer + sizeof(buffer), value);
  return std::string(buffer, result.ptr);
}

// A bucket's bound: always with a point or an exponent.
std::string Bound(double value) {
  std::string text = Number(value);
  if (std::isfinite(value) && text.find_first_of(".e") == std::string::npos) {
    text += ".0";
  }
  return text;
}

// One line. `extra` is one more label, if its name is not empty.
void AppendSample(absl::string_view name, absl::string_view suffix,
                  const std::vector<Label>& labels, const Label& extra,
                  absl::string_view value, std::string* page) {
  absl::StrAppend(page, name, suffix);
  char separator = '{';
  const auto append = [&](const Label& label) {
    absl::StrAppend(page, std::string(1, separator), label.name, "=\"");
    AppendEscaped(label.value, page);
    *page += '"';
    separator = ',';
  };
  for (const Label& label : labels) append(label);
  if (!extra.name.empty()) append(extra);
  if (separator == ',') *page += '}';
  absl::StrAppend(page, " ", value, "\n");
}

void AppendHistogram(absl::string_view name,
                     const prometheus::ClientMetric& metric,
                     std::string* page) {
  const prometheus::ClientMetric::Histogram& histogram = metric.histogram;
  for (const prometheus::ClientMetric::Bucket& bucket : histogram.bucket) {
    AppendSample(name, "_bucket", metric.label,
                 Label{"le", Bound(bucket.upper_bound)},
                 absl::StrCat(bucket.cumulative_count), page);
  }
  AppendSample(name, "_count", metric.label, {},
               absl::StrCat(histogram.sample_count), page);
  AppendSample(name, "_sum", metric.label, {}, Number(histogram.sample_sum),
               page);
}

void AppendMetric(const prometheus::MetricFamily& family,
                  const prometheus::ClientMetric& metric, std::string* page) {
  switch (family.type) {
    case prometheus::MetricType::Counter:
      AppendSample(family.name, "_total", metric.label, {},
                   Number(metric.counter.value), page);
      return;
    case prometheus::MetricType::Gauge:
      AppendSample(family.name, "", metric.label, {},
                   Number(metric.gauge.value), page);
      return;
    case prometheus::MetricType::Histogram:
      AppendHistogram(family.name, metric, page);
      return;
    default:
      AppendSample(family.name, "", metric.label, {},
                   Number(metric.untyped.value), page);
  }
}

}  // namespace

std::string FormatOpenMetrics(std::vector<prometheus::MetricFamily> families) {
  std::sort(families.begin(), families.end(),
            [](const prometheus::MetricFamily& a,
               const prometheus::MetricFamily& b) { return a.name < b.name; });
  std::string page;
  for (prometheus::MetricFamily& family : families) {
    absl::StrAppend(&page, "# TYPE ", family.name, " ", TypeName(family.type),
                    "\n# HELP ", family.name, " ");
    AppendEscaped(family.help, &page);
    page += '\n';
    std::sort(family.metric.begin(), family.metric.end(),
              [](const prometheus::ClientMetric& a,
                 const prometheus::ClientMetric& b) {
                return a.label < b.label;
              });
    for (const prometheus::ClientMetric& metric : family.metric) {
      AppendMetric(family, metric, &page);
    }
  }
  page += "# EOF\n";
  return page;
}

}  // namespace eyrie
