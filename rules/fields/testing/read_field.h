// SPDX-License-Identifier: Apache-2.0
//
// Reads fields as text, for tables of expected values.

#ifndef EYRIE_RULES_FIELDS_TESTING_READ_FIELD_H_
#define EYRIE_RULES_FIELDS_TESTING_READ_FIELD_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "rules/fields/event.h"

namespace eyrie::rules::testing {

// What `use` ("proc.aname[2]", "evt.arg.flags") says about the event: the
// value, several separated by ", ", or `<absent>`. `<unknown>` stands alone or
// after the values that are known. Aborts if there is no such field or it does
// not take the argument.
std::string ReadField(const Event& event, absl::string_view use);

// A row of a table.
struct FieldCase {
  std::string use;
  std::string expected;
};

// Expects of each row that ReadField() gives what it says.
void ExpectFields(const Event& event, const std::vector<FieldCase>& cases);

}  // namespace eyrie::rules::testing

#endif  // EYRIE_RULES_FIELDS_TESTING_READ_FIELD_H_
