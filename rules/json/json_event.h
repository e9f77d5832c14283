// SPDX-License-Identifier: Apache-2.0
//
// An event that came as JSON: a Kubernetes audit event, a line of a cloud's
// log.

#ifndef EYRIE_RULES_JSON_JSON_EVENT_H_
#define EYRIE_RULES_JSON_JSON_EVENT_H_

#include <cstdint>

#include "absl/strings/string_view.h"

#include "rules/json/json_parser.h"

namespace eyrie::rules {

// What a rule of a JSON source is judged against. JsonSource::MakeEvents()
// makes them.
struct JsonEvent {
  Json document;                    // from ParseJson(), which bounds it
  absl::string_view source = {};    // evt.source: "k8s_audit"; borrowed
  absl::string_view plugin = {};    // evt.pluginname: "k8saudit"; borrowed
  absl::string_view hostname = {};  // evt.hostname: who took it in; borrowed
  uint64_t time_ns = 0;             // since the epoch
  uint64_t number = 1;              // evt.num
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_JSON_JSON_EVENT_H_
