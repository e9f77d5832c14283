// SPDX-License-Identifier: Apache-2.0
//
// Tables of the names of flags and numbers, by type of argument.
//
// Names and their order are those of the reference, so that a condition written
// for it holds here too: RDONLY of mount() has no MS_ there. What it does not
// know follows at the end, up to Linux 6.18. Values are those of x86_64.
//
// Two things differ. A number that the reference does not know is UNKNOWN there
// and has no name here. A number that it gives two names at once, as in
// AF_ROUTE|AF_NETLINK, has one here; the other is an alias.
//
// Thread safety: pure functions; tables live for ever.

#ifndef EYRIE_PROTO_FLAG_NAMES_H_
#define EYRIE_PROTO_FLAG_NAMES_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "proto/event_catalog.h"

namespace eyrie {

// A name of the values that have `value` in the bits of `mask`. So a flag is
// {bit, bit}, a number within a word {its bits, number}, and what is named when
// no flag is set {all flags, 0}. REQUIRES: `value` has no bit outside `mask`.
struct FlagName {
  uint64_t mask;
  uint64_t value;
  absl::string_view name;

  constexpr bool Matches(uint64_t word) const { return (word & mask) == value; }
};

enum class NameKind : uint8_t {
  kNone,         // a plain number, or no number at all
  kFlags,        // every name that matches holds
  kEnumeration,  // the first name that matches holds; further ones are aliases
};

struct FlagNames {
  NameKind kind = NameKind::kNone;
  // In the order in which they are printed.
  absl::Span<const FlagName> names;
  // Between them.
  char separator = '|';
};

// The names of the values of `type`. Those of kSockoptName are the options of
// the level SOL_SOCKET: a number of another level means something else.
const FlagNames& NamesOf(ArgumentType type);

// What EYRIE_FILE_* facts add to the flags of an open.
absl::Span<const FlagName> FileFactNames();

// Errors, ascending by their positive number.
absl::Span<const FlagName> ErrnoNames();

}  // namespace eyrie

#endif  // EYRIE_PROTO_FLAG_NAMES_H_
