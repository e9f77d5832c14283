// SPDX-License-Identifier: Apache-2.0

#include "rules/sources/source_reader.h"

#include <gtest/gtest.h>

#include <string>

#include "rules/json/testing/read_json_field.h"

namespace eyrie::rules {
namespace {

using testing::ExpectJsonFields;
using testing::MakeJsonEvent;

std::unique_ptr<JsonSource> Read(const std::string& text,
                                 Diagnostics& diagnostics,
                                 const SourceLimits& limits = {}) {
  return ReadJsonSource(std::make_shared<const SourceFile>("s.yaml", text),
                        limits, diagnostics);
}

// A source with this field.
std::string WithField(const std::string& field) {
  return "source: shop\nplugin: shop\ndesc: d\nfields:\n" + field;
}

TEST(SourceReaderTest, ReadsASource) {
  Diagnostics diagnostics;
  const auto source = Read(
      "source: shop\nplugin: shop_plugin\ndesc: Orders.\n"
      "events: /orders\ntime: /at\nfields:\n"
      "- {name: shop.id, desc: Id., path: /id}\n"
      "- {name: shop.count, desc: Items., type: number, path: /count}\n"
      "- {name: shop.items, desc: Items., list: true, path: '/items/*/name'}\n",
      diagnostics);
  ASSERT_NE(source, nullptr) << diagnostics.ToString();
  EXPECT_EQ(diagnostics.ToString(), "");
  EXPECT_EQ(source->name, "shop");
  EXPECT_EQ(source->plugin, "shop_plugin");
  EXPECT_EQ(source->doc, "Orders.");
  const JsonEvents made =
      source->MakeEvents(*ParseJson(R"({"orders":[{"id":"a","count":"7","at":
        "2026-01-02T03:04:05Z","items":[{"name":"x"},{},{"name":"y"}]}]})"),
                         1);
  ASSERT_EQ(made.events.size(), 1u);
  ExpectJsonFields(source->catalog, made.events[0],
                   {{"shop.id", "a"},
                    {"shop.count", "7"},
                    {"shop.items", "x | y"},
                    {"shop.items[2]", "y"},
                    {"shop.items[1]", "<absent>"},
                    {"evt.source", "shop"},
                    {"evt.time.iso8601", "2026-01-02T03:04:05.000000000+0000"},
                    {"json.value[/id]", "a"}});
}

TEST(SourceReaderTest, ReadsIdentityAndGroup) {
  Diagnostics diagnostics;
  const auto source = Read(
      "source: shop\nplugin: shop\ndesc: d\nid: [/id, /shop]\n"
      "group: [shop.who]\nfields:\n- {name: shop.who, desc: d, path: /who}\n",
      diagnostics);
  ASSERT_NE(source, nullptr) << diagnostics.ToString();
  EXPECT_EQ(diagnostics.ToString(), "");
  EXPECT_EQ(source->identity.size(), 2u);
  EXPECT_EQ(source->group_by, std::vector<std::string>{"shop.who"});
}

TEST(SourceReaderTest, RefusesIdentitiesAndGroupsThatAreNone) {
  for (const auto& [line, message] :
       {std::pair("id: [id]", "is no JSON pointer"), std::pair("id: /id", "id"),
        std::pair("group: [shop.whom]", "is no field of this source"),
        std::pair("group: [json.value]", "takes an argument")}) {
    Diagnostics diagnostics;
    EXPECT_EQ(Read(std::string("source: shop\nplugin: shop\ndesc: d\n") + line +
                       "\nfields:\n"
                       "- {name: shop.who, desc: d, path: /who}\n",
                   diagnostics),
              nullptr)
        << line;
    EXPECT_NE(diagnostics.ToString().find(message), std::string::npos)
        << diagnostics.ToString();
  }
}

TEST(SourceReaderTest, TakesTheFirstWayThatGivesAValue) {
  Diagnostics diagnostics;
  const auto source =
      Read(WithField("- name: shop.who\n"
                     "  desc: d\n"
                     "  first:\n"
                     "    - path: /user\n"
                     "      if: {path: /type, in: [person, clerk]}\n"
                     "    - path: /machine\n"
                     "      if: {path: /type, match: 'robot-[0-9]+'}\n"
                     "    - text: nobody\n"
                     "      if: {path: /type, not: true}\n"
                     "    - {path: /type, match: '([a-z]+)-.*'}\n"
                     "    - text: '{/type}/{/user}'\n"),
           diagnostics);
  ASSERT_NE(source, nullptr) << diagnostics.ToString();
  for (const auto& [event, who] :
       {std::pair(R"({"type":"person","user":"eve"})", "eve"),
        std::pair(R"({"type":"clerk","user":"kim","machine":"m"})", "kim"),
        std::pair(R"({"type":"robot-7","machine":"m"})", "m"),
        std::pair(R"({"type":"robot-7","machine":null})", "robot"),
        std::pair(R"({"user":"eve"})", "nobody"),
        std::pair(R"({"type":"ghost","user":"eve"})", "ghost/eve"),
        std::pair(R"({"type":"ghost"})", "<absent>")}) {
    ExpectJsonFields(source->catalog, MakeJsonEvent(event),
                     {{"shop.who", who}});
  }
}

TEST(SourceReaderTest, ChangesValues) {
  Diagnostics diagnostics;
  const auto source = Read(
      WithField(
          "- {name: shop.open, desc: d, path: /closed, map: {'true': 'false', "
          "'false': 'true'}}\n"
          "- {name: shop.files, desc: d, path: '/c/*/f/*', join: ', '}\n"
          "- {name: shop.hosts, desc: d, list: true, path: '/h/*', match: "
          "'https://([^/]*)/.*'}\n"
          "- {name: shop.sum, desc: d, type: number, sum: [/in, /out]}\n"
          "- {name: shop.one, desc: d, type: number, text: '1'}\n"
          "- {name: shop.digits, desc: d, type: number, path: /h/0, match: "
          "'.*([0-9]+).*'}\n"
          "- {name: shop.later, desc: d, unavailable: a wish}\n"),
      diagnostics);
  ASSERT_NE(source, nullptr) << diagnostics.ToString();
  ExpectJsonFields(source->catalog,
                   MakeJsonEvent(R"({"closed":true,"in":2,"out":"40",
        "c":[{"f":["a","b"]},{},{"f":["c"]}],
        "h":["https://x5/y","ftp://z/","https://w/"]})"),
                   {{"shop.open", "false"},
                    {"shop.files", "a, b, c"},
                    {"shop.hosts", "x5 | w"},
                    {"shop.sum", "42"},
                    {"shop.one", "1"},
                    {"shop.digits", "5"},
                    {"shop.later", "<unknown>"}});
  ExpectJsonFields(source->catalog, MakeJsonEvent(R"({"closed":"odd"})"),
                   {{"shop.open", "odd"},
                    {"shop.files", "<absent>"},
                    {"shop.sum", "<absent>"}});
  std::string ignored;
  EXPECT_EQ(source->catalog.Find("shop.later", &ignored)->unavailable,
            "a wish");
}

TEST(SourceReaderTest, TellsWhatIsWrong) {
  struct Case {
    std::string text;
    std::string message;  // part of it
  };
  for (const Case& test : std::vector<Case>{
           {"", "the description of a source is one map [bad-source]"},
           {"- a\n", "the description of a source is one map [bad-source]"},
           {"a: [", "[bad-yaml]"},
           {"plugin: p\ndesc: d\n", "this source has no 'source'"},
           {"source: s\ndesc: d\n", "this source has no 'plugin'"},
           {"source: a b\nplugin: p\ndesc: d\n",
            "s.yaml:1:9: error: `a b` is no name of a source [bad-source]"},
           {"source: s\nplugin: p\ndesc: d\nfields: x\n",
            "'fields' must be a list"},
           {"source: s\nplugin: p\ndesc: d\nevents: items\n",
            "`items` is no JSON pointer: it begins with no slash"},
           {WithField("- x\n"), "a field is a map"},
           {WithField("- {desc: d, path: /a}\n"), "this field has no 'name'"},
           {WithField("- {name: shop.a, path: /a}\n"),
            "this field has no 'desc'"},
           {WithField("- {name: shop, desc: d, path: /a}\n"),
            "`shop` is no name of a field"},
           {WithField("- {name: a.b-c, desc: d, path: /a}\n"),
            "`a.b-c` is no name of a field"},
           {WithField("- {name: evt.num, desc: d, path: /a}\n"),
            "field evt.num stands twice"},
           {WithField("- {name: a.b, desc: d}\n"),
            "a field has one of `path`, `text` and `sum`"},
           {WithField("- {name: a.b, desc: d, path: /a, text: x}\n"),
            "a field has one of `path`, `text` and `sum`"},
           {WithField("- {name: a.b, desc: d, path: /a~}\n"),
            "`~` in `a~` is followed by neither"},
           {WithField("- {name: a.b, desc: d, path: /a, match: '('}\n"),
            "no regular expression: missing"},
           {WithField("- {name: a.b, desc: d, path: /a, type: date}\n"),
            "`type` is text or number"},
           {WithField("- {name: a.b, desc: d, sum: [/a]}\n"),
            "`sum` wants `type: number`"},
           {WithField("- {name: a.b, desc: d, path: /a, join: [x]}\n"),
            "`join` is a text"},
           {WithField("- {name: a.b, desc: d, type: number, path: /a, join: "
                      "x}\n"),
            "`join` makes a text, not a number"},
           {WithField("- {name: a.b, desc: d, path: /a, map: [x]}\n"),
            "`map` is a map of texts to texts"},
           {WithField("- {name: a.b, desc: d, text: 'x{/a'}\n"),
            "this `{` has no `}`"},
           {WithField("- {name: a.b, desc: d, text: 'x{a}'}\n"),
            "`a` is no JSON pointer"},
           {WithField("- {name: a.b, desc: d, first: x}\n"),
            "`first` is a list of ways to a value"},
           {WithField("- {name: a.b, desc: d, first: [x]}\n"),
            "a way to a value is a map"},
           {WithField(
                "- {name: a.b, desc: d, path: /a, first: [{path: /b}]}\n"),
            "`path` stands beside `first`"},
           {WithField("- {name: a.b, desc: d, path: /a, if: {in: [x]}}\n"),
            "this condition has no 'path'"},
           {WithField("- {name: a.b, desc: d, path: /a, argument: number}\n"),
            "only of a field that is unavailable"},
       }) {
    Diagnostics diagnostics;
    EXPECT_EQ(Read(test.text, diagnostics), nullptr) << test.text;
    EXPECT_TRUE(diagnostics.has_errors()) << test.text;
    EXPECT_NE(diagnostics.ToString().find(test.message), std::string::npos)
        << test.text << "\n"
        << diagnostics.ToString();
  }
}

TEST(SourceReaderTest, WarnsOfKeysThatNothingReads) {
  Diagnostics diagnostics;
  EXPECT_NE(Read(WithField("- {name: a.b, desc: d, path: /a, jion: x}\n"),
                 diagnostics),
            nullptr);
  EXPECT_EQ(diagnostics.warnings(), 1u);
  EXPECT_EQ(diagnostics.entries().at(0).hint, "did you mean 'join'?");
}

TEST(SourceReaderTest, LimitsFieldsAndExpressions) {
  SourceLimits limits;
  limits.max_fields = 1;
  limits.max_regex_bytes = 1 << 12;
  Diagnostics fields;
  EXPECT_EQ(Read(WithField("- {name: a.b, desc: d, path: /a}\n"
                           "- {name: a.c, desc: d, path: /a}\n"),
                 fields, limits),
            nullptr);
  EXPECT_EQ(fields.entries().at(0).code, "limit-exceeded");
  Diagnostics regex;
  EXPECT_EQ(Read(WithField("- {name: a.b, desc: d, path: /a, match: "
                           "'[^a]{900}'}\n"),
                 regex, limits),
            nullptr);
  EXPECT_EQ(regex.entries().at(0).code, "bad-source");
}

}  // namespace
}  // namespace eyrie::rules
