// SPDX-License-Identifier: Apache-2.0
//
// JSON values as the texts that rules compare.

#ifndef EYRIE_RULES_JSON_JSON_TEXT_H_
#define EYRIE_RULES_JSON_JSON_TEXT_H_

#include "absl/strings/string_view.h"

#include "rules/fields/event.h"
#include "rules/json/json_parser.h"

namespace eyrie::rules {

// A string as it is, borrowed; anything else as JSON without blanks, built in
// `scratch`. Members of objects are sorted by name.
//
// REQUIRES: `value` came from ParseJson(), which bounds its depth.
absl::string_view JsonText(const Json& value, Scratch& scratch);

// The value as JSON on several lines, two blanks for each level, strings in
// quotes.
absl::string_view IndentedJson(const Json& value, Scratch& scratch);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_JSON_JSON_TEXT_H_
