// SPDX-License-Identifier: Apache-2.0
//
// Reads JSON of which nothing is promised: what is missing or of another type
// reads as empty.

#ifndef EYRIE_COLLECTOR_CONTAINERS_JSON_VALUE_H_
#define EYRIE_COLLECTOR_CONTAINERS_JSON_VALUE_H_

#include <google/protobuf/map.h>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include <nlohmann/json.hpp>

namespace eyrie::collector {

// A value within a document, or nothing. Borrows the document.
//
// Thread safety: as const access to the document.
class JsonValue {
 public:
  JsonValue() = default;
  explicit JsonValue(const nlohmann::json* json) : json_(json) {}

  // The member of that name; nothing if this is no object or has none.
  JsonValue operator[](absl::string_view name) const;
  // Follows members, one after the other.
  JsonValue At(std::initializer_list<absl::string_view> names) const;

  bool exists() const { return json_ != nullptr; }
  // The text of a string, else empty.
  std::string Text() const;
  // The elements of an array, else none.
  std::vector<JsonValue> Elements() const;
  // The values of an object's members, else none.
  std::vector<JsonValue> Members() const;
  // Those of an array that are strings.
  std::vector<std::string> Texts() const;
  std::optional<bool> Bool() const;
  // A number without fraction that fits; a negative one is none.
  uint64_t Number() const;
  // The members of an object that are strings.
  void CopyTo(google::protobuf::Map<std::string, std::string>* map) const;
  // As text again.
  std::string Dump() const;

 private:
  const nlohmann::json* json_ = nullptr;
};

// Documents nest so deep at most: the parser recurses.
inline constexpr int kMaxJsonDepth = 64;

// kInvalidArgument if it is not JSON, or nests too deep. Bytes are not checked
// for UTF-8.
absl::StatusOr<nlohmann::json> ParseJsonText(absl::string_view text);

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_CONTAINERS_JSON_VALUE_H_
