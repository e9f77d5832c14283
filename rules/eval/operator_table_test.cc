// SPDX-License-Identifier: Apache-2.0
//
// Every operator on every type, for values that are there, absent and unknown.

#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "rules/eval/testing/language.h"

namespace eyrie::rules {
namespace {

using testing::Judge;
using testing::Many;
using testing::One;
using testing::Unknown;

struct Case {
  const char* condition;
  GivenValue value;  // of the field that the condition begins with
  const char* truth;
};

std::string FieldOf(const std::string& condition) {
  return condition.substr(0, condition.find(' '));
}

void Check(const std::vector<Case>& cases) {
  for (const Case& test : cases) {
    const std::string field = FieldOf(test.condition);
    EXPECT_EQ(Judge(test.condition, {{field, test.value}}), test.truth)
        << test.condition;
    // Whatever the operator: absent is false, and so its negation true;
    // unknown is unknown.
    EXPECT_EQ(Judge(test.condition, {}), "false") << test.condition;
    EXPECT_EQ(Judge(std::string("not ") + test.condition, {}), "true")
        << test.condition;
    if (std::string(test.condition).find("()") == std::string::npos) {
      EXPECT_EQ(Judge(test.condition, {{field, Unknown()}}), "unknown")
          << test.condition;
    }
  }
}

TEST(OperatorTableTest, Strings) {
  for (const char* field : {"x.str", "x.path", "x.env[HOME]"}) {
    const GivenValue nginx = One("nginx");
    const std::vector<std::pair<const char*, const char*>> cases = {
        {"exists", "true"},
        {"= nginx", "true"},
        {"== nginx", "true"},
        {"= Nginx", "false"},
        {"= ngin", "false"},
        {"!= nginx", "false"},
        {"!= x", "true"},
        {"< 5", "false"},
        {"<= 5", "false"},
        {"> 5", "true"},
        {">= 5", "true"},
        {"in (a, nginx)", "true"},
        {"in (a, b)", "false"},
        {"in ()", "false"},
        {"in nginx", "true"},
        {"intersects (a, nginx)", "true"},
        {"intersects (a)", "false"},
        {"contains gin", "true"},
        {"contains \"\"", "true"},
        {"contains Gin", "false"},
        {"icontains GIN", "true"},
        {"icontains nginxx", "false"},
        {"startswith ng", "true"},
        {"startswith g", "false"},
        {"endswith nx", "true"},
        {"endswith ngi", "false"},
        {"glob n*x", "true"},
        {"glob N*x", "false"},
        {"iglob N*X", "true"},
        {"iglob y*", "false"},
        {"regex ng.*", "true"},
        {"regex gin", "false"},
        {"pmatch (nginx)", "true"},
        {"pmatch (ngi)", "false"},
        {"pmatch ()", "false"},
    };
    for (const auto& [rest, truth] : cases) {
      Check({{(std::string(field) + " " + rest).c_str(), nginx, truth}});
    }
  }
}

TEST(OperatorTableTest, StringsThatHoldNumbersAreOrderedAsNumbers) {
  Check({
      {"x.str < 1000", One("404"), "true"},
      {"x.str >= 99", One("0400"), "true"},
      {"x.str <= 99", One("100"), "false"},
      {"x.str > -5", One("-4"), "true"},
      {"x.str > 5", One("4x"), "false"},  // by bytes
      {"x.str = 400", One("0400"), "false"},
  });
}

TEST(OperatorTableTest, Bytes) {
  const GivenValue bytes =
      One(GivenBytes{std::string("\0\xca\xfe"
                                 "ab",
                                 5)});
  Check({
      {"x.bytes exists", bytes, "true"},
      {"x.bytes = ab", bytes, "false"},
      {"x.bytes = ab", One(GivenBytes{"ab"}), "true"},
      {"x.bytes != ab", bytes, "true"},
      {"x.bytes in (ab, cd)", One(GivenBytes{"cd"}), "true"},
      {"x.bytes intersects (ab)", bytes, "false"},
      {"x.bytes contains ab", bytes, "true"},
      {"x.bytes startswith ab", bytes, "false"},
      {"x.bytes endswith ab", bytes, "true"},
      {"x.bytes bcontains cafe", bytes, "true"},
      {"x.bytes bcontains CAFE", bytes, "true"},
      {"x.bytes bcontains cafeba", bytes, "false"},
      {"x.bytes bcontains \"\"", bytes, "true"},
      {"x.bytes bstartswith 00ca", bytes, "true"},
      {"x.bytes bstartswith ca", bytes, "false"},
  });
}

TEST(OperatorTableTest, Numbers) {
  Check({
      {"x.int exists", One(0), "true"},
      {"x.int = -5", One(-5), "true"},
      {"x.int != -5", One(-5), "false"},
      {"x.int < 0", One(-5), "true"},
      {"x.int <= -5", One(-5), "true"},
      {"x.int > -6", One(-5), "true"},
      {"x.int >= 0", One(-5), "false"},
      {"x.int in (1, -5)", One(-5), "true"},
      {"x.int in (1, 2)", One(-5), "false"},
      {"x.int intersects (-5)", One(-5), "true"},
      {"x.int = 0x10", One(16), "true"},
      {"x.uint > 9223372036854775807", One(uint64_t{1} << 63), "true"},
      {"x.uint = -1", One(UINT64_MAX), "true"},
      {"x.uint32 = -1", One(int64_t{4294967295}), "true"},
      {"x.uint < 5", One(4), "true"},
      {"x.real >= 1", One(1.5), "true"},
      {"x.real < 1", One(1.5), "false"},
      {"x.real <= 2", One(2), "true"},
      {"x.real > 1", One(1.5), "true"},
      {"x.real = 1", One(1.5), "false"},
      {"x.real != 1", One(1.5), "true"},
      {"x.real in (1, 2)", One(2.0), "true"},
      {"x.port = 443", One(443), "true"},
      {"x.port = https", One(443), "true"},
      {"x.port > 1024", One(443), "false"},
      {"x.port in (80, 443)", One(443), "true"},
      {"x.bool = true", One(true), "true"},
      {"x.bool != true", One(false), "true"},
      {"x.bool in (false)", One(true), "false"},
      {"x.bool intersects (true, false)", One(true), "true"},
      {"x.bool exists", One(false), "true"},
      {"x.duration >= 1000000", One(1000000), "true"},
      {"x.time < 1700000000000000000", One(int64_t{1699999999999999999}),
       "true"},
  });
}

TEST(OperatorTableTest, Addresses) {
  Check({
      {"x.ip exists", One("::1"), "true"},
      {"x.ip = 10.0.0.1", One("10.0.0.1"), "true"},
      {"x.ip != 10.0.0.1", One("10.0.0.1"), "false"},
      {"x.ip = 10.0.0.1", One("::ffff:10.0.0.1"), "false"},
      {"x.ip != 10.0.0.1", One("::1"), "true"},
      {"x.ip in (::1, 10.0.0.1)", One("10.0.0.1"), "true"},
      {"x.ip intersects (::1, ::2)", One("10.0.0.1"), "false"},
      {"x.ip = 2001:0db8::0001", One("2001:db8::1"), "true"},
      {"x.net exists", One("10.1.2.3"), "true"},
      {"x.net = 10.0.0.0/8", One("10.1.2.3"), "true"},
      {"x.net != 10.0.0.0/8", One("10.1.2.3"), "false"},
      {"x.net != 10.0.0.0/8", One("::1"), "true"},
      {"x.net in (11.0.0.0/8, 10.0.0.0/8)", One("10.1.2.3"), "true"},
      {"x.net intersects (11.0.0.0/8)", One("10.1.2.3"), "false"},
      {"x.net = oneof (10.0.0.0/8, 10.1.0.0/16)", One("10.1.2.3"), "false"},
      {"x.net = anyof (2001:db8::/32, 10.0.0.0/8)", One("10.1.2.3"), "true"},
      {"x.net != allof (2001:db8::/32, 10.0.0.0/8)", One("10.1.2.3"), "false"},
      {"x.net != anyof (2001:db8::/32, 10.0.0.0/8)", One("10.1.2.3"), "true"},
      {"x.net in ()", One("10.1.2.3"), "false"},
  });
}

TEST(OperatorTableTest, Modifiers) {
  Check({
      {"x.str contains anyof (foo, gin)", One("nginx"), "true"},
      {"x.str contains allof (foo, gin)", One("nginx"), "false"},
      {"x.str contains allof (ng, gin)", One("nginx"), "true"},
      {"x.str contains oneof (ng, gin)", One("nginx"), "false"},
      {"x.str contains oneof (foo, gin)", One("nginx"), "true"},
      {"x.str contains oneof (gin, gin)", One("nginx"), "false"},
      {"x.str contains anyof ()", One("nginx"), "false"},
      {"x.str != allof ()", One("nginx"), "false"},
      {"x.str = anyof (a, nginx)", One("nginx"), "true"},
      {"x.str != allof (a, b)", One("nginx"), "true"},
      {"x.str != allof (a, nginx)", One("nginx"), "false"},
      {"x.str != anyof (a, nginx)", One("nginx"), "true"},
      {"x.str regex anyof (a, n.*)", One("nginx"), "true"},
      {"x.str iglob allof (N*, *X)", One("nginx"), "true"},
      {"x.int = oneof (1, 1)", One(1), "false"},
      {"x.int = oneof (1, 2)", One(1), "true"},
      {"x.real = allof (1, 1)", One(1.0), "true"},
      {"x.bytes bstartswith anyof (ca, 61)", One(GivenBytes{"ab"}), "true"},
      {"x.bytes = anyof (cd, ab)", One(GivenBytes{"ab"}), "true"},
  });
}

TEST(OperatorTableTest, Lists) {
  Check({
      {"x.strs exists", Many({"a"}), "true"},
      {"x.strs in (a, b)", Many({"a", "b", "a"}), "true"},
      {"x.strs in (a, b)", Many({"a", "c"}), "false"},
      {"x.strs in ()", Many({"a"}), "false"},
      {"x.strs intersects (a, b)", Many({"c", "b"}), "true"},
      {"x.strs intersects (a, b)", Many({"c", "d"}), "false"},
      {"x.strs intersects ()", Many({"c"}), "false"},
      {"x.uints in (1, 2)", Many({1, 2}), "true"},
      {"x.uints intersects (3)", Many({1, 2}), "false"},
      {"x.bools intersects (true)", Many({false, true}), "true"},
      {"x.ips in (10.0.0.1, ::1)", Many({"10.0.0.1", "::1"}), "true"},
      {"x.nets in (10.0.0.0/8)", Many({"10.1.1.1", "11.1.1.1"}), "false"},
      {"x.nets intersects (10.0.0.0/8)", Many({"10.1.1.1", "11.1.1.1"}),
       "true"},
  });
  // A list without elements is a value.
  EXPECT_EQ(Judge("x.strs in (a)", {{"x.strs", Many({})}}), "true");
  EXPECT_EQ(Judge("x.strs intersects (a)", {{"x.strs", Many({})}}), "false");
  EXPECT_EQ(Judge("x.strs exists", {{"x.strs", Many({})}}), "true");
  EXPECT_EQ(Judge("len(x.strs) = 0", {{"x.strs", Many({})}}), "true");
}

TEST(OperatorTableTest, EitherEnd) {
  const GivenValue ends = Many({"10.0.0.1", "1.2.3.4"});
  const GivenValue ports = Many({40000, 443});
  Check({
      {"fd.ip = 1.2.3.4", ends, "true"},
      {"fd.ip = 9.9.9.9", ends, "false"},
      {"fd.ip != 9.9.9.9", ends, "true"},
      {"fd.ip != 1.2.3.4", ends, "false"},  // both must differ
      {"fd.ip in (9.9.9.9, 1.2.3.4)", ends, "true"},
      {"fd.ip intersects (1.2.3.4)", ends, "true"},
      {"fd.ip = anyof (9.9.9.9, 1.2.3.4)", ends, "true"},
      {"fd.ip != allof (9.9.9.9, 1.2.3.4)", ends, "false"},
      {"fd.port < 1000", ports, "true"},
      {"fd.port > 1000", ports, "true"},
      {"fd.port in (22, 443)", ports, "true"},
      {"fd.net in (9.0.0.0/8, 1.2.0.0/16)", ends, "true"},
      {"fd.net != 1.2.0.0/16", ends, "false"},
      {"fd.net in ()", ends, "false"},
  });
}

TEST(OperatorTableTest, AnyAncestor) {
  const GivenValue names = Many({"bash", "sshd", "systemd"});
  Check({
      {"proc.aname = sshd", names, "true"},
      {"proc.aname = cron", names, "false"},
      {"proc.aname != sshd", names, "true"},  // some ancestor is not
      {"proc.aname != sshd", Many({"sshd"}), "false"},
      {"proc.aname in (cron, sshd)", names, "true"},
      {"proc.aname startswith ss", names, "true"},
      {"proc.aname = anyof (cron, systemd)", names, "true"},
      {"proc.aname contains allof (sys, temd)", names, "true"},
      {"proc.aname exists", names, "true"},
      {"proc.apid in (5, 200)", Many({300, 200, 1}), "true"},
      {"proc.apid > 250", Many({300, 200, 1}), "true"},
      {"proc.aname[2] = sshd", One("sshd"), "true"},
      {"proc.aname[2] != sshd", One("sshd"), "false"},
  });
  EXPECT_EQ(Judge("not proc.aname = sshd", {{"proc.aname", names}}), "false");
}

TEST(OperatorTableTest, KnownValuesMayDecideAlthoughOthersAreUnknown) {
  const GivenValue some = Unknown({"bash", "sshd"});
  const GivenValue end = Unknown({"10.0.0.1"});
  const std::vector<Case> cases = {
      {"proc.aname = sshd", some, "true"},
      {"proc.aname = cron", some, "unknown"},
      {"proc.aname != bash", some, "true"},
      {"proc.aname exists", some, "true"},
      {"not proc.aname = cron", some, "unknown"},
      {"fd.ip = 10.0.0.1", end, "true"},
      {"fd.ip != 10.0.0.1", end, "false"},
      {"fd.ip != 9.9.9.9", end, "unknown"},
  };
  for (const Case& test : cases) {
    std::string field = test.condition;
    if (field.substr(0, 4) == "not ") field = field.substr(4);
    EXPECT_EQ(Judge(test.condition, {{FieldOf(field), test.value}}), test.truth)
        << test.condition;
  }
  EXPECT_EQ(Judge("x.strs in (a)", {{"x.strs", Unknown({"b"})}}), "false");
  EXPECT_EQ(Judge("x.strs in (a)", {{"x.strs", Unknown({"a"})}}), "unknown");
  EXPECT_EQ(Judge("x.strs intersects (a)", {{"x.strs", Unknown({"a"})}}),
            "true");
}

struct RightCase {
  const char* condition;
  GivenFields fields;
  const char* truth;
};

TEST(OperatorTableTest, FieldsOnTheRight) {
  const GivenFields same = {{"x.str", One("a")}, {"x.str2", One("a")}};
  const GivenFields longer = {{"x.str", One("ab")}, {"x.str2", One("a")}};
  const std::vector<RightCase> cases = {
      {"x.str = val(x.str2)", same, "true"},
      {"x.str != val(x.str2)", same, "false"},
      {"x.str != val(x.str2)", longer, "true"},
      {"x.str > val(x.str2)", longer, "true"},
      {"x.str in val(x.str2)", same, "true"},
      {"x.str contains val(x.str2)", longer, "true"},
      {"x.str icontains toupper(x.str2)", longer, "true"},
      {"x.str startswith val(x.str2)", longer, "true"},
      {"x.str endswith val(x.str2)", longer, "false"},
      {"x.str glob val(x.str2)",
       {{"x.str", One("ab")}, {"x.str2", One("a*")}},
       "true"},
      {"x.uint >= val(x.uint2)",
       {{"x.uint", One(2)}, {"x.uint2", One(2)}},
       "true"},
      {"x.uint = len(x.str)",
       {{"x.uint", One(2)}, {"x.str", One("ab")}},
       "true"},
      {"x.ip != val(x.ip2)",
       {{"x.ip", One("1.2.3.4")}, {"x.ip2", One("1.2.3.5")}},
       "true"},
      {"x.strs in val(x.strs2)",
       {{"x.strs", Many({"a"})}, {"x.strs2", Many({"b", "a"})}},
       "true"},
      {"x.strs intersects val(x.strs2)",
       {{"x.strs", Many({"a", "c"})}, {"x.strs2", Many({"b", "a"})}},
       "true"},
      {"fd.port = val(x.port)",
       {{"fd.port", Many({40000, 443})}, {"x.port", One(443)}},
       "true"},
      {"fd.port != val(x.port)",
       {{"fd.port", Many({40000, 443})}, {"x.port", One(443)}},
       "false"},
      // Absent on either side is false, whatever the other one may be.
      {"x.str = val(x.str2)", {{"x.str", One("a")}}, "false"},
      {"x.str != val(x.str2)", {{"x.str", One("a")}}, "false"},
      {"x.str = val(x.str2)", {{"x.str", Unknown()}}, "false"},
      {"x.str = val(x.str2)", {{"x.str2", Unknown()}}, "false"},
      {"x.str = val(x.str2)",
       {{"x.str", One("a")}, {"x.str2", Unknown()}},
       "unknown"},
      {"x.str = val(x.str2)",
       {{"x.str", Unknown()}, {"x.str2", One("a")}},
       "unknown"},
  };
  for (const RightCase& test : cases) {
    EXPECT_EQ(Judge(test.condition, test.fields), test.truth) << test.condition;
  }
}

TEST(OperatorTableTest, RegexTakesInvalidTextAsReplacementCharacters) {
  EXPECT_EQ(Judge("x.str regex \"a.b\"", {{"x.str", One("a\xff"
                                                        "b")}}),
            "true");
  EXPECT_EQ(Judge("x.str regex \"a.b\"", {{"x.str", One("a\nb")}}), "false");
  EXPECT_EQ(Judge("x.str regex \"a[^/]b\"", {{"x.str", One("a\nb")}}), "true");
}

struct LogicCase {
  const char* condition;
  const char* truth;
};

TEST(OperatorTableTest, ThreeValuedLogic) {
  // t is true, f false, u unknown.
  const GivenFields fields = {{"x.str", One("t")}, {"x.str2", Unknown()}};
  const LogicCase cases[] = {
      {"x.str = t and x.str = t", "true"},
      {"x.str = t and x.str2 = t", "unknown"},
      {"x.str = f and x.str2 = t", "false"},
      {"x.str2 = t and x.str = f", "false"},
      {"x.str = t or x.str2 = t", "true"},
      {"x.str2 = t or x.str = t", "true"},
      {"x.str = f or x.str2 = t", "unknown"},
      {"x.str = f or x.str = f", "false"},
      {"not x.str2 = t", "unknown"},
      {"not (x.str = f and x.str2 = t)", "true"},
      {"x.str2 exists", "unknown"},
      {"x.str2 = a or not x.str2 = a", "unknown"},
  };
  for (const LogicCase& test : cases) {
    EXPECT_EQ(Judge(test.condition, fields), test.truth) << test.condition;
  }
}

}  // namespace
}  // namespace eyrie::rules
