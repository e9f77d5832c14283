// SPDX-License-Identifier: Apache-2.0
//
// Finds rule files on disk.

#ifndef EYRIE_RULES_READER_RULE_FILES_H_
#define EYRIE_RULES_READER_RULE_FILES_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "rules/source.h"

namespace eyrie::rules {

// Reads the files that `paths` name, in order; a folder means its *.yaml and
// *.yml files by name, but for those that end in _test.yaml, not deeper ones.
//
// Returns kNotFound or kPermissionDenied naming the path, kInvalidArgument for
// a folder without rule files, kResourceExhausted beyond `max_bytes` together.
absl::StatusOr<std::vector<std::shared_ptr<const SourceFile>>> ReadRuleFiles(
    const std::vector<std::string>& paths, size_t max_bytes);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_READER_RULE_FILES_H_
