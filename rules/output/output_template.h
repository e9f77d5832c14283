// SPDX-License-Identifier: Apache-2.0
//
// A rule's output text with its %fields.

#ifndef EYRIE_RULES_OUTPUT_OUTPUT_TEMPLATE_H_
#define EYRIE_RULES_OUTPUT_OUTPUT_TEMPLATE_H_

#include <string>
#include <vector>

#include "rules/check/bound_expr.h"
#include "rules/check/catalog.h"
#include "rules/check/field_operands.h"
#include "rules/diagnostics.h"
#include "rules/eval/field_source.h"
#include "rules/fields/event.h"
#include "rules/output/value_text.h"
#include "rules/source.h"

namespace eyrie::rules {

struct JsonEvent;

// Longest text of one output, bytes. An exec's arguments and environment fit.
inline constexpr size_t kMaxOutputBytes = 64 << 10;

// One field of an output with its value, typed for JSON.
struct OutputField {
  std::string name;  // as written: "proc.aname[2]", "tolower(proc.name)"
  TypedValue value;
};

struct FormattedOutput {
  // One line of valid UTF-8 without control characters. Absent fields print
  // <NA>.
  std::string text;
  std::vector<OutputField> fields;
};

// A text with %fields, parsed once when rules are loaded:
//
//   %proc.name           a field; %proc.aname[2], %evt.arg.flags
//   %tolower(fd.name)    a transformer
//   %20proc.name         exactly 20 characters wide: padded on the right or cut
//
// What follows the percent sign is read as far as it makes sense: in
// `%proc.name.` the dot is text. There is no way to print a percent sign.
//
// Thread safety: immutable after Parse().
class OutputTemplate {
 public:
  // Reports fields that `catalog` does not know and a stray `%` with their
  // place. The longest parsable field name wins. Line breaks in the text become
  // blanks, those at its end are dropped. The catalogue outlives the template.
  static OutputTemplate Parse(const LocatedText& text, const Catalog& catalog,
                              Diagnostics& diagnostics);
  // The same, with operands that the templates of many rules share.
  static OutputTemplate Parse(const LocatedText& text, FieldOperands& fields,
                              Diagnostics& diagnostics);

  OutputTemplate() = default;

  // Reads the fields of `event` and fills them in. At most kMaxOutputBytes of
  // text, the rest is cut.
  //
  // REQUIRES: the catalogue is that of the event's source.
  FormattedOutput Format(const Event& event) const;
  FormattedOutput Format(const JsonEvent& event) const;

  const std::string& text() const { return text_; }
  // Fields in order of first use, as OutputField::name.
  const std::vector<std::string>& field_names() const { return names_; }

 private:
  struct Part {
    std::string literal;
    OperandPtr operand;  // null: a literal
    int width = 0;       // 0: as wide as it is
    int name_index = -1;
  };

  // `own_pid` is what %proc.apid prints without an index; null if there is
  // none.
  FormattedOutput Format(const FieldSource& source, const Value* own_pid) const;

  std::string text_;
  std::vector<Part> parts_;
  std::vector<std::string> names_;
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_OUTPUT_OUTPUT_TEMPLATE_H_
