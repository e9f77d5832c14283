// SPDX-License-Identifier: Apache-2.0

#include "rules/check/literal.h"

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace eyrie::rules {
namespace {

using ast::Operator;

constexpr int64_t kRegexBytes = 1 << 20;

struct NumberCase {
  FieldType type;
  uint8_t bits;
  absl::string_view text;
  uint64_t number;
};

TEST(ParseLiteralTest, ReadsNumbers) {
  constexpr uint64_t kMax = UINT64_MAX;
  const NumberCase cases[] = {
      {FieldType::kInt64, 64, "5", 5},
      {FieldType::kInt64, 64, "+5", 5},
      {FieldType::kInt64, 64, "  -5", kMax - 4},
      {FieldType::kInt64, 64, "0x1F", 31},
      {FieldType::kInt64, 64, "9223372036854775807", INT64_MAX},
      {FieldType::kInt64, 64, "-9223372036854775808", uint64_t{1} << 63},
      {FieldType::kInt64, 8, "127", 127},
      {FieldType::kInt64, 8, "-128", kMax - 127},
      {FieldType::kUint64, 64, "18446744073709551615", kMax},
      {FieldType::kUint64, 64, "-1", kMax},
      {FieldType::kUint64, 32, "-1", 4294967295},
      {FieldType::kUint64, 32, "0xffffffff", 4294967295},
      {FieldType::kPort, 16, "0", 0},
      {FieldType::kPort, 16, "65535", 65535},
      {FieldType::kPort, 16, "0x50", 80},
      {FieldType::kPort, 16, "https", 443},
      {FieldType::kBool, 64, "true", 1},
      {FieldType::kBool, 64, "false", 0},
      {FieldType::kRelativeTime, 64, "1000000", 1000000},
      {FieldType::kAbsoluteTime, 64, "1700000000000000000",
       1700000000000000000},
  };
  for (const NumberCase& test : cases) {
    const auto literal = ParseLiteral(test.text, {test.type, test.bits},
                                      Operator::kEqual, kRegexBytes);
    ASSERT_TRUE(literal.ok()) << test.text << ": " << literal.status();
    EXPECT_EQ(literal->number, test.number) << test.text;
  }
}

struct MistakeCase {
  ValueType type;
  Operator op;
  absl::string_view text;
  absl::string_view message;
};

TEST(ParseLiteralTest, ExplainsMistakes) {
  const ValueType kInt{FieldType::kInt64, 64};
  const ValueType kPort{FieldType::kPort, 16};
  const ValueType kIp{FieldType::kIpAddress};
  const ValueType kNet{FieldType::kIpNet};
  const MistakeCase cases[] = {
      {kInt, Operator::kEqual, "", "`` is not a whole number"},
      {kInt, Operator::kEqual, "1.5", "`1.5` is not a whole number"},
      {kInt, Operator::kEqual, "1 ", "`1 ` is not a whole number"},
      {kInt, Operator::kEqual, "--1", "`--1` is not a whole number"},
      {kInt, Operator::kEqual, "+0x1", "`+0x1` is not a whole number"},
      {kInt, Operator::kEqual, "0xg", "`0xg` is not a whole number"},
      {kInt, Operator::kEqual, "0x", "`0x` is not a whole number"},
      {kInt, Operator::kEqual, "18446744073709551615",
       "`18446744073709551615` is out of range for a signed number of 64 bits"},
      {{FieldType::kUint64, 8},
       Operator::kEqual,
       "256",
       "`256` is out of range for an unsigned number of 8 bits"},
      {{FieldType::kDouble},
       Operator::kEqual,
       "4294967296",
       "`4294967296` is out of range for a signed number of 32 bits"},
      {{FieldType::kBool},
       Operator::kEqual,
       "1",
       "`1` is not `true` or `false`"},
      {kPort, Operator::kEqual, "65536",
       "`65536` is beyond the last port, 65535"},
      {kPort, Operator::kEqual, "",
       "`` is not a port or the name of a service"},
      {kPort, Operator::kEqual, "80x", "`80x` is not a port"},
      {kPort, Operator::kEqual, " 80",
       "` 80` is not a port or the name of a service"},
      {kIp, Operator::kEqual, "10.0.0.256",
       "`10.0.0.256` is not an IPv4 address"},
      {kIp, Operator::kEqual, "::ffff:10.0.0.1",
       "`::ffff:10.0.0.1` is not an IPv4 address"},
      {kIp, Operator::kEqual, "fe80::1%eth0",
       "`fe80::1%eth0` is not an IPv6 address"},
      {kNet, Operator::kEqual, "10.0.0.1",
       "`10.0.0.1` is not a network: write the prefix length, as in "
       "10.0.0.1/32"},
      {kNet, Operator::kEqual, "10.0.0.0/33",
       "`33` is not a prefix length of IPv4, 0 to 32"},
      {kNet, Operator::kEqual, "10.0.0.0/264",
       "`264` is not a prefix length of IPv4, 0 to 32"},
      {kNet, Operator::kEqual, "10.0.0.0/-1",
       "`-1` is not a prefix length of IPv4, 0 to 32"},
      {kNet, Operator::kEqual, "::/0",
       "`0` is not a prefix length of IPv6, 1 to 128"},
      {{FieldType::kBytes},
       Operator::kBcontains,
       "abc",
       "`abc` is not an even number of hex digits"},
      {{FieldType::kBytes},
       Operator::kBstartswith,
       "zz",
       "`zz` is not an even number of hex digits"},
      {{FieldType::kString},
       Operator::kRegex,
       "(",
       "bad regular expression: missing ): ("},
      {{FieldType::kString},
       Operator::kRegex,
       "\\d",
       "bad regular expression: invalid escape sequence: \\d"},
      {{FieldType::kString},
       Operator::kRegex,
       "(?i)a",
       "bad regular expression: no argument for repetition operator: ?"},
  };
  for (const MistakeCase& test : cases) {
    const auto literal =
        ParseLiteral(test.text, test.type, test.op, kRegexBytes);
    ASSERT_FALSE(literal.ok()) << test.text;
    EXPECT_EQ(literal.status().message(), test.message);
  }
}

TEST(ParseLiteralTest, ReadsNetworks) {
  const auto v4 = ParseLiteral("10.1.0.0/16", {FieldType::kIpNet},
                               Operator::kEqual, kRegexBytes);
  ASSERT_TRUE(v4.ok());
  EXPECT_FALSE(v4->ip.is_v6);
  EXPECT_EQ(v4->ip.bytes[1], 1);
  EXPECT_EQ(v4->prefix_bits, 16);
  EXPECT_TRUE(ParseLiteral("0.0.0.0/0", {FieldType::kIpNet}, Operator::kEqual,
                           kRegexBytes)
                  .ok());
  const auto v6 = ParseLiteral("2001:db8::/32", {FieldType::kIpNet},
                               Operator::kEqual, kRegexBytes);
  ASSERT_TRUE(v6.ok());
  EXPECT_TRUE(v6->ip.is_v6);
  EXPECT_EQ(v6->prefix_bits, 32);
}

TEST(ParseLiteralTest, DecodesHexForBytesOnly) {
  const ValueType type{FieldType::kBytes};
  EXPECT_EQ(ParseLiteral("6162", type, Operator::kBcontains, kRegexBytes)->text,
            "ab");
  EXPECT_EQ(ParseLiteral("6162", type, Operator::kContains, kRegexBytes)->text,
            "6162");
}

TEST(ParseLiteralTest, RefusesRegexThatNeedsTooMuchMemory) {
  const ValueType type{FieldType::kString};
  const std::string pattern = "[^a]{900}";
  EXPECT_FALSE(ParseLiteral(pattern, type, Operator::kRegex, 1 << 16).ok());
  EXPECT_TRUE(ParseLiteral(pattern, type, Operator::kRegex, 16 << 20).ok());
}

}  // namespace
}  // namespace eyrie::rules
