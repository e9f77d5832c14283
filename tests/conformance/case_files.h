// SPDX-License-Identifier: Apache-2.0
//
// Finds the files of conformance cases.

#ifndef EYRIE_TESTS_CONFORMANCE_CASE_FILES_H_
#define EYRIE_TESTS_CONFORMANCE_CASE_FILES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace eyrie::rules {

// Paths of the files in `folder` whose names end in `ending`, by name. Empty if
// there is no such folder.
std::vector<std::string> CaseFiles(const std::string& folder,
                                   absl::string_view ending);

}  // namespace eyrie::rules

#endif  // EYRIE_TESTS_CONFORMANCE_CASE_FILES_H_
