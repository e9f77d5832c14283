// SPDX-License-Identifier: Apache-2.0

#include "rules/json/json_catalog.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/status_macros.h"

namespace eyrie::rules {
namespace {

// Larger than any array that ParseJson() lets through.
constexpr int64_t kMaxIndex = 999'999'999;

bool IsIndex(absl::string_view text) {
  return !text.empty() && (text.size() == 1 || text[0] != '0') &&
         std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

}  // namespace

absl::Status JsonCatalog::Add(JsonFieldSpec spec,
                              std::unique_ptr<const JsonReader> reader,
                              std::unique_ptr<const JsonReader> in_reference) {
  if (by_name_.find(spec.name) != by_name_.end()) {
    return absl::AlreadyExistsError(
        absl::StrCat("field ", spec.name, " stands twice"));
  }
  Entry& entry = entries_.emplace_back();
  entry.name = std::move(spec.name);
  entry.doc = std::move(spec.doc);
  entry.unavailable = std::move(spec.unavailable);
  entry.reader = std::move(reader);
  entry.info.name = entry.name;
  entry.info.doc = entry.doc;
  entry.info.type = spec.type;
  entry.info.quantifier =
      spec.is_list ? Quantifier::kList : Quantifier::kScalar;
  entry.info.argument_rule = spec.argument_rule;
  entry.info.argument_kind = spec.argument_kind;
  entry.info.owner = Owner::kCentre;
  entry.info.unavailable = entry.unavailable;
  entry.info.resolve = spec.resolve;
  entry.info.json = entry.reader.get();
  if (in_reference != nullptr) {
    entry.reference_reader = std::move(in_reference);
    entry.reference_info = entry.info;
    entry.reference_info.json = entry.reference_reader.get();
    entry.info.in_reference = &entry.reference_info;
  }
  by_name_[entry.name] = &entry.info;
  return absl::OkStatus();
}

absl::Status JsonCatalog::AddPath(JsonFieldSpec spec, absl::string_view path) {
  EYRIE_ASSIGN_OR_RETURN(JsonPath parsed,
                         JsonPath::Parse(path, JsonPath::Star::kElements));
  auto reader = std::make_unique<JsonPathReader>(std::move(parsed), spec.type,
                                                 spec.is_list);
  return Add(std::move(spec), std::move(reader));
}

const FieldInfo* JsonCatalog::Find(absl::string_view name,
                                   std::string* dot_argument) const {
  dot_argument->clear();
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second;
}

absl::StatusOr<FieldArgument> JsonCatalog::ParseArgument(
    const FieldInfo& field, bool given, absl::string_view text) const {
  if (given && field.argument_rule == ArgumentRule::kNone) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", field.name, "` takes no argument"));
  }
  if (!given && field.argument_rule == ArgumentRule::kRequired) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", field.name, "` needs an argument in brackets"));
  }
  FieldArgument argument;
  argument.given = given;
  if (given && field.argument_kind == ArgumentKind::kIndex) {
    if (!IsIndex(text)) {
      return absl::InvalidArgumentError(
          absl::StrCat("`", field.name, "` wants a number from 0 in brackets, ",
                       "not `", text, "`"));
    }
    if (!absl::SimpleAtoi(text, &argument.index)) argument.index = kMaxIndex;
    argument.index = std::min(argument.index, kMaxIndex);
    argument.is_index = true;
  } else if (given) {
    argument.key = std::string(text);
  }
  if (field.resolve != nullptr) EYRIE_RETURN_IF_ERROR(field.resolve(argument));
  return argument;
}

std::vector<absl::string_view> JsonCatalog::Names() const {
  std::vector<absl::string_view> names;
  for (const auto& [name, field] : by_name_) names.push_back(name);
  return names;
}

std::vector<const FieldInfo*> JsonCatalog::Fields() const {
  std::vector<const FieldInfo*> fields;
  for (const auto& [name, field] : by_name_) fields.push_back(field);
  return fields;
}

}  // namespace eyrie::rules
