// SPDX-License-Identifier: Apache-2.0

#include "rules/check/field_operands.h"

#include "gtest/gtest.h"

#include "rules/check/default_catalog.h"

namespace eyrie::rules {
namespace {

TEST(FieldOperandsTest, MakesEachOperandOnce) {
  FieldOperands fields(DefaultCatalog());
  const OperandPtr name = fields.Find("proc.name");
  ASSERT_NE(name, nullptr);
  EXPECT_EQ(name->text, "proc.name");
  EXPECT_EQ(name->use.field->name, "proc.name");
  EXPECT_EQ(fields.Find("proc.name"), name);
  EXPECT_NE(fields.Find("proc.pname"), name);
}

TEST(FieldOperandsTest, KnowsArgumentsBehindADot) {
  FieldOperands fields(DefaultCatalog());
  const OperandPtr flags = fields.Find("evt.arg.flags");
  ASSERT_NE(flags, nullptr);
  EXPECT_EQ(flags->use.text, "evt.arg.flags");
  EXPECT_TRUE(flags->use.argument.given);
}

TEST(FieldOperandsTest, HasNoneForMistakes) {
  FieldOperands fields(DefaultCatalog());
  EXPECT_EQ(fields.Find("proc.nam"), nullptr);
  EXPECT_EQ(fields.Find("evt.arg"), nullptr) << "it needs an argument";
  EXPECT_EQ(fields.Find("evt.arg.0"), nullptr) << "a word begins with a letter";
}

}  // namespace
}  // namespace eyrie::rules
