// SPDX-License-Identifier: Apache-2.0

#include "rules/reader/rule_files.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/status_macros.h"

namespace eyrie::rules {
namespace {

namespace fs = std::filesystem;

bool IsRuleFile(const fs::path& path) {
  const std::string name = path.filename().string();
  if (absl::EndsWith(name, "_test.yaml") || absl::EndsWith(name, "_test.yml")) {
    return false;
  }
  return absl::EndsWith(name, ".yaml") || absl::EndsWith(name, ".yml");
}

absl::StatusOr<std::vector<std::string>> FilesOfFolder(
    const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  fs::directory_iterator it(folder, error);
  for (; !error && it != fs::directory_iterator(); it.increment(error)) {
    std::error_code ignored;
    if (it->is_regular_file(ignored) && IsRuleFile(it->path())) {
      files.push_back(it->path().string());
    }
  }
  if (error) {
    return absl::ErrnoToStatus(
        error.value(), absl::StrCat("reading the rule folder ", folder));
  }
  if (files.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the folder ", folder, " holds no *.yaml rule file"));
  }
  std::sort(files.begin(), files.end());
  return files;
}

absl::StatusOr<std::shared_ptr<const SourceFile>> ReadFile(
    const std::string& path, size_t max_bytes) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return absl::ErrnoToStatus(errno,
                               absl::StrCat("opening the rule file ", path));
  }
  std::string text;
  char buffer[65536];
  while (file.read(buffer, sizeof(buffer)) || file.gcount() > 0) {
    text.append(buffer, static_cast<size_t>(file.gcount()));
    if (text.size() > max_bytes) {
      return absl::ResourceExhaustedError(
          absl::StrCat("rule files are larger than ", max_bytes,
                       " bytes together, at ", path));
    }
  }
  if (file.bad()) {
    return absl::DataLossError(absl::StrCat("reading the rule file ", path));
  }
  return std::make_shared<const SourceFile>(path, std::move(text));
}

}  // namespace

absl::StatusOr<std::vector<std::shared_ptr<const SourceFile>>> ReadRuleFiles(
    const std::vector<std::string>& paths, size_t max_bytes) {
  std::vector<std::shared_ptr<const SourceFile>> files;
  size_t left = max_bytes;
  for (const std::string& path : paths) {
    std::vector<std::string> names = {path};
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) {
      EYRIE_ASSIGN_OR_RETURN(names, FilesOfFolder(path));
    }
    for (const std::string& name : names) {
      EYRIE_ASSIGN_OR_RETURN(auto file, ReadFile(name, left));
      left -= file->text().size();
      files.push_back(std::move(file));
    }
  }
  return files;
}

}  // namespace eyrie::rules
