// SPDX-License-Identifier: Apache-2.0
//
// A closed batch on its way to the server.

#ifndef EYRIE_COLLECTOR_UPLINK_BATCH_H_
#define EYRIE_COLLECTOR_UPLINK_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace eyrie::collector {

// Longest serialized v1::EventBatch, bytes, with run id and sequence.
inline constexpr size_t kMaxBatchBytes = 1 << 20;

// What run id and sequence take of it at most: two tags, a fixed64, a varint.
inline constexpr size_t kBatchIdentityBytes = 1 + 8 + 1 + 10;

struct Batch {
  // A serialized v1::EventBatch without run id and sequence, which are added
  // when it is known that the batch is kept.
  std::string body;
  uint32_t records = 0;
  // Number of records by event type, in no order.
  std::vector<std::pair<uint16_t, uint32_t>> counts;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_UPLINK_BATCH_H_
