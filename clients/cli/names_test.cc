// SPDX-License-Identifier: Apache-2.0
//
// Tests of names of priorities, states and reasons.

#include "clients/cli/names.h"

#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/testing/status_matchers.h"

namespace eyrie::cli {
namespace {

using ::eyrie::testing::IsOkAndHolds;
using ::eyrie::testing::StatusIs;
using ::testing::HasSubstr;

TEST(NamesTest, PrintsNames) {
  EXPECT_EQ(PriorityText(v1::WARNING), "Warning");
  EXPECT_EQ(PriorityText(v1::PRIORITY_UNSPECIFIED), "");
  EXPECT_EQ(StateText(v1::Incident::ACKNOWLEDGED), "acknowledged");
  EXPECT_EQ(StateText(v1::Node::CONNECTED), "connected");
  EXPECT_EQ(StateText(v1::ContainerRuntime::FAILING), "failing");
  EXPECT_EQ(StateText(v1::ContainerRuntime::STATE_UNSPECIFIED), "unknown");
  EXPECT_EQ(ReasonText(v1::LossReport::REASON_EVENT_RING_FULL),
            "event-ring-full");
  EXPECT_EQ(ReasonText(static_cast<v1::LossReport::Reason>(99)), "reason-99");
  EXPECT_EQ(ShortId("0123456789abcdef"), "0123456789ab");
}

TEST(NamesTest, ReadsStates) {
  EXPECT_THAT(ParseState("open"), IsOkAndHolds(v1::Incident::OPEN));
  EXPECT_THAT(ParseState("ACK"), IsOkAndHolds(v1::Incident::ACKNOWLEDGED));
  EXPECT_THAT(ParseState("Resolved"), IsOkAndHolds(v1::Incident::RESOLVED));
  for (const char* text : {"", "closed", "openn"}) {
    EXPECT_THAT(ParseState(text),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("open, acknowledged, resolved")))
        << text;
  }
}

TEST(NamesTest, ReadsPrioritySelections) {
  struct Case {
    const char* text;
    v1::Priority priority;
    bool is_minimum;
  };
  for (const Case& test : std::vector<Case>{
           {"warning", v1::WARNING, false},
           {"WARNING", v1::WARNING, false},
           {"info", v1::INFORMATIONAL, false},
           {">=error", v1::ERROR, true},
           {">= error", v1::ERROR, true},
           {"≥Critical", v1::CRITICAL, true},
           {"notice+", v1::NOTICE, true},
       }) {
    const auto selection = ParsePrioritySelection(test.text);
    ASSERT_TRUE(selection.ok()) << test.text;
    EXPECT_EQ(selection->priority, test.priority) << test.text;
    EXPECT_EQ(selection->is_minimum, test.is_minimum) << test.text;
  }
  EXPECT_THAT(ParsePrioritySelection("high"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("emergency, alert")));
}

TEST(NamesTest, SelectsPriorities) {
  EXPECT_TRUE(PrioritySelection().Includes(v1::DEBUG));
  const PrioritySelection just = {v1::WARNING, false};
  EXPECT_TRUE(just.Includes(v1::WARNING));
  EXPECT_FALSE(just.Includes(v1::ERROR));
  const PrioritySelection minimum = {v1::WARNING, true};
  EXPECT_TRUE(minimum.Includes(v1::WARNING));
  EXPECT_TRUE(minimum.Includes(v1::ERROR));
  EXPECT_FALSE(minimum.Includes(v1::NOTICE));
}

}  // namespace
}  // namespace eyrie::cli
