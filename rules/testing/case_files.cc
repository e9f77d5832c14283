// SPDX-License-Identifier: Apache-2.0

#include "rules/testing/case_files.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/status_macros.h"

namespace eyrie::rules::testing {
namespace {

namespace fs = std::filesystem;

absl::Status AddFolder(const std::string& folder,
                       std::vector<std::string>* files) {
  std::error_code error;
  fs::directory_iterator it(folder, error);
  const size_t before = files->size();
  for (; !error && it != fs::directory_iterator(); it.increment(error)) {
    const std::string path = it->path().string();
    if (absl::EndsWith(path, "_test.yaml") ||
        absl::EndsWith(path, "_test.yml")) {
      files->push_back(path);
    }
  }
  if (error) {
    return absl::ErrnoToStatus(error.value(),
                               absl::StrCat("reading the folder ", folder));
  }
  std::sort(files->begin() + static_cast<ptrdiff_t>(before), files->end());
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<std::string>> FindCaseFiles(
    const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (fs::is_directory(path, error)) {
      EYRIE_RETURN_IF_ERROR(AddFolder(path, &files));
      continue;
    }
    const fs::path file(path);
    const fs::path cases =
        file.parent_path() /
        absl::StrCat(file.stem().string(), "_test", file.extension().string());
    if (fs::exists(cases, error)) files.push_back(cases.string());
  }
  return files;
}

}  // namespace eyrie::rules::testing
