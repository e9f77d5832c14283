// SPDX-License-Identifier: Apache-2.0
//
// Names of the API's enumerations, as people write and read them.

#ifndef EYRIE_CLIENTS_CLI_NAMES_H_
#define EYRIE_CLIENTS_CLI_NAMES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "eyrie/v1/event.pb.h"
#include "eyrie/v1/incident.pb.h"
#include "eyrie/v1/node.pb.h"
#include "eyrie/v1/process.pb.h"
#include "eyrie/v1/rule.pb.h"

namespace eyrie::cli {

// "Warning"; empty if unspecified.
std::string PriorityText(v1::Priority priority);
// "open", "acknowledged", "resolved".
std::string StateText(v1::Incident::State state);
// "connected", "disconnected".
std::string StateText(v1::Node::State state);
// "absent", "connected", "failing"; "unknown" if unspecified.
std::string StateText(v1::ContainerRuntime::State state);
// "event-ring-full".
std::string ReasonText(v1::LossReport::Reason reason);
// First 12 digits of an id: enough for people, and the server takes them.
std::string ShortId(absl::string_view id);

// Any case, and any beginning that is unique: "open", "ack", "Resolved".
// kInvalidArgument with the names there are.
absl::StatusOr<v1::Incident::State> ParseState(absl::string_view text);

// What `--priority` selects.
struct PrioritySelection {
  // Unspecified: all.
  v1::Priority priority = v1::PRIORITY_UNSPECIFIED;
  // Whether more severe ones are meant too.
  bool is_minimum = false;

  bool Includes(v1::Priority other) const {
    return priority == v1::PRIORITY_UNSPECIFIED || other == priority ||
           (is_minimum && other < priority);
  }
};

// Reads "warning" (just this one), ">=warning", "≥warning" or "warning+" (this
// and more severe ones). kInvalidArgument with the names there are.
absl::StatusOr<PrioritySelection> ParsePrioritySelection(
    absl::string_view text);

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_NAMES_H_
