// SPDX-License-Identifier: Apache-2.0
//
// Tests of times in protobuf messages.

#include "common/proto_time.h"

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace eyrie {
namespace {

TEST(ProtoTimeTest, ConvertsBothWays) {
  for (const absl::Time time :
       {absl::UnixEpoch(), absl::FromUnixNanos(1'700'000'000'123'456'789),
        absl::FromUnixNanos(-1), absl::FromUnixSeconds(253402300799)}) {
    EXPECT_EQ(FromProtoTime(ToProtoTime(time)), time) << time;
  }
}

TEST(ProtoTimeTest, NanosAreNeverNegative) {
  const google::protobuf::Timestamp proto =
      ToProtoTime(absl::FromUnixNanos(-1));
  EXPECT_EQ(proto.seconds(), -1);
  EXPECT_EQ(proto.nanos(), 999'999'999);
}

TEST(ProtoTimeTest, RoundsDownToNanoseconds) {
  const google::protobuf::Timestamp proto =
      ToProtoTime(absl::FromUnixNanos(7) + absl::Nanoseconds(1) / 2);
  EXPECT_EQ(proto.nanos(), 7);
}

}  // namespace
}  // namespace eyrie
