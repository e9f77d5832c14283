// SPDX-License-Identifier: Apache-2.0

#include "rules/eval/reference.h"

#include <fnmatch.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"

#include "common/utf8.h"
#include "rules/check/decimal.h"
#include "rules/eval/operand_values.h"

namespace eyrie::rules {
namespace {

using ast::Modifier;
using ast::Operator;

Truth Of(bool truth) { return truth ? Truth::kTrue : Truth::kFalse; }

// ---- one value and one literal ---------------------------------------------

bool Fnmatch(const std::string& pattern, const std::string& text, int flags) {
  return fnmatch(pattern.c_str(), text.c_str(), flags) == 0;
}

// `path` leads to `text` or equals it, component by component.
bool PathMatches(const std::string& path, const std::string& text) {
  const std::vector<std::string> want =
      absl::StrSplit(path, '/', absl::SkipEmpty());
  const std::vector<std::string> have =
      absl::StrSplit(text, '/', absl::SkipEmpty());
  if (want.size() > have.size()) return false;
  for (size_t i = 0; i < want.size(); ++i) {
    const bool is_pattern = want[i].find_first_of("*?[") != std::string::npos;
    if (is_pattern ? !Fnmatch(want[i], have[i], 0) : want[i] != have[i]) {
      return false;
    }
  }
  return true;
}

bool InNetwork(const IpAddress& ip, const IpAddress& network, int bits) {
  if (ip.is_v6 != network.is_v6) return false;
  for (int i = 0; i < bits; ++i) {
    const int mask = 0x80 >> (i % 8);
    if ((ip.bytes[i / 8] & mask) != (network.bytes[i / 8] & mask)) return false;
  }
  return true;
}

bool IsText(FieldType type) {
  return type == FieldType::kString || type == FieldType::kPath ||
         type == FieldType::kBytes;
}

// -1, 0 or 1, for the types that have an order or equality.
int Compare(FieldType type, const Value& a, const Literal& b) {
  const auto sign = [](auto x, auto y) { return x < y ? -1 : x > y ? 1 : 0; };
  switch (type) {
    case FieldType::kString:
    case FieldType::kPath:
    case FieldType::kBytes: {
      const int order = std::string(a.text).compare(b.text);
      return sign(order, 0);
    }
    case FieldType::kInt64:
      return sign(a.i64(), static_cast<int64_t>(b.number));
    case FieldType::kDouble:
      return sign(a.real, b.real);
    case FieldType::kIpAddress:
      return a.ip() == b.ip ? 0 : 1;
    case FieldType::kIpNet:
      return InNetwork(a.ip(), b.ip, b.prefix_bits) ? 0 : 1;
    default:
      return sign(a.number, b.number);
  }
}

bool Holds(const Predicate& predicate, const Value& value,
           const Literal& literal) {
  const FieldType type = predicate.left->type.type;
  // Values of other types hold no text.
  const std::string text(IsText(type) ? value.text : absl::string_view());
  int order = Compare(type, value, literal);
  int64_t number = 0;
  if (predicate.right == nullptr && literal.is_number &&
      ReadDecimal(text, &number)) {
    const auto other = static_cast<int64_t>(literal.number);
    // Strings that hold numbers are ordered as numbers.
    if (predicate.op != Operator::kEqual &&
        predicate.op != Operator::kNotEqual && predicate.op != Operator::kIn &&
        predicate.op != Operator::kIntersects) {
      order = number < other ? -1 : number > other ? 1 : 0;
    }
  }
  switch (predicate.op) {
    case Operator::kEqual:
    case Operator::kIn:
    case Operator::kIntersects:
      return order == 0;
    case Operator::kNotEqual:
      return order != 0;
    case Operator::kLess:
      return order < 0;
    case Operator::kLessEqual:
      return order <= 0;
    case Operator::kGreater:
      return order > 0;
    case Operator::kGreaterEqual:
      return order >= 0;
    case Operator::kPmatch:
      return PathMatches(literal.text, text);
    case Operator::kContains:
    case Operator::kBcontains:
      return absl::StrContains(text, literal.text);
    case Operator::kIcontains:
      return absl::StrContains(absl::AsciiStrToLower(text),
                               absl::AsciiStrToLower(literal.text));
    case Operator::kStartswith:
    case Operator::kBstartswith:
      return absl::StartsWith(text, literal.text);
    case Operator::kEndswith:
      return absl::EndsWith(text, literal.text);
    case Operator::kGlob:
      return Fnmatch(literal.text, text, 0);
    case Operator::kIglob:
      return Fnmatch(literal.text, text, FNM_CASEFOLD);
    case Operator::kRegex:
      return re2::RE2::FullMatch(ToValidUtf8(text), *literal.regex);
    case Operator::kExists:
      break;
  }
  return false;
}

// ---- comparisons -----------------------------------------------------------

Literal AsLiteral(const Value& value, FieldType type) {
  Literal literal;
  switch (type) {
    case FieldType::kString:
    case FieldType::kPath:
    case FieldType::kBytes:
      literal.text = std::string(value.text);
      break;
    case FieldType::kDouble:
      literal.real = value.real;
      break;
    case FieldType::kIpAddress:
    case FieldType::kIpNet:
      literal.ip = value.ip();
      break;
    default:
      literal.number = value.number;
      break;
  }
  return literal;
}

// One value against the whole right side.
Truth ValueHolds(const Predicate& predicate, const Value& value,
                 const FieldValues& right) {
  if (predicate.right != nullptr) {
    const bool all = predicate.op == Operator::kNotEqual;
    Truth truth =
        right.presence == Presence::kUnknown ? Truth::kUnknown : Of(all);
    for (const Value& other : right.values) {
      const Literal literal = AsLiteral(other, predicate.left->type.type);
      const Truth holds = Of(Holds(predicate, value, literal));
      truth = all ? Both(truth, holds) : Either(truth, holds);
    }
    return truth;
  }
  const auto held = static_cast<size_t>(
      std::count_if(predicate.literals.begin(), predicate.literals.end(),
                    [&](const Literal& literal) {
                      return Holds(predicate, value, literal);
                    }));
  switch (predicate.modifier) {
    case Modifier::kOneof:
      return Of(held == 1);
    case Modifier::kAllof:
      return Of(held > 0 && held == predicate.literals.size());
    default:
      return Of(held > 0);
  }
}

Truth EvaluatePredicate(const Predicate& predicate, const FieldSource& source) {
  Scratch scratch;
  const FieldValues left = ReadOperand(*predicate.left, source, scratch);
  const Quantifier quantifier = predicate.left->type.quantifier;
  if (left.presence == Presence::kAbsent) return Truth::kFalse;
  const bool unknown = left.presence == Presence::kUnknown;
  if (!unknown && left.values.empty() && quantifier != Quantifier::kList) {
    return Truth::kFalse;
  }
  if (predicate.op == Operator::kExists) {
    return unknown && left.values.empty() ? Truth::kUnknown : Truth::kTrue;
  }
  FieldValues right;
  if (predicate.right != nullptr) {
    right = ReadOperand(*predicate.right, source, scratch);
    if (right.presence == Presence::kAbsent ||
        (right.presence == Presence::kPresent && right.values.empty() &&
         !predicate.right->type.is_list())) {
      return Truth::kFalse;
    }
  }
  if (predicate.right == nullptr && predicate.literals.empty() &&
      !(quantifier == Quantifier::kList && predicate.op == Operator::kIn)) {
    return Truth::kFalse;  // no value is in an empty list
  }
  const bool all = quantifier == Quantifier::kList
                       ? predicate.op == Operator::kIn
                       : quantifier == Quantifier::kEither &&
                             predicate.op == Operator::kNotEqual;
  Truth truth = unknown ? Truth::kUnknown : Of(all);
  for (const Value& value : left.values) {
    const Truth holds = ValueHolds(predicate, value, right);
    truth = all ? Both(truth, holds) : Either(truth, holds);
  }
  return truth;
}

}  // namespace

Truth EvaluateByReference(const BoundExpr& expr, const FieldSource& source) {
  switch (expr.kind) {
    case BoundExpr::Kind::kConstant:
      return expr.constant;
    case BoundExpr::Kind::kPredicate:
      return EvaluatePredicate(*expr.predicate, source);
    case BoundExpr::Kind::kNot:
      return Negate(EvaluateByReference(*expr.operands[0], source));
    case BoundExpr::Kind::kAnd:
    case BoundExpr::Kind::kOr:
      break;
  }
  const bool is_and = expr.kind == BoundExpr::Kind::kAnd;
  Truth truth = Of(is_and);
  for (const BoundExprPtr& operand : expr.operands) {
    const Truth next = EvaluateByReference(*operand, source);
    truth = is_and ? Both(truth, next) : Either(truth, next);
  }
  return truth;
}

}  // namespace eyrie::rules
