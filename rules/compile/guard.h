// SPDX-License-Identifier: Apache-2.0
//
// What must hold for a condition to hold, so that rules need be asked only
// about events for which it does.

#ifndef EYRIE_RULES_COMPILE_GUARD_H_
#define EYRIE_RULES_COMPILE_GUARD_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"

#include "rules/compile/program.h"

namespace eyrie::rules {

// Nodes of comparisons, ascending. A condition that these guard is false if all
// of them are false, and not true if none of them is true.
using Guard = std::vector<uint32_t>;

// What it costs to look a value up among literals, in the unit of
// Estimate::cost.
inline constexpr double kLookupCost = 3;

// How a comparison can be found by the value of its operand, without asking it.
enum class Lookup : uint8_t {
  kNone,    // it must be asked
  kText,    // one of its texts is, begins, ends or is part of a value
  kNumber,  // a value is one of its numbers
};

// How `code` can be found: it holds only if the lookup of one of its literals
// hits for a value of its left operand.
Lookup LookupOf(const RuleProgram& program, const PredicateCode& code);

// For each of `conditions` the guard that probably costs least; none for one
// that may hold whatever comparisons do, or whose guard would be no gain.
// Conditions that are asked about the same events share lookups, so they are
// considered together.
//
// Thread safety: a pure function.
std::vector<std::optional<Guard>> FindGuards(
    const RuleProgram& program, absl::Span<const NodeRef> conditions);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_COMPILE_GUARD_H_
