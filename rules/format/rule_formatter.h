// SPDX-License-Identifier: Apache-2.0
//
// Gives rule files one layout.

#ifndef EYRIE_RULES_FORMAT_RULE_FORMATTER_H_
#define EYRIE_RULES_FORMAT_RULE_FORMATTER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"

#include "rules/diagnostics.h"
#include "rules/source.h"

namespace eyrie::rules {

// The text of `file` laid out anew:
//
// - items begin in the first column, their keys in the third, a blank line
//   between items, none between keys,
// - keys in the order of the documentation, unknown ones behind them,
// - a condition in one line if it fits in 80 columns, else folded as
//   LayOutCondition() does.
//
// All other values stay as they are written, moved sidewards with their key.
// Every comment stays, with the key or item that it stands before. An item that
// is written in another form, such as `{list: a, items: []}`, stays as it is,
// and so does a condition with a mistake.
//
// The result means the same, and formatting it again changes nothing.
//
// Returns kInvalidArgument if the file is no YAML, which `diagnostics` tells,
// and kFailedPrecondition if it is written so unusually that its meaning would
// change.
//
// Thread safety: a pure function.
absl::StatusOr<std::string> FormatRuleFile(
    const std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FORMAT_RULE_FORMATTER_H_
