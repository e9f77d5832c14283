// SPDX-License-Identifier: Apache-2.0
//
// Finds short options in argument lists, for the transformer getopt.

#ifndef EYRIE_RULES_EVAL_GETOPT_H_
#define EYRIE_RULES_EVAL_GETOPT_H_

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "rules/check/value.h"

namespace eyrie::rules {

// Called with each option: its letter ("?" if `letters` has it not), and its
// argument. `argument` is null if the option takes none; it has a null data()
// if the option takes one and there is none.
using OptionSink = absl::FunctionRef<void(absl::string_view letter,
                                          const absl::string_view* argument)>;

// Walks the options of `arguments` (without the program's name) as POSIX
// getopt() does with `letters`, "ab:c": to "--" or the first text that is no
// option. Long options are skipped.
void WalkOptions(absl::Span<const Value> arguments, absl::string_view letters,
                 OptionSink sink);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_EVAL_GETOPT_H_
