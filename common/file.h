// SPDX-License-Identifier: Apache-2.0
//
// Reads files whole.

#ifndef EYRIE_COMMON_FILE_H_
#define EYRIE_COMMON_FILE_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace eyrie {

// The content of the file at `path`.
//
// kNotFound, kPermissionDenied or another code as errno says if it cannot be
// read, kInvalidArgument if it is a folder, kResourceExhausted if it has more
// than `max_bytes`; each names the path.
absl::StatusOr<std::string> ReadFile(absl::string_view path, size_t max_bytes);

}  // namespace eyrie

#endif  // EYRIE_COMMON_FILE_H_
