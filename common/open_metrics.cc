// SPDX-License-Identifier: Apache-2.0

#include "common/open_metrics.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "common/utf8.h"

namespace eyrie {
namespace {

using Labels = std::map<std::string, std::string>;

absl::string_view TypeName(MetricType type) {
  switch (type) {
    case MetricType::kCounter:
      return "counter";
    case MetricType::kGauge:
      return "gauge";
    case MetricType::kHistogram:
      return "histogram";
  }
  return "unknown";
}

void AppendEscaped(absl::string_view text, std::string* page) {
  while (!text.empty()) {
    const size_t length = Utf8CharacterSize(text);
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
  const auto result = std::to_chars(buffer, buffer + sizeof(buffer), value);
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

// One line; `bound`, if it is not empty, is the label `le`.
void AppendSample(absl::string_view name, absl::string_view suffix,
                  const Labels& labels, absl::string_view bound,
                  absl::string_view value, std::string* page) {
  absl::StrAppend(page, name, suffix);
  char separator = '{';
  const auto append = [&](absl::string_view label, absl::string_view text) {
    absl::StrAppend(page, std::string(1, separator), label, "=\"");
    AppendEscaped(text, page);
    *page += '"';
    separator = ',';
  };
  for (const auto& [label, text] : labels) append(label, text);
  if (!bound.empty()) append("le", bound);
  if (separator == ',') *page += '}';
  absl::StrAppend(page, " ", value, "\n");
}

void AppendHistogram(absl::string_view name, const MetricSeries& series,
                     std::string* page) {
  uint64_t count = 0;
  for (size_t i = 0; i < series.counts.size(); ++i) {
    count += series.counts[i];
    const std::string bound =
        i < series.bounds.size() ? Bound(series.bounds[i]) : "+Inf";
    AppendSample(name, "_bucket", series.labels, bound, absl::StrCat(count),
                 page);
  }
  AppendSample(name, "_count", series.labels, "", absl::StrCat(count), page);
  AppendSample(name, "_sum", series.labels, "", Number(series.sum), page);
}

void AppendSeries(const MetricFamily& family, const MetricSeries& series,
                  std::string* page) {
  switch (family.type) {
    case MetricType::kCounter:
      AppendSample(family.name, "_total", series.labels, "",
                   Number(series.value), page);
      return;
    case MetricType::kGauge:
      AppendSample(family.name, "", series.labels, "", Number(series.value),
                   page);
      return;
    case MetricType::kHistogram:
      AppendHistogram(family.name, series, page);
      return;
  }
}

}  // namespace

std::string FormatOpenMetrics(std::vector<MetricFamily> families) {
  std::sort(families.begin(), families.end(),
            [](const MetricFamily& a, const MetricFamily& b) {
              return a.name < b.name;
            });
  std::string page;
  for (MetricFamily& family : families) {
    absl::StrAppend(&page, "# TYPE ", family.name, " ", TypeName(family.type),
                    "\n# HELP ", family.name, " ");
    AppendEscaped(family.help, &page);
    page += '\n';
    std::sort(family.series.begin(), family.series.end(),
              [](const MetricSeries& a, const MetricSeries& b) {
                return a.labels < b.labels;
              });
    for (const MetricSeries& series : family.series) {
      AppendSeries(family, series, &page);
    }
  }
  page += "# EOF\n";
  return page;
}

}  // namespace eyrie
