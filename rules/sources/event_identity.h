// SPDX-License-Identifier: Apache-2.0
//
// What makes two JSON events the same.

#ifndef EYRIE_RULES_SOURCES_EVENT_IDENTITY_H_
#define EYRIE_RULES_SOURCES_EVENT_IDENTITY_H_

#include <string>

#include "absl/status/status.h"

#include "rules/json/json_event.h"
#include "rules/sources/json_source.h"

namespace eyrie::rules {

// Two events of `source` are the same, one of them sent again, if and only if
// these bytes are equal.
//
// Thread safety: a pure function, as those below.
std::string EventIdentity(const JsonSource& source, const JsonEvent& event);

// Two events of `source` are about the same thing, perhaps at another stage, if
// and only if these bytes are equal.
std::string EventOccurrence(const JsonSource& source, const JsonEvent& event);

// kInvalidArgument, with what it lacks, for an object that is no event of
// `source`.
absl::Status CheckEvent(const JsonSource& source, const JsonEvent& event);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_SOURCES_EVENT_IDENTITY_H_
