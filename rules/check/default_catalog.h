// SPDX-License-Identifier: Apache-2.0
//
// The catalogue of the product.

#ifndef EYRIE_RULES_CHECK_DEFAULT_CATALOG_H_
#define EYRIE_RULES_CHECK_DEFAULT_CATALOG_H_

#include "rules/check/catalog.h"

namespace eyrie::rules {

// The fields of rules/fields. Lives for ever.
const Catalog& DefaultCatalog();

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_CHECK_DEFAULT_CATALOG_H_
