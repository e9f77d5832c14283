// SPDX-License-Identifier: Apache-2.0
//
// Labels as one text.

#ifndef EYRIE_RULES_FIELDS_LABEL_TEXT_H_
#define EYRIE_RULES_FIELDS_LABEL_TEXT_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/map.h"

#include "rules/fields/event.h"

namespace eyrie::rules {

// "key:value", or "key" if the value is empty.
absl::string_view LabelText(absl::string_view key, absl::string_view value,
                            Scratch& scratch);

// All labels as LabelText() has them, by key, joined by commas. Those that
// Kubernetes gives to containers for itself ("io.kubernetes.…") are left out.
absl::string_view LabelsText(
    const google::protobuf::Map<std::string, std::string>& labels,
    Scratch& scratch);

// The same of labels that are sorted by key, all of them.
absl::string_view LabelsText(
    const std::vector<std::pair<std::string, std::string>>& labels,
    Scratch& scratch);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_LABEL_TEXT_H_
