// SPDX-License-Identifier: Apache-2.0
//
// Checks the versions that rule files ask for.

#ifndef EYRIE_RULES_READER_VERSION_CHECK_H_
#define EYRIE_RULES_READER_VERSION_CHECK_H_

#include "absl/strings/string_view.h"

#include "rules/diagnostics.h"
#include "rules/reader/known_sources.h"
#include "rules/reader/rule_document.h"

namespace eyrie::rules {

// The version of the reference engine whose rule language this one speaks.
inline constexpr absl::string_view kEngineVersion = "0.63.0";

// Whether this engine can read the file: the same major version, and not older
// than `required`. Adds an error if not.
bool CheckEngineVersion(const RequiredEngineVersion& required,
                        Diagnostics& diagnostics);

// The plugins that `known` has satisfy every version. Adds a warning if
// `required` names none of them, an error if it is malformed.
void CheckPlugin(const RequiredPlugin& required, const KnownSources& known,
                 Diagnostics& diagnostics);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_READER_VERSION_CHECK_H_
