// SPDX-License-Identifier: Apache-2.0

#include "rules/eval/given_fields.h"

#include <arpa/inet.h>

#include <cmath>
#include <limits>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/status_macros.h"

namespace eyrie::rules {
namespace {

absl::Status WrongType(FieldType type) {
  return absl::InvalidArgumentError(
      absl::StrCat("the value is no ", FieldTypeName(type)));
}

absl::StatusOr<Value> ConvertNumber(const GivenScalar& given, FieldType type) {
  if (const auto* number = std::get_if<int64_t>(&given)) {
    if (type == FieldType::kPort && (*number < 0 || *number > 65535)) {
      return WrongType(type);
    }
    return Value::Signed(*number);
  }
  if (const auto* number = std::get_if<uint64_t>(&given)) {
    return Value::Number(*number);
  }
  return WrongType(type);
}

absl::StatusOr<Value> ConvertReal(const GivenScalar& given) {
  Value value;
  if (const auto* real = std::get_if<double>(&given)) {
    value.real = *real;
  } else if (const auto* number = std::get_if<int64_t>(&given)) {
    value.real = static_cast<double>(*number);
  } else if (const auto* large = std::get_if<uint64_t>(&given)) {
    value.real = static_cast<double>(*large);
  } else {
    return WrongType(FieldType::kDouble);
  }
  return value;
}

absl::StatusOr<Value> ConvertAddress(const GivenScalar& given) {
  const auto* text = std::get_if<std::string>(&given);
  IpAddress ip;
  if (text == nullptr) return WrongType(FieldType::kIpAddress);
  ip.is_v6 = absl::StrContains(*text, ":");
  if (inet_pton(ip.is_v6 ? AF_INET6 : AF_INET, text->c_str(),
                ip.bytes.data()) != 1) {
    return WrongType(FieldType::kIpAddress);
  }
  return Value::Ip(ip);
}

// Lists that come from plugins have a value only if they have an element.
bool IsPluginField(absl::string_view name) {
  return absl::StartsWith(name, "ka.") || absl::StartsWith(name, "tst.") ||
         absl::StartsWith(name, "jevt.") || absl::StartsWith(name, "json.");
}

}  // namespace

absl::StatusOr<GivenSource> GivenSource::Create(
    const std::vector<const FieldUse*>& uses, const GivenFields& given) {
  GivenSource source;
  for (const FieldUse* use : uses) {
    const auto found = given.find(use->text);
    if (found == given.end()) continue;
    if (absl::Status status = source.AddField(*use, found->second);
        !status.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat(use->text, ": ", status.message()));
    }
  }
  return source;
}

void GivenSource::Read(const FieldUse& use, Scratch& scratch,
                       FieldValues& out) const {
  const auto found = values_.find(use.text);
  if (found == values_.end()) {
    out.Clear();
  } else {
    out = found->second;
  }
}

absl::Status GivenSource::AddField(const FieldUse& use,
                                   const GivenValue& given) {
  FieldValues values;
  const Quantifier quantifier = use.field->quantifier;
  if (quantifier == Quantifier::kScalar && given.items.size() > 1) {
    return absl::InvalidArgumentError("the field has one value, not several");
  }
  if (given.is_array && quantifier == Quantifier::kList &&
      !IsPluginField(use.field->name)) {
    values.presence = Presence::kPresent;
  }
  for (const GivenScalar& item : given.items) {
    if (std::holds_alternative<std::monostate>(item)) continue;
    EYRIE_ASSIGN_OR_RETURN(const Value value, Convert(item, use.field->type));
    values.Add(value);
  }
  if (given.is_unknown) values.presence = Presence::kUnknown;
  values_.insert_or_assign(use.text, std::move(values));
  return absl::OkStatus();
}

absl::StatusOr<Value> GivenSource::Convert(const GivenScalar& given,
                                           FieldType type) {
  switch (type) {
    case FieldType::kString:
    case FieldType::kPath:
    case FieldType::kBytes: {
      const auto* bytes = std::get_if<GivenBytes>(&given);
      const auto* text = std::get_if<std::string>(&given);
      if (bytes == nullptr && text == nullptr) return WrongType(type);
      absl::string_view value = Keep(bytes != nullptr ? bytes->bytes : *text);
      // Strings end at their first NUL.
      if (type != FieldType::kBytes) value = value.substr(0, value.find('\0'));
      return Value::Text(value);
    }
    case FieldType::kBool: {
      const auto* value = std::get_if<bool>(&given);
      if (value == nullptr) return WrongType(type);
      return Value::Number(*value ? 1 : 0);
    }
    case FieldType::kDouble:
      return ConvertReal(given);
    case FieldType::kIpAddress:
    case FieldType::kIpNet:
      return ConvertAddress(given);
    case FieldType::kInt64:
    case FieldType::kUint64:
    case FieldType::kPort:
    case FieldType::kRelativeTime:
    case FieldType::kAbsoluteTime:
      break;
  }
  return ConvertNumber(given, type);
}

absl::string_view GivenSource::Keep(std::string text) {
  strings_.push_back(std::move(text));
  return strings_.back();
}

}  // namespace eyrie::rules
