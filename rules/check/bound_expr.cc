// SPDX-License-Identifier: Apache-2.0

#include "rules/check/bound_expr.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "rules/syntax/keywords.h"

namespace eyrie::rules {
namespace {

std::string AddressText(const IpAddress& ip) {
  return absl::BytesToHexString(absl::string_view(
      reinterpret_cast<const char*>(ip.bytes.data()), ip.is_v6 ? 16 : 4));
}

// In double quotes, with escapes.
void AppendQuoted(absl::string_view text, std::string* out) {
  const bool is_plain = std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isprint(static_cast<unsigned char>(c)) && c != '"' &&
           c != '\'' && c != '\\';
  });
  absl::StrAppend(out, "\"", is_plain ? text : absl::CHexEscape(text), "\"");
}

void AppendLiteral(const Literal& literal, FieldType type, std::string* out) {
  switch (type) {
    case FieldType::kString:
    case FieldType::kPath:
    case FieldType::kBytes:
      return AppendQuoted(literal.text, out);
    case FieldType::kBool:
      out->append(literal.number != 0 ? "true" : "false");
      return;
    case FieldType::kInt64:
    case FieldType::kDouble:
      return absl::StrAppend(out, static_cast<int64_t>(literal.number));
    case FieldType::kUint64:
    case FieldType::kPort:
    case FieldType::kRelativeTime:
    case FieldType::kAbsoluteTime:
      return absl::StrAppend(out, literal.number);
    case FieldType::kIpAddress:
      return absl::StrAppend(out, AddressText(literal.ip));
    case FieldType::kIpNet:
      return absl::StrAppend(out, AddressText(literal.ip), "/",
                             literal.prefix_bits);
  }
}

std::string Joined(const std::vector<BoundExprPtr>& operands,
                   absl::string_view separator) {
  return absl::StrCat(
      "(",
      absl::StrJoin(operands, separator,
                    [](std::string* out, const BoundExprPtr& operand) {
                      out->append(PrintBound(*operand));
                    }),
      ")");
}

}  // namespace

std::string PrintPredicate(const Predicate& predicate) {
  std::string text =
      absl::StrCat(predicate.left->text, " ", OperatorText(predicate.op));
  if (predicate.modifier != ast::Modifier::kNone) {
    absl::StrAppend(&text, " ", ModifierText(predicate.modifier));
  }
  if (predicate.right != nullptr) {
    // Unlike a literal, this is not in quotes.
    absl::StrAppend(&text, " val(", predicate.right->text, ")");
  } else if (predicate.op != ast::Operator::kExists) {
    absl::string_view separator = " (";
    for (const Literal& literal : predicate.literals) {
      absl::StrAppend(&text, separator);
      AppendLiteral(literal, predicate.left->type.type, &text);
      separator = ", ";
    }
    absl::StrAppend(&text, predicate.literals.empty() ? " ()" : ")");
  }
  return text;
}

std::string PrintBound(const BoundExpr& expr) {
  switch (expr.kind) {
    case BoundExpr::Kind::kConstant:
      return expr.constant == Truth::kTrue    ? "true"
             : expr.constant == Truth::kFalse ? "false"
                                              : "unknown";
    case BoundExpr::Kind::kPredicate:
      return PrintPredicate(*expr.predicate);
    case BoundExpr::Kind::kNot:
      return absl::StrCat("not ", PrintBound(*expr.operands[0]));
    case BoundExpr::Kind::kAnd:
      return Joined(expr.operands, " and ");
    case BoundExpr::Kind::kOr:
      return Joined(expr.operands, " or ");
  }
  return "";
}

}  // namespace eyrie::rules
