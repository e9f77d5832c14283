// SPDX-License-Identifier: Apache-2.0
//
// Writes parts of a serialized message behind each other.

#ifndef EYRIE_COLLECTOR_ENRICH_BATCH_FIELD_H_
#define EYRIE_COLLECTOR_ENRICH_BATCH_FIELD_H_

#include <google/protobuf/message_lite.h>

#include <cstddef>
#include <string>

namespace eyrie::collector {

// Appends the head of field `number`, whose value has `size` bytes.
void AppendFieldHead(int number, size_t size, std::string* out);

// Appends `message` as field `number`.
void AppendMessage(int number, const google::protobuf::MessageLite& message,
                   std::string* out);

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_ENRICH_BATCH_FIELD_H_
