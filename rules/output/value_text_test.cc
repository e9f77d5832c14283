// SPDX-License-Identifier: Apache-2.0

#include "rules/output/value_text.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "rules/check/types.h"
#include "rules/check/value.h"
#include "rules/fields/field.h"

namespace eyrie::rules {
namespace {

FieldValues Values(const std::vector<Value>& values) {
  FieldValues result;
  for (const Value& value : values) result.Add(value);
  return result;
}

std::string Format(FieldType type, Quantifier quantifier,
                   const std::vector<Value>& values) {
  FieldInfo field;
  field.type = type;
  field.quantifier = quantifier;
  return FormatValues(field, Values(values));
}

Value Real(double real) {
  Value value;
  value.real = real;
  return value;
}

TEST(ValueTextTest, FormatsEachType) {
  IpAddress ip;
  ip.bytes = {10, 0, 0, 1};
  const struct {
    FieldType type;
    Value value;
    const char* text;
  } cases[] = {
      {FieldType::kString, Value::Text("a b"), "a b"},
      {FieldType::kString, Value::Text(""), ""},
      {FieldType::kBool, Value::Number(1), "true"},
      {FieldType::kBool, Value::Number(0), "false"},
      {FieldType::kInt64, Value::Signed(-2), "-2"},
      {FieldType::kUint64, Value::Number(~0ull), "18446744073709551615"},
      {FieldType::kPort, Value::Number(443), "443"},
      {FieldType::kDouble, Real(1.5), "1.5"},
      {FieldType::kIpAddress, Value::Ip(ip), "10.0.0.1"},
      {FieldType::kIpNet, Value::Ip(ip), "10.0.0.1"},
      {FieldType::kRelativeTime, Value::Number(15), "15"},
      {FieldType::kAbsoluteTime, Value::Number(15), "15"},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(Format(test.type, Quantifier::kScalar, {test.value}), test.text);
  }
}

TEST(ValueTextTest, FormatsSeveralValues) {
  const std::vector<Value> two = {Value::Text("a"), Value::Text("b")};
  EXPECT_EQ(Format(FieldType::kString, Quantifier::kAny, two), "a b");
  EXPECT_EQ(Format(FieldType::kString, Quantifier::kList, two), "(a,b)");
  EXPECT_EQ(Format(FieldType::kString, Quantifier::kEither, two), "a");
  EXPECT_EQ(Format(FieldType::kInt64, Quantifier::kAny,
                   {Value::Signed(3), Value::Signed(-1)}),
            "3 -1");
}

TEST(ValueTextTest, WithoutValue) {
  const FieldInfo field;
  FieldValues values;
  EXPECT_EQ(FormatValues(field, values), "<NA>");
  values.Clear(Presence::kUnknown);
  EXPECT_EQ(FormatValues(field, values), "<NA>");
  // Ancestors that are known although further ones are not.
  values.Add(Value::Text("bash"));
  values.presence = Presence::kUnknown;
  EXPECT_EQ(FormatValues(FieldType::kString, Quantifier::kAny, values), "bash");
  // A list that is there and empty.
  values.Clear(Presence::kPresent);
  EXPECT_EQ(FormatValues(FieldType::kString, Quantifier::kList, values), "()");
}

TEST(ValueTextTest, NumbersStayNumbers) {
  const auto typed = [](FieldType type, const Value& value) {
    return ToTypedValue(type, Quantifier::kScalar, Values({value}));
  };
  EXPECT_EQ(typed(FieldType::kInt64, Value::Signed(-2)),
            TypedValue(int64_t{-2}));
  EXPECT_EQ(typed(FieldType::kUint64, Value::Number(7)),
            TypedValue(uint64_t{7}));
  EXPECT_EQ(typed(FieldType::kPort, Value::Number(22)),
            TypedValue(uint64_t{22}));
  EXPECT_EQ(typed(FieldType::kAbsoluteTime, Value::Number(15)),
            TypedValue(uint64_t{15}));
  EXPECT_EQ(typed(FieldType::kBool, Value::Number(1)), TypedValue(true));
  EXPECT_EQ(typed(FieldType::kDouble, Real(0.5)), TypedValue(0.5));
  EXPECT_EQ(typed(FieldType::kString, Value::Text("a\xff")),
            TypedValue(std::string("a\xef\xbf\xbd")));
  EXPECT_EQ(ToTypedValue(FieldType::kInt64, Quantifier::kScalar, {}),
            TypedValue(std::monostate()));
  EXPECT_EQ(ToTypedValue(FieldType::kInt64, Quantifier::kAny,
                         Values({Value::Signed(3), Value::Signed(4)})),
            TypedValue(std::string("3 4")));
}

}  // namespace
}  // namespace eyrie::rules
