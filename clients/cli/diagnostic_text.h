// SPDX-License-Identifier: Apache-2.0
//
// Prints what was found in rule files.

#ifndef EYRIE_CLIENTS_CLI_DIAGNOSTIC_TEXT_H_
#define EYRIE_CLIENTS_CLI_DIAGNOSTIC_TEXT_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "eyrie/v1/rule.pb.h"

#include "rules/diagnostics.h"

namespace eyrie::cli {

// As the server sends it, for JSON.
v1::Diagnostic ToProto(const rules::Diagnostic& diagnostic);

// A diagnostic of the server, as rules::FormatDiagnostic() prints our own.
std::string DiagnosticText(const v1::Diagnostic& diagnostic);

// "1 rule", "2 rules".
std::string CountText(size_t count, absl::string_view noun);

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_DIAGNOSTIC_TEXT_H_
