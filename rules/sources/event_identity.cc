// SPDX-License-Identifier: Apache-2.0
//
// An identity is a list of values, each as its length, a letter for "there" or
// "missing", and its text: no two lists give the same bytes.

#include "rules/sources/event_identity.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

#include "rules/json/json_text.h"

namespace eyrie::rules {
namespace {

std::string Values(const std::vector<JsonPath>& places,
                   const JsonEvent& event) {
  std::string values;
  Scratch scratch;
  bool has_value = false;
  for (const JsonPath& place : places) {
    const Json* const value = place.Find(event.document);
    if (value == nullptr || value->is_null()) {
      values.append("0-");
      continue;
    }
    has_value = true;
    const absl::string_view text = JsonText(*value, scratch);
    absl::StrAppend(&values, text.size(), "+", text);
  }
  // Members of objects are sorted, so equal documents give equal texts.
  return has_value ? values : std::string(JsonText(event.document, scratch));
}

}  // namespace

std::string EventIdentity(const JsonSource& source, const JsonEvent& event) {
  return Values(source.identity, event);
}

std::string EventOccurrence(const JsonSource& source, const JsonEvent& event) {
  return Values(source.occurrence.empty() ? source.identity : source.occurrence,
                event);
}

absl::Status CheckEvent(const JsonSource& source, const JsonEvent& event) {
  for (const NamedPlace& place : source.required) {
    const Json* const value = place.path.Find(event.document);
    if (value == nullptr || !value->is_string() ||
        value->get_ref<const std::string&>().empty()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "no event of ", source.name, ": it has no text at ", place.pointer));
    }
  }
  return absl::OkStatus();
}

}  // namespace eyrie::rules
