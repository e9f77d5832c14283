// SPDX-License-Identifier: Apache-2.0
//
// Tells text from bytes.

#ifndef EYRIE_RULES_READER_TEXT_CHECK_H_
#define EYRIE_RULES_READER_TEXT_CHECK_H_

#include <memory>

#include "rules/diagnostics.h"
#include "rules/reader/read_limits.h"
#include "rules/source.h"

namespace eyrie::rules {

// Whether `file` may be given to the YAML parser: not too big, UTF-8, without
// the control characters that YAML forbids, few open brackets. The parser would
// take some of these characters for the end of the file, or for another
// encoding, and uses much memory for brackets.
bool CheckText(const std::shared_ptr<const SourceFile>& file,
               const ReadLimits& limits, Diagnostics& diagnostics);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_READER_TEXT_CHECK_H_
