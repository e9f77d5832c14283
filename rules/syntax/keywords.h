// SPDX-License-Identifier: Apache-2.0
//
// How operators, modifiers and transformers are spelled.

#ifndef EYRIE_RULES_SYNTAX_KEYWORDS_H_
#define EYRIE_RULES_SYNTAX_KEYWORDS_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "rules/syntax/ast.h"

namespace eyrie::rules {

// What may stand to the right of an operator.
enum class RightSideKind {
  kNothing,  // exists
  kNumber,   // <
  kText,     // =, contains; a list after a modifier
  kList,     // in
};

struct OperatorKeyword {
  absl::string_view text;
  ast::Operator op;
  RightSideKind right;
  // A blank must follow, or else it would swallow the start of a word.
  bool needs_blank;
};

// In the order in which they are tried: a keyword stands before those that it
// begins with.
absl::Span<const OperatorKeyword> OperatorKeywords();

struct ModifierKeyword {
  absl::string_view text;
  ast::Modifier modifier;
};
absl::Span<const ModifierKeyword> ModifierKeywords();

struct TransformKeyword {
  absl::string_view text;
  ast::Transform transform;
};
// Without `val`, which is no transformer of the left side.
absl::Span<const TransformKeyword> TransformKeywords();

// As users write them; "=" for kEqual, "" for Modifier::kNone.
absl::string_view OperatorText(ast::Operator op);
absl::string_view ModifierText(ast::Modifier modifier);
absl::string_view TransformText(ast::Transform transform);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_SYNTAX_KEYWORDS_H_
