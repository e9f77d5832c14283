// SPDX-License-Identifier: Apache-2.0
//
// Text that is safe and fits on a terminal.

#ifndef EYRIE_CLIENTS_CLI_TEXT_H_
#define EYRIE_CLIENTS_CLI_TEXT_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace eyrie::cli {

// `text` as one line that cannot command a terminal: control characters, bytes
// that are no UTF-8 and characters that reorder text are escaped as `\n`,
// `\t`, `\x1b`, `\u{202e}`. What is shown came from a node and may have been
// made by an intruder.
std::string SafeText(absl::string_view text);

// Columns that `text` takes. REQUIRES: it came from SafeText().
size_t TextWidth(absl::string_view text);

// `text`, cut to `width` columns with an ellipsis at its end if it is longer.
// REQUIRES: it came from SafeText(); width > 0.
std::string CutText(absl::string_view text, size_t width);

// Columns of the terminal that descriptor `fd` is, or 0 if it is none.
size_t TerminalWidth(int fd);

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_TEXT_H_
