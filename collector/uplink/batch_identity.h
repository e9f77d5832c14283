// SPDX-License-Identifier: Apache-2.0
//
// Gives a closed batch its place in a run.

#ifndef EYRIE_COLLECTOR_UPLINK_BATCH_IDENTITY_H_
#define EYRIE_COLLECTOR_UPLINK_BATCH_IDENTITY_H_

#include <cstdint>
#include <string>

namespace eyrie::collector {

// Appends run id and sequence to a serialized v1::EventBatch that has none.
// Adds at most kBatchIdentityBytes.
void AppendBatchIdentity(uint64_t run_id, uint64_t sequence,
                         std::string* bytes);

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_UPLINK_BATCH_IDENTITY_H_
