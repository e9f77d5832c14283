// SPDX-License-Identifier: Apache-2.0
//
// Takes one record out of its batch, with all that it names.

#ifndef EYRIE_SERVER_DETECT_ONE_RECORD_BATCH_H_
#define EYRIE_SERVER_DETECT_ONE_RECORD_BATCH_H_

#include "eyrie/v1/event.pb.h"

#include "rules/fields/event.h"

namespace eyrie::server {

// A batch of the record of `event` alone: the acting image with its ancestors
// and leaders, their control groups and containers, all names of users and
// groups. The event's own container comes first. Judged, it gives what `batch`
// gave for the record. REQUIRES: `event` is of `batch`.
v1::EventBatch OneRecordBatch(const v1::EventBatch& batch,
                              const rules::Event& event);

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_DETECT_ONE_RECORD_BATCH_H_
