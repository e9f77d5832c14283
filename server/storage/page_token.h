// SPDX-License-Identifier: Apache-2.0
//
// Page tokens: where a listing stopped, bound to what it listed.

#ifndef EYRIE_SERVER_STORAGE_PAGE_TOKEN_H_
#define EYRIE_SERVER_STORAGE_PAGE_TOKEN_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace eyrie::server {

inline constexpr int kMaxPageSize = 1000;

// Opaque text (base64url) for `position`, the key of the last item of a page.
// `query` names everything that decides what is listed, in any form.
std::string EncodePageToken(absl::string_view query,
                            absl::string_view position);

// The position in `token`. kInvalidArgument if it is no token, or one of a
// different query.
absl::StatusOr<std::string> DecodePageToken(absl::string_view query,
                                            absl::string_view token);

// kInvalidArgument unless 1 <= page_size <= kMaxPageSize.
absl::Status CheckPageSize(int page_size);

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_STORAGE_PAGE_TOKEN_H_
