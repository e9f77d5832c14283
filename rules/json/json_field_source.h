// SPDX-License-Identifier: Apache-2.0
//
// The fields of one JSON event, for an evaluation.

#ifndef EYRIE_RULES_JSON_JSON_FIELD_SOURCE_H_
#define EYRIE_RULES_JSON_JSON_FIELD_SOURCE_H_

#include "rules/eval/field_source.h"
#include "rules/json/json_event.h"
#include "rules/json/json_reader.h"

namespace eyrie::rules {

// Reads fields of a JsonCatalog.
class JsonFieldSource final : public FieldSource {
 public:
  // Borrows `event`.
  explicit JsonFieldSource(const JsonEvent& event) : event_(event) {}

  void Read(const FieldUse& use, Scratch& scratch,
            FieldValues& out) const override {
    out.Clear();
    use.field->json->Read(event_, use.argument, scratch, out);
  }

 private:
  const JsonEvent& event_;
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_JSON_JSON_FIELD_SOURCE_H_
