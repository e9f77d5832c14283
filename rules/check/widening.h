// SPDX-License-Identifier: Apache-2.0
//
// Comparisons that hold in more cases than the values of their field say.

#ifndef EYRIE_RULES_CHECK_WIDENING_H_
#define EYRIE_RULES_CHECK_WIDENING_H_

#include "rules/check/bound_expr.h"
#include "rules/check/catalog.h"
#include "rules/diagnostics.h"

namespace eyrie::rules {

// Both return null, and report it, if the catalogue lacks the field that the
// added part asks for.
//
// Thread safety: pure functions.

// `exists` of an address, or of any descriptor: every one has a type.
BoundExprPtr OrAnyDescriptor(BoundExprPtr exists, const Catalog& catalog,
                             Diagnostics& diagnostics);

// `differs`, a comparison of a domain with `!=`, or an address that no name
// resolves to: `fd.sip.name != a or (fd.sip exists and not fd.sip.name
// exists)`.
BoundExprPtr OrNoDomain(BoundExprPtr differs, const Catalog& catalog,
                        Diagnostics& diagnostics);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_CHECK_WIDENING_H_
