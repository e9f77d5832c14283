// SPDX-License-Identifier: Apache-2.0
//
// Names of the numbers that arguments carry: flags, modes, errnos, signals,
// capabilities.
//
// Names and their order are those of the reference, so that a condition written
// for it holds here too. Flags that it does not know follow at the end, or stay
// unnamed where it leaves them out of a word that rules compare as a whole.
// Values are those of x86_64; the sensor of another architecture converts.
//
// Thread safety: pure functions.

#ifndef EYRIE_PROTO_ARGUMENTS_H_
#define EYRIE_PROTO_ARGUMENTS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

#include "proto/event_catalog.h"

namespace eyrie {

// The names of the bits of `value`, joined by `|`: "O_RDONLY|O_CLOEXEC". Empty
// if no bit has a name; a caller prints the number then.
//
// For kOpenFlags, kResolveFlags, kUnlinkFlags, kRenameFlags, kCloneFlags,
// kExecFlags, kSocketFlags and kMode; empty for every other type.
std::string FormatFlags(ArgumentType type, uint64_t value);

// As FormatFlags() of kOpenFlags, with what `file_flags` (EYRIE_FILE_*) add:
// O_F_CREATED, FD_UPPER_LAYER, FD_LOWER_LAYER.
std::string FormatOpenFlags(uint64_t flags, uint64_t file_flags);
// The same, into `text`. REQUIRES: it is empty.
void AppendOpenFlags(uint64_t flags, uint64_t file_flags, std::string* text);

// "ENOENT" for 2 and -2; empty if no error has that number.
absl::string_view ErrnoName(int64_t number);

// "SIGKILL" for 9; empty if no signal has that name, as for real-time signals.
absl::string_view SignalName(int64_t number);

// Names of the capabilities of a set, ascending, joined by blanks:
// "CAP_CHOWN CAP_KILL". Bits beyond those of Linux 6.18 have no name.
std::string CapabilityNames(uint64_t capabilities);

}  // namespace eyrie

#endif  // EYRIE_PROTO_ARGUMENTS_H_
