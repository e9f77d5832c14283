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

#include "clients/cli/recorded_event.h"
#include "clients/cli/rule_flags.h"
#include "clients/cli/text.h"
#include "common/file.h"
#include "common/status_macros.h"
#include "rules/check/types.h"
#include "rules/check/value.h"
#include "rules/engine.h"
#include "rules/eval/explain.h"
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
    rules::Diagnostics diagnostics;
    const auto explainer = rules::RuleExplainer::Create(
        files, flags_.LoadOptions(), name_, diagnostics);
    if (!explainer.ok()) {
      session.err() << diagnostics.ToString();
      return explainer.status();
    }
    const std::string place = event_ == "-" ? "stdin" : event_;
    EYRIE_ASSIGN_OR_RETURN(const std::string text, ReadEventText(session));
    const auto recorded = ReadEvent(place, text);
    if (!recorded.ok()) {
      return absl::Status(
          recorded.status().code(),
          absl::StrCat("reading ", place, ": ", recorded.status().message()));
    }
    const Explanation tree = (*explainer)->Explain((*recorded)->event());
    Print(tree, (*explainer)->rule(), session);
    return ExitCode::kDone;
  }

 private:
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
       "the event of a test case, in JSON or YAML.",
       {"eyrie rules explain 'Password hashes read' --rules rules/library "
        "--event event.json",
        "eyrie rules explain Mine --rules mine.yaml --event - -o json"},
       [] { return std::make_unique<ExplainRule>(); }},
  };
}

}  // namespace eyrie::cli
