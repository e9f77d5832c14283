// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/rules_eval.h"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

#include "clients/cli/line_reader.h"
#include "clients/cli/rule_flags.h"
#include "common/file.h"
#include "common/status_macros.h"
#include "rules/check/catalog.h"
#include "rules/check/overlay_catalog.h"
#include "rules/check/types.h"
#include "rules/compat.h"
#include "rules/diagnostics.h"
#include "rules/eval/condition.h"
#include "rules/eval/given_fields.h"
#include "rules/eval/given_json.h"
#include "rules/sources/event_sources.h"

namespace eyrie::cli {
namespace {

using Json = nlohmann::json;

// Bytes of one line of a batch. The longest condition of the public rules has
// 20 KiB, and the longest value of an event 8 KiB.
constexpr size_t kMaxLineBytes = 1 << 20;
// Bytes of the file of test fields; 400 fields take 32 KiB.
constexpr size_t kMaxTestFieldBytes = 4 << 20;
// Mistakes of one condition that its answer tells.
constexpr size_t kMaxErrors = 10;

absl::StatusOr<Json> ParseJson(absl::string_view text) {
  try {
    return Json::parse(text.begin(), text.end());
  } catch (const Json::parse_error& error) {
    return absl::InvalidArgumentError(
        absl::StrCat("not JSON at byte ", error.byte));
  }
}

// `{"error": "..."}`.
std::string ErrorLine(absl::string_view message) {
  return absl::StrCat("{\"error\": ",
                      Json(std::string(message))
                          .dump(-1, ' ', false, Json::error_handler_t::replace),
                      "}");
}

// "line 1, column 5: there is no ... [unknown-macro]; ...".
std::string ErrorsText(const rules::Diagnostics& diagnostics) {
  std::string text;
  size_t count = 0;
  for (const rules::Diagnostic& entry : diagnostics.entries()) {
    if (entry.severity != rules::Severity::kError) continue;
    if (++count > kMaxErrors) break;
    if (count > 1) absl::StrAppend(&text, "; ");
    if (entry.range.file != nullptr) {
      const auto position = entry.range.file->At(entry.range.begin);
      absl::StrAppend(&text, "line ", position.line, ", column ",
                      position.column, ": ");
    }
    absl::StrAppend(&text, entry.message, " [", entry.code, "]");
  }
  return text;
}

// Truth of `condition` over `fields`; unknown, which is no match, is false.
// What is wrong with the condition, warnings too, goes to `diagnostics`.
absl::StatusOr<bool> Judge(const std::string& condition,
                           const rules::GivenFields& fields,
                           const rules::Catalog& catalog,
                           const rules::Compat& compat,
                           rules::Diagnostics& diagnostics) {
  const auto compiled =
      rules::Condition::Compile(condition, catalog, diagnostics, compat);
  if (compiled == nullptr) {
    return absl::InvalidArgumentError(ErrorsText(diagnostics));
  }
  EYRIE_ASSIGN_OR_RETURN(const rules::Truth truth, compiled->Evaluate(fields));
  return truth == rules::Truth::kTrue;
}

class EvalCondition : public Command {
 public:
  void AddFlags(FlagSet* flags) override {
    flags->Add("condition", "Condition to judge.", &condition_);
    flags->Add("fields",
               "Object of fields and their values; what is not given is "
               "absent.",
               &fields_text_);
    flags->Add("source",
               "Events the fields are of: syscall, k8s_audit and others. Names "
               "only; fields of all sources may be given.",
               &source_);
    flags->Add("batch",
               "File with a line of JSON for each condition, with the keys "
               "condition, fields, source; - is standard input.",
               &batch_);
    flags->Add("test-fields",
               "File with made-up fields: an object of names, each with its "
               "type.",
               &test_fields_);
    flags_.AddTo(flags);
  }

  absl::Status Check(const std::vector<std::string>& words,
                     const Session&) override {
    EYRIE_RETURN_IF_ERROR(CheckWords(words, 0, 0, ""));
    if (condition_.empty() == batch_.empty()) {
      return absl::InvalidArgumentError(
          "give either --condition or --batch, the one thing to judge");
    }
    if (!batch_.empty() && !fields_text_.empty()) {
      return absl::InvalidArgumentError(
          "--fields goes with --condition; the lines of a batch have their "
          "own");
    }
    EYRIE_RETURN_IF_ERROR(flags_.CheckSourceName(source_));
    if (fields_text_.empty()) return absl::OkStatus();
    const auto json = ParseJson(fields_text_);
    auto fields = json.ok() ? rules::ReadGivenFields(*json) : json.status();
    if (!fields.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("flag --fields: ", fields.status().message()));
    }
    fields_ = *std::move(fields);
    return absl::OkStatus();
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    EYRIE_ASSIGN_OR_RETURN(sources_, flags_.Sources(session));
    EYRIE_RETURN_IF_ERROR(CheckSource(source_, *sources_));
    rules::OverlayCatalog catalog(sources_->any_catalog());
    if (!test_fields_.empty()) {
      EYRIE_RETURN_IF_ERROR(ReadTestFields(catalog));
    }
    if (batch_.empty()) return RunOne(catalog, session);
    if (batch_ == "-") return RunBatch(catalog, session.in(), session);
    errno = 0;
    std::ifstream file(batch_, std::ios::binary);
    if (!file) {
      return absl::ErrnoToStatus(errno, absl::StrCat("opening ", batch_));
    }
    return RunBatch(catalog, file, session);
  }

 private:
  absl::Status ReadTestFields(rules::OverlayCatalog& catalog) const {
    EYRIE_ASSIGN_OR_RETURN(const std::string text,
                           ReadFile(test_fields_, kMaxTestFieldBytes));
    const auto json = ParseJson(text);
    const absl::Status status =
        json.ok() ? rules::AddTestFields(*json, catalog) : json.status();
    if (status.ok()) return status;
    return absl::InvalidArgumentError(
        absl::StrCat("reading ", test_fields_, ": ", status.message()));
  }

  absl::StatusOr<ExitCode> RunOne(const rules::Catalog& catalog,
                                  Session& session) const {
    rules::Diagnostics diagnostics;
    const absl::StatusOr<bool> result =
        Judge(condition_, fields_, catalog, flags_.compat(), diagnostics);
    session.out() << Answer(result) << '\n';
    if (!session.options().is_json()) session.err() << diagnostics.ToString();
    return result.ok() ? ExitCode::kDone : ExitCode::kFailed;
  }

  absl::StatusOr<ExitCode> RunBatch(const rules::Catalog& catalog,
                                    std::istream& in, Session& session) const {
    LineReader reader(in, kMaxLineBytes);
    uint64_t lines = 0;
    uint64_t errors = 0;
    std::string line;
    for (auto next = reader.Next(&line); next != LineReader::Result::kEnd;
         next = reader.Next(&line)) {
      const absl::StatusOr<bool> result =
          next == LineReader::Result::kLine
              ? JudgeLine(catalog, line)
              : absl::ResourceExhaustedError(absl::StrCat(
                    "the line has more than ", kMaxLineBytes, " bytes"));
      session.out() << Answer(result) << '\n';
      // Who asks line by line waits for the answer.
      if (batch_ == "-") session.out().flush();
      if (!session.out()) break;
      ++lines;
      if (!result.ok()) ++errors;
    }
    if (in.bad()) {
      return absl::DataLossError(
          absl::StrCat("reading ", batch_, " behind line ", reader.number()));
    }
    if (!session.options().is_json()) {
      session.err() << lines << " judged, " << errors << " with errors\n";
    }
    return ExitCode::kDone;
  }

  absl::StatusOr<bool> JudgeLine(const rules::Catalog& catalog,
                                 const std::string& line) const {
    EYRIE_ASSIGN_OR_RETURN(const Json json, ParseJson(line));
    if (!json.is_object()) {
      return absl::InvalidArgumentError("the line is not an object");
    }
    const auto condition = json.find("condition");
    if (condition == json.end() || !condition->is_string()) {
      return absl::InvalidArgumentError("the line has no text \"condition\"");
    }
    if (const auto source = json.find("source");
        source != json.end() && !source->is_null()) {
      EYRIE_RETURN_IF_ERROR(CheckSource(
          source->is_string() ? source->get<std::string>() : "", *sources_));
    }
    rules::GivenFields given;
    if (const auto fields = json.find("fields");
        fields != json.end() && !fields->is_null()) {
      EYRIE_ASSIGN_OR_RETURN(given, rules::ReadGivenFields(*fields));
    }
    rules::Diagnostics diagnostics;
    return Judge(condition->get_ref<const std::string&>(), given, catalog,
                 flags_.compat(), diagnostics);
  }

  static std::string Answer(const absl::StatusOr<bool>& result) {
    if (!result.ok()) return ErrorLine(result.status().message());
    return *result ? "{\"result\": true}" : "{\"result\": false}";
  }

  RuleFlags flags_;
  std::shared_ptr<const rules::EventSources> sources_;  // once it runs
  std::string condition_;
  std::string fields_text_;
  std::string source_ = "syscall";
  std::string batch_;
  std::string test_fields_;
  rules::GivenFields fields_;
};

}  // namespace

std::vector<CommandInfo> RulesEvalCommands() {
  return {
      {"rules",
       "eval",
       "",
       "Judges a condition over given fields, offline.",
       "Prints {\"result\": true}, {\"result\": false} or {\"error\": \"...\"} "
       "in either output format, for a batch line by line; exit code 1 if the "
       "one condition has a mistake. Values are texts, numbers, booleans, "
       "arrays of them, null for absent, and {\"hex\": \"cafe\"} for bytes.",
       {"eyrie rules eval --condition 'proc.name = cat' --fields "
        "'{\"proc.name\": \"cat\"}'",
        "eyrie rules eval --batch cases.jsonl --test-fields fields.json"},
       [] { return std::make_unique<EvalCondition>(); }},
  };
}

}  // namespace eyrie::cli
