// SPDX-License-Identifier: Apache-2.0

#include "rules/eval/transform.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "rules/eval/base64.h"
#include "rules/eval/getopt.h"

namespace eyrie::rules {
namespace {

using Arguments = absl::Span<const FieldValues* const>;

absl::string_view CutAtNul(absl::string_view text) {
  return text.substr(0, text.find('\0'));
}

// The value as an element of a written list: join(",", (proc.pid, proc.name)).
absl::string_view Render(const Value& value, FieldType type, Scratch& scratch) {
  switch (type) {
    case FieldType::kString:
    case FieldType::kPath:
    case FieldType::kBytes:
      return value.text;
    case FieldType::kBool:
      return value.number != 0 ? "true" : "false";
    case FieldType::kInt64:
      return scratch.Keep(absl::AlphaNum(value.i64()).Piece());
    case FieldType::kDouble:
      return scratch.Keep(absl::AlphaNum(value.real).Piece());
    case FieldType::kUint64:
    case FieldType::kPort:
    case FieldType::kRelativeTime:
    case FieldType::kAbsoluteTime:
      return scratch.Keep(absl::AlphaNum(value.number).Piece());
    case FieldType::kIpAddress:
    case FieldType::kIpNet:
      break;
  }
  return scratch.Keep(
      absl::string_view(reinterpret_cast<const char*>(value.ip_bytes.data()),
                        value.number != 0 ? 16 : 4));
}

// An element of a list field as the reference joins it: a number by its bytes
// up to the first NUL.
absl::string_view RawBytes(const Value& value, FieldType type,
                           Scratch& scratch) {
  switch (type) {
    case FieldType::kString:
    case FieldType::kPath:
    case FieldType::kBytes:
      return CutAtNul(value.text);
    case FieldType::kIpAddress:
    case FieldType::kIpNet:
      return CutAtNul(Render(value, type, scratch));
    default:
      break;
  }
  char bytes[sizeof(value.number)];
  std::memcpy(bytes, &value.number, sizeof(bytes));
  return scratch.Keep(CutAtNul(absl::string_view(bytes, sizeof(bytes))));
}

template <typename Change>
absl::string_view ChangeBytes(absl::string_view text, Scratch& scratch,
                              Change change) {
  char* bytes = scratch.Allocate(text.size());
  std::transform(text.begin(), text.end(), bytes, [change](char c) {
    return static_cast<char>(change(static_cast<unsigned char>(c)));
  });
  return absl::string_view(bytes, text.size());
}

// Decodes every value; false if one is malformed.
bool DecodeAll(const FieldValues& in, FieldType type, Scratch& scratch,
               FieldValues& out) {
  for (const Value& value : in.values) {
    char* bytes = scratch.Allocate(MaxDecodedSize(value.text));
    size_t size = 0;
    if (!DecodeBase64(value.text, bytes, &size)) return false;
    const absl::string_view decoded(bytes, size);
    // A string ends at its first NUL, as everywhere in the language.
    out.Add(
        Value::Text(type == FieldType::kBytes ? decoded : CutAtNul(decoded)));
  }
  return true;
}

void ChangeAll(const Operand& operand, const FieldValues& in, Scratch& scratch,
               FieldValues& out) {
  for (const Value& value : in.values) {
    absl::string_view text = value.text;
    if (operand.transform == ast::Transform::kTolower) {
      text = ChangeBytes(text, scratch, absl::ascii_tolower);
    } else if (operand.transform == ast::Transform::kToupper) {
      text = ChangeBytes(text, scratch, absl::ascii_toupper);
    } else {
      const size_t slash = text.rfind('/');
      if (slash != absl::string_view::npos) text = text.substr(slash + 1);
    }
    out.Add(Value::Text(text));
  }
}

void Len(const Operand& operand, const FieldValues& in, FieldValues& out) {
  if (operand.arguments[0]->type.is_list()) {
    out.Add(Value::Number(in.values.size()));
    return;
  }
  for (const Value& value : in.values) {
    out.Add(Value::Number(value.text.size()));
  }
}

// Value number `i`, or the only one.
const Value& At(const FieldValues& values, size_t i) {
  return values.values[std::min(i, values.values.size() - 1)];
}

void Concat(Arguments arguments, Scratch& scratch, FieldValues& out) {
  size_t count = 1;
  for (const FieldValues* argument : arguments) {
    count = std::max(count, argument->values.size());
  }
  for (size_t i = 0; i < count; ++i) {
    size_t size = 0;
    for (const FieldValues* argument : arguments) {
      size += At(*argument, i).text.size();
    }
    char* const bytes = scratch.Allocate(size);
    char* end = bytes;
    for (const FieldValues* argument : arguments) {
      const absl::string_view text = At(*argument, i).text;
      end = std::copy(text.begin(), text.end(), end);
    }
    out.Add(Value::Text(absl::string_view(bytes, size)));
  }
}

void Join(const Operand& operand, Arguments arguments, Scratch& scratch,
          FieldValues& out) {
  const absl::string_view separator = arguments[0]->values[0].text;
  const Operand& list = *operand.arguments[1];
  size_t size = 0;
  for (const Value& value : arguments[1]->values) {
    size += separator.size() + RawBytes(value, list.type.type, scratch).size();
  }
  char* const bytes = scratch.Allocate(size);
  char* end = bytes;
  for (const Value& value : arguments[1]->values) {
    if (&value != &arguments[1]->values.front()) {
      end = std::copy(separator.begin(), separator.end(), end);
    }
    const absl::string_view element = RawBytes(value, list.type.type, scratch);
    end = std::copy(element.begin(), element.end(), end);
  }
  out.Add(Value::Text(absl::string_view(bytes, end - bytes)));
}

void Getopt(const Operand& operand, Arguments arguments, FieldValues& out) {
  const bool selects = operand.option != 0;
  WalkOptions(arguments[0]->values, arguments[1]->values[0].text,
              [&](absl::string_view letter, const absl::string_view* argument) {
                const bool missing =
                    argument != nullptr && argument->data() == nullptr;
                if (selects) {
                  if (letter == "?" || letter[0] != operand.option) return;
                  out.Set(Value::Text(argument == nullptr ? letter
                                      : missing           ? ""
                                                          : *argument));
                  return;
                }
                if (missing) {
                  out.Add(Value::Text(""));
                  return;
                }
                out.Add(Value::Text(letter));
                if (argument != nullptr) out.Add(Value::Text(*argument));
              });
  if (!selects) out.presence = Presence::kPresent;
}

// Whether all arguments are there; else says in `out` what the result is.
bool AllPresent(const Operand& operand, Arguments arguments, FieldValues& out) {
  Presence presence = Presence::kPresent;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const FieldValues* argument = arguments[i];
    const bool has_value =
        !argument->values.empty() || operand.arguments[i]->type.is_list();
    if (argument->presence == Presence::kAbsent ||
        (argument->presence == Presence::kPresent && !has_value)) {
      presence = Presence::kAbsent;
      break;
    }
    if (argument->presence == Presence::kUnknown) presence = Presence::kUnknown;
  }
  out.Clear(presence == Presence::kPresent ? Presence::kAbsent : presence);
  return presence == Presence::kPresent;
}

}  // namespace

void Transform(const Operand& operand, Arguments arguments, Scratch& scratch,
               FieldValues& out) {
  if (operand.kind == Operand::Kind::kText) {
    out.Set(Value::Text(operand.literal));
    return;
  }
  if (!AllPresent(operand, arguments, out)) return;
  if (operand.kind == Operand::Kind::kList) {
    out.presence = Presence::kPresent;
    for (size_t i = 0; i < arguments.size(); ++i) {
      out.Add(Value::Text(Render(arguments[i]->values[0],
                                 operand.arguments[i]->type.type, scratch)));
    }
    return;
  }
  switch (operand.transform) {
    case ast::Transform::kTolower:
    case ast::Transform::kToupper:
    case ast::Transform::kBasename:
      out.presence = Presence::kPresent;
      ChangeAll(operand, *arguments[0], scratch, out);
      return;
    case ast::Transform::kB64:
      out.presence = Presence::kPresent;
      if (!DecodeAll(*arguments[0], operand.type.type, scratch, out)) {
        out.Clear();
      }
      return;
    case ast::Transform::kLen:
      return Len(operand, *arguments[0], out);
    case ast::Transform::kJoin:
      return Join(operand, arguments, scratch, out);
    case ast::Transform::kConcat:
      return Concat(arguments, scratch, out);
    case ast::Transform::kGetopt:
      return Getopt(operand, arguments, out);
    case ast::Transform::kVal:
      return;
  }
}

}  // namespace eyrie::rules
