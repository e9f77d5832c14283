// SPDX-License-Identifier: Apache-2.0

#include "tools/docs/rules_doc.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

#include "common/status_macros.h"
#include "rules/diagnostics.h"
#include "rules/engine.h"
#include "rules/priority.h"
#include "rules/reader/rule_files.h"
#include "rules/ruleset/rule_set.h"

namespace eyrie {
namespace {

constexpr size_t kMaxBytes = 8 << 20;

constexpr char kIntroduction[] =
    R"(<!-- Made by `bazel run //tools/docs:rules_doc > docs/rules.md`. -->
# Rules

What `rules/library/` detects. Each rule is tried against cases beside it
([rule_tests.md](rule_tests.md)); how to change one without touching its file
says [rule_language.md](rule_language.md). Tactics and techniques are those of
MITRE ATT&CK.

)";

// "mitre_credential_access" -> "credential access".
std::string Tactic(const rules::Rule& rule) {
  for (absl::string_view tag : rule.tags) {
    if (absl::ConsumePrefix(&tag, "mitre_")) {
      return absl::StrReplaceAll(tag, {{"_", " "}});
    }
  }
  return "";
}

std::string Techniques(const rules::Rule& rule) {
  std::vector<absl::string_view> techniques;
  for (const std::string& tag : rule.tags) {
    if (tag.size() > 1 && tag[0] == 'T' && absl::ascii_isdigit(tag[1])) {
      techniques.push_back(tag);
    }
  }
  return absl::StrJoin(techniques, ", ");
}

// In one line, for a cell of a table.
std::string Cell(absl::string_view text) {
  return absl::StrReplaceAll(
      absl::StrJoin(
          absl::StrSplit(text, absl::ByAnyChar(" \n"), absl::SkipEmpty()), " "),
      {{"|", "\\|"}, {"*", "\\*"}});
}

// "rules/library/file.yaml" -> "file.yaml".
absl::string_view BaseName(absl::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

absl::StatusOr<std::string> RulesDoc(absl::string_view folder) {
  EYRIE_ASSIGN_OR_RETURN(
      const auto files, rules::ReadRuleFiles({std::string(folder)}, kMaxBytes));
  rules::Diagnostics diagnostics;
  const std::shared_ptr<const rules::RuleSet> set =
      rules::LoadRules(files, rules::LoadOptions(), diagnostics);
  if (set == nullptr) {
    return absl::InvalidArgumentError(diagnostics.ToString());
  }
  std::string page = kIntroduction;
  absl::string_view file;
  for (const rules::Rule& rule : set->rules()) {
    const absl::string_view name = BaseName(rule.range.file->name());
    if (name != file) {
      absl::StrAppend(&page, file.empty() ? "" : "\n", "## ", name,
                      "\n\n| rule | priority | tactic | technique | meaning |\n"
                      "|---|---|---|---|---|\n");
      file = name;
    }
    absl::StrAppend(&page, "| ", Cell(rule.name), " | ",
                    rules::PriorityName(rule.priority), " | ", Tactic(rule),
                    " | ", Techniques(rule), " | ", Cell(rule.description),
                    " |\n");
  }
  return page;
}

}  // namespace eyrie
