// SPDX-License-Identifier: Apache-2.0
//
// One rule file as written: items in order, with their places.

#ifndef EYRIE_RULES_READER_RULE_DOCUMENT_H_
#define EYRIE_RULES_READER_RULE_DOCUMENT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "rules/source.h"

namespace eyrie::rules {

// `required_engine_version: 0.57.0`, or a number.
struct RequiredEngineVersion {
  LocatedText version;
};

// One entry of `required_plugin_versions`.
struct RequiredPlugin {
  struct Version {
    LocatedText name;
    LocatedText version;
  };
  std::vector<Version> alternatives;  // the entry itself first
};

// `override: {condition: append}`.
enum class OverrideKind { kAppend, kReplace };
struct Override {
  std::string key;
  OverrideKind kind;
  SourceRange range;
};

// How an item changes what was there before.
struct Update {
  bool append = false;  // `append: true`
  SourceRange append_range;
  std::vector<Override> overrides;
};

struct RawList {
  LocatedText name;
  std::vector<LocatedText> items;
  SourceRange items_range;
  Update update;
  SourceRange range;
};

struct RawMacro {
  LocatedText name;
  LocatedText condition;  // trimmed
  Update update;
  SourceRange range;
};

// A text, or a list of such: what `fields`, `comps` and `values` of exceptions
// hold. Nests three deep at most.
struct RawValue {
  bool is_list = false;
  LocatedText text;
  std::vector<RawValue> items;
  SourceRange range;
};

struct RawException {
  LocatedText name;
  std::optional<RawValue> fields;
  std::optional<RawValue> comps;
  // Tuples, or texts; no value: the key is missing.
  std::optional<std::vector<RawValue>> values;
  SourceRange range;
};

// A value that is not a text, with its place.
template <typename T>
struct Located {
  T value;
  SourceRange range;
};

struct RawRule {
  LocatedText name;
  std::optional<LocatedText> condition;  // trimmed
  std::optional<LocatedText> output;     // trimmed
  std::optional<LocatedText> description;
  std::optional<LocatedText> priority;
  std::optional<LocatedText> source;
  std::optional<Located<bool>> enabled;
  std::optional<Located<std::vector<LocatedText>>> tags;
  std::optional<Located<std::vector<RawException>>> exceptions;
  std::optional<Located<bool>> warn_evttypes;
  std::optional<Located<bool>> skip_if_unknown_filter;
  std::optional<Located<bool>> capture;
  std::optional<Located<int64_t>> capture_duration_ms;
  Update update;
  SourceRange range;
};

using RawItem = std::variant<RequiredEngineVersion, RequiredPlugin, RawList,
                             RawMacro, RawRule>;

struct RuleDocument {
  std::shared_ptr<const SourceFile> file;
  std::vector<RawItem> items;
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_READER_RULE_DOCUMENT_H_
