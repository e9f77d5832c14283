// SPDX-License-Identifier: Apache-2.0
//
// Fields of Kubernetes audit events that tell of a pod in the request.

#ifndef EYRIE_RULES_JSON_K8S_POD_FIELDS_H_
#define EYRIE_RULES_JSON_K8S_POD_FIELDS_H_

#include "absl/strings/string_view.h"

#include "rules/json/json_catalog.h"

namespace eyrie::rules {

// Adds ka.req.pod.*, ka.req.container.* and ka.req.volume.*.
//
// Lists have the values of all containers or volumes that have one. `[N]` is
// always the N-th container or volume of the pod, whatever the others have.
//
// REQUIRES: `catalog` has no fields of these names.
void AddK8sPodFields(JsonCatalog& catalog);

// Adds a list field whose argument may be an index, for the first star of
// `path`. REQUIRES: it is a path, and `catalog` has no field of this name.
void AddK8sListField(absl::string_view name, absl::string_view path,
                     absl::string_view doc, JsonCatalog& catalog);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_JSON_K8S_POD_FIELDS_H_
