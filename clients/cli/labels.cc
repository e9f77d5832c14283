// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/labels.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace eyrie::cli {

absl::Status CheckLabels(const std::vector<std::string>& labels) {
  for (const std::string& label : labels) {
    const size_t equals = label.find('=');
    if (equals == std::string::npos || equals == 0) {
      return absl::InvalidArgumentError(absl::StrCat(
          "flag --label: \"", label, "\" is not written as key=value"));
    }
  }
  return absl::OkStatus();
}

std::string LabelsText(
    const google::protobuf::Map<std::string, std::string>& labels) {
  const std::map<std::string, std::string> sorted(labels.begin(), labels.end());
  return absl::StrJoin(sorted, ", ", absl::PairFormatter("="));
}

}  // namespace eyrie::cli
