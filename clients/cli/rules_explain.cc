// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/rules_explain.h"

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "nlohmann/json.hpp"

#include "clients/cli/event_file.h"
#include "clients/cli/recorded_event.h"
#include "clients/cli/rule_flags.h"
#include "clients/cli/text.h"
#include "common/file.h"
#include "common/status_macros.h"
#include "rules/check/types.h"
#include "rules/check/value.h"
#include "rules/engine.h"
#include "rules/eval/explain.h"
#include "rules/json/json_event.h"
#include "rules/reader/rule_files.h"
#include "rules/rule_explainer.h"

namespace eyrie::cli {
namespace {

using rules::Explanation;
using Json = nlohmann::ordered_json;

// Bytes of the event's file; see kMaxLineBytes of event_file.cc.
constexpr size_t kMaxEventBytes = 4 << 20;
// Columns of a comparison and of each value that it read, for people.
constexpr size_t kMaxTextColumns = 100;
constexpr size_t kMaxValueColumns = 100;
constexpr size_t kIndent = 2;

absl::string_view TruthName(rules::Truth truth) {
  switch (truth) {
    case rules::Truth::kTrue:
      return "true";
    case rules::Truth::kFalse:
      return "false";
    case rules::Truth::kUnknown:
      return "unknown";
  }
  return "";
}

absl::string_view Mark(rules::Truth truth) {
  return truth == rules::Truth::kTrue    ? "✓"
         : truth == rules::Truth::kFalse ? "✗"
                                         : "?";
}

absl::string_view KindName(Explanation::Kind kind) {
  switch (kind) {
    case Explanation::Kind::kAnd:
      return "and";
    case Explanation::Kind::kOr:
      return "or";
    case Explanation::Kind::kNot:
      return "not";
    case Explanation::Kind::kMacro:
      return "macro";
    case Explanation::Kind::kComparison:
      return "comparison";
  }
  return "";
}

absl::string_view PresenceName(rules::Presence presence) {
  switch (presence) {
    case rules::Presence::kPresent:
      return "present";
    case rules::Presence::kAbsent:
      return "absent";
    case rules::Presence::kUnknown:
      return "unknown";
  }
  return "";
}

// "file.yaml:12", or "" if there is no place.
std::string PlaceText(const rules::SourceRange& range) {
  if (range.file == nullptr) return "";
  return absl::StrCat(range.file->name(), ":",
                      range.file->At(range.begin).line);
}

// "proc.name is cat", "fd.name is /a or /b", "user.name is absent".
std::string ReadingText(const Explanation::Reading& reading) {
  std::vector<std::string> values;
  for (const std::string& value : reading.values) {
    values.push_back(CutText(SafeText(value), kMaxValueColumns));
  }
  if (reading.presence != rules::Presence::kPresent) {
    values.emplace_back(PresenceName(reading.presence));
  } else if (values.empty()) {
    values.emplace_back("an empty list");
  }
  return absl::StrCat(SafeText(reading.text), " is ",
                      absl::StrJoin(values, " or "));
}

void AppendTree(const Explanation& node, size_t depth, std::string* text) {
  absl::StrAppend(text, std::string(depth * kIndent, ' '), Mark(node.truth),
                  " ");
  if (node.kind == Explanation::Kind::kComparison) {
    absl::StrAppend(text, CutText(SafeText(node.text), kMaxTextColumns));
    for (const Explanation::Reading& reading : node.readings) {
      absl::StrAppend(text, "   [", ReadingText(reading), "]");
    }
  } else {
    absl::StrAppend(text, KindName(node.kind));
    if (!node.text.empty()) absl::StrAppend(text, " ", SafeText(node.text));
  }
  absl::StrAppend(text, "\n");
  for (const Explanation& operand : node.operands) {
    AppendTree(operand, depth + 1, text);
  }
}

Json ToJson(const Explanation& node) {
  Json json = Json::object();
  json["kind"] = std::string(KindName(node.kind));
  json["truth"] = std::string(TruthName(node.truth));
  if (!node.text.empty()) json["text"] = node.text;
  const std::string place = PlaceText(node.range);
  if (!place.empty()) json["place"] = place;
  if (node.kind == Explanation::Kind::kComparison) {
    json["readings"] = Json::array();
    for (const Explanation::Reading& reading : node.readings) {
      json["readings"].push_back(
          {{"text", reading.text},
           {"presence", std::string(PresenceName(reading.presence))},
           {"values", reading.values}});
    }
    return json;
  }
  json["operands"] = Json::array();
  for (const Explanation& operand : node.operands) {
    json["operands"].push_back(ToJson(operand));
  }
  return json;
}

class ExplainRule : public Command {
 public:
  void AddFlags(FlagSet* flags) override {
    flags->Add("rules", "Rule file or folder; may be given several times.",
               &paths_);
    flags->Add("event", "File of the event; - is standard input.", &event_);
    flags_.AddTo(flags);
  }

  absl::Status Check(const std::vector<std::string>& words,
                     const Session&) override {
    EYRIE_RETURN_IF_ERROR(CheckWords(words, 1, 1, "a rule's name"));
    name_ = words[0];
    if (paths_.empty()) {
      return absl::InvalidArgumentError("flag --rules is missing");
    }
    if (event_.empty()) {
      return absl::InvalidArgumentError("flag --event is missing");
    }
    return absl::OkStatus();
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    EYRIE_ASSIGN_OR_RETURN(
        const auto files,
        rules::ReadRuleFiles(paths_, rules::LoadLimits().max_bytes));
    EYRIE_ASSIGN_OR_RETURN(const rules::LoadOptions options,
                           flags_.LoadOptions(session));
    rules::Diagnostics diagnostics;
    const auto explainer =
        rules::RuleExplainer::Create(files, options, name_, diagnostics);
    if (!explainer.ok()) {
      session.err() << diagnostics.ToString();
      return explainer.status();
    }
    EYRIE_ASSIGN_OR_RETURN(const Explanation tree,
                           (*explainer)->json_source() == nullptr
                               ? ExplainEvent(**explainer, session)
                               : ExplainJsonEvent(**explainer, session));
    Print(tree, (*explainer)->rule(), session);
    return ExitCode::kDone;
  }

 private:
  std::string Place() const { return event_ == "-" ? "stdin" : event_; }

  absl::StatusOr<Explanation> ExplainEvent(
      const rules::RuleExplainer& explainer, Session& session) const {
    EYRIE_ASSIGN_OR_RETURN(const std::string text, ReadEventText(session));
    const auto recorded = ReadEvent(Place(), text);
    if (!recorded.ok()) {
      return absl::Status(
          recorded.status().code(),
          absl::StrCat("reading ", Place(), ": ", recorded.status().message()));
    }
    return explainer.Explain((*recorded)->event());
  }

  absl::StatusOr<Explanation> ExplainJsonEvent(
      const rules::RuleExplainer& explainer, Session& session) const {
    std::vector<Explanation> trees;
    bool has_more = false;
    absl::Status mistake;
    EYRIE_RETURN_IF_ERROR(ReadJsonEventFile(
        event_, session.in(), *explainer.json_source(), session.Now(),
        {[&](const std::string&, const rules::JsonEvent& event) {
           has_more = !trees.empty();
           if (!has_more) trees.push_back(explainer.Explain(event));
           return !has_more;
         },
         [&](const std::string& place, const absl::Status& status) {
           mistake.Update(absl::Status(
               status.code(),
               absl::StrCat("reading ", place, ": ", status.message())));
         }}));
    EYRIE_RETURN_IF_ERROR(mistake);
    if (trees.size() == 1 && !has_more) return std::move(trees[0]);
    return absl::InvalidArgumentError(absl::StrCat(
        Place(), has_more ? " has several events" : " has no event", " of ",
        explainer.json_source()->name,
        "; give the one that is to be explained"));
  }

  absl::StatusOr<std::string> ReadEventText(Session& session) const {
    if (event_ != "-") return ReadFile(event_, kMaxEventBytes);
    std::string text(kMaxEventBytes + 1, '\0');
    session.in().read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<size_t>(session.in().gcount()));
    if (text.size() <= kMaxEventBytes) return text;
    return absl::ResourceExhaustedError(
        absl::StrCat("the event on standard input has more than ",
                     kMaxEventBytes, " bytes"));
  }

  static void Print(const Explanation& tree, const rules::ResolvedRule& rule,
                    Session& session) {
    const bool matches = tree.truth == rules::Truth::kTrue && rule.enabled;
    if (session.options().is_json()) {
      Json json = Json::object();
      json["rule"] = rule.name;
      json["enabled"] = rule.enabled;
      json["matches"] = matches;
      json["condition"] = ToJson(tree);
      session.out() << json.dump(-1, ' ', false, Json::error_handler_t::replace)
                    << '\n';
      return;
    }
    std::string text = absl::StrCat(
        SafeText(rule.name), matches ? " matches" : " does not match",
        tree.truth == rules::Truth::kUnknown ? ": what decides is not known"
        : tree.truth == rules::Truth::kTrue && !rule.enabled
            ? ": it is disabled"
            : "",
        "\n");
    AppendTree(tree, 0, &text);
    session.out() << text;
  }

  RuleFlags flags_;
  std::string name_;
  std::vector<std::string> paths_;
  std::string event_;
};

}  // namespace

std::vector<CommandInfo> RulesExplainCommands() {
  return {
      {"rules",
       "explain",
       "RULE",
       "Shows why a rule matches an event, or not.",
       "Prints the condition as a tree, macros in it, with the truth of each "
       "part (✓ true, ✗ false, ? not known) and what its fields said. The "
       "event is a line of `eyrie events watch -o json`, or written by hand as "
       "the event of a test case, in JSON or YAML; for a rule of a JSON source "
       "it is that source's JSON.",
       {"eyrie rules explain 'Password hashes read' --rules rules/library "
        "--event event.json",
        "eyrie rules explain Mine --rules mine.yaml --event - -o json"},
       [] { return std::make_unique<ExplainRule>(); }},
  };
}

}  // namespace eyrie::cli
