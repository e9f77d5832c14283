// SPDX-License-Identifier: Apache-2.0
//
// Flags from a YAML file: every flag has a key of the same name.

#ifndef EYRIE_COMMON_YAML_CONFIG_H_
#define EYRIE_COMMON_YAML_CONFIG_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "common/flag_set.h"

namespace eyrie {

// Longest configuration file, bytes. Ours have some dozens of lines.
inline constexpr size_t kMaxConfigBytes = 1 << 20;

// Gives every flag that `yaml` names, and that the command line did not set,
// its value. `yaml` is one mapping; a repeated flag takes a value or a sequence
// of values. Empty YAML changes nothing.
//
// kInvalidArgument with all mistakes, one a line as "file:line: what is wrong":
// unknown or repeated key, wrong type, bad YAML. The flags are then in no
// particular state. `file` is shown only.
absl::Status ApplyYamlConfig(absl::string_view file, absl::string_view yaml,
                             FlagSet* flags);

// Reads a command line and, if it has `--config FILE`, that file below it: the
// command line wins. Adds the flag `config`. With `--help` no file is read.
//
// Errors as FlagSet::Parse() and ApplyYamlConfig(), and kNotFound and others
// if the file cannot be read.
absl::Status ParseFlagsAndConfig(int argc, const char* const* argv,
                                 FlagSet* flags);

}  // namespace eyrie

#endif  // EYRIE_COMMON_YAML_CONFIG_H_
