// SPDX-License-Identifier: Apache-2.0

#include "rules/output/output_field_parser.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "rules/check/bound_expr.h"
#include "rules/check/catalog.h"
#include "rules/check/field_operands.h"
#include "rules/check/operand_binder.h"
#include "rules/diagnostics.h"
#include "rules/source.h"
#include "rules/syntax/ast.h"
#include "rules/syntax/keywords.h"
#include "rules/syntax/parser.h"
#include "rules/syntax/parser_limits.h"

namespace eyrie::rules {
namespace {

constexpr absl::string_view kHint =
    "an output has fields like `%proc.name` and no way to print a percent sign";

bool IsNameCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' ||
         c == '.';
}

bool IsTransformer(absl::string_view word) {
  const absl::Span<const TransformKeyword> keywords = TransformKeywords();
  return std::any_of(
      keywords.begin(), keywords.end(),
      [word](const TransformKeyword& keyword) { return keyword.text == word; });
}

// Position behind the `]` that ends the argument whose `[` stands at `begin`;
// npos if there is none.
size_t EndOfArgument(absl::string_view text, size_t begin) {
  const size_t inside = begin + 1;
  if (inside >= text.size()) return absl::string_view::npos;
  size_t end = inside;
  if (text[inside] == '"' || text[inside] == '\'') {
    end = text.find(text[inside], inside + 1);
    if (end == absl::string_view::npos) return end;
  }
  end = text.find(']', end);
  return end == absl::string_view::npos ? end : end + 1;
}

// Position behind the `)` that belongs to the `(` at `begin`; npos if there is
// none. Parentheses in quotes do not count.
size_t EndOfCall(absl::string_view text, size_t begin) {
  int depth = 0;
  char quote = 0;
  for (size_t i = begin; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == '\\') ++i;
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')' && --depth == 0) {
      return i + 1;
    }
  }
  return absl::string_view::npos;
}

// Parses and binds all of `text`. Null, and mistakes in `diagnostics`, if it is
// no field or transformer.
OperandPtr Bind(absl::string_view text, const Catalog& catalog,
                Diagnostics& diagnostics) {
  const LocatedText whole{std::string(text)};
  const std::optional<ast::Operand> operand =
      ParseLeftSide(whole, ParserLimits(), diagnostics);
  if (!operand.has_value()) return nullptr;
  return BindOperand(*operand, catalog, UnknownNames::kError, diagnostics);
}

// Passes on what Bind() has found, with the place in the output.
void Report(const Diagnostics& found, const SourceRange& range,
            Diagnostics& diagnostics) {
  for (Diagnostic diagnostic : found.entries()) {
    diagnostic.range = range;
    diagnostics.Add(std::move(diagnostic));
  }
}

// `tolower(proc.name)`, which begins at `begin` and has its `(` at `open`.
std::optional<ParsedOutputField> ParseCall(const LocatedText& located,
                                           size_t begin, size_t open,
                                           const Catalog& catalog,
                                           Diagnostics& diagnostics) {
  const absl::string_view text = located.text();
  const size_t end = EndOfCall(text, open);
  if (end == absl::string_view::npos) {
    diagnostics.Error("syntax-error", located.Range(begin, text.size()),
                      "this transformer has no closing parenthesis");
    return std::nullopt;
  }
  if (end < text.size() && text[end] == '[') {
    const size_t longer = EndOfArgument(text, end);
    Diagnostics ignored;
    if (longer != absl::string_view::npos) {
      OperandPtr operand =
          Bind(text.substr(begin, longer - begin), catalog, ignored);
      if (operand != nullptr) return ParsedOutputField{operand, longer};
    }
  }
  Diagnostics found;
  OperandPtr operand = Bind(text.substr(begin, end - begin), catalog, found);
  if (operand != nullptr) return ParsedOutputField{operand, end};
  Report(found, located.Range(begin, end), diagnostics);
  return std::nullopt;
}

// The longest beginning of the name [begin, end) that is a field, with its
// argument in brackets if there is one that it takes.
std::optional<ParsedOutputField> FindLongest(absl::string_view text,
                                             size_t begin, size_t end,
                                             FieldOperands& fields) {
  const Catalog& catalog = fields.catalog();
  for (size_t stop = end; stop > begin; --stop) {
    std::string dot_argument;
    const absl::string_view name = text.substr(begin, stop - begin);
    if (catalog.Find(name, &dot_argument) == nullptr) continue;
    if (stop < text.size() && text[stop] == '[') {
      const size_t longer = EndOfArgument(text, stop);
      Diagnostics ignored;
      if (longer != absl::string_view::npos) {
        OperandPtr operand =
            Bind(text.substr(begin, longer - begin), catalog, ignored);
        if (operand != nullptr) return ParsedOutputField{operand, longer};
      }
    }
    OperandPtr operand = fields.Find(name);
    if (operand != nullptr) return ParsedOutputField{operand, stop};
  }
  return std::nullopt;
}

// Says why the name [begin, end) is no field.
void ReportName(const LocatedText& located, size_t begin, size_t end,
                const Catalog& catalog, Diagnostics& diagnostics) {
  const absl::string_view text = located.text();
  // The dot that ends a sentence.
  while (end > begin + 1 && text[end - 1] == '.') --end;
  if (end < text.size() && text[end] == '[') {
    const size_t longer = EndOfArgument(text, end);
    if (longer != absl::string_view::npos) end = longer;
  }
  const absl::string_view name = text.substr(begin, end - begin);
  const SourceRange range = located.Range(begin - 1, end);
  Diagnostics found;
  Bind(name, catalog, found);
  // A word without a dot is no field by its form.
  if (name.find('.') == absl::string_view::npos || !found.has_errors()) {
    diagnostics.Error("unknown-field", range,
                      absl::StrCat("unknown field `", name, "`"),
                      std::string(kHint));
    return;
  }
  Report(found, range, diagnostics);
}

}  // namespace

std::optional<ParsedOutputField> ParseOutputField(const LocatedText& text,
                                                  size_t begin,
                                                  FieldOperands& fields,
                                                  Diagnostics& diagnostics) {
  const Catalog& catalog = fields.catalog();
  const absl::string_view all = text.text();
  size_t end = begin;
  while (end < all.size() && IsNameCharacter(all[end])) ++end;
  if (end == begin) {
    diagnostics.Error("stray-percent", text.Range(begin - 1, begin),
                      "`%` without a field", std::string(kHint));
    return std::nullopt;
  }
  if (end < all.size() && all[end] == '(' &&
      IsTransformer(all.substr(begin, end - begin))) {
    return ParseCall(text, begin, end, catalog, diagnostics);
  }
  std::optional<ParsedOutputField> field = FindLongest(all, begin, end, fields);
  if (!field.has_value()) ReportName(text, begin, end, catalog, diagnostics);
  return field;
}

}  // namespace eyrie::rules
