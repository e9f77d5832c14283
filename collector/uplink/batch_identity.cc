// SPDX-License-Identifier: Apache-2.0

#include "collector/uplink/batch_identity.h"

#include <google/protobuf/wire_format_lite.h>

#include "eyrie/v1/event.pb.h"

#include "collector/uplink/batch.h"

namespace eyrie::collector {

using google::protobuf::internal::WireFormatLite;

void AppendBatchIdentity(uint64_t run_id, uint64_t sequence,
                         std::string* bytes) {
  uint8_t identity[kBatchIdentityBytes];
  uint8_t* end = WireFormatLite::WriteFixed64ToArray(
      v1::EventBatch::kRunIdFieldNumber, run_id, identity);
  end = WireFormatLite::WriteUInt64ToArray(v1::EventBatch::kSequenceFieldNumber,
                                           sequence, end);
  bytes->append(reinterpret_cast<const char*>(identity),
                static_cast<size_t>(end - identity));
}

}  // namespace eyrie::collector
