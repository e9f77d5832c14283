// SPDX-License-Identifier: Apache-2.0

#include "rules/syntax/keywords.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"

namespace eyrie::rules {
namespace {

TEST(KeywordsTest, NoKeywordHidesALaterOne) {
  const absl::Span<const OperatorKeyword> keywords = OperatorKeywords();
  for (size_t i = 0; i < keywords.size(); ++i) {
    for (size_t j = i + 1; j < keywords.size(); ++j) {
      // With a blank behind, a keyword is no prefix of a longer word.
      const bool hides = absl::StartsWith(keywords[j].text, keywords[i].text) &&
                         !keywords[i].needs_blank;
      EXPECT_FALSE(hides) << keywords[i].text << " hides " << keywords[j].text;
    }
  }
}

TEST(KeywordsTest, TextsNameWhatTheyWereReadFrom) {
  for (const OperatorKeyword& keyword : OperatorKeywords()) {
    if (keyword.text == "==") continue;
    EXPECT_EQ(OperatorText(keyword.op), keyword.text);
  }
  for (const ModifierKeyword& keyword : ModifierKeywords()) {
    EXPECT_EQ(ModifierText(keyword.modifier), keyword.text);
  }
  for (const TransformKeyword& keyword : TransformKeywords()) {
    EXPECT_EQ(TransformText(keyword.transform), keyword.text);
  }
  EXPECT_EQ(OperatorText(ast::Operator::kEqual), "=");
  EXPECT_EQ(ModifierText(ast::Modifier::kNone), "");
  EXPECT_EQ(TransformText(ast::Transform::kVal), "val");
}

}  // namespace
}  // namespace eyrie::rules
