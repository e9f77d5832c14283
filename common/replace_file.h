// SPDX-License-Identifier: Apache-2.0
//
// Replaces files whole.

#ifndef EYRIE_COMMON_REPLACE_FILE_H_
#define EYRIE_COMMON_REPLACE_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace eyrie {

// Gives the file at `path`, which must exist, new content at once: who reads it
// sees the old or the new, even after a crash. Its permissions and its owner
// stay, the latter as far as we may; of a symbolic link the target is replaced.
//
// Another code than kOk as errno says, naming the path; the file is as it was
// then.
absl::Status ReplaceFile(const std::string& path, absl::string_view content);

}  // namespace eyrie

#endif  // EYRIE_COMMON_REPLACE_FILE_H_
