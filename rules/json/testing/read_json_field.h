// SPDX-License-Identifier: Apache-2.0
//
// Reads fields of JSON events as text, for tables of expected values.

#ifndef EYRIE_RULES_JSON_TESTING_READ_JSON_FIELD_H_
#define EYRIE_RULES_JSON_TESTING_READ_JSON_FIELD_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "rules/check/catalog.h"
#include "rules/json/json_event.h"

namespace eyrie::rules::testing {

// An event of source k8s_audit at 2023-11-14T22:13:20.000000005Z with this
// document. Aborts if it is no JSON.
JsonEvent MakeJsonEvent(absl::string_view document);

// What `use` ("ka.verb", "jevt.value[/stage]") says about the event: the value,
// those of a list separated by " | ", `<absent>` or `<unknown>`. "error: ..."
// if there is no such field or it does not take the argument.
std::string ReadJsonField(const Catalog& catalog, const JsonEvent& event,
                          absl::string_view use);

// A row of a table.
struct JsonFieldCase {
  std::string use;
  std::string expected;
};

// Expects of each row that ReadJsonField() gives what it says.
void ExpectJsonFields(const Catalog& catalog, const JsonEvent& event,
                      const std::vector<JsonFieldCase>& cases);

}  // namespace eyrie::rules::testing

#endif  // EYRIE_RULES_JSON_TESTING_READ_JSON_FIELD_H_
