// SPDX-License-Identifier: Apache-2.0
//
// Feeds hostile heads to the parser of HTTP requests.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <variant>

#include "absl/strings/string_view.h"

#include "common/http_request.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view head(reinterpret_cast<const char*>(data), size);
  const auto parsed = eyrie::ParseHttpHead(head);
  if (const auto* refusal = std::get_if<eyrie::HttpRefusal>(&parsed)) {
    if (refusal->status < 400 || refusal->status > 505) std::abort();
    return 0;
  }
  const eyrie::HttpHead& read = std::get<eyrie::HttpHead>(parsed);
  // Nothing that is passed on can end a line of an answer or a log.
  for (const absl::string_view part :
       {absl::string_view(read.method), absl::string_view(read.path),
        absl::string_view(read.query), absl::string_view(read.content_type),
        absl::string_view(read.authorization)}) {
    if (part.find_first_of("\r\n") != absl::string_view::npos) std::abort();
  }
  if (read.path.empty() || read.path[0] != '/') std::abort();
  return 0;
}
