// SPDX-License-Identifier: Apache-2.0

#include "rules/json/json_path.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_join.h"

namespace eyrie::rules {
namespace {

const Json& Document() {
  static const Json* const document = new Json(*ParseJson(R"({
    "": "no name",
    "*": "star",
    "a/b": "slash",
    "m~n": "tilde",
    "~1": "both",
    "0": "digit",
    "null": null,
    "list": [{"x": 1}, {"x": [2, 3]}, "text", {"y": 4}]
  })"));
  return *document;
}

// What stands at `pointer`, joined by blanks; "-" if nothing does.
std::string At(absl::string_view pointer,
               JsonPath::Star star = JsonPath::Star::kName,
               int64_t index = -1) {
  const absl::StatusOr<JsonPath> path = JsonPath::Parse(pointer, star);
  if (!path.ok()) return std::string(path.status().message());
  std::vector<std::string> found;
  path->ForEach(Document(), index,
                [&found](const Json& value) { found.push_back(value.dump()); });
  const Json* const first = path->Find(Document());
  if (index < 0) {
    EXPECT_EQ(first == nullptr ? "" : first->dump(),
              found.empty() ? "" : found[0]);
  }
  return found.empty() ? "-" : absl::StrJoin(found, " ");
}

TEST(JsonPathTest, FollowsThePointer) {
  EXPECT_EQ(At(""), Document().dump());
  EXPECT_EQ(At("/"), R"("no name")");
  EXPECT_EQ(At("/a~1b"), R"("slash")");
  EXPECT_EQ(At("/m~0n"), R"("tilde")");
  EXPECT_EQ(At("/~01"), R"("both")");
  EXPECT_EQ(At("/0"), R"("digit")");
  EXPECT_EQ(At("/list/0/x"), "1");
  EXPECT_EQ(At("list/0/x"), "1");
  EXPECT_EQ(At("/null"), "null");
  EXPECT_EQ(At("/*"), R"("star")");
}

TEST(JsonPathTest, LeadsNowhere) {
  for (const char* pointer :
       {"/nothing", "/list/4", "/list/00", "/list/-1", "/list/-", "/list/x",
        "/list/2/0", "/list/99999999999999999999", "/0/0", "/null/x", "//",
        "/list/0/x/"}) {
    EXPECT_EQ(At(pointer), "-") << pointer;
  }
}

TEST(JsonPathTest, StarIsEachElement) {
  constexpr JsonPath::Star kElements = JsonPath::Star::kElements;
  EXPECT_EQ(At("/list/*/x", kElements), "1 [2,3]");
  EXPECT_EQ(At("/list/*/x/*", kElements), "2 3");
  EXPECT_EQ(At("/list/*/x", kElements, 1), "[2,3]");
  EXPECT_EQ(At("/list/*/x/*", kElements, 1), "2 3");
  EXPECT_EQ(At("/list/*/x", kElements, 2), "-");
  EXPECT_EQ(At("/list/*/x", kElements, 999'999'999), "-");
  EXPECT_EQ(At("/*/x", kElements), "-") << "an object has no elements";
  EXPECT_TRUE(JsonPath::Parse("/a/*", kElements)->has_star());
  EXPECT_FALSE(JsonPath::Parse("/a/*", JsonPath::Star::kName)->has_star());
}

TEST(JsonPathTest, AStarMayWantAMember) {
  constexpr JsonPath::Star kElements = JsonPath::Star::kElements;
  const Json document = *ParseJson(R"({"target": [
    {"type": "User", "id": "u1"}, {"type": "UserGroup", "id": "g"},
    {"type": "User", "id": "u2", "a/b": "x=y"}, {"type": 7}, "User", null]})");
  const auto at = [&document](absl::string_view pointer, int64_t index = -1) {
    std::vector<std::string> found;
    JsonPath::Parse(pointer, kElements)
        ->ForEach(document, index, [&found](const Json& value) {
          found.push_back(value.dump());
        });
    return absl::StrJoin(found, " ");
  };
  EXPECT_EQ(at("/target/*type=User/id"), R"("u1" "u2")");
  EXPECT_EQ(at("/target/*type=UserGroup/id"), R"("g")");
  EXPECT_EQ(at("/target/*a~1b=x=y/id"), R"("u2")");
  EXPECT_EQ(at("/target/*type=/id"), "");
  EXPECT_EQ(at("/target/*type=User/id", 2), R"("u2")");
  EXPECT_EQ(at("/target/*type=User/id", 1), "");
  EXPECT_EQ(At("/*=x", kElements),
            "`*=x` names no member; write `*` or `*member=text`");
}

TEST(JsonPathTest, RefusesAStrayTilde) {
  EXPECT_EQ(At("/a/b~2"),
            "`~` in `b~2` is followed by neither 0 (a tilde) nor 1 (a slash)");
  EXPECT_NE(At("/~"), "-");
}

}  // namespace
}  // namespace eyrie::rules
