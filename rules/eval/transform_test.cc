// SPDX-License-Identifier: Apache-2.0

#include <string>

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
  GivenFields fields;
  const char* truth;
};

void Check(const std::vector<Case>& cases) {
  for (const Case& test : cases) {
    EXPECT_EQ(Judge(test.condition, test.fields), test.truth) << test.condition;
  }
}

TEST(TransformTest, ChangesLetters) {
  Check({
      {"tolower(x.str) = \"ab\xc3\x89\"",
       {{"x.str", One("aB\xc3\x89")}},
       "true"},
      {"toupper(x.path) = /A", {{"x.path", One("/a")}}, "true"},
      {"toupper(x.strs) in (A, B)", {{"x.strs", Many({"a", "B"})}}, "true"},
      {"tolower(x.str) in (a)", {{"x.str", One("A")}}, "true"},
      {"x.str in tolower(x.str2)",
       {{"x.str", One("a")}, {"x.str2", One("A")}},
       "true"},
      {"tolower(toupper(x.str)) = ab", {{"x.str", One("Ab")}}, "true"},
      {"tolower(\"ABC\") = abc", {}, "true"},
  });
}

TEST(TransformTest, DecodesBase64) {
  const auto decode = [](const char* text) -> GivenFields {
    return {{"x.str", One(text)}};
  };
  Check({
      {"b64(x.str) = hello", decode("aGVsbG8="), "true"},
      {"b64(x.str) = hello", decode("aGVsbG8"), "true"},  // padding missing
      {"b64(x.str) = a", decode("YQ="), "true"},          // or short
      {"b64(x.str) exists", decode("YQ==="), "false"},    // or too long
      {"b64(x.str) exists", decode("="), "false"},
      {"b64(x.str) exists", decode("Y"), "false"},
      {"b64(x.str) exists", decode("YR=="), "false"},  // bits left over
      {"b64(x.str) exists", decode("a b="), "false"},
      {"b64(x.str) = \"\"", decode(""), "true"},
      {"b64(x.str) = \"\"", decode("AAE="), "true"},  // a NUL ends it
      {"len(b64(x.str)) = 1", decode("YQBi"), "true"},
      {"b64(x.strs) in (a, b)", {{"x.strs", Many({"YQ==", "Yg=="})}}, "true"},
      {"b64(x.strs) exists", {{"x.strs", Many({"YQ==", "!"})}}, "false"},
      {"b64(x.bytes) = hello",
       {{"x.bytes", One(GivenBytes{"aGVsbG8="})}},
       "true"},
      {"b64(x.bytes) bcontains 0001",
       {{"x.bytes", One(GivenBytes{"AAE="})}},
       "true"},
  });
}

TEST(TransformTest, CutsAndCounts) {
  Check({
      {"basename(x.str) = c", {{"x.str", One("/a/b/c")}}, "true"},
      {"basename(x.str) = \"\"", {{"x.str", One("/a/")}}, "true"},
      {"basename(x.str) = a", {{"x.str", One("a")}}, "true"},
      {"len(x.str) = 4",
       {{"x.str", One("\xc3\xa9"
                      "ab")}},
       "true"},
      {"len(x.bytes) = 2", {{"x.bytes", One(GivenBytes{{"\0a", 2}})}}, "true"},
      {"len(x.strs) = 2", {{"x.strs", Many({"abc", ""})}}, "true"},
      {"len(x.strs) < 5", {}, "false"},
  });
}

TEST(TransformTest, PutsTogether) {
  const GivenFields fields = {{"x.str", One("a")},
                              {"x.str2", One("b")},
                              {"x.int", One(-5)},
                              {"x.strs", Many({"p", "q"})}};
  Check({
      {"concat(x.str, \"-\", x.str2) = \"a-b\"", fields, "true"},
      {"concat(x.str, 0x10) = a0x10", fields, "true"},
      {"concat(concat(x.str, x.str2), x.str) = aba", fields, "true"},
      {"join(\"; \", x.strs) = \"p; q\"", fields, "true"},
      {"join(\",\", (x.int, x.str, \"z\")) = \"-5,a,z\"", fields, "true"},
      {"join(\",\", toupper(x.strs)) = \"P,Q\"", fields, "true"},
      {"join(x.str, x.strs) = paq", fields, "true"},
      {"join(\",\", x.strs) = \"\"", {{"x.strs", Many({})}}, "true"},
  });
}

TEST(TransformTest, ReadsOptions) {
  const auto with = [](std::vector<GivenScalar> arguments) -> GivenFields {
    return {{"x.strs", Many(std::move(arguments))}};
  };
  Check({
      {"getopt(x.strs, \"ab:\")[b] = x", with({"-b", "x"}), "true"},
      {"getopt(x.strs, \"ab:\")[b] = x", with({"-abx"}), "true"},
      {"getopt(x.strs, \"ab:\")[b] = z", with({"-bx", "-bz"}), "true"},
      {"getopt(x.strs, \"ab:\")[a] = a", with({"-a"}), "true"},
      {"getopt(x.strs, \"ab:\")[b] = \"\"", with({"-b"}), "true"},
      {"getopt(x.strs, \"ab:\")[b] exists", with({"-a"}), "false"},
      {"getopt(x.strs, \"ab:\")[a] exists", with({"--", "-a"}), "false"},
      {"getopt(x.strs, \"ab:\")[a] exists", with({"file", "-a"}), "false"},
      {"getopt(x.strs, \"ab:\")[a] exists", with({"--all", "-a"}), "true"},
      {"getopt(x.strs, \"ab:\")[a] exists", with({"-b", "-a"}), "false"},
      {"getopt(x.strs, \"ab:\") in (a, b, x)", with({"-abx"}), "true"},
      {"len(getopt(x.strs, \"ab:c\")) = 3", with({"-abx"}), "true"},
      {"getopt(x.strs, \"a\") intersects (\"?\")", with({"-z"}), "true"},
      {"getopt(x.strs, \"b:\") in (\"\")", with({"-b"}), "true"},
  });
}

TEST(TransformTest, AbsentWinsOverUnknown) {
  Check({
      {"tolower(x.str) exists", {}, "false"},
      {"tolower(x.str) exists", {{"x.str", Unknown()}}, "unknown"},
      {"concat(x.str, x.str2) exists", {{"x.str", Unknown()}}, "false"},
      {"concat(x.str, x.str2) exists",
       {{"x.str", Unknown()}, {"x.str2", One("b")}},
       "unknown"},
      {"join(\",\", (x.int)) = 5", {}, "false"},
      {"not join(\",\", (x.int, x.str)) = 5", {{"x.str", One("a")}}, "true"},
  });
}

TEST(TransformTest, HostileListsStayCheap) {
  std::vector<GivenScalar> arguments(4000, GivenScalar(std::string("x")));
  EXPECT_EQ(Judge("len(join(\",\", x.strs)) = 7999",
                  {{"x.strs", Many(std::move(arguments))}}),
            "true");
}

}  // namespace
}  // namespace eyrie::rules
