// SPDX-License-Identifier: Apache-2.0
//
// Labels as flags have them.

#ifndef EYRIE_CLIENTS_CLI_LABELS_H_
#define EYRIE_CLIENTS_CLI_LABELS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "google/protobuf/map.h"

namespace eyrie::cli {

// kInvalidArgument naming --label unless each is written as key=value.
absl::Status CheckLabels(const std::vector<std::string>& labels);

// "app=web, tier=front", sorted.
std::string LabelsText(
    const google::protobuf::Map<std::string, std::string>& labels);

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_LABELS_H_
