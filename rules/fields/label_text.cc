// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/label_text.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace eyrie::rules {
namespace {

constexpr absl::string_view kInternalPrefix = "io.kubernetes.";

void AppendLabel(absl::string_view key, absl::string_view value,
                 std::string& text) {
  absl::StrAppend(&text, text.empty() ? "" : ",", key, value.empty() ? "" : ":",
                  value);
}

}  // namespace

absl::string_view LabelText(absl::string_view key, absl::string_view value,
                            Scratch& scratch) {
  return scratch.Concat({key, value.empty() ? "" : ":", value});
}

absl::string_view LabelsText(
    const google::protobuf::Map<std::string, std::string>& labels,
    Scratch& scratch) {
  std::vector<std::pair<absl::string_view, absl::string_view>> sorted;
  sorted.reserve(labels.size());
  for (const auto& [key, value] : labels) {
    if (!absl::StartsWith(key, kInternalPrefix)) {
      sorted.emplace_back(key, value);
    }
  }
  std::sort(sorted.begin(), sorted.end());
  std::string& text = scratch.Buffer();
  for (const auto& [key, value] : sorted) AppendLabel(key, value, text);
  return scratch.Keep(text);
}

absl::string_view LabelsText(
    const std::vector<std::pair<std::string, std::string>>& labels,
    Scratch& scratch) {
  std::string& text = scratch.Buffer();
  for (const auto& [key, value] : labels) AppendLabel(key, value, text);
  return scratch.Keep(text);
}

}  // namespace eyrie::rules
