// SPDX-License-Identifier: Apache-2.0
//
// Values of fields that a person wrote down, in place of an event.

#ifndef EYRIE_RULES_EVAL_GIVEN_FIELDS_H_
#define EYRIE_RULES_EVAL_GIVEN_FIELDS_H_

#include <cstdint>
#include <deque>
#include <string>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "rules/check/bound_expr.h"
#include "rules/eval/field_source.h"

namespace eyrie::rules {

// Raw bytes: {"hex": "cafe"} in JSON.
struct GivenBytes {
  std::string bytes;
};

// One value as JSON says it; monostate for null. Addresses are texts, times
// integers in ns.
using GivenScalar = std::variant<std::monostate, std::string, GivenBytes, bool,
                                 int64_t, uint64_t, double>;

// The values of one field. A JSON array has several or none.
struct GivenValue {
  bool is_array = false;
  std::vector<GivenScalar> items;  // one if it is no array
  // There may be more values that are not known. JSON cannot say it.
  bool is_unknown = false;
};

// By the field as it is written, its argument without quotes:
// `proc.env["HOME"]` stands under "proc.env[HOME]".
using GivenFields = absl::flat_hash_map<std::string, GivenValue>;

// Answers with given values. A field that is not given is absent.
//
// Thread safety: immutable once made.
class GivenSource : public FieldSource {
 public:
  // Reads the fields `uses` out of `given`; others are ignored.
  //
  // An empty array means absent, but for list fields of the kernel's events,
  // where it is a list without elements.
  //
  // Returns kInvalidArgument if a value is none of the field's type.
  static absl::StatusOr<GivenSource> Create(
      const std::vector<const FieldUse*>& uses, const GivenFields& given);

  void Read(const FieldUse& use, Scratch& scratch,
            FieldValues& out) const override;

 private:
  absl::Status AddField(const FieldUse& use, const GivenValue& given);
  absl::StatusOr<Value> Convert(const GivenScalar& given, FieldType type);
  absl::string_view Keep(std::string text);

  std::deque<std::string> strings_;
  absl::flat_hash_map<std::string, FieldValues> values_;
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_EVAL_GIVEN_FIELDS_H_
