// SPDX-License-Identifier: Apache-2.0
//
// Tests of times in text.

#include "clients/cli/time_text.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/testing/status_matchers.h"

namespace eyrie::cli {
namespace {

using ::eyrie::testing::StatusIs;
using ::testing::HasSubstr;

absl::Time Now() { return absl::FromUnixSeconds(1'700'000'000); }
absl::TimeZone TwoHoursEast() { return absl::FixedTimeZone(2 * 3600); }

TEST(TimeTextTest, ReadsAgesAndTimes) {
  const absl::Time day =
      absl::FromCivil(absl::CivilDay(2026, 1, 31), TwoHoursEast());
  struct Case {
    const char* text;
    absl::Time time;
  };
  for (const Case& test : std::vector<Case>{
           {"30s", Now() - absl::Seconds(30)},
           {"250ms", Now() - absl::Milliseconds(250)},
           {"5m", Now() - absl::Minutes(5)},
           {"1h", Now() - absl::Hours(1)},
           {"1h30m", Now() - absl::Minutes(90)},
           {"2d", Now() - absl::Hours(48)},
           {"1w", Now() - absl::Hours(7 * 24)},
           {"0s", Now()},
           {"2026-01-31T12:00:00Z", day + absl::Hours(14)},
           {"2026-01-31T12:00:00.5+02:00",
            day + absl::Hours(12) + absl::Milliseconds(500)},
           {"2026-01-31", day},
           {"2026-01-31 12:30", day + absl::Hours(12) + absl::Minutes(30)},
           {"2026-01-31 12:30:05",
            day + absl::Hours(12) + absl::Minutes(30) + absl::Seconds(5)},
           {"2026-01-31T12:30:05",
            day + absl::Hours(12) + absl::Minutes(30) + absl::Seconds(5)},
       }) {
    const auto time = ReadTime(test.text, Now(), TwoHoursEast());
    ASSERT_TRUE(time.ok()) << test.text << ": " << time.status().message();
    EXPECT_EQ(*time, test.time) << test.text;
  }
}

TEST(TimeTextTest, RejectsWhatIsNoTime) {
  for (const char* text :
       {"", "1", "h", "-1h", "1 h", "1x", "1h30", "yesterday", "2026-13-01",
        "2026-01-31T25:00:00Z", "99999999999999999999s", "9000000d",
        "infinite-past", "2026-01-31T12:00:00Zx"}) {
    EXPECT_THAT(ReadTime(text, Now(), absl::UTCTimeZone()),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("write an age such as 30m, 1h or 2d")))
        << text;
  }
}

TEST(TimeTextTest, PrintsTimes) {
  const absl::Time time = Now() + absl::Nanoseconds(123456789);
  EXPECT_EQ(TimeText(time, TwoHoursEast()), "2023-11-15 00:13:20");
  EXPECT_EQ(TimeTextMillis(time, absl::UTCTimeZone()),
            "2023-11-14 22:13:20.123");
  EXPECT_EQ(TimeTextNanos(time), "2023-11-14T22:13:20.123456789Z");
  EXPECT_EQ(TimeTextNanos(Now()), "2023-11-14T22:13:20.000000000Z");
}

TEST(TimeTextTest, PrintsAges) {
  EXPECT_EQ(AgeText(absl::Seconds(-5)), "0s");
  EXPECT_EQ(AgeText(absl::Milliseconds(999)), "0s");
  EXPECT_EQ(AgeText(absl::Seconds(119)), "119s");
  EXPECT_EQ(AgeText(absl::Seconds(120)), "2m");
  EXPECT_EQ(AgeText(absl::Minutes(119)), "119m");
  EXPECT_EQ(AgeText(absl::Hours(2)), "2h");
  EXPECT_EQ(AgeText(absl::Hours(48)), "2d");
}

}  // namespace
}  // namespace eyrie::cli
