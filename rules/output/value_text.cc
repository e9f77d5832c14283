// SPDX-License-Identifier: Apache-2.0

#include "rules/output/value_text.h"

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "common/utf8.h"
#include "rules/check/types.h"
#include "rules/check/value.h"
#include "rules/fields/field.h"
#include "rules/fields/socket_ends.h"

namespace eyrie::rules {
namespace {

constexpr absl::string_view kNoValue = "<NA>";

bool HasValue(const FieldValues& values) { return !values.values.empty(); }

// Whether only one of the values is printed.
bool PrintsFirst(Quantifier quantifier) {
  return quantifier == Quantifier::kScalar || quantifier == Quantifier::kEither;
}

std::string Join(FieldType type, absl::string_view separator,
                 const FieldValues& values) {
  std::string joined;
  for (const Value& value : values.values) {
    absl::StrAppend(&joined, joined.empty() ? "" : separator,
                    FormatValue(type, value));
  }
  return joined;
}

}  // namespace

std::string FormatValue(FieldType type, const Value& value) {
  switch (type) {
    case FieldType::kString:
    case FieldType::kPath:
    case FieldType::kBytes:
      return std::string(value.text);
    case FieldType::kBool:
      return value.number != 0 ? "true" : "false";
    case FieldType::kInt64:
      return absl::StrCat(value.i64());
    case FieldType::kUint64:
    case FieldType::kPort:
    case FieldType::kRelativeTime:
    case FieldType::kAbsoluteTime:
      return absl::StrCat(value.number);
    case FieldType::kDouble:
      return absl::StrCat(value.real);
    case FieldType::kIpAddress:
    case FieldType::kIpNet:
      return FormatIp(value.ip());
  }
  return "";
}

std::string FormatValues(FieldType type, Quantifier quantifier,
                         const FieldValues& values) {
  if (quantifier == Quantifier::kList) {
    if (values.presence != Presence::kPresent) return std::string(kNoValue);
    return absl::StrCat("(", Join(type, ",", values), ")");
  }
  if (!HasValue(values)) return std::string(kNoValue);
  if (PrintsFirst(quantifier)) return FormatValue(type, values.values[0]);
  return Join(type, " ", values);
}

std::string FormatValues(const FieldInfo& field, const FieldValues& values) {
  return FormatValues(field.type, field.quantifier, values);
}

TypedValue ToTypedValue(FieldType type, Quantifier quantifier,
                        const FieldValues& values) {
  const bool is_list = quantifier == Quantifier::kList;
  if (is_list ? values.presence != Presence::kPresent : !HasValue(values)) {
    return std::monostate();
  }
  const bool is_single =
      PrintsFirst(quantifier) || (!is_list && values.values.size() == 1);
  if (!is_single) return ToValidUtf8(FormatValues(type, quantifier, values));
  const Value& value = values.values[0];
  switch (type) {
    case FieldType::kBool:
      return value.number != 0;
    case FieldType::kInt64:
      return value.i64();
    case FieldType::kUint64:
    case FieldType::kPort:
    case FieldType::kRelativeTime:
    case FieldType::kAbsoluteTime:
      return value.number;
    case FieldType::kDouble:
      return value.real;
    default:
      return ToValidUtf8(FormatValue(type, value));
  }
}

}  // namespace eyrie::rules
