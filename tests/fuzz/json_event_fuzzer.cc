// SPDX-License-Identifier: Apache-2.0
//
// Reads every field of arbitrary JSON, and judges it by rules that use them.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "rules/engine.h"
#include "rules/json/json_parser.h"
#include "rules/json/json_reader.h"
#include "rules/sources/built_in_sources.h"
#include "rules/sources/event_identity.h"

namespace eyrie::rules {
namespace {

void Require(bool holds, absl::string_view what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %.*s\n", static_cast<int>(what.size()),
               what.data());
  std::abort();
}

// Reads every byte, so that a sanitizer sees one that is nobody's.
uint64_t Sum(const FieldValues& values) {
  uint64_t sum = 0;
  for (const Value& value : values.values) {
    for (const char c : value.text) sum += static_cast<uint8_t>(c);
    sum += value.number;
  }
  return sum;
}

// For each source, rules that are true of all events or of none.
std::shared_ptr<const RuleSet> LoadAll() {
  std::string text;
  for (const auto& source : BuiltInSources()->json_sources()) {
    int number = 0;
    for (const FieldInfo* field : source->catalog.Fields()) {
      const char* const argument =
          field->argument_rule != ArgumentRule::kRequired ? ""
          : field->argument_kind == ArgumentKind::kIndex  ? "[0]"
                                                          : "[/a]";
      absl::StrAppend(&text, "- rule: ", source->name, " ", number++,
                      "\n  desc: d\n  source: ", source->name,
                      "\n  condition: ", field->name, argument,
                      " exists or not ", field->name, argument,
                      " exists\n  output: \"%", field->name, argument,
                      "\"\n  priority: DEBUG\n");
    }
  }
  Diagnostics diagnostics;
  auto rules = LoadRules(
      {std::make_shared<const SourceFile>("rules.yaml", std::move(text))}, {},
      diagnostics);
  Require(rules != nullptr, diagnostics.ToString());
  return rules;
}

void ReadAll(const JsonSource& source, const JsonEvent& event) {
  for (const FieldInfo* field : source.catalog.Fields()) {
    for (const absl::string_view text : {"", "0", "1", "/a", "*"}) {
      const absl::StatusOr<FieldArgument> argument =
          source.catalog.ParseArgument(*field, !text.empty(), text);
      if (!argument.ok()) continue;
      Scratch scratch;
      FieldValues values;
      field->json->Read(event, *argument, scratch, values);
      Sum(values);
      Require(values.presence != Presence::kPresent || !values.values.empty(),
              "a list without elements is absent");
      Require(
          field->quantifier == Quantifier::kList || values.values.size() <= 1,
          "a field that is no list has one value");
    }
  }
}

void Judge(const RuleSet& rules, const JsonEvent& event) {
  static const std::unique_ptr<EvaluationState> state = rules.NewState();
  absl::InlinedVector<uint32_t, 8> matches;
  rules.Match(event, *state, matches);
  for (const uint32_t match : matches) {
    Require(rules.rules()[match].source == event.source, "rule of its source");
    rules.rules()[match].output.Format(event);
  }
  Require(!matches.empty(), "something exists or does not");
}

void Check(absl::string_view text) {
  static const std::shared_ptr<const RuleSet> rules = LoadAll();
  JsonLimits limits;
  limits.max_bytes = 1 << 16;  // Longer ones only take longer.
  const absl::StatusOr<Json> parsed = ParseJson(text, limits);
  uint64_t cut = 0;
  const absl::StatusOr<Json> read_cut = ParseJsonCut(text, limits, &cut);
  if (!parsed.ok()) return;
  Require(read_cut.ok() && cut == 0 && *read_cut == *parsed,
          "what is within the limits is read alike");
  for (const auto& source : BuiltInSources()->json_sources()) {
    const JsonEvents made = source->MakeEvents(*parsed, 1);
    for (const JsonEvent& event : made.events) {
      ReadAll(*source, event);
      Require(EventIdentity(*source, event) == EventIdentity(*source, event) &&
                  !EventOccurrence(*source, event).empty(),
              "an event has one identity");
      CheckEvent(*source, event).IgnoreError();
      Judge(*rules, event);
    }
  }
}

}  // namespace
}  // namespace eyrie::rules

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  eyrie::rules::Check(
      absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
