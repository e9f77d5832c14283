// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/rule_flags.h"

#include "absl/strings/str_cat.h"

#include "clients/cli/diagnostic_text.h"
#include "common/status_macros.h"
#include "rules/diagnostics.h"
#include "rules/sources/built_in_sources.h"
#include "rules/sources/source_files.h"

namespace eyrie::cli {

void RuleFlags::AddTo(FlagSet* flags) {
  flags->Add("compat",
             "Judges as Falco does where rules may have been tuned to it; "
             "docs/rule_language.md lists where.",
             &is_compat_);
  AddSourceFileTo(flags);
}

void RuleFlags::AddSourceFileTo(FlagSet* flags) {
  flags->Add("source-file",
             "File that describes a JSON source of yours, or folder of *.yaml "
             "files; may be given several times. docs/json_sources.md tells "
             "how.",
             &source_files_);
}

absl::Status RuleFlags::CheckSourceName(absl::string_view name) const {
  return source_files_.empty() ? CheckSource(name, *rules::BuiltInSources())
                               : absl::OkStatus();
}

rules::Compat RuleFlags::compat() const {
  return is_compat_ ? rules::Compat::All() : rules::Compat();
}

absl::StatusOr<std::shared_ptr<const rules::EventSources>> RuleFlags::Sources(
    Session& session) const {
  rules::Diagnostics diagnostics;
  EYRIE_ASSIGN_OR_RETURN(auto sources,
                         rules::ReadSourceFiles(source_files_, diagnostics));
  if (!diagnostics.entries().empty()) session.err() << diagnostics.ToString();
  if (sources != nullptr) return sources;
  return absl::InvalidArgumentError(
      absl::StrCat("the descriptions of --source-file have ",
                   CountText(diagnostics.errors(), "error")));
}

absl::StatusOr<rules::LoadOptions> RuleFlags::LoadOptions(
    Session& session) const {
  rules::LoadOptions options;
  options.compat = compat();
  EYRIE_ASSIGN_OR_RETURN(options.sources, Sources(session));
  return options;
}

absl::Status CheckSource(absl::string_view name,
                         const rules::EventSources& sources) {
  if (sources.CatalogOf(name) != nullptr) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "there is no source \"", name, "\"; it is one of ", sources.NamesText()));
}

}  // namespace eyrie::cli
