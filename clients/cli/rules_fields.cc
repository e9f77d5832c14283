// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/rules_fields.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

#include "clients/cli/rule_flags.h"
#include "clients/cli/table_printer.h"
#include "common/status_macros.h"
#include "proto/event_catalog.h"
#include "rules/check/catalog.h"
#include "rules/diagnostics.h"
#include "rules/fields/field.h"
#include "rules/fields/field_catalog.h"
#include "rules/fields/field_text.h"

namespace eyrie::cli {
namespace {

using Json = nlohmann::ordered_json;

// The word that chooses, or "" for all.
std::string PrefixOf(const std::vector<std::string>& words) {
  return words.empty() ? "" : words[0];
}

// "no field begins with \"proc.nme\"; did you mean proc.name?"
absl::Status NothingFound(absl::string_view what, absl::string_view prefix,
                          const std::vector<absl::string_view>& names) {
  const std::string nearest = rules::NearestName(prefix, names);
  return absl::NotFoundError(
      absl::StrCat("no ", what, " begins with \"", prefix, "\"",
                   nearest.empty() ? "" : "; did you mean ", nearest,
                   nearest.empty() ? "" : "?"));
}

std::string ArgumentColumn(const rules::FieldInfo& field) {
  return absl::StrCat(
      rules::ArgumentText(field.argument_kind),
      field.argument_rule == rules::ArgumentRule::kOptional ? " or none" : "");
}

Json ToJson(const rules::FieldInfo& field) {
  Json json = Json::object();
  json["name"] = std::string(field.name);
  json["type"] = std::string(rules::TypeText(field));
  json["values"] = std::string(rules::ValuesText(field.quantifier));
  json["argument"] = std::string(rules::ArgumentText(field.argument_kind));
  json["argument_required"] =
      field.argument_rule == rules::ArgumentRule::kRequired;
  json["owner"] = std::string(rules::OwnerText(field.owner));
  json["available"] = field.unavailable.empty();
  json["missing"] = std::string(field.unavailable);
  json["meaning"] = std::string(field.doc);
  return json;
}

class ListFields : public Command {
 public:
  void AddFlags(FlagSet* flags) override {
    flags->Add("source",
               "Only fields of events of this source: syscall, k8s_audit, …",
               &source_);
    flags_.AddSourceFileTo(flags);
  }

  absl::Status Check(const std::vector<std::string>& words,
                     const Session&) override {
    prefix_ = PrefixOf(words);
    if (!source_.empty()) {
      EYRIE_RETURN_IF_ERROR(flags_.CheckSourceName(source_));
    }
    return CheckWords(words, 0, 1, "");
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    EYRIE_ASSIGN_OR_RETURN(const auto sources, flags_.Sources(session));
    if (!source_.empty()) {
      EYRIE_RETURN_IF_ERROR(CheckSource(source_, *sources));
    }
    const rules::Catalog& catalog =
        source_.empty() ? sources->any_catalog() : *sources->CatalogOf(source_);
    return Print(catalog, session);
  }

 private:
  absl::StatusOr<ExitCode> Print(const rules::Catalog& catalog,
                                 Session& session) const {
    TablePrinter table(
        {"FIELD", "TYPE", "ARGUMENT", "VALUES", "AVAILABLE", "MEANING"});
    bool is_empty = true;
    std::vector<absl::string_view> names;
    std::string no_argument;
    for (const absl::string_view name : catalog.Names()) {
      const rules::FieldInfo* field = catalog.Find(name, &no_argument);
      names.push_back(name);
      if (!absl::StartsWith(field->name, prefix_)) continue;
      is_empty = false;
      if (session.options().is_json()) {
        session.out() << ToJson(*field).dump() << '\n';
      } else {
        table.AddRow(Row(*field));
      }
    }
    if (is_empty) return NothingFound("field", prefix_, names);
    if (!table.empty()) session.out() << table.ToString(session.out_width());
    return ExitCode::kDone;
  }

  static std::vector<std::string> Row(const rules::FieldInfo& field) {
    const bool is_available = field.unavailable.empty();
    return {std::string(field.name),
            std::string(rules::TypeText(field)),
            ArgumentColumn(field),
            std::string(rules::ValuesText(field.quantifier)),
            is_available ? "yes" : "not yet",
            is_available ? std::string(field.doc)
                         : absl::StrCat(field.doc, " It waits for ",
                                        field.unavailable, ".")};
  }

  RuleFlags flags_;
  std::string source_;
  std::string prefix_;
};

Json ToJson(const EventInfo& event) {
  Json json = Json::object();
  json["name"] = std::string(event.name);
  json["category"] = std::string(EventCategoryName(event.category));
  json["available"] = true;
  json["arguments"] = Json::array();
  for (size_t slot = 0; slot < event.arguments.size(); ++slot) {
    const ArgumentInfo& argument = event.arguments[slot];
    if (argument.name.empty()) continue;
    Json& added = json["arguments"].emplace_back(Json::object());
    added["slot"] = slot;
    added["name"] = std::string(argument.name);
    added["type"] = std::string(ArgumentTypeName(argument.type));
    added["meaning"] = std::string(argument.doc);
  }
  return json;
}

class ListEvents : public Command {
 public:
  void AddFlags(FlagSet* flags) override {
    flags->Add("all",
               "Also names that rules may use but that the sensor does not "
               "report yet.",
               &all_);
  }

  absl::Status Check(const std::vector<std::string>& words,
                     const Session&) override {
    prefix_ = PrefixOf(words);
    return CheckWords(words, 0, 1, "");
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    const bool is_json = session.options().is_json();
    const EventInfo* const exact = FindEvent(prefix_);
    if (exact != nullptr && !is_json) return PrintArguments(*exact, session);
    TablePrinter table({"EVENT", "CATEGORY", "AVAILABLE", "ARGUMENTS"});
    bool is_empty = true;
    std::vector<absl::string_view> names;
    for (const EventInfo& event : AllEvents()) {
      names.push_back(event.name);
      if (!absl::StartsWith(event.name, prefix_)) continue;
      is_empty = false;
      if (is_json) {
        session.out() << ToJson(event).dump() << '\n';
      } else {
        table.AddRow({std::string(event.name),
                      std::string(EventCategoryName(event.category)), "yes",
                      ArgumentNames(event)});
      }
    }
    for (const absl::string_view name : FutureEventNames()) {
      names.push_back(name);
      if ((!all_ && prefix_.empty()) || !absl::StartsWith(name, prefix_)) {
        continue;
      }
      is_empty = false;
      if (is_json) {
        Json json = Json::object();
        json["name"] = std::string(name);
        json["available"] = false;
        session.out() << json.dump() << '\n';
      } else {
        table.AddRow({std::string(name), "", "not yet", ""});
      }
    }
    if (is_empty) return NothingFound("event", prefix_, names);
    if (!table.empty()) session.out() << table.ToString(session.out_width());
    return ExitCode::kDone;
  }

 private:
  static std::string ArgumentNames(const EventInfo& event) {
    std::vector<absl::string_view> names;
    for (const ArgumentInfo& argument : event.arguments) {
      if (!argument.name.empty()) names.push_back(argument.name);
    }
    return absl::StrJoin(names, " ");
  }

  static ExitCode PrintArguments(const EventInfo& event, Session& session) {
    TablePrinter table({"FIELD", "SLOT", "TYPE", "MEANING"});
    table.AlignRight(1);
    for (size_t slot = 0; slot < event.arguments.size(); ++slot) {
      const ArgumentInfo& argument = event.arguments[slot];
      if (argument.name.empty()) continue;
      table.AddRow({absl::StrCat("evt.arg.", argument.name), absl::StrCat(slot),
                    std::string(ArgumentTypeName(argument.type)),
                    std::string(argument.doc)});
    }
    session.out() << table.ToString(session.out_width());
    return ExitCode::kDone;
  }

  bool all_ = false;
  std::string prefix_;
};

}  // namespace

std::vector<CommandInfo> RulesFieldsCommands() {
  return {
      {"rules",
       "fields",
       "[PREFIX]",
       "Lists the fields that rules may name.",
       "PREFIX selects those that begin with it. VALUES is how a comparison "
       "deals with several: a list, any of them, either of two.",
       {"eyrie rules fields proc.", "eyrie rules fields fd.name -o json"},
       [] { return std::make_unique<ListFields>(); }},
      {"rules",
       "events",
       "[PREFIX]",
       "Lists the events that rules may name.",
       "PREFIX selects those that begin with it; the whole name of an event "
       "shows what its arguments mean.",
       {"eyrie rules events openat", "eyrie rules events --all -o json"},
       [] { return std::make_unique<ListEvents>(); }},
  };
}

}  // namespace eyrie::cli
