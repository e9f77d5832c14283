// SPDX-License-Identifier: Apache-2.0
//
// What several conditions need all, so that they need not even be looked up
// where it does not hold.

#ifndef EYRIE_RULES_COMPILE_GATE_H_
#define EYRIE_RULES_COMPILE_GATE_H_

#include <cstdint>

#include "absl/types/span.h"

#include "rules/compile/program.h"

namespace eyrie::rules {

// A comparison without which none of `conditions` is true, and that is worth
// asking before operand `operand` is read and looked up for them, which costs
// `cost` (in the unit of Estimate::cost): it probably fails, is cheap, and
// reads something else. None of them is true where it is not true, and all are
// false where it is false. kTrueRef if there is none. REQUIRES: `conditions` is
// not empty.
//
// Thread safety: a pure function.
NodeRef FindGate(const RuleProgram& program,
                 absl::Span<const NodeRef> conditions, uint32_t operand,
                 double cost);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_COMPILE_GATE_H_
