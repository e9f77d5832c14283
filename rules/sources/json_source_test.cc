// SPDX-License-Identifier: Apache-2.0

#include "rules/sources/json_source.h"

#include <gtest/gtest.h>

namespace eyrie::rules {
namespace {

constexpr uint64_t kArrival = 1'700'000'000'000'000'000;

JsonEvents Events(const char* delivery) {
  static const auto* const source = MakeK8sAuditSource().release();
  return source->MakeEvents(*ParseJson(delivery), kArrival);
}

TEST(JsonSourceTest, TakesAnEventListApart) {
  const JsonEvents made = Events(R"({"kind":"EventList","items":[
    {"verb":"get","stageTimestamp":"2026-11-23T16:38:18.287178Z"},
    {"verb":"list","stageTimestamp":"2026-11-23T17:38:18.287178+01:00"}]})");
  ASSERT_EQ(made.events.size(), 2u);
  EXPECT_EQ(made.rejected, 0u);
  EXPECT_EQ(made.events[0].document.at("verb"), "get");
  EXPECT_EQ(made.events[1].document.at("verb"), "list");
  EXPECT_EQ(made.events[0].time_ns, 1'795'451'898'287'178'000u);
  EXPECT_EQ(made.events[1].time_ns, made.events[0].time_ns);
  EXPECT_EQ(made.events[0].source, "k8s_audit");
  EXPECT_EQ(made.events[0].plugin, "k8saudit");
}

TEST(JsonSourceTest, TakesOneEventOrAnArray) {
  EXPECT_EQ(Events(R"({"verb":"get"})").events.size(), 1u);
  EXPECT_EQ(Events(R"([{"verb":"get"},{"verb":"list"}])").events.size(), 2u);
  EXPECT_EQ(Events(R"({"items":[]})").events.size(), 0u);
  // No array of events: an event with an odd member.
  EXPECT_EQ(Events(R"({"items":{}})").events.size(), 1u);
}

TEST(JsonSourceTest, CountsWhatIsNoEvent) {
  const JsonEvents made = Events(R"({"items":[1,"x",null,[],{"verb":"get"}]})");
  EXPECT_EQ(made.events.size(), 1u);
  EXPECT_EQ(made.rejected, 4u);
  for (const char* delivery : {"null", "7", "\"text\""}) {
    EXPECT_EQ(Events(delivery).events.size(), 0u) << delivery;
    EXPECT_EQ(Events(delivery).rejected, 1u) << delivery;
  }
}

TEST(JsonSourceTest, AnEventWithoutATimeHappenedWhenItCame) {
  for (const char* delivery :
       {R"({})", R"({"stageTimestamp":null})", R"({"stageTimestamp":7})",
        R"({"stageTimestamp":"yesterday"})",
        R"({"stageTimestamp":"1969-12-31T23:59:59Z"})",
        R"({"stageTimestamp":"infinite-future"})"}) {
    EXPECT_EQ(Events(delivery).events.at(0).time_ns, kArrival) << delivery;
  }
}

}  // namespace
}  // namespace eyrie::rules
