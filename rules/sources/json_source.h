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
  JsonCatalog catalog;

  // Takes a delivery apart. An array gives its elements. An event without a
  // readable time happened at `arrival_ns`, ns since the epoch.
  JsonEvents MakeEvents(Json delivery, uint64_t arrival_ns) const;
};

// `source: k8s_audit`: the API server's audit log, as its webhook sends it.
std::unique_ptr<JsonSource> MakeK8sAuditSource();

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_SOURCES_JSON_SOURCE_H_
