// SPDX-License-Identifier: Apache-2.0

#include "rules/reader/yaml_values.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace eyrie::rules {
namespace {

// YAML 1.1, as the reference reads it: only these words, in lower case, upper
// case or with one capital.
std::optional<bool> ParseBool(absl::string_view text) {
  std::string lower = absl::AsciiStrToLower(text);
  std::string capital = lower;
  if (!capital.empty()) capital[0] = absl::ascii_toupper(capital[0]);
  if (text != lower && text != capital && text != absl::AsciiStrToUpper(text)) {
    return std::nullopt;
  }
  for (const absl::string_view word : {"true", "yes", "on", "y"}) {
    if (lower == word) return true;
  }
  for (const absl::string_view word : {"false", "no", "off", "n"}) {
    if (lower == word) return false;
  }
  return std::nullopt;
}

}  // namespace

void MapReader::Fail(absl::string_view code, SourceRange range,
                     std::string message, std::string hint) {
  failed_ = true;
  diagnostics_.Error(code, std::move(range), std::move(message),
                     std::move(hint));
}

std::optional<LocatedText> MapReader::Text(absl::string_view key) {
  const YamlNode* value = Find(key);
  if (value == nullptr) return std::nullopt;
  if (value->is_null() ||
      (value->is_scalar() &&
       absl::StripAsciiWhitespace(value->text.text()).empty())) {
    Fail("empty-value", value->range, absl::StrCat("'", key, "' is empty"));
    return std::nullopt;
  }
  if (!value->is_scalar()) {
    Fail("wrong-type", value->range,
         absl::StrCat("'", key, "' must be a text"));
    return std::nullopt;
  }
  return value->text;
}

std::optional<LocatedText> MapReader::RequiredText(absl::string_view key) {
  if (!Has(key)) {
    Fail("missing-key", map_.range,
         absl::StrCat("this ", what_, " has no '", key, "'"));
    return std::nullopt;
  }
  return Text(key);
}

std::optional<Located<bool>> MapReader::Bool(absl::string_view key) {
  const YamlNode* value = Find(key);
  if (value == nullptr) return std::nullopt;
  const std::optional<bool> parsed = ParseBool(value->text.text());
  if (!parsed) {
    Fail("wrong-type", value->range,
         absl::StrCat("'", key, "' must be true or false"));
    return std::nullopt;
  }
  return Located<bool>{*parsed, value->range};
}

std::optional<Located<int64_t>> MapReader::Integer(absl::string_view key) {
  const YamlNode* value = Find(key);
  if (value == nullptr) return std::nullopt;
  int64_t number = 0;
  if (!absl::SimpleAtoi(value->text.text(), &number) || number < 0) {
    Fail("wrong-type", value->range,
         absl::StrCat("'", key, "' must be a number, zero or more"));
    return std::nullopt;
  }
  return Located<int64_t>{number, value->range};
}

const YamlNode* MapReader::Sequence(absl::string_view key) {
  const YamlNode* value = Find(key);
  if (value == nullptr) return nullptr;
  if (value->is_sequence()) return value;
  Fail("wrong-type", value->range, absl::StrCat("'", key, "' must be a list"));
  return nullptr;
}

std::optional<Located<std::vector<LocatedText>>> MapReader::Texts(
    absl::string_view key) {
  const YamlNode* sequence = Sequence(key);
  if (sequence == nullptr) return std::nullopt;
  Located<std::vector<LocatedText>> texts{{}, sequence->range};
  for (const YamlNodePtr& item : sequence->items) {
    if (item->is_scalar()) {
      texts.value.push_back(item->text);
    } else {
      Fail("wrong-type", item->range,
           absl::StrCat("'", key, "' must hold texts only"));
    }
  }
  return texts;
}

void MapReader::WarnUnknownKeys(absl::Span<const absl::string_view> known) {
  for (const auto& [key, value] : map_.entries) {
    bool is_known = false;
    for (const absl::string_view name : known) {
      is_known |= key->is_scalar() && key->text.text() == name;
    }
    if (is_known) continue;
    const std::string name = key->is_scalar() ? key->text.text() : "";
    const std::string nearest = NearestName(name, {known.begin(), known.end()});
    diagnostics_.Warning(
        "unknown-key", key->range,
        absl::StrCat("a ", what_, " has no key '", name, "'; it is ignored"),
        nearest.empty() ? "" : absl::StrCat("did you mean '", nearest, "'?"));
  }
}

}  // namespace eyrie::rules
