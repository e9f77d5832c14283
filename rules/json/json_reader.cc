// SPDX-License-Identifier: Apache-2.0

#include "rules/json/json_reader.h"

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/numbers.h"

#include "rules/json/json_text.h"

namespace eyrie::rules {
namespace {

// Sources write whole numbers as 33, as 33.0 and as "33".
std::optional<uint64_t> ToUnsigned(const Json& value) {
  if (value.is_number_unsigned()) return value.get<uint64_t>();
  uint64_t number = 0;
  if (value.is_string() &&
      absl::SimpleAtoi(value.get_ref<const std::string&>(), &number)) {
    return number;
  }
  constexpr double kBeyond = 18446744073709551616.0;  // 2^64
  if (value.is_number_float() && value.get<double>() >= 0 &&
      value.get<double>() < kBeyond) {
    return static_cast<uint64_t>(value.get<double>());
  }
  return std::nullopt;
}

}  // namespace

void JsonPathReader::Read(const JsonEvent& event, const FieldArgument& argument,
                          Scratch& scratch, FieldValues& out) const {
  path_.ForEach(event.document, argument.is_index ? argument.index : -1,
                [&](const Json& value) {
                  if (!is_list_ && !out.values.empty()) return;
                  AddJsonValue(value, type_, scratch, out);
                });
}

void AddJsonValue(const Json& value, FieldType type, Scratch& scratch,
                  FieldValues& out) {
  if (value.is_null()) return;
  if (type == FieldType::kUint64) {
    const std::optional<uint64_t> number = ToUnsigned(value);
    if (number.has_value()) out.Add(Value::Number(*number));
    return;
  }
  out.Add(Value::Text(JsonText(value, scratch)));
}

}  // namespace eyrie::rules
