// SPDX-License-Identifier: Apache-2.0

#include "rules/ruleset/indexed_rules.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "rules/compile/compiler.h"
#include "rules/eval/given_fields.h"
#include "rules/eval/testing/language.h"

namespace eyrie::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::One;

using Numbers = absl::InlinedVector<uint32_t, 8>;

// Rules 10, 11, … with these conditions, judged for x.str.
class IndexedRulesTest : public ::testing::Test {
 protected:
  void Index(const std::vector<std::string>& conditions) {
    Compiler compiler;
    uint32_t number = 10;
    for (const std::string& condition : conditions) {
      rules_.Add(number++, *compiler.Add(testing::Bind(condition)));
    }
    program_ = std::move(compiler).Finish();
    rules_.Finish(program_);
  }

  Numbers Match(const GivenValue& value, bool possible) const {
    const auto source = GivenSource::Create(
        {&program_.operands[0].operand->use}, {{"x.str", value}});
    EXPECT_TRUE(source.ok()) << source.status();
    EvaluationMemory memory(program_);
    memory.Begin();
    Evaluator evaluator(program_, *source, memory);
    NumberBits candidates;
    Numbers matches;
    rules_.Match(evaluator, possible, candidates, matches);
    return matches;
  }

  IndexedRules rules_;
  RuleProgram program_;
};

TEST_F(IndexedRulesTest, HasNoneAtFirst) {
  EXPECT_TRUE(rules_.empty());
  Index({"x.str = bash"});
  EXPECT_FALSE(rules_.empty());
}

TEST_F(IndexedRulesTest, FindsWhatIsTrueInOrderOfRules) {
  Index({"x.str endswith sh", "x.str = cat", "not x.str = cat",
         "x.str = bash and not x.str startswith b"});
  EXPECT_THAT(Match(One("bash"), /*possible=*/false), ElementsAre(10, 12));
  EXPECT_THAT(Match(One("cat"), /*possible=*/false), ElementsAre(11));
}

TEST_F(IndexedRulesTest, UnknownIsPossibleOnly) {
  Index({"x.str = bash", "x.str exists and x.str = cat"});
  EXPECT_THAT(Match(testing::Unknown(), /*possible=*/false), IsEmpty());
  EXPECT_THAT(Match(testing::Unknown(), /*possible=*/true),
              ElementsAre(10, 11));
}

}  // namespace
}  // namespace eyrie::rules
