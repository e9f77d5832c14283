// SPDX-License-Identifier: Apache-2.0
//
// Makes random conditions and values for them.

#ifndef EYRIE_RULES_EVAL_TESTING_GENERATOR_H_
#define EYRIE_RULES_EVAL_TESTING_GENERATOR_H_

#include <cstdint>
#include <random>
#include <string>

#include "rules/eval/given_fields.h"

namespace eyrie::rules::testing {

// Random conditions over the fields of TestCatalog(), in all of the grammar:
// every operator, modifier and transformer, lists, fields on the right. Values
// and literals come from a small stock, so that comparisons often hold.
class Generator {
 public:
  explicit Generator(uint32_t seed) : random_(seed) {}

  // A condition without mistakes.
  std::string Condition();
  // Values for all fields; some absent, some unknown. evt.type is always there,
  // evt.num is at least 1 if there.
  GivenFields Fields();

 private:
  std::string Expr(int depth);
  std::string Comparison();
  std::string TextComparison();
  std::string NumberComparison();
  std::string AddressComparison();
  std::string ListComparison();
  std::string BytesComparison();
  std::string RightComparison();
  // Several on one operand.
  std::string RegexComparisons();
  std::string TextOperand();
  std::string ListOf(std::string (Generator::*item)(), int max);
  std::string Text();
  std::string Number();
  std::string Address();
  std::string Network();
  template <size_t N>
  const char* Pick(const char* const (&stock)[N]) {
    return stock[random_() % N];
  }
  int Below(int limit) { return static_cast<int>(random_() % limit); }
  GivenScalar RandomValue(const std::string& kind);

  std::mt19937 random_;
};

// The fields in one line each.
std::string Describe(const GivenFields& fields);

}  // namespace eyrie::rules::testing

#endif  // EYRIE_RULES_EVAL_TESTING_GENERATOR_H_
