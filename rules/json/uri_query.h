// SPDX-License-Identifier: Apache-2.0
//
// Reads the query of a URI.

#ifndef EYRIE_RULES_JSON_URI_QUERY_H_
#define EYRIE_RULES_JSON_URI_QUERY_H_

#include <optional>
#include <vector>

#include "absl/strings/string_view.h"

#include "rules/fields/event.h"

namespace eyrie::rules {

// The first value of the parameter called `name`, decoded: `+` is a blank,
// `%2F` a slash. A percent sign without two hexadecimal digits stays as it is:
// an odd URI hides nothing. Nothing if there is no such parameter.
std::optional<absl::string_view> QueryValue(absl::string_view uri,
                                            absl::string_view name,
                                            Scratch& scratch);

// All its values, in order.
std::vector<absl::string_view> QueryValues(absl::string_view uri,
                                           absl::string_view name,
                                           Scratch& scratch);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_JSON_URI_QUERY_H_
