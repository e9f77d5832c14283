// SPDX-License-Identifier: Apache-2.0
//
// Reads literals of conditions as the type of their field says.

#ifndef EYRIE_RULES_CHECK_LITERAL_H_
#define EYRIE_RULES_CHECK_LITERAL_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "rules/check/bound_expr.h"
#include "rules/syntax/ast.h"

namespace eyrie::rules {

// Reads `text`, quotes and escapes resolved, as the right side of `op` for a
// value of `type`:
//
//   integers   decimal, signs and leading blanks allowed, or 0x and hex digits;
//              within the width, where a negative number on an unsigned field
//              wraps
//   numbers    a decimal integer of 32 bits
//   ports      0..65535 or the name of a service
//   addresses  IPv4 if there is a dot, else IPv6; networks need a prefix length
//   bytes      the text itself, hex digits with bcontains and bstartswith
//   patterns   of `regex`: RE2 with POSIX syntax, at most `max_regex_bytes`
//
// Returns kInvalidArgument with a message for the rule's author, or
// kResourceExhausted if a regex needs more than `max_regex_bytes`.
absl::StatusOr<Literal> ParseLiteral(absl::string_view text,
                                     const ValueType& type, ast::Operator op,
                                     int64_t max_regex_bytes);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_CHECK_LITERAL_H_
