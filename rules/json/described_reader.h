// SPDX-License-Identifier: Apache-2.0
//
// Reads a field as a file of a source describes it.

#ifndef EYRIE_RULES_JSON_DESCRIBED_READER_H_
#define EYRIE_RULES_JSON_DESCRIBED_READER_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "re2/re2.h"

#include "rules/json/json_path.h"
#include "rules/json/json_reader.h"

namespace eyrie::rules {

// Whether a description applies to an event.
struct JsonCondition {
  JsonPath path;
  // The texts that the value may be; empty: any.
  std::vector<std::string> in;
  // What the value matches as a whole; null: anything.
  std::shared_ptr<const re2::RE2> match;
  // Whether the contrary is wanted: another value, or none.
  bool is_negated = false;
};

// A piece of a text: `literal`, or what stands at `path`.
struct JsonTextPart {
  std::string literal;
  std::optional<JsonPath> path;
};

// One way to a value. Exactly one of path, text and sum says where it is.
struct JsonDescription {
  std::optional<JsonCondition> condition;
  std::optional<JsonPath> path;
  // Parts put together; no value if one of them has none.
  std::vector<JsonTextPart> text;
  // Numbers added up; those that are missing count nothing, but one is there.
  std::vector<JsonPath> sum;
  // Of each value only what the first group matches, or all if there is no
  // group. A value that does not match as a whole is none.
  std::shared_ptr<const re2::RE2> match;
  // What a text becomes; others stay.
  std::vector<std::pair<std::string, std::string>> map;
  // All values in one text, with this between them.
  std::optional<std::string> join;
};

// Takes the first description that applies and gives a value.
class DescribedReader : public JsonReader {
 public:
  DescribedReader(std::vector<JsonDescription> descriptions, FieldType type,
                  bool is_list)
      : descriptions_(std::move(descriptions)),
        type_(type),
        is_list_(is_list) {}

  void Read(const JsonEvent& event, const FieldArgument& argument,
            Scratch& scratch, FieldValues& out) const override;

 private:
  void ReadOne(const JsonDescription& description, const JsonEvent& event,
               const FieldArgument& argument, Scratch& scratch,
               FieldValues& out) const;

  const std::vector<JsonDescription> descriptions_;
  const FieldType type_;
  const bool is_list_;
};

// Reads nothing and says so: for fields that are known, but not carried.
class UnknownReader : public JsonReader {
 public:
  void Read(const JsonEvent&, const FieldArgument&, Scratch&,
            FieldValues& out) const override {
    out.presence = Presence::kUnknown;
  }
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_JSON_DESCRIBED_READER_H_
