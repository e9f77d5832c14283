// SPDX-License-Identifier: Apache-2.0
//
// Finds the test cases of rule files.

#ifndef EYRIE_RULES_TESTING_CASE_FILES_H_
#define EYRIE_RULES_TESTING_CASE_FILES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace eyrie::rules::testing {

// The files of cases beside `paths`, in order: of a file rules.yaml the file
// rules_test.yaml if there is one, of a folder all its *_test.yaml by name.
// *.yml likewise.
//
// Returns kNotFound or kPermissionDenied, naming the folder that cannot be
// read.
absl::StatusOr<std::vector<std::string>> FindCaseFiles(
    const std::vector<std::string>& paths);

}  // namespace eyrie::rules::testing

#endif  // EYRIE_RULES_TESTING_CASE_FILES_H_
