// SPDX-License-Identifier: Apache-2.0

#include "rules/reader/exception_reader.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

#include "rules/reader/yaml_values.h"

namespace eyrie::rules {
namespace {

constexpr absl::string_view kExceptionKeys[] = {"name", "fields", "comps",
                                                "values"};

// A list of tuples of lists is the most that has a meaning.
constexpr int kMaxNesting = 2;

std::optional<RawValue> ReadValue(const YamlNode& node, absl::string_view key,
                                  int nesting, MapReader& reader) {
  RawValue value;
  value.range = node.range;
  if (node.is_scalar()) {
    value.text = node.text;
    return value;
  }
  if (!node.is_sequence() || nesting == 0) {
    reader.Fail("wrong-type", node.range,
                absl::StrCat("'", key, "' must hold texts",
                             nesting == 0 ? "" : " or lists of them"));
    return std::nullopt;
  }
  value.is_list = true;
  for (const YamlNodePtr& item : node.items) {
    std::optional<RawValue> inner = ReadValue(*item, key, nesting - 1, reader);
    if (!inner) return std::nullopt;
    value.items.push_back(std::move(*inner));
  }
  return value;
}

// `fields` or `comps`: a text that is not empty, or a list of such.
std::optional<RawValue> ReadShape(absl::string_view key, MapReader& reader) {
  const YamlNode* node = reader.Find(key);
  if (node == nullptr) return std::nullopt;
  std::optional<RawValue> value = ReadValue(*node, key, 1, reader);
  if (!value) return std::nullopt;
  bool is_empty = !value->is_list && value->text.empty();
  for (const RawValue& item : value->items) is_empty |= item.text.empty();
  if (is_empty || (value->is_list && value->items.empty())) {
    reader.Fail("empty-value", node->range,
                absl::StrCat("'", key, "' holds nothing"));
    return std::nullopt;
  }
  return value;
}

std::optional<RawException> ReadException(const YamlNode& node,
                                          Diagnostics& diagnostics) {
  MapReader reader(node, "exception", diagnostics);
  if (!node.is_map()) {
    reader.Fail("wrong-type", node.range,
                "an exception must be a map with name, fields and values");
    return std::nullopt;
  }
  reader.WarnUnknownKeys(kExceptionKeys);
  RawException exception;
  exception.range = node.range;
  if (std::optional<LocatedText> name = reader.RequiredText("name")) {
    exception.name = std::move(*name);
  }
  exception.fields = ReadShape("fields", reader);
  exception.comps = ReadShape("comps", reader);
  if (reader.Has("values")) {
    if (const YamlNode* values = reader.Sequence("values")) {
      exception.values.emplace();
      for (const YamlNodePtr& item : values->items) {
        std::optional<RawValue> value =
            ReadValue(*item, "values", kMaxNesting, reader);
        if (value) exception.values->push_back(std::move(*value));
      }
    }
  }
  if (reader.failed()) return std::nullopt;
  return exception;
}

}  // namespace

std::vector<RawException> ReadExceptions(const YamlNode& node,
                                         Diagnostics& diagnostics,
                                         bool& failed) {
  std::vector<RawException> exceptions;
  if (node.is_null()) return exceptions;
  if (!node.is_sequence()) {
    diagnostics.Error("wrong-type", node.range, "'exceptions' must be a list");
    failed = true;
    return exceptions;
  }
  for (const YamlNodePtr& item : node.items) {
    std::optional<RawException> exception = ReadException(*item, diagnostics);
    if (exception) {
      exceptions.push_back(std::move(*exception));
    } else {
      failed = true;
    }
  }
  return exceptions;
}

}  // namespace eyrie::rules
