// SPDX-License-Identifier: Apache-2.0

#include "rules/reader/exception_merger.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"

namespace eyrie::rules {
namespace {

RawValue DefaultComps(const RawValue& fields) {
  RawValue comps;
  comps.is_list = fields.is_list;
  if (!fields.is_list) {
    comps.text = LocatedText("in");
    return comps;
  }
  RawValue equal;
  equal.text = LocatedText("=");
  comps.items.assign(fields.items.size(), equal);
  return comps;
}

// Whether `comps` fits `fields`: a text each, or lists of one length.
bool CheckShape(const RawValue& fields, const RawValue& comps,
                Diagnostics& diagnostics) {
  if (fields.is_list != comps.is_list) {
    diagnostics.Error("bad-exception", comps.range,
                      fields.is_list
                          ? "'comps' must be a list, as 'fields' is"
                          : "'comps' must be one operator, as 'fields' is one "
                            "field");
    return false;
  }
  if (fields.items.size() != comps.items.size()) {
    diagnostics.Error(
        "bad-exception", comps.range,
        absl::StrCat("'comps' has ", comps.items.size(), " operators for ",
                     fields.items.size(), " fields"));
    return false;
  }
  return true;
}

std::optional<ExceptionDefinition> Define(const RawException& raw,
                                          Diagnostics& diagnostics) {
  if (!raw.fields) {
    diagnostics.Error(
        "bad-exception", raw.range,
        absl::StrCat("exception '", raw.name.text(), "' has no 'fields'"));
    return std::nullopt;
  }
  ExceptionDefinition exception;
  exception.name = raw.name;
  exception.fields = *raw.fields;
  exception.comps = raw.comps ? *raw.comps : DefaultComps(*raw.fields);
  if (raw.values) exception.values = *raw.values;
  exception.range = raw.range;
  if (!CheckShape(exception.fields, exception.comps, diagnostics)) {
    return std::nullopt;
  }
  return exception;
}

void WarnIfHole(const RawException& raw, Diagnostics& diagnostics) {
  if (raw.values && !raw.values->empty()) return;
  diagnostics.Warning("exception-without-values", raw.range,
                      absl::StrCat("exception '", raw.name.text(),
                                   "' has no values, so it changes nothing"));
}

// Each name once; the reference applies both.
void WarnOfDuplicates(const std::vector<RawException>& raw,
                      Diagnostics& diagnostics) {
  absl::flat_hash_set<std::string> names;
  for (const RawException& exception : raw) {
    if (names.insert(exception.name.text()).second) continue;
    diagnostics.Warning("duplicate-exception", exception.name.Whole(),
                        absl::StrCat("this rule has two exceptions '",
                                     exception.name.text(), "'; both apply"));
  }
}

ExceptionDefinition* Find(const std::string& name,
                          std::vector<ExceptionDefinition>& exceptions) {
  for (ExceptionDefinition& exception : exceptions) {
    if (exception.name.text() == name) return &exception;
  }
  return nullptr;
}

// Adds the values of `raw` to `exception`, whose shape must stay.
void AppendValues(const RawException& raw, ExceptionDefinition& exception,
                  Diagnostics& diagnostics) {
  const std::optional<RawValue>& shape = raw.fields ? raw.fields : raw.comps;
  if (shape) {
    diagnostics.Error(
        "bad-exception", shape->range,
        absl::StrCat("exception '", raw.name.text(),
                     "' exists already: only values can be appended to it"),
        "delete 'fields' and 'comps', or give the exception another name");
    return;
  }
  if (!raw.values) return;
  exception.values.insert(exception.values.end(), raw.values->begin(),
                          raw.values->end());
}

}  // namespace

std::vector<ExceptionDefinition> DefineExceptions(
    const std::vector<RawException>& raw, bool warn_of_holes,
    Diagnostics& diagnostics) {
  WarnOfDuplicates(raw, diagnostics);
  std::vector<ExceptionDefinition> exceptions;
  for (const RawException& item : raw) {
    if (warn_of_holes) WarnIfHole(item, diagnostics);
    std::optional<ExceptionDefinition> exception = Define(item, diagnostics);
    if (exception) exceptions.push_back(std::move(*exception));
  }
  return exceptions;
}

void AppendExceptions(const std::vector<RawException>& raw,
                      std::vector<ExceptionDefinition>& exceptions,
                      Diagnostics& diagnostics) {
  WarnOfDuplicates(raw, diagnostics);
  for (const RawException& item : raw) {
    WarnIfHole(item, diagnostics);
    if (ExceptionDefinition* known = Find(item.name.text(), exceptions)) {
      AppendValues(item, *known, diagnostics);
    } else if (auto exception = Define(item, diagnostics)) {
      exceptions.push_back(std::move(*exception));
    }
  }
}

}  // namespace eyrie::rules
