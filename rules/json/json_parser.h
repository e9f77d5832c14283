// SPDX-License-Identifier: Apache-2.0
//
// Parses JSON that others wrote, within bounds.

#ifndef EYRIE_RULES_JSON_JSON_PARSER_H_
#define EYRIE_RULES_JSON_JSON_PARSER_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace eyrie::rules {

// A JSON value. Members of an object are sorted by name; of two with the same
// name the last one counts.
using Json = nlohmann::json;

// Bounds on one JSON text. Beyond them it is refused unread.
struct JsonLimits {
  // An audit event holds at most the request's and the response's object, each
  // bounded by what etcd takes, 1.5 MiB.
  size_t max_bytes = 4 << 20;
  // Kubernetes objects are less than 30 deep. What reads values may recurse.
  size_t max_depth = 64;
  // Elements and members, which each cost some 50 bytes. A list of all pods of
  // a large cluster has fewer for each byte than hostile text.
  size_t max_values = 400'000;
};

// Parses `text`, which must be one JSON value in UTF-8.
//
// Returns kResourceExhausted beyond a limit, kInvalidArgument with the place of
// the mistake if it is no JSON.
//
// Thread safety: a pure function.
absl::StatusOr<Json> ParseJson(absl::string_view text,
                               const JsonLimits& limits = {});

// The same, but what lies too deep is read as null and counted in `*cut`: who
// can put something into a document must not be able to keep the rest of it
// from being judged. The number of values is bounded by the bytes alone, at
// most 30 bytes of memory each.
absl::StatusOr<Json> ParseJsonCut(absl::string_view text,
                                  const JsonLimits& limits, uint64_t* cut);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_JSON_JSON_PARSER_H_
