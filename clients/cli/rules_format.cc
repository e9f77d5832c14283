// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/rules_format.h"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"

#include "clients/cli/diagnostic_text.h"
#include "clients/cli/text.h"
#include "common/replace_file.h"
#include "common/status_macros.h"
#include "rules/diagnostics.h"
#include "rules/engine.h"
#include "rules/format/rule_formatter.h"
#include "rules/reader/rule_files.h"
#include "rules/source.h"

namespace eyrie::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMaxFiles = 10'000;

class FormatRules : public Command {
 public:
  void AddFlags(FlagSet* flags) override {
    flags->Add("write", "Replaces the files by what they should be.", &write_);
    flags->Add("check",
               "Changes and prints nothing but the names of files that are not "
               "laid out so.",
               &check_);
  }

  absl::Status Check(const std::vector<std::string>& words,
                     const Session&) override {
    paths_ = words;
    if (write_ && check_) {
      return absl::InvalidArgumentError(
          "--write and --check do not go together");
    }
    return CheckWords(words, 1, kMaxFiles, "a rule file or folder");
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    EYRIE_ASSIGN_OR_RETURN(
        const auto files,
        rules::ReadRuleFiles(paths_, rules::LoadLimits().max_bytes));
    bool has_failed = false;
    size_t different = 0;
    for (const auto& file : files) {
      rules::Diagnostics diagnostics;
      const auto text = rules::FormatRuleFile(file, diagnostics);
      if (!text.ok()) {
        session.err() << diagnostics.ToString()
                      << "eyrie: " << SafeText(text.status().message()) << '\n';
        has_failed = true;
        continue;
      }
      const bool is_different = *text != file->text();
      if (is_different) ++different;
      if (write_ && is_different) {
        EYRIE_RETURN_IF_ERROR(ReplaceFile(file->name(), *text));
      }
      Print(*file, *text, is_different, session);
    }
    if (write_ || check_) {
      session.err() << CountText(files.size(), "file") << ", " << different
                    << (write_ ? " changed\n" : " to be changed\n");
    }
    return has_failed || (check_ && different > 0) ? ExitCode::kFailed
                                                   : ExitCode::kDone;
  }

 private:
  void Print(const rules::SourceFile& file, const std::string& text,
             bool is_different, const Session& session) const {
    if (session.options().is_json()) {
      Json json = Json::object();
      json["file"] = file.name();
      json["changed"] = is_different;
      if (!write_ && !check_) json["text"] = text;
      session.out() << json.dump(-1, ' ', false, Json::error_handler_t::replace)
                    << '\n';
    } else if (write_ || check_) {
      if (is_different) session.out() << SafeText(file.name()) << '\n';
    } else {
      session.out() << text;
    }
  }

  bool write_ = false;
  bool check_ = false;
  std::vector<std::string> paths_;
};

}  // namespace

std::vector<CommandInfo> RulesFormatCommands() {
  return {
      {"rules",
       "format",
       "FILE...",
       "Gives rule files one layout, without a server.",
       "Prints them, or with --write replaces them. Order of keys, "
       "indentation, blank lines and the lines of conditions change, meaning "
       "and comments do not. A folder means its *.yaml files.",
       {"eyrie rules format --write rules/",
        "eyrie rules format --check rules/"},
       [] { return std::make_unique<FormatRules>(); }},
  };
}

}  // namespace eyrie::cli
