// SPDX-License-Identifier: Apache-2.0
//
// A checked condition: every name is bound, every literal has its type.

#ifndef EYRIE_RULES_CHECK_BOUND_EXPR_H_
#define EYRIE_RULES_CHECK_BOUND_EXPR_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "re2/re2.h"

#include "rules/check/types.h"
#include "rules/check/value.h"
#include "rules/fields/field.h"
#include "rules/source.h"
#include "rules/syntax/ast.h"

namespace eyrie::rules {

// One use of a field: `proc.aname[2]`.
struct FieldUse {
  const FieldInfo* field = nullptr;
  FieldArgument argument;
  // As written, the argument without quotes: "proc.env[HOME]". Two uses with
  // the same text of the same catalogue are the same.
  std::string text;
};

// What an operand's values are.
struct ValueType {
  FieldType type = FieldType::kString;
  uint8_t bits = 64;  // width of an integer
  Quantifier quantifier = Quantifier::kScalar;

  bool is_list() const { return quantifier == Quantifier::kList; }
};

struct Operand;
using OperandPtr = std::shared_ptr<const Operand>;

// A side of a comparison, or an argument of a transformer.
struct Operand {
  enum class Kind {
    kField,
    kText,       // a literal
    kList,       // `( fd.name, "x" )`: values of the arguments, as text
    kTransform,  // never kVal: val(field) is the field
  };
  Kind kind = Kind::kField;
  ValueType type;
  FieldUse use;                       // kField
  std::string literal;                // kText
  ast::Transform transform{};         // kTransform
  char option = 0;                    // getopt(...)[option]; 0 if not given
  std::vector<OperandPtr> arguments;  // kList, kTransform
  // How it prints; the same text means the same values.
  std::string text;
};

// A literal read as its field's type says.
struct Literal {
  std::string text;  // strings, paths; bytes with hex digits decoded
  // Strings compared by order: whether `text` is a decimal integer, then also
  // in `number`.
  bool is_number = false;
  uint64_t number = 0;  // integers, bool, port, times; signed ones as bits
  double real = 0;      // kDouble
  IpAddress ip;         // kIpAddress, kIpNet
  int prefix_bits = 0;  // kIpNet
  std::shared_ptr<const re2::RE2> regex;
};

// One comparison.
struct Predicate {
  OperandPtr left;
  ast::Operator op{};
  ast::Modifier modifier = ast::Modifier::kNone;
  // The right side: a field or transformer, or else literals (one, a list, or
  // none for `exists`).
  OperandPtr right;
  std::vector<Literal> literals;
  SourceRange range;
};

struct BoundExpr;
using BoundExprPtr = std::shared_ptr<const BoundExpr>;

// Immutable; subtrees are shared within a rule and between rules. At most as
// deep as ResolveLimits::max_depth.
struct BoundExpr {
  enum class Kind { kConstant, kPredicate, kNot, kAnd, kOr };
  Kind kind = Kind::kConstant;
  Truth constant = Truth::kFalse;              // kConstant
  std::shared_ptr<const Predicate> predicate;  // kPredicate
  std::vector<BoundExprPtr> operands;  // kNot: one; kAnd, kOr: two or more
};

// The condition in one line with all parentheses; the same text means the same
// truth. For `eyrie rules check --print=bound` and for tests.
std::string PrintBound(const BoundExpr& expr);
// One comparison: "proc.name in (a, b)".
std::string PrintPredicate(const Predicate& predicate);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_CHECK_BOUND_EXPR_H_
