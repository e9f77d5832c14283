// SPDX-License-Identifier: Apache-2.0
//
// What the evaluator runs: all conditions of a rule set in flat tables.

#ifndef EYRIE_RULES_COMPILE_PROGRAM_H_
#define EYRIE_RULES_COMPILE_PROGRAM_H_

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "rules/check/bound_expr.h"
#include "rules/check/types.h"
#include "rules/compile/cost.h"
#include "rules/eval/regex_set.h"
#include "rules/eval/value_sets.h"
#include "rules/syntax/ast.h"

namespace eyrie::rules {

// What is asked of one value.
enum class Test : uint8_t {
  kNone,  // the value's being there is all
  // Texts against a literal.
  kTextEqual,
  kTextLess,
  kTextLessEqual,
  kTextGreater,
  kTextGreaterEqual,
  kContains,
  kIcontains,
  kStartswith,
  kEndswith,
  kGlob,
  kIglob,
  kRegex,
  // Numbers against a literal.
  kNumberEqual,
  kUnsignedLess,
  kUnsignedLessEqual,
  kUnsignedGreater,
  kUnsignedGreaterEqual,
  kSignedLess,
  kSignedLessEqual,
  kSignedGreater,
  kSignedGreaterEqual,
  kRealEqual,
  kRealLess,
  kRealLessEqual,
  kRealGreater,
  kRealGreaterEqual,
  kAddressEqual,
  kInNetwork,
  // Values against a set.
  kTextInSet,
  kNumberInSet,
  kNetworkInSet,
  kPathInSet,
};

// How the literals of a comparison combine for one value.
enum class Combine : uint8_t {
  kExists,  // no test
  kOne,     // the only literal, or the set
  kAny,
  kAll,
  kExactlyOne,
  kRight,  // the values of the right operand: any, or all if `negated`
};

// A field or transformer whose values are needed; computed once an event.
struct OperandCode {
  OperandPtr operand;
  uint32_t first_argument = 0;  // in RuleProgram::arguments
  uint32_t argument_count = 0;
};

// Of a comparison that belongs to no set of regular expressions.
inline constexpr uint32_t kNoRegexSet = ~uint32_t{0};

struct PredicateCode {
  uint32_t left = 0;   // in RuleProgram::operands
  uint32_t right = 0;  // the same; kRight only
  Test test = Test::kNone;
  Combine combine = Combine::kExists;
  bool negated = false;         // a value passes if the test fails: `!=`
  bool needs_all = false;       // all values must pass, not just one
  bool empty_is_absent = true;  // a scalar without values has none
  uint32_t first = 0;           // in RuleProgram::literals, or the set's number
  uint32_t count = 0;           // of literals
  // kRegex: in RuleProgram::regex_sets; if no value may match there, none does.
  uint32_t regex_set = kNoRegexSet;
};

// A node and whether its truth is negated: node * 2 + negated.
using NodeRef = uint32_t;

// A node of the graph of conditions. Children have smaller numbers than their
// parents. Nodes 0 and 1 are the constants false and unknown.
struct NodeCode {
  enum class Kind : uint8_t { kConstant, kPredicate, kAnd, kOr };
  Kind kind = Kind::kConstant;
  uint32_t first = 0;  // kPredicate: its number; else in RuleProgram::children
  uint32_t count = 0;
};

inline constexpr NodeRef kFalseRef = 0;
inline constexpr NodeRef kTrueRef = 1;
inline constexpr NodeRef kUnknownRef = 2;

// All conditions of a rule set. What conditions have in common stands once:
// equal comparisons, equal operands, equal branches.
//
// Immutable after compiling.
struct RuleProgram {
  std::vector<OperandCode> operands;
  std::vector<uint32_t> arguments;
  std::vector<PredicateCode> predicates;
  std::vector<NodeCode> nodes;
  std::vector<NodeRef> children;
  std::vector<Literal> literals;
  std::vector<StringSet> string_sets;
  std::vector<NumberSet> number_sets;
  std::vector<NetworkSet> network_sets;
  std::vector<PathSet> path_sets;
  std::vector<RegexSet> regex_sets;
  std::vector<Estimate> estimates;  // of nodes
  // The printed comparison of each predicate.
  std::deque<std::string> predicate_texts;
};

// The program in lines, for `eyrie rules check --print=program` and for tests.
std::string PrintProgram(const RuleProgram& program);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_COMPILE_PROGRAM_H_
