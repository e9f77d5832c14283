// SPDX-License-Identifier: Apache-2.0
//
// Where JSON events come from, and what rules may say of them.

#ifndef EYRIE_RULES_SOURCES_JSON_SOURCE_H_
#define EYRIE_RULES_SOURCES_JSON_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "rules/json/json_catalog.h"
#include "rules/json/json_event.h"
#include "rules/json/json_parser.h"
#include "rules/json/json_path.h"

namespace eyrie::rules {

// What one delivery holds.
struct JsonEvents {
  std::vector<JsonEvent> events;
  // Elements that are no objects, and so no events: left out.
  size_t rejected = 0;
  // Which element of the delivery was the first of them, from 0.
  size_t first_rejected = 0;
};

// A place in an event, with the pointer that names it in messages.
struct NamedPlace {
  std::string pointer;  // "/auditID"
  JsonPath path;
};

// Describes a source. Events borrow its names, so it outlives them.
//
// Thread safety: immutable once it is made.
struct JsonSource {
  std::string name;    // "k8s_audit": what rules write behind `source:`
  std::string plugin;  // "k8saudit": the reference's plugin for it
  std::string doc;
  // Where a delivery has its events, if it may hold several ("/items"). Without
  // an array there, it is one event itself.
  std::optional<JsonPath> events;
  // Where an event has its time, a text as RFC 3339 has it.
  std::optional<JsonPath> time;
  // Without a text at each of these places a document is no event of this
  // source.
  std::vector<NamedPlace> required;
  // What tells an event from all others: what stands at these places together.
  // Empty, or nothing there: the whole document.
  std::vector<JsonPath> identity;
  // The same of what the event is about, which may be told at several stages:
  // rules find it once. Empty: `identity`.
  std::vector<JsonPath> occurrence;
  // Fields that say by whom and to what something was done: detections in which
  // they are equal make one incident.
  std::vector<std::string> group_by;
  // Field that names the Kubernetes namespace an event concerns; empty if there
  // is none.
  std::string namespace_field;
  // Name of the pod in that namespace which an event concerns, empty if it
  // concerns none. Null: none ever does.
  absl::string_view (*pod_of)(const Json& document) = nullptr;
  JsonCatalog catalog;

  // Takes a delivery apart. An array gives its elements. An event without a
  // readable time happened at `arrival_ns`, ns since the epoch.
  JsonEvents MakeEvents(Json delivery, uint64_t arrival_ns) const;
};

// `source: k8s_audit`: the API server's audit log, as its webhook sends it.
std::unique_ptr<JsonSource> MakeK8sAuditSource();

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_SOURCES_JSON_SOURCE_H_
