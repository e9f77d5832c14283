// SPDX-License-Identifier: Apache-2.0
//
// Fields that every JSON source has: the event itself, and any place in it.

#ifndef EYRIE_RULES_JSON_JSON_EVENT_FIELDS_H_
#define EYRIE_RULES_JSON_JSON_EVENT_FIELDS_H_

#include "rules/json/json_catalog.h"

namespace eyrie::rules {

// Adds evt.*, jevt.* and json.*.
//
// REQUIRES: `catalog` has no fields of these names.
void AddJsonEventFields(JsonCatalog& catalog);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_JSON_JSON_EVENT_FIELDS_H_
