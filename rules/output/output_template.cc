// SPDX-License-Identifier: Apache-2.0

#include "rules/output/output_template.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "rules/check/bound_expr.h"
#include "rules/check/catalog.h"
#include "rules/check/field_operands.h"
#include "rules/check/value.h"
#include "rules/diagnostics.h"
#include "rules/eval/field_source.h"
#include "rules/eval/operand_values.h"
#include "rules/fields/event.h"
#include "rules/json/json_event.h"
#include "rules/json/json_field_source.h"
#include "rules/output/output_field_parser.h"
#include "rules/output/single_line.h"
#include "rules/output/value_text.h"
#include "rules/source.h"

namespace eyrie::rules {
namespace {

// Widest column. Outputs are read on screens.
constexpr int kMaxWidth = 1024;

// Text of the rule's author between fields, on one line.
std::string ToLiteral(absl::string_view text) {
  std::string literal(text);
  for (char& c : literal) {
    if (c == '\n' || c == '\r' || c == '\t') c = ' ';
  }
  return ToSingleLine(literal);
}

// Takes the digits at `*position`. False, and a mistake, if they are too many.
bool TakeWidth(const LocatedText& text, size_t* position, int* width,
               Diagnostics& diagnostics) {
  const size_t begin = *position;
  const absl::string_view all = text.text();
  size_t end = begin;
  while (end < all.size() &&
         absl::ascii_isdigit(static_cast<unsigned char>(all[end]))) {
    ++end;
  }
  *position = end;
  *width = 0;
  if (end == begin) return true;
  const bool is_number =
      absl::SimpleAtoi(all.substr(begin, end - begin), width);
  if (is_number && *width >= 1 && *width <= kMaxWidth) return true;
  diagnostics.Error(
      "bad-width", text.Range(begin, end),
      absl::StrCat("the width of a field is from 1 to ", kMaxWidth));
  return false;
}

// Without index proc.apid prints the process's own id, as in the reference.
bool IsOwnPid(const Operand& operand) {
  return operand.kind == Operand::Kind::kField &&
         operand.use.field->name == "proc.apid" && !operand.use.argument.given;
}

// Reads a field as text on one line and typed.
void ReadField(const Operand& operand, const FieldSource& source,
               const Value* own_pid, std::string& text, TypedValue& typed) {
  Scratch scratch;
  FieldValues values = ReadOperand(operand, source, scratch);
  if (own_pid != nullptr && IsOwnPid(operand)) values.Set(*own_pid);
  const ValueType& type = operand.type;
  text = ToSingleLine(FormatValues(type.type, type.quantifier, values));
  text.resize(CutUtf8(text, kMaxOutputBytes).size());
  typed = ToTypedValue(type.type, type.quantifier, values);
  if (auto* string = std::get_if<std::string>(&typed)) {
    string->resize(CutUtf8(*string, kMaxOutputBytes).size());
  }
}

// Appends as much of `text` as there is room for.
void Append(absl::string_view text, std::string& output) {
  const size_t room = kMaxOutputBytes - output.size();
  const absl::string_view fitting = CutUtf8(text, room);
  output.append(fitting.data(), fitting.size());
}

// Cut or padded on the right to `width` characters.
std::string ToWidth(absl::string_view text, int width) {
  size_t end = 0;
  int characters = 0;
  while (end < text.size() && characters < width) {
    do {
      ++end;
    } while (end < text.size() && (text[end] & 0xc0) == 0x80);
    ++characters;
  }
  std::string fitted(text.substr(0, end));
  fitted.append(static_cast<size_t>(width - characters), ' ');
  return fitted;
}

}  // namespace

OutputTemplate OutputTemplate::Parse(const LocatedText& text,
                                     const Catalog& catalog,
                                     Diagnostics& diagnostics) {
  FieldOperands fields(catalog);
  return Parse(text, fields, diagnostics);
}

OutputTemplate OutputTemplate::Parse(const LocatedText& text,
                                     FieldOperands& fields,
                                     Diagnostics& diagnostics) {
  OutputTemplate output;
  output.text_ = text.text();
  const absl::string_view all =
      absl::StripTrailingAsciiWhitespace(output.text_);
  size_t position = 0;
  while (position < all.size()) {
    const size_t percent = std::min(all.find('%', position), all.size());
    if (percent > position) {
      Part part;
      part.literal = ToLiteral(all.substr(position, percent - position));
      output.parts_.push_back(std::move(part));
    }
    if (percent == all.size()) break;
    position = percent + 1;
    Part part;
    if (!TakeWidth(text, &position, &part.width, diagnostics)) continue;
    std::optional<ParsedOutputField> field =
        ParseOutputField(text, position, fields, diagnostics);
    if (!field.has_value()) continue;
    position = field->end;
    part.operand = std::move(field->operand);
    const auto name = std::find(output.names_.begin(), output.names_.end(),
                                part.operand->text);
    part.name_index = static_cast<int>(name - output.names_.begin());
    if (name == output.names_.end()) {
      output.names_.push_back(part.operand->text);
    }
    output.parts_.push_back(std::move(part));
  }
  return output;
}

FormattedOutput OutputTemplate::Format(const Event& event) const {
  const Value own_pid = Value::Signed(event.record.process().pid);
  return Format(EventSource(event), &own_pid);
}

FormattedOutput OutputTemplate::Format(const JsonEvent& event) const {
  return Format(JsonFieldSource(event), nullptr);
}

FormattedOutput OutputTemplate::Format(const FieldSource& source,
                                       const Value* own_pid) const {
  FormattedOutput output;
  std::vector<std::string> texts;  // of the fields, in their order
  for (const Part& part : parts_) {
    if (part.operand == nullptr) {
      Append(part.literal, output.text);
      continue;
    }
    const auto index = static_cast<size_t>(part.name_index);
    // Names are in order of first use.
    if (index == texts.size()) {
      texts.emplace_back();
      output.fields.push_back({names_[index], {}});
      ReadField(*part.operand, source, own_pid, texts.back(),
                output.fields.back().value);
    }
    Append(part.width == 0 ? texts[index] : ToWidth(texts[index], part.width),
           output.text);
  }
  return output;
}

}  // namespace eyrie::rules
