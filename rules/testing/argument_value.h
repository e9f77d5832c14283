// SPDX-License-Identifier: Apache-2.0
//
// Reads the value of an event's argument as test cases write it.

#ifndef EYRIE_RULES_TESTING_ARGUMENT_VALUE_H_
#define EYRIE_RULES_TESTING_ARGUMENT_VALUE_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

#include "proto/event_catalog.h"

namespace eyrie::rules::testing {

// A number, decimal ("-13") or hexadecimal ("0x1f"), an errno's name ("EACCES"
// is -13), true or false, or a name of proto/flag_names.h for the type
// ("PTRACE_ATTACH"), of flags also several joined by "|" ("O_WRONLY|O_CREAT").
// An option of a socket is one of the level SOL_SOCKET. Nothing if `text` is
// none of these, or names what cannot be together ("O_WRONLY|O_RDWR").
std::optional<int64_t> ReadNumber(ArgumentType type, absl::string_view text);

// Whether `text` is an address that RecordBuilder::SetAddress() takes.
bool IsAddress(absl::string_view text);

}  // namespace eyrie::rules::testing

#endif  // EYRIE_RULES_TESTING_ARGUMENT_VALUE_H_
