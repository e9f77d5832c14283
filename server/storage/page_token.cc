// SPDX-License-Identifier: Apache-2.0

#include "server/storage/page_token.h"

#include <cstdint>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace eyrie::server {
namespace {

constexpr char kTokenVersion = '\x01';

// 64-bit FNV-1a, big-endian: guards against mistakes, not against forgery.
// What a forged token can do, an honest one with another filter can as well.
std::string Hash(absl::string_view bytes) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : bytes) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  std::string encoded;
  for (int shift = 56; shift >= 0; shift -= 8) {
    encoded.push_back(static_cast<char>(hash >> shift));
  }
  return encoded;
}

}  // namespace

std::string EncodePageToken(absl::string_view query,
                            absl::string_view position) {
  return absl::WebSafeBase64Escape(absl::StrCat(
      absl::string_view(&kTokenVersion, 1), Hash(query), position));
}

absl::StatusOr<std::string> DecodePageToken(absl::string_view query,
                                            absl::string_view token) {
  std::string bytes;
  constexpr size_t kHeader = 1 + sizeof(uint64_t);
  if (!absl::WebSafeBase64Unescape(token, &bytes) || bytes.size() <= kHeader ||
      bytes[0] != kTokenVersion) {
    return absl::InvalidArgumentError("page_token is not one of ours");
  }
  if (bytes.substr(1, kHeader - 1) != Hash(query)) {
    return absl::InvalidArgumentError(
        "page_token is of another listing; repeat the filter of the first "
        "page, or start again without page_token");
  }
  return bytes.substr(kHeader);
}

absl::Status CheckPageSize(int page_size) {
  if (page_size < 1 || page_size > kMaxPageSize) {
    return absl::InvalidArgumentError(absl::StrCat(
        "page_size is ", page_size, "; it must be 1 to ", kMaxPageSize));
  }
  return absl::OkStatus();
}

}  // namespace eyrie::server
