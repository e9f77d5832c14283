// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/diagnostic_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "clients/cli/text.h"

namespace eyrie::cli {
namespace {

v1::Diagnostic::Severity ToProto(rules::Severity severity) {
  switch (severity) {
    case rules::Severity::kError:
      return v1::Diagnostic::ERROR_SEVERITY;
    case rules::Severity::kWarning:
      return v1::Diagnostic::WARNING_SEVERITY;
    case rules::Severity::kNote:
      return v1::Diagnostic::NOTE_SEVERITY;
  }
  return v1::Diagnostic::SEVERITY_UNSPECIFIED;
}

absl::string_view SeverityText(v1::Diagnostic::Severity severity) {
  switch (severity) {
    case v1::Diagnostic::ERROR_SEVERITY:
      return "error";
    case v1::Diagnostic::WARNING_SEVERITY:
      return "warning";
    default:
      return "note";
  }
}

}  // namespace

v1::Diagnostic ToProto(const rules::Diagnostic& diagnostic) {
  v1::Diagnostic proto;
  proto.set_severity(ToProto(diagnostic.severity));
  proto.set_code(diagnostic.code);
  if (diagnostic.range.file != nullptr) {
    const auto position = diagnostic.range.file->At(diagnostic.range.begin);
    proto.set_file(diagnostic.range.file->name());
    proto.set_line(static_cast<uint32_t>(position.line));
    proto.set_column(static_cast<uint32_t>(position.column));
    proto.set_excerpt(rules::FormatExcerpt(diagnostic.range));
  }
  proto.set_message(diagnostic.message);
  proto.set_hint(diagnostic.hint);
  return proto;
}

std::string DiagnosticText(const v1::Diagnostic& diagnostic) {
  std::string text;
  if (!diagnostic.file().empty()) {
    absl::StrAppend(&text, SafeText(diagnostic.file()), ":", diagnostic.line(),
                    ":", diagnostic.column(), ": ");
  }
  absl::StrAppend(&text, SeverityText(diagnostic.severity()), ": ",
                  SafeText(diagnostic.message()), " [",
                  SafeText(diagnostic.code()), "]\n");
  for (const absl::string_view line :
       absl::StrSplit(diagnostic.excerpt(), '\n', absl::SkipEmpty())) {
    absl::StrAppend(&text, SafeText(line), "\n");
  }
  if (!diagnostic.hint().empty()) {
    absl::StrAppend(&text, "  hint: ", SafeText(diagnostic.hint()), "\n");
  }
  return text;
}

std::string CountText(size_t count, absl::string_view noun) {
  return absl::StrCat(count, " ", noun, count == 1 ? "" : "s");
}

}  // namespace eyrie::cli
