// SPDX-License-Identifier: Apache-2.0

#include "rules/json/json_event_fields.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "rules/fields/time_text.h"
#include "rules/json/json_text.h"

namespace eyrie::rules {
namespace {

void AddText(absl::string_view text, FieldValues& out) {
  if (!text.empty()) out.Add(Value::Text(text));
}

// ---- evt.*

template <const char* format>
void ReadTimeText(const JsonEvent& event, const FieldArgument&,
                  Scratch& scratch, FieldValues& out) {
  out.Add(Value::Text(TimeText(format, event.time_ns, scratch)));
}

void ReadRawTime(const JsonEvent& event, const FieldArgument&, Scratch&,
                 FieldValues& out) {
  out.Add(Value::Number(event.time_ns));
}

void ReadRawTimeSeconds(const JsonEvent& event, const FieldArgument&, Scratch&,
                        FieldValues& out) {
  out.Add(Value::Number(event.time_ns / kNsPerSecond));
}

void ReadRawTimeNs(const JsonEvent& event, const FieldArgument&, Scratch&,
                   FieldValues& out) {
  out.Add(Value::Number(event.time_ns % kNsPerSecond));
}

void ReadNumber(const JsonEvent& event, const FieldArgument&, Scratch&,
                FieldValues& out) {
  out.Add(Value::Number(event.number));
}

void ReadSource(const JsonEvent& event, const FieldArgument&, Scratch&,
                FieldValues& out) {
  AddText(event.source, out);
}

void ReadPlugin(const JsonEvent& event, const FieldArgument&, Scratch&,
                FieldValues& out) {
  AddText(event.plugin, out);
}

void ReadHostname(const JsonEvent& event, const FieldArgument&, Scratch&,
                  FieldValues& out) {
  AddText(event.hostname, out);
}

void ReadType(const JsonEvent&, const FieldArgument&, Scratch&,
              FieldValues& out) {
  out.Add(Value::Text("pluginevent"));
}

void ReadFalse(const JsonEvent&, const FieldArgument&, Scratch&,
               FieldValues& out) {
  out.Add(Value::Number(0));
}

void ReadNothing(const JsonEvent&, const FieldArgument&, Scratch&,
                 FieldValues&) {}

void ReadUnknown(const JsonEvent&, const FieldArgument&, Scratch&,
                 FieldValues& out) {
  out.presence = Presence::kUnknown;
}

// ---- jevt.* and json.*

void ReadDocument(const JsonEvent& event, const FieldArgument&,
                  Scratch& scratch, FieldValues& out) {
  out.Add(Value::Text(JsonText(event.document, scratch)));
}

void ReadIndented(const JsonEvent& event, const FieldArgument&,
                  Scratch& scratch, FieldValues& out) {
  out.Add(Value::Text(IndentedJson(event.document, scratch)));
}

// Unlike elsewhere null is a value: whoever names a place wants what is there.
void ReadPlace(const JsonEvent& event, const FieldArgument& argument,
               Scratch& scratch, FieldValues& out) {
  const Json* const value = argument.path->Find(event.document);
  if (value != nullptr) out.Add(Value::Text(JsonText(*value, scratch)));
}

absl::Status ResolvePlace(FieldArgument& argument) {
  absl::StatusOr<JsonPath> path =
      JsonPath::Parse(argument.key, JsonPath::Star::kName);
  if (!path.ok()) return path.status();
  argument.path = std::make_shared<const JsonPath>(*std::move(path));
  return absl::OkStatus();
}

void ReadRawTimeText(const JsonEvent& event, const FieldArgument&,
                     Scratch& scratch, FieldValues& out) {
  out.Add(Value::Text(scratch.Keep(absl::AlphaNum(event.time_ns).Piece())));
}

// ---- tables

struct Row {
  absl::string_view name;
  FieldType type;
  absl::string_view doc;
  JsonFunction::Function function;
  absl::string_view unavailable = {};
};

constexpr absl::string_view kNoStart = "the start of the capture";

constexpr Row kEventRows[] = {
    {"evt.asynctype", FieldType::kString, "Absent: no event is asynchronous.",
     ReadNothing},
    {"evt.datetime", FieldType::kString,
     "2023-11-14 22:13:22.000000001, UTC, of the event's own time.",
     ReadTimeText<kDateTimeFormat>},
    {"evt.datetime.s", FieldType::kString, "2023-11-14 22:13:22, UTC.",
     ReadTimeText<kDateTimeSecondsFormat>},
    {"evt.hostname", FieldType::kString, "Who took the event in.",
     ReadHostname},
    {"evt.is_async", FieldType::kBool,
     "Whether a plugin made the event beside its stream: false.", ReadFalse},
    {"evt.num", FieldType::kUint64, "Number of the event, at least 1.",
     ReadNumber},
    {"evt.plugininfo", FieldType::kString, "The whole event, JSON in one line.",
     ReadDocument},
    {"evt.pluginname", FieldType::kString,
     "The reference's plugin for the source: k8saudit.", ReadPlugin},
    {"evt.rawtime", FieldType::kAbsoluteTime, "Nanoseconds since the epoch.",
     ReadRawTime},
    {"evt.rawtime.ns", FieldType::kAbsoluteTime,
     "Nanoseconds beyond evt.rawtime.s.", ReadRawTimeNs},
    {"evt.rawtime.s", FieldType::kAbsoluteTime,
     "Whole seconds since the epoch.", ReadRawTimeSeconds},
    {"evt.reltime", FieldType::kRelativeTime,
     "Nanoseconds since the start of the capture.", ReadUnknown, kNoStart},
    {"evt.reltime.ns", FieldType::kRelativeTime,
     "Nanoseconds beyond evt.reltime.s.", ReadUnknown, kNoStart},
    {"evt.reltime.s", FieldType::kRelativeTime, "Whole seconds of evt.reltime.",
     ReadUnknown, kNoStart},
    {"evt.source", FieldType::kString, "Name of the source: k8s_audit.",
     ReadSource},
    {"evt.time", FieldType::kString,
     "Time of day with nanoseconds, UTC: 22:13:22.000000001.",
     ReadTimeText<kTimeFormat>},
    {"evt.time.iso8601", FieldType::kString,
     "2023-11-14T22:13:22.000000001+0000.", ReadTimeText<kIso8601Format>},
    {"evt.time.s", FieldType::kString, "Time of day, UTC: 22:13:22.",
     ReadTimeText<kTimeSecondsFormat>},
    {"evt.type", FieldType::kString, "pluginevent.", ReadType},
};

// Each stands under jevt.* and under json.*.
constexpr Row kDocumentRows[] = {
    {"obj", FieldType::kString,
     "The whole event as JSON on several lines, members sorted by name.",
     ReadIndented},
    {"pluginname", FieldType::kString, "As evt.pluginname.", ReadPlugin},
    {"rawtime", FieldType::kString,
     "Nanoseconds since the epoch, as a text of digits.", ReadRawTimeText},
    {"time", FieldType::kString, "As evt.time.", ReadTimeText<kTimeFormat>},
    {"time.iso8601", FieldType::kString, "As evt.time.iso8601.",
     ReadTimeText<kIso8601Format>},
};

void AddRow(absl::string_view prefix, const Row& row, JsonCatalog& catalog) {
  JsonFieldSpec spec;
  spec.name = absl::StrCat(prefix, row.name);
  spec.doc = std::string(row.doc);
  spec.type = row.type;
  spec.unavailable = std::string(row.unavailable);
  catalog.Add(std::move(spec), std::make_unique<JsonFunction>(row.function))
      .IgnoreError();  // The names differ.
}

void AddPlace(absl::string_view name, JsonCatalog& catalog) {
  JsonFieldSpec spec;
  spec.name = std::string(name);
  spec.doc =
      "What stands at a JSON pointer: jevt.value[/user/groups/0]. Strings as "
      "they are, anything else as JSON, null too; [\"\"] is the whole event.";
  spec.argument_rule = ArgumentRule::kRequired;
  spec.argument_kind = ArgumentKind::kKey;
  spec.resolve = ResolvePlace;
  catalog.Add(std::move(spec), std::make_unique<JsonFunction>(ReadPlace))
      .IgnoreError();  // The names differ.
}

}  // namespace

void AddJsonEventFields(JsonCatalog& catalog) {
  for (const Row& row : kEventRows) AddRow("", row, catalog);
  for (const absl::string_view prefix : {"jevt.", "json."}) {
    for (const Row& row : kDocumentRows) AddRow(prefix, row, catalog);
    AddPlace(absl::StrCat(prefix, "value"), catalog);
  }
}

}  // namespace eyrie::rules
