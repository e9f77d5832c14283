// SPDX-License-Identifier: Apache-2.0
//
// Adds made-up fields to a catalogue, for tests of the language itself.

#ifndef EYRIE_RULES_CHECK_OVERLAY_CATALOG_H_
#define EYRIE_RULES_CHECK_OVERLAY_CATALOG_H_

#include <deque>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "rules/check/catalog.h"
#include "rules/fields/field.h"

namespace eyrie::rules {

// A field as `eyrie rules eval --test-fields FILE` describes it.
struct TestField {
  std::string name;
  std::string type;  // in the reference's words: "CHARBUF", "UINT32", "IPNET"
  bool is_list = false;
  std::string argument;   // "", "optional" or "required"
  bool is_index = false;  // the argument may be a number
  bool is_key = false;    // the argument may be a text
  bool no_transformer = false;
  bool no_right_side = false;
};

// The fields of another catalogue, and those that were added. A field of the
// other one wins over an added one of the same name. Events have no value for
// added fields.
//
// Thread safety: as Catalog, once all is added.
class OverlayCatalog : public Catalog {
 public:
  // Borrows `base`.
  explicit OverlayCatalog(const Catalog& base) : base_(base) {}

  // Returns kInvalidArgument if the type is not known.
  absl::Status Add(const TestField& field);

  const FieldInfo* Find(absl::string_view name,
                        std::string* dot_argument) const override;
  // An added field takes any text as a key, even none, and any number without
  // leading zeros as an index.
  absl::StatusOr<FieldArgument> ParseArgument(
      const FieldInfo& field, bool given,
      absl::string_view text) const override;
  std::vector<absl::string_view> Names() const override;

 private:
  const Catalog& base_;
  std::deque<std::string> names_;  // that fields_ borrows
  std::deque<FieldInfo> fields_;
  absl::flat_hash_map<absl::string_view, const FieldInfo*> by_name_;
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_CHECK_OVERLAY_CATALOG_H_
