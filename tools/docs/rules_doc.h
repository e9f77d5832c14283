// SPDX-License-Identifier: Apache-2.0
//
// Makes docs/rules.md out of the rules that are shipped.

#ifndef EYRIE_TOOLS_DOCS_RULES_DOC_H_
#define EYRIE_TOOLS_DOCS_RULES_DOC_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace eyrie {

// The page: a table of rules for each of the folder's files, in order. Fails
// where rules of `folder` cannot be loaded.
absl::StatusOr<std::string> RulesDoc(absl::string_view folder);

}  // namespace eyrie

#endif  // EYRIE_TOOLS_DOCS_RULES_DOC_H_
