// SPDX-License-Identifier: Apache-2.0
//
// Texts of the numbers that arguments carry: flags, modes, errnos, signals,
// capabilities. The names are those of proto/flag_names.h.
//
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

// The names that `value` has as `type`. Of a set of flags all of them, joined
// by `|` ("O_RDONLY|O_CLOEXEC"), or by a blank if the type is kCaps or kSigset;
// of an enumeration exactly one ("PTRACE_ATTACH"). Empty if it has none, or the
// type has no names; a caller prints the number then.
//
// Empty for kSockoptName, whose meaning the number alone does not say: there is
// SocketOptionName().
std::string FormatFlags(ArgumentType type, uint64_t value);

// As FormatFlags() of kOpenFlags, with what `file_flags` (EYRIE_FILE_*) add:
// O_F_CREATED, FD_UPPER_LAYER, FD_LOWER_LAYER.
std::string FormatOpenFlags(uint64_t flags, uint64_t file_flags);
// The same, into `text`. REQUIRES: it is empty.
void AppendOpenFlags(uint64_t flags, uint64_t file_flags, std::string* text);

// "SO_REUSEADDR" for the option 2 of the level SOL_SOCKET, 1, both as
// setsockopt() takes them. Empty if the option has no name, or is of another
// level: as in the reference, only those of SOL_SOCKET have names.
absl::string_view SocketOptionName(uint64_t level, uint64_t option);

// "ENOENT" for 2 and -2; empty if no error has that number.
absl::string_view ErrnoName(int64_t number);

// "SIGKILL" for 9; empty if no signal has that name, as for real-time signals.
absl::string_view SignalName(int64_t number);

// Names of the capabilities of a set, ascending, joined by blanks:
// "CAP_CHOWN CAP_KILL". Bits beyond those of Linux 6.18 have no name.
std::string CapabilityNames(uint64_t capabilities);

}  // namespace eyrie

#endif  // EYRIE_PROTO_ARGUMENTS_H_
