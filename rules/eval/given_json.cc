// SPDX-License-Identifier: Apache-2.0

#include "rules/eval/given_json.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"

#include "common/status_macros.h"

namespace eyrie::rules {
namespace {

using Json = nlohmann::json;

absl::StatusOr<GivenScalar> ReadBytes(const Json& json) {
  const auto hex = json.find("hex");
  if (json.size() != 1 || hex == json.end() || !hex->is_string()) {
    return absl::InvalidArgumentError(
        "an object is not a value, but for bytes: {\"hex\": \"cafe\"}");
  }
  const auto& digits = hex->get_ref<const std::string&>();
  if (digits.size() % 2 != 0 ||
      !std::all_of(digits.begin(), digits.end(), absl::ascii_isxdigit)) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", digits, "\" is not bytes in hexadecimal digits"));
  }
  return GivenScalar(GivenBytes{absl::HexStringToBytes(digits)});
}

absl::StatusOr<GivenScalar> ReadScalar(const Json& json) {
  switch (json.type()) {
    case Json::value_t::null:
      return GivenScalar();
    case Json::value_t::string:
      return GivenScalar(json.get<std::string>());
    case Json::value_t::boolean:
      return GivenScalar(json.get<bool>());
    case Json::value_t::number_unsigned: {
      const auto number = json.get<uint64_t>();
      if (number > uint64_t{std::numeric_limits<int64_t>::max()}) {
        return GivenScalar(number);
      }
      return GivenScalar(static_cast<int64_t>(number));
    }
    case Json::value_t::number_integer:
      return GivenScalar(json.get<int64_t>());
    case Json::value_t::number_float:
      return GivenScalar(json.get<double>());
    case Json::value_t::object:
      return ReadBytes(json);
    default:
      return absl::InvalidArgumentError("an array within an array");
  }
}

absl::StatusOr<GivenValue> ReadValue(const Json& json) {
  GivenValue given;
  given.is_array = json.is_array();
  if (!given.is_array) {
    EYRIE_ASSIGN_OR_RETURN(GivenScalar item, ReadScalar(json));
    given.items.push_back(std::move(item));
    return given;
  }
  for (const Json& element : json) {
    EYRIE_ASSIGN_OR_RETURN(GivenScalar item, ReadScalar(element));
    given.items.push_back(std::move(item));
  }
  return given;
}

absl::Status OfField(absl::string_view name, absl::string_view message) {
  return absl::InvalidArgumentError(absl::StrCat(name, ": ", message));
}

// Puts what stands under `key` into `value`, if it does. False if it is of
// another type.
template <typename T>
bool Take(const Json& json, const char* key, T* value) {
  const auto found = json.find(key);
  if (found == json.end()) return true;
  const T* const typed = found->get_ptr<const T*>();
  if (typed != nullptr) *value = *typed;
  return typed != nullptr;
}

absl::StatusOr<TestField> ReadTestField(const std::string& name,
                                        const Json& json) {
  TestField field;
  field.name = name;
  if (!json.is_object() || !Take(json, "type", &field.type) ||
      !Take(json, "list", &field.is_list) ||
      !Take(json, "arg", &field.argument) ||
      !Take(json, "arg_index", &field.is_index) ||
      !Take(json, "arg_key", &field.is_key) ||
      !Take(json, "no_transformer", &field.no_transformer) ||
      !Take(json, "no_rhs", &field.no_right_side)) {
    return OfField(name,
                   "not an object with \"type\": \"CHARBUF\" and, where they "
                   "apply, list, arg, arg_index, arg_key, no_transformer, "
                   "no_rhs");
  }
  return field;
}

}  // namespace

absl::StatusOr<GivenFields> ReadGivenFields(const Json& json) {
  if (!json.is_object()) {
    return absl::InvalidArgumentError(
        "the fields are not an object: {\"proc.name\": \"cat\"}");
  }
  GivenFields fields;
  for (const auto& [name, value] : json.items()) {
    auto given = ReadValue(value);
    if (!given.ok()) return OfField(name, given.status().message());
    fields.emplace(name, *std::move(given));
  }
  return fields;
}

absl::Status AddTestFields(const Json& json, OverlayCatalog& catalog) {
  if (!json.is_object()) {
    return absl::InvalidArgumentError(
        "the test fields are not an object: {\"tst.a\": {\"type\": "
        "\"CHARBUF\"}}");
  }
  for (const auto& [name, value] : json.items()) {
    EYRIE_ASSIGN_OR_RETURN(const TestField field, ReadTestField(name, value));
    EYRIE_RETURN_IF_ERROR(catalog.Add(field));
  }
  return absl::OkStatus();
}

}  // namespace eyrie::rules
