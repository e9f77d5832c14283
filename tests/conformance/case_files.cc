// SPDX-License-Identifier: Apache-2.0

#include "tests/conformance/case_files.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "absl/strings/match.h"

namespace eyrie::rules {

std::vector<std::string> CaseFiles(const std::string& folder,
                                   absl::string_view ending) {
  std::vector<std::string> paths;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    std::string path = entry.path().string();
    if (absl::EndsWith(path, ending)) paths.push_back(std::move(path));
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace eyrie::rules
