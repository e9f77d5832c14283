// SPDX-License-Identifier: Apache-2.0

#include "rules/ruleset/candidate_index.h"

#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "rules/compile/compiler.h"
#include "rules/compile/simplify.h"
#include "rules/eval/given_fields.h"
#include "rules/eval/testing/generator.h"
#include "rules/eval/testing/language.h"

namespace eyrie::rules {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::Many;
using testing::One;

// Conditions with their index.
class Indexed {
 public:
  explicit Indexed(const std::vector<std::string>& conditions) {
    Compiler compiler;
    Simplifier simplifier;
    for (const std::string& condition : conditions) {
      const BoundExprPtr bound = testing::Bind(condition);
      refs_.push_back(*compiler.Add(simplifier.Simplify(bound)));
    }
    program_ = std::move(compiler).Finish();
    for (const OperandCode& code : program_.operands) {
      if (code.operand->kind == Operand::Kind::kField) {
        fields_.push_back(&code.operand->use);
      }
    }
    index_ = std::make_unique<CandidateIndex>(program_, refs_);
  }

  const CandidateIndex& index() const { return *index_; }

  struct Found {
    std::vector<uint32_t> for_true, for_possible;
    std::vector<Truth> truths;
  };
  Found Find(const GivenFields& given) const {
    const auto source = GivenSource::Create(fields_, given);
    EXPECT_TRUE(source.ok()) << source.status();
    EvaluationMemory memory(program_);
    memory.Begin();
    Evaluator evaluator(program_, *source, memory);
    Found found;
    NumberBits bits;
    index_->Find(evaluator, /*possible=*/false, bits);
    bits.ForEach([&](uint32_t i) { found.for_true.push_back(i); });
    index_->Find(evaluator, /*possible=*/true, bits);
    bits.ForEach([&](uint32_t i) { found.for_possible.push_back(i); });
    for (const NodeRef ref : refs_) {
      found.truths.push_back(evaluator.Evaluate(ref));
    }
    return found;
  }

 private:
  RuleProgram program_;
  std::vector<NodeRef> refs_;
  std::vector<const FieldUse*> fields_;
  std::unique_ptr<CandidateIndex> index_;
};

TEST(CandidateIndexTest, FindsByLiterals) {
  const Indexed indexed({
      "x.str in (bash, sh) and not x.str2 = /tmp/x",
      "x.str = cat and x.str2 startswith /etc",
      "x.str2 contains shadow or x.str = su",
      "x.str2 endswith .so and evt.num > 0",
  });
  EXPECT_EQ(indexed.index().always(), 0);
  const auto find = [&](const char* name, const char* path) {
    return indexed
        .Find({{"x.str", One(name)},
               {"x.str2", One(path)},
               {"evt.num", One(int64_t{1})}})
        .for_true;
  };
  EXPECT_THAT(find("ls", "/tmp/y"), IsEmpty());
  EXPECT_THAT(find("bash", "/tmp/y"), ElementsAre(0));
  EXPECT_THAT(find("su", "/lib/a.so"), ElementsAre(2, 3));
  EXPECT_THAT(find("ls", "/etc/shadow"), Contains(2));
}

TEST(CandidateIndexTest, NegatedConditionsAreAlwaysAsked) {
  const Indexed indexed({"not x.str = bash", "x.str != bash"});
  EXPECT_THAT(indexed.Find({{"x.str", One("bash")}}).for_true, Contains(0));
}

TEST(CandidateIndexTest, UnknownCountsAsPossibleOnly) {
  const Indexed indexed({"x.str = bash"});
  const auto found = indexed.Find({{"x.str", testing::Unknown()}});
  EXPECT_THAT(found.for_true, IsEmpty());
  EXPECT_THAT(found.for_possible, ElementsAre(0));
}

TEST(CandidateIndexTest, LooksUpNothingIfTheGateIsShut) {
  const Indexed indexed({
      "x.uint in (1, 2, 3) and b64(x.str) = a",
      "x.uint in (1, 2, 3) and b64(x.str) = b",
  });
  const auto find = [&](GivenValue number) {
    return indexed.Find({{"x.str", testing::Unknown()}, {"x.uint", number}});
  };
  EXPECT_THAT(find(One(int64_t{7})).for_possible, IsEmpty());
  EXPECT_THAT(find(One(int64_t{2})).for_possible, ElementsAre(0, 1));
  EXPECT_THAT(find(testing::Unknown()).for_possible, ElementsAre(0, 1));
  EXPECT_THAT(find(testing::Unknown()).for_true, IsEmpty());
}

TEST(CandidateIndexTest, ManyRulesAreNotAsked) {
  std::vector<std::string> conditions;
  for (int i = 0; i < 1000; ++i) {
    conditions.push_back(
        absl::StrCat("(x.str2 = /etc/secret", i, " or x.str2 startswith /srv/",
                     i, "/) and not x.str in (reader", i, ", backup)"));
  }
  const Indexed indexed(conditions);
  EXPECT_EQ(indexed.index().always(), 0);
  EXPECT_THAT(indexed.Find({{"x.str2", One("/srv/77/x")}}).for_possible,
              ElementsAre(77));
}

// No condition that holds is missed, whatever it says.
TEST(CandidateIndexTest, MissesNothing) {
  const uint32_t seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  testing::Generator generator(seed);
  size_t judged = 0, found_true = 0, spared = 0;
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> conditions(20);
    for (std::string& condition : conditions) {
      condition = generator.Condition();
      // A gate of what is found by transformers.
      if (round % 2 != 0) {
        condition =
            absl::StrCat("x.uint in (1, 2, 3, 4, 5, 6) and (", condition, ")");
      }
    }
    const Indexed indexed(conditions);
    for (int event = 0; event < 20; ++event) {
      const GivenFields given = generator.Fields();
      const Indexed::Found found = indexed.Find(given);
      for (uint32_t i = 0; i < conditions.size(); ++i) {
        ++judged;
        if (found.truths[i] == Truth::kTrue) {
          ++found_true;
          ASSERT_THAT(found.for_true, Contains(i)) << conditions[i] << "\n"
                                                   << testing::Describe(given);
        }
        if (found.truths[i] != Truth::kFalse) {
          ASSERT_THAT(found.for_possible, Contains(i))
              << conditions[i] << "\n"
              << testing::Describe(given);
        }
      }
      spared += conditions.size() - found.for_true.size();
    }
  }
  // Else it would prove nothing.
  EXPECT_GT(found_true, judged / 50);
  EXPECT_GT(spared, judged / 10);
}

}  // namespace
}  // namespace eyrie::rules
