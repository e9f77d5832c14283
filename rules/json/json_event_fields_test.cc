// SPDX-License-Identifier: Apache-2.0

#include "rules/json/json_event_fields.h"

#include <gtest/gtest.h>

#include "rules/json/testing/read_json_field.h"

namespace eyrie::rules {
namespace {

using testing::ExpectJsonFields;
using testing::MakeJsonEvent;
using testing::ReadJsonField;

TEST(JsonEventFieldsTest, TellsOfTheEvent) {
  JsonCatalog catalog;
  AddJsonEventFields(catalog);
  JsonEvent event = MakeJsonEvent(R"({"b":[1,"x"],"a":{"c":null}})");
  event.number = 12;
  event.hostname = "centre";
  ExpectJsonFields(catalog, event,
                   {{"evt.num", "12"},
                    {"evt.source", "k8s_audit"},
                    {"evt.pluginname", "k8saudit"},
                    {"evt.plugininfo", R"({"a":{"c":null},"b":[1,"x"]})"},
                    {"evt.hostname", "centre"},
                    {"evt.type", "pluginevent"},
                    {"evt.is_async", "false"},
                    {"evt.asynctype", "<absent>"},
                    {"evt.rawtime", "1700000000000000005"},
                    {"evt.rawtime.s", "1700000000"},
                    {"evt.rawtime.ns", "5"},
                    {"evt.time", "22:13:20.000000005"},
                    {"evt.time.s", "22:13:20"},
                    {"evt.time.iso8601", "2023-11-14T22:13:20.000000005+0000"},
                    {"evt.datetime", "2023-11-14 22:13:20.000000005"},
                    {"evt.datetime.s", "2023-11-14 22:13:20"},
                    {"evt.reltime", "<unknown>"},
                    {"evt.arg", "error: no field evt.arg"}});
  event.hostname = {};
  EXPECT_EQ(ReadJsonField(catalog, event, "evt.hostname"), "<absent>");
}

TEST(JsonEventFieldsTest, ReadsAnyPlaceUnderBothNames) {
  JsonCatalog catalog;
  AddJsonEventFields(catalog);
  const JsonEvent event = MakeJsonEvent(
      R"({"a":{"b c":"x","d/e":7,"*":"star"},"list":["p",null],"t":true})");
  for (const std::string prefix : {"jevt.", "json."}) {
    ExpectJsonFields(
        catalog, event,
        {{prefix + "value[/a/b c]", "x"},
         {prefix + "value[/a/d~1e]", "7"},
         {prefix + "value[/a/*]", "star"},
         {prefix + "value[/list/0]", "p"},
         {prefix + "value[list/0]", "p"},
         {prefix + "value[/list]", R"(["p",null])"},
         {prefix + "value[/list/1]", "null"},
         {prefix + "value[/list/2]", "<absent>"},
         {prefix + "value[/t]", "true"},
         {prefix + "value[/t/x]", "<absent>"},
         {prefix + "value[]",
          R"({"a":{"*":"star","b c":"x","d/e":7},"list":["p",null],"t":true})"},
         {prefix + "value",
          "error: `" + prefix + "value` needs an argument in brackets"},
         {prefix + "value[/~]",
          "error: `~` in `~` is followed by neither 0 (a tilde) nor 1 (a "
          "slash)"},
         {prefix + "rawtime", "1700000000000000005"},
         {prefix + "time", "22:13:20.000000005"},
         {prefix + "time.iso8601", "2023-11-14T22:13:20.000000005+0000"},
         {prefix + "pluginname", "k8saudit"}});
    EXPECT_EQ(
        ReadJsonField(catalog, MakeJsonEvent(R"({"b":1})"), prefix + "obj"),
        "{\n  \"b\": 1\n}");
  }
}

}  // namespace
}  // namespace eyrie::rules
