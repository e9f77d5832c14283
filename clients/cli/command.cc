// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/command.h"

#include "absl/strings/str_cat.h"

namespace eyrie::cli {

std::string CommandInfo::FullName() const {
  return absl::StrCat("eyrie ", noun, verb.empty() ? "" : " ", verb);
}

absl::Status CheckWords(const std::vector<std::string>& words, size_t min,
                        size_t max, absl::string_view what) {
  if (words.size() < min) {
    return absl::InvalidArgumentError(absl::StrCat(what, " is missing"));
  }
  if (words.size() > max) {
    return absl::InvalidArgumentError(
        absl::StrCat("unexpected word \"", words[max],
                     "\"; a text of several words needs quotes"));
  }
  return absl::OkStatus();
}

}  // namespace eyrie::cli
