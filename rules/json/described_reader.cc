// SPDX-License-Identifier: Apache-2.0

#include "rules/json/described_reader.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/container/inlined_vector.h"
#include "absl/strings/numbers.h"

#include "rules/json/json_text.h"

namespace eyrie::rules {
namespace {

re2::StringPiece ToPiece(absl::string_view text) {
  return re2::StringPiece(text.data(), text.size());
}

bool Holds(const JsonCondition& condition, const Json& document,
           Scratch& scratch) {
  const Json* const value = condition.path.Find(document);
  if (value == nullptr || value->is_null()) return false;
  const absl::string_view text = JsonText(*value, scratch);
  if (!condition.in.empty() &&
      std::find(condition.in.begin(), condition.in.end(), text) ==
          condition.in.end()) {
    return false;
  }
  return condition.match == nullptr ||
         re2::RE2::FullMatch(ToPiece(text), *condition.match);
}

// What the expression takes of `text`; nothing if it does not match.
std::optional<absl::string_view> Matched(const re2::RE2& match,
                                         absl::string_view text) {
  if (match.NumberOfCapturingGroups() == 0) {
    if (!re2::RE2::FullMatch(ToPiece(text), match)) return std::nullopt;
    return text;
  }
  re2::StringPiece group;
  if (!re2::RE2::FullMatch(ToPiece(text), match, &group)) return std::nullopt;
  return absl::string_view(group.data(), group.size());
}

// `text` after the description's `match` and `map`.
std::optional<absl::string_view> Changed(const JsonDescription& description,
                                         absl::string_view text) {
  if (description.match != nullptr) {
    const auto matched = Matched(*description.match, text);
    if (!matched.has_value()) return std::nullopt;
    text = *matched;
  }
  for (const auto& [from, to] : description.map) {
    if (from == text) return to;
  }
  return text;
}

std::optional<absl::string_view> PutTogether(
    const std::vector<JsonTextPart>& parts, const Json& document,
    Scratch& scratch) {
  absl::InlinedVector<absl::string_view, 8> texts;
  size_t size = 0;
  for (const JsonTextPart& part : parts) {
    absl::string_view text = part.literal;
    if (part.path.has_value()) {
      const Json* const value = part.path->Find(document);
      if (value == nullptr || value->is_null()) return std::nullopt;
      text = JsonText(*value, scratch);
    }
    texts.push_back(text);
    size += text.size();
  }
  char* const bytes = scratch.Allocate(size);
  char* end = bytes;
  for (const absl::string_view text : texts) {
    end = std::copy(text.begin(), text.end(), end);
  }
  return absl::string_view(bytes, size);
}

// The sum of the numbers at `paths`, if there is one.
void AddUp(const std::vector<JsonPath>& paths, const Json& document,
           Scratch& scratch, FieldValues& out) {
  for (const JsonPath& path : paths) {
    path.ForEach(document, -1, [&](const Json& value) {
      AddJsonValue(value, FieldType::kUint64, scratch, out);
    });
  }
  if (out.values.empty()) return;
  uint64_t sum = 0;
  for (const Value& number : out.values) sum += number.number;
  out.Set(Value::Number(sum));
}

absl::string_view Joined(const FieldValues& values, absl::string_view separator,
                         Scratch& scratch) {
  size_t size = 0;
  for (const Value& value : values.values) {
    size += value.text.size() + separator.size();
  }
  char* const bytes = scratch.Allocate(size);
  char* end = bytes;
  for (const Value& value : values.values) {
    if (&value != values.values.data()) {
      end = std::copy(separator.begin(), separator.end(), end);
    }
    end = std::copy(value.text.begin(), value.text.end(), end);
  }
  return absl::string_view(bytes, static_cast<size_t>(end - bytes));
}

}  // namespace

void DescribedReader::Read(const JsonEvent& event,
                           const FieldArgument& argument, Scratch& scratch,
                           FieldValues& out) const {
  for (const JsonDescription& description : descriptions_) {
    const std::optional<JsonCondition>& condition = description.condition;
    if (condition.has_value() &&
        Holds(*condition, event.document, scratch) == condition->is_negated) {
      continue;
    }
    ReadOne(description, event, argument, scratch, out);
    if (!out.values.empty()) return;
  }
}

void DescribedReader::ReadOne(const JsonDescription& description,
                              const JsonEvent& event,
                              const FieldArgument& argument, Scratch& scratch,
                              FieldValues& out) const {
  const auto add_text = [&](std::optional<absl::string_view> text) {
    if (text.has_value()) text = Changed(description, *text);
    uint64_t number = 0;
    if (!text.has_value()) return;
    if (type_ != FieldType::kUint64) {
      out.Add(Value::Text(*text));
    } else if (absl::SimpleAtoi(*text, &number)) {
      out.Add(Value::Number(number));
    }
  };
  if (!description.sum.empty()) {
    AddUp(description.sum, event.document, scratch, out);
  } else if (!description.text.empty()) {
    add_text(PutTogether(description.text, event.document, scratch));
  } else {
    const bool takes_all = is_list_ || description.join.has_value();
    description.path->ForEach(
        event.document, argument.is_index ? argument.index : -1,
        [&](const Json& value) {
          if (value.is_null() || (!takes_all && !out.values.empty())) return;
          if (type_ == FieldType::kUint64 && description.match == nullptr) {
            AddJsonValue(value, type_, scratch, out);
          } else {
            add_text(JsonText(value, scratch));
          }
        });
  }
  if (description.join.has_value() && !out.values.empty()) {
    out.Set(Value::Text(Joined(out, *description.join, scratch)));
  }
}

}  // namespace eyrie::rules
