// SPDX-License-Identifier: Apache-2.0
//
// Reads one field of JSON events.

#ifndef EYRIE_RULES_JSON_JSON_READER_H_
#define EYRIE_RULES_JSON_JSON_READER_H_

#include <utility>

#include "absl/strings/string_view.h"

#include "rules/check/types.h"
#include "rules/check/value.h"
#include "rules/fields/event.h"
#include "rules/fields/field.h"
#include "rules/json/json_event.h"
#include "rules/json/json_path.h"

namespace eyrie::rules {

// What FieldInfo::json points to.
//
// Thread safety: immutable.
class JsonReader {
 public:
  virtual ~JsonReader() = default;

  // Adds the values to `out`, which is absent at first and stays so if there is
  // none. Strings are borrowed from the event or stand in `scratch`. Allocates
  // nothing else.
  virtual void Read(const JsonEvent& event, const FieldArgument& argument,
                    Scratch& scratch, FieldValues& out) const = 0;
};

// Reads by a function.
class JsonFunction : public JsonReader {
 public:
  using Function = void (*)(const JsonEvent&, const FieldArgument&, Scratch&,
                            FieldValues&);

  explicit JsonFunction(Function function) : function_(function) {}

  void Read(const JsonEvent& event, const FieldArgument& argument,
            Scratch& scratch, FieldValues& out) const override {
    function_(event, argument, scratch, out);
  }

 private:
  const Function function_;
};

// Reads what stands at a path. A null is no value. With an index, the first
// star of the path stands for that one element.
class JsonPathReader : public JsonReader {
 public:
  // A list field gets all values at the path, another one the first.
  JsonPathReader(JsonPath path, FieldType type, bool is_list)
      : path_(std::move(path)), type_(type), is_list_(is_list) {}

  void Read(const JsonEvent& event, const FieldArgument& argument,
            Scratch& scratch, FieldValues& out) const override;

 private:
  const JsonPath path_;
  const FieldType type_;
  const bool is_list_;
};

// Adds `value` as `type` says: a string as JsonText() gives it; an unsigned
// integer from a number or decimal digits. Adds nothing for a null, and for
// what is no number where one is wanted.
void AddJsonValue(const Json& value, FieldType type, Scratch& scratch,
                  FieldValues& out);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_JSON_JSON_READER_H_
