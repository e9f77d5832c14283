// SPDX-License-Identifier: Apache-2.0
//
// Tests of log lines.

#include "common/logging.h"

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/clock.h"
#include "common/testing/status_matchers.h"

namespace eyrie {
namespace {

using ::eyrie::testing::IsOkAndHolds;
using ::eyrie::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::internal::CaptureStderr;
using ::testing::internal::GetCapturedStderr;

TEST(LoggingTest, ParsesLevels) {
  EXPECT_THAT(ParseLogLevel("debug"), IsOkAndHolds(LogLevel::kDebug));
  EXPECT_THAT(ParseLogLevel("info"), IsOkAndHolds(LogLevel::kInfo));
  EXPECT_THAT(ParseLogLevel("warning"), IsOkAndHolds(LogLevel::kWarning));
  EXPECT_THAT(ParseLogLevel("error"), IsOkAndHolds(LogLevel::kError));
  EXPECT_THAT(ParseLogLevel("loud"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "unknown log level \"loud\": use debug, info, warning "
                       "or error"));
}

TEST(LoggingTest, FormatsMessageAndFields) {
  EXPECT_EQ(FormatLogLine("node connected", {}), "node connected");
  EXPECT_EQ(FormatLogLine("m", {{"node", "n1"}, {"count", 7}, {"s", -1.5}}),
            "m node=n1 count=7 s=-1.5");
}

TEST(LoggingTest, QuotesValuesThatNeedIt) {
  EXPECT_EQ(FormatLogLine("m", {{"a", ""}}), "m a=\"\"");
  EXPECT_EQ(FormatLogLine("m", {{"a", "two words"}}), "m a=\"two words\"");
  EXPECT_EQ(FormatLogLine("m", {{"a", "x=y"}}), "m a=\"x=y\"");
  EXPECT_EQ(FormatLogLine("m", {{"a", "say \"hi\""}}),
            "m a=\"say \\\"hi\\\"\"");
  EXPECT_EQ(FormatLogLine("m", {{"a", "c:\\x"}}), "m a=\"c:\\\\x\"");
}

TEST(LoggingTest, EscapesWhatWouldForgeALine) {
  EXPECT_EQ(FormatLogLine("a\nb", {{"k", "x\n2026 error y\x1b[0m"}}),
            "a\\nb k=\"x\\n2026 error y\\x1b[0m\"");
}

TEST(LoggingTest, CutsLongValues) {
  const std::string longest(4096, 'v');
  EXPECT_EQ(FormatLogLine("m", {{"k", longest}}), "m k=" + longest);
  EXPECT_EQ(FormatLogLine("m", {{"k", longest + "w"}}),
            "m k=" + longest + "...");
}

TEST(LoggingTest, PrintsOneLineOnStderr) {
  CaptureStderr();
  LogWarning("disk is full", {{"path", "/var"}});
  const std::string line = GetCapturedStderr();
  EXPECT_THAT(line, ::testing::MatchesRegex(
                        "[0-9-]+T[0-9:.]+Z warning disk is full path=/var\n"));
}

TEST(LoggingTest, PrintsFormatCharactersAsTheyAre) {
  CaptureStderr();
  LogError("{} %s {0}", {{"k", "{}"}});
  EXPECT_THAT(GetCapturedStderr(), HasSubstr("error {} %s {0} k={}\n"));
}

TEST(LoggingTest, LeavesOutWhatIsBelowTheLevel) {
  CaptureStderr();
  LogDebug("d1");
  SetLogLevel(LogLevel::kError);
  LogWarning("w1");
  LogError("e1");
  SetLogLevel(LogLevel::kDebug);
  LogDebug("d2");
  SetLogLevel(LogLevel::kInfo);
  const std::string lines = GetCapturedStderr();
  EXPECT_FALSE(absl::StrContains(lines, "d1")) << lines;
  EXPECT_FALSE(absl::StrContains(lines, "w1")) << lines;
  EXPECT_THAT(lines, HasSubstr("error e1\n"));
  EXPECT_THAT(lines, HasSubstr("debug d2\n"));
}

TEST(LogEveryTest, PrintsOncePerPeriodAndCountsTheRest) {
  SimulatedClock clock(absl::FromUnixSeconds(1000));
  LogEvery limit(absl::Seconds(10), &clock);
  CaptureStderr();
  for (int i = 0; i < 5; ++i) limit.Warning("malformed", {{"i", i}});
  clock.Advance(absl::Seconds(10));
  limit.Warning("malformed", {{"i", 5}});
  clock.Advance(absl::Seconds(10));
  limit.Warning("malformed", {{"i", 6}});
  const std::string lines = GetCapturedStderr();
  EXPECT_THAT(lines, HasSubstr("malformed i=0\n"));
  EXPECT_THAT(lines, ::testing::Not(HasSubstr("i=1")));
  EXPECT_THAT(lines, HasSubstr("malformed i=5 suppressed=4\n"));
  EXPECT_THAT(lines, HasSubstr("malformed i=6\n"));
}

}  // namespace
}  // namespace eyrie
