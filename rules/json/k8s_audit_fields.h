// SPDX-License-Identifier: Apache-2.0
//
// Fields of Kubernetes audit events: ka.*.

#ifndef EYRIE_RULES_JSON_K8S_AUDIT_FIELDS_H_
#define EYRIE_RULES_JSON_K8S_AUDIT_FIELDS_H_

#include "rules/json/json_catalog.h"

namespace eyrie::rules {

// Adds all ka.* fields, those of pods included.
//
// REQUIRES: `catalog` has no fields of these names.
void AddK8sAuditFields(JsonCatalog& catalog);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_JSON_K8S_AUDIT_FIELDS_H_
