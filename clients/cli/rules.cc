// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/rules.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "eyrie/v1/rule_service.pb.h"

#include "clients/cli/diagnostic_text.h"
#include "clients/cli/names.h"
#include "clients/cli/paged_list.h"
#include "clients/cli/table_printer.h"
#include "clients/cli/text.h"
#include "common/status_macros.h"
#include "rules/engine.h"
#include "rules/reader/rule_files.h"

namespace eyrie::cli {
namespace {

constexpr size_t kMaxFiles = 10'000;

class ListRules : public Command {
 public:
  void AddFlags(FlagSet* flags) override {
    flags->Add("source", "Only rules of this source.", &source_);
    flags->Add("tag", "Only rules with this tag.", &tag_);
  }

  absl::Status Check(const std::vector<std::string>& words,
                     const Session&) override {
    return CheckWords(words, 0, 0, "");
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    EYRIE_ASSIGN_OR_RETURN(Connection* const connection, session.Connect());
    TablePrinter table({"NAME", "PRIORITY", "ENABLED", "DETECTIONS", "TAGS"});
    table.AlignRight(3);
    PagedList<v1::Rule> list;
    list.fetch = [&](uint32_t page_size, const std::string& token) {
      return Fetch(*connection, page_size, token);
    };
    list.row = [&](const v1::Rule& rule) { return Row(rule, session); };
    list.plural = "rules";
    list.none = "no rules";
    return PrintList(list, std::move(table), session);
  }

 private:
  absl::StatusOr<FetchedPage<v1::Rule>> Fetch(Connection& connection,
                                              uint32_t page_size,
                                              const std::string& token) {
    v1::ListRulesRequest request;
    request.set_source(source_);
    request.set_tag(tag_);
    request.set_page_size(page_size);
    request.set_page_token(token);
    EYRIE_ASSIGN_OR_RETURN(v1::ListRulesResponse response,
                           connection.ListRules(request));
    return FetchedPage<v1::Rule>{std::move(*response.mutable_rules()),
                                 response.next_page_token()};
  }

  static std::vector<std::string> Row(const v1::Rule& rule, const Session&) {
    return {rule.name(), PriorityText(rule.priority()),
            rule.enabled() ? "yes" : "no", absl::StrCat(rule.detections()),
            absl::StrJoin(rule.tags(), ",")};
  }

  std::string source_;
  std::string tag_;
};

std::string RuleDetails(const v1::Rule& rule) {
  FieldPrinter fields;
  fields.Add("rule", rule.name());
  fields.Add("priority", PriorityText(rule.priority()));
  fields.Add("enabled", rule.enabled() ? "yes" : "no");
  fields.Add("source", rule.source());
  fields.Add("tags", absl::StrJoin(rule.tags(), ", "));
  fields.Add("file", rule.file().empty()
                         ? ""
                         : absl::StrCat(rule.file(), ":", rule.line()));
  fields.Add("event types", rule.event_types().empty()
                                ? "all"
                                : absl::StrJoin(rule.event_types(), ", "));
  fields.Add("detections", absl::StrCat(rule.detections()));
  // YAML leaves a line end behind folded text.
  const auto trimmed = [](absl::string_view text) {
    return std::string(absl::StripAsciiWhitespace(text));
  };
  fields.Add("description", trimmed(rule.description()));
  fields.Add("condition", trimmed(rule.condition()));
  fields.Add("output", trimmed(rule.output()));
  return fields.ToString();
}

class GetRule : public Command {
 public:
  absl::Status Check(const std::vector<std::string>& words,
                     const Session&) override {
    EYRIE_RETURN_IF_ERROR(CheckWords(words, 1, 1, "a rule's name"));
    name_ = words[0];
    return absl::OkStatus();
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    EYRIE_ASSIGN_OR_RETURN(Connection* const connection, session.Connect());
    v1::GetRuleRequest request;
    request.set_name(name_);
    EYRIE_ASSIGN_OR_RETURN(const v1::Rule rule, connection->GetRule(request));
    if (session.options().is_json()) {
      session.PrintJson(rule);
    } else {
      session.out() << RuleDetails(rule);
    }
    return ExitCode::kDone;
  }

 private:
  std::string name_;
};

class EnableRule : public Command {
 public:
  explicit EnableRule(bool is_enabled) : is_enabled_(is_enabled) {}

  absl::Status Check(const std::vector<std::string>& words,
                     const Session&) override {
    EYRIE_RETURN_IF_ERROR(CheckWords(words, 1, 1, "a rule's name"));
    name_ = words[0];
    return absl::OkStatus();
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    EYRIE_ASSIGN_OR_RETURN(Connection* const connection, session.Connect());
    v1::SetRuleEnabledRequest request;
    request.set_name(name_);
    request.set_enabled(is_enabled_);
    EYRIE_ASSIGN_OR_RETURN(const v1::Rule rule,
                           connection->SetRuleEnabled(request));
    if (session.options().is_json()) {
      session.PrintJson(rule);
    } else {
      session.out() << SafeText(rule.name()) << ": "
                    << (rule.enabled() ? "enabled" : "disabled") << '\n';
    }
    return ExitCode::kDone;
  }

 private:
  const bool is_enabled_;
  std::string name_;
};

class ApplyRules : public Command {
 public:
  void AddFlags(FlagSet* flags) override {
    flags->Add("dry-run", "Has the files checked, and loads nothing.",
               &is_dry_run_);
  }

  absl::Status Check(const std::vector<std::string>& words,
                     const Session&) override {
    paths_ = words;
    if (is_dry_run_ && paths_.empty()) {
      return absl::InvalidArgumentError("--dry-run needs rule files");
    }
    return CheckWords(words, 0, kMaxFiles, "");
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    v1::ApplyRulesRequest request;
    request.set_validate_only(is_dry_run_);
    if (!paths_.empty()) {
      EYRIE_ASSIGN_OR_RETURN(
          const auto files,
          rules::ReadRuleFiles(paths_, rules::LoadLimits().max_bytes));
      for (const auto& file : files) {
        v1::RuleFile* const sent = request.add_files();
        sent->set_name(file->name());
        sent->set_content(std::string(file->text()));
      }
    }
    EYRIE_ASSIGN_OR_RETURN(Connection* const connection, session.Connect());
    EYRIE_ASSIGN_OR_RETURN(const v1::ApplyRulesResponse response,
                           connection->ApplyRules(request));
    if (session.options().is_json()) {
      session.PrintJson(response);
    } else {
      Print(response, session);
    }
    return response.applied() ? ExitCode::kDone : ExitCode::kFailed;
  }

 private:
  void Print(const v1::ApplyRulesResponse& response,
             const Session& session) const {
    for (const v1::Diagnostic& diagnostic : response.diagnostics()) {
      session.out() << DiagnosticText(diagnostic);
    }
    if (!response.applied()) {
      session.out() << "not applied: the rules in force stay as they were\n";
    } else {
      session.out() << CountText(response.rule_count(), "rule")
                    << (is_dry_run_ ? " could be loaded\n" : " loaded\n");
    }
  }

  bool is_dry_run_ = false;
  std::vector<std::string> paths_;
};

}  // namespace

std::vector<CommandInfo> RuleCommands() {
  return {
      {"rules",
       "list",
       "",
       "Lists the server's rules by name.",
       "",
       {"eyrie rules list", "eyrie rules list --tag mitre_persistence -o json"},
       [] { return std::make_unique<ListRules>(); }},
      {"rules",
       "get",
       "NAME",
       "Shows one of the server's rules.",
       "",
       {"eyrie rules get 'Password hashes read'",
        "eyrie rules get 'Password hashes read' -o json"},
       [] { return std::make_unique<GetRule>(); }},
      {"rules",
       "apply",
       "[FILE...]",
       "Replaces the server's rules by those of files.",
       "Without files the server reads its own --rules again. On an error the "
       "rules in force stay. A folder means its *.yaml files.",
       {"eyrie rules apply /etc/eyrie/rules mine.yaml", "eyrie rules apply"},
       [] { return std::make_unique<ApplyRules>(); }},
      {"rules",
       "disable",
       "NAME",
       "Switches a rule off until it is enabled again.",
       "It stays off when the rules are loaded anew and when the server starts "
       "again.",
       {"eyrie rules disable 'Ad hoc listener started'",
        "eyrie rules disable 'Ad hoc listener started' --server "
        "eyrie.example:7443"},
       [] { return std::make_unique<EnableRule>(false); }},
      {"rules",
       "enable",
       "NAME",
       "Switches a rule on.",
       "",
       {"eyrie rules enable 'Ad hoc listener started'",
        "eyrie rules enable 'Ad hoc listener started' -o json"},
       [] { return std::make_unique<EnableRule>(true); }},
  };
}

}  // namespace eyrie::cli
