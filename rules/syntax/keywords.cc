// SPDX-License-Identifier: Apache-2.0

#include "rules/syntax/keywords.h"

namespace eyrie::rules {
namespace {

using ast::Modifier;
using ast::Operator;
using ast::Transform;

constexpr OperatorKeyword kOperators[] = {
    {"exists", Operator::kExists, RightSideKind::kNothing, false},
    {"<=", Operator::kLessEqual, RightSideKind::kNumber, false},
    {"<", Operator::kLess, RightSideKind::kNumber, false},
    {">=", Operator::kGreaterEqual, RightSideKind::kNumber, false},
    {">", Operator::kGreater, RightSideKind::kNumber, false},
    {"==", Operator::kEqual, RightSideKind::kText, false},
    {"=", Operator::kEqual, RightSideKind::kText, false},
    {"!=", Operator::kNotEqual, RightSideKind::kText, false},
    {"glob", Operator::kGlob, RightSideKind::kText, true},
    {"iglob", Operator::kIglob, RightSideKind::kText, true},
    {"contains", Operator::kContains, RightSideKind::kText, true},
    {"icontains", Operator::kIcontains, RightSideKind::kText, true},
    {"bcontains", Operator::kBcontains, RightSideKind::kText, true},
    {"startswith", Operator::kStartswith, RightSideKind::kText, true},
    {"bstartswith", Operator::kBstartswith, RightSideKind::kText, true},
    {"endswith", Operator::kEndswith, RightSideKind::kText, true},
    {"regex", Operator::kRegex, RightSideKind::kText, true},
    {"intersects", Operator::kIntersects, RightSideKind::kList, false},
    {"in", Operator::kIn, RightSideKind::kList, false},
    {"pmatch", Operator::kPmatch, RightSideKind::kList, false},
};

constexpr ModifierKeyword kModifiers[] = {
    {"oneof", Modifier::kOneof},
    {"anyof", Modifier::kAnyof},
    {"allof", Modifier::kAllof},
};

constexpr TransformKeyword kTransforms[] = {
    {"tolower", Transform::kTolower}, {"toupper", Transform::kToupper},
    {"b64", Transform::kB64},         {"basename", Transform::kBasename},
    {"len", Transform::kLen},         {"join", Transform::kJoin},
    {"concat", Transform::kConcat},   {"getopt", Transform::kGetopt},
};

}  // namespace

absl::Span<const OperatorKeyword> OperatorKeywords() { return kOperators; }
absl::Span<const ModifierKeyword> ModifierKeywords() { return kModifiers; }
absl::Span<const TransformKeyword> TransformKeywords() { return kTransforms; }

absl::string_view OperatorText(Operator op) {
  // The short form stands for both spellings of equality.
  if (op == Operator::kEqual) return "=";
  for (const OperatorKeyword& keyword : kOperators) {
    if (keyword.op == op) return keyword.text;
  }
  return "";
}

absl::string_view ModifierText(Modifier modifier) {
  for (const ModifierKeyword& keyword : kModifiers) {
    if (keyword.modifier == modifier) return keyword.text;
  }
  return "";
}

absl::string_view TransformText(Transform transform) {
  for (const TransformKeyword& keyword : kTransforms) {
    if (keyword.transform == transform) return keyword.text;
  }
  return "val";
}

}  // namespace eyrie::rules
