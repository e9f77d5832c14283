// SPDX-License-Identifier: Apache-2.0
//
// Converts between absl::Time and google.protobuf.Timestamp.

#ifndef EYRIE_COMMON_PROTO_TIME_H_
#define EYRIE_COMMON_PROTO_TIME_H_

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

namespace eyrie {

// Rounds down to nanoseconds. REQUIRES: `time` is finite.
inline google::protobuf::Timestamp ToProtoTime(absl::Time time) {
  google::protobuf::Timestamp proto;
  const int64_t seconds = absl::ToUnixSeconds(time);
  proto.set_seconds(seconds);
  proto.set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
  return proto;
}

inline absl::Time FromProtoTime(const google::protobuf::Timestamp& proto) {
  return absl::FromUnixSeconds(proto.seconds()) +
         absl::Nanoseconds(proto.nanos());
}

}  // namespace eyrie

#endif  // EYRIE_COMMON_PROTO_TIME_H_
