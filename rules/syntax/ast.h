// SPDX-License-Identifier: Apache-2.0
//
// The syntax tree of a condition.

#ifndef EYRIE_RULES_SYNTAX_AST_H_
#define EYRIE_RULES_SYNTAX_AST_H_

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "rules/source.h"

namespace eyrie::rules::ast {

// Operators of a comparison, without the list modifiers.
enum class Operator {
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kExists,
  kIn,
  kIntersects,
  kPmatch,
  kContains,
  kIcontains,
  kBcontains,
  kStartswith,
  kBstartswith,
  kEndswith,
  kGlob,
  kIglob,
  kRegex,
};

// `contains anyof (a, b)`: how a list is tried with a string operator.
enum class Modifier { kNone, kOneof, kAnyof, kAllof };

enum class Transform {
  kTolower,
  kToupper,
  kB64,
  kBasename,
  kLen,
  kJoin,
  kConcat,
  kGetopt,
  kVal,  // right-hand side only
};

// A literal as written: quotes and escapes resolved.
struct Literal {
  std::string text;
  bool quoted = false;
  SourceRange range;
};

// `proc.aname[2]`.
struct FieldRef {
  std::string name;
  std::string argument;
  bool has_argument = false;
  SourceRange range;  // name with argument
  SourceRange argument_range;
};

struct TransformCall;
// `( fd.name, "x" )` as an argument of a transformer.
struct OperandList;
// A left-hand side, or an argument of a transformer.
using Operand =
    std::variant<FieldRef, Literal, std::shared_ptr<const TransformCall>,
                 std::shared_ptr<const OperandList>>;

struct OperandList {
  std::vector<Operand> items;
  SourceRange range;
};

// `join(",", proc.args)`, `getopt(proc.args, "ab:")[b]`.
struct TransformCall {
  Transform transform;
  std::vector<Operand> arguments;
  std::string selector;  // in brackets after the call
  bool has_selector = false;
  SourceRange range;
};

// Right-hand side. A list holds literals only; a bare identifier in place of a
// list, or inside one, may name a list: the resolver replaces it.
struct LiteralList {
  std::vector<Literal> items;
  bool bare = false;  // written without parentheses: `in shells`
  SourceRange range;
};
using RightSide = std::variant<std::monostate, Literal, LiteralList, Operand>;

struct Expr;
using ExprPtr = std::shared_ptr<const Expr>;

struct And {
  std::vector<ExprPtr> operands;
};  // at least two
struct Or {
  std::vector<ExprPtr> operands;
};  // at least two
struct Not {
  ExprPtr operand;
};
struct MacroRef {
  std::string name;
};  // never after resolution
struct Comparison {
  Operand left;
  Operator op;
  Modifier modifier = Modifier::kNone;
  RightSide right;  // monostate for `exists`
  SourceRange op_range;
};

// Immutable, shared: a macro's tree stands once in memory however many rules
// use it. Depth is bounded by ParserLimits::max_depth and by the resolver.
struct Expr {
  std::variant<And, Or, Not, MacroRef, Comparison> node;
  SourceRange range;
};

}  // namespace eyrie::rules::ast

#endif  // EYRIE_RULES_SYNTAX_AST_H_
