// SPDX-License-Identifier: Apache-2.0
//
// The page docs/fields.md.

#ifndef EYRIE_TOOLS_DOCS_FIELDS_DOC_H_
#define EYRIE_TOOLS_DOCS_FIELDS_DOC_H_

#include <string>

namespace eyrie {

// All fields of the rule language as Markdown, made from the field catalogue.
std::string FieldsDoc();

}  // namespace eyrie

#endif  // EYRIE_TOOLS_DOCS_FIELDS_DOC_H_
