// SPDX-License-Identifier: Apache-2.0
//
// Turns an event into the named, readable form that API clients get.

#ifndef EYRIE_SERVER_DETECT_EVENT_RENDERER_H_
#define EYRIE_SERVER_DETECT_EVENT_RENDERER_H_

#include "eyrie/v1/event.pb.h"

#include "rules/fields/event.h"

namespace eyrie::server {

// Fills `out` from `event`: arguments as rules see them, the acting process and
// its ancestors, nearest first, its control group and container. What is not
// known is left unset.
void RenderEvent(const rules::Event& event, v1::Event* out);

// Adds the record with the names of its ids: with it rules can judge the event
// again. REQUIRES: RenderEvent() filled `out`.
void RenderRecord(const rules::Event& event, v1::Event* out);

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_DETECT_EVENT_RENDERER_H_
