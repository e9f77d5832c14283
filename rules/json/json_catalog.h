// SPDX-License-Identifier: Apache-2.0
//
// The fields of one JSON source.

#ifndef EYRIE_RULES_JSON_JSON_CATALOG_H_
#define EYRIE_RULES_JSON_JSON_CATALOG_H_

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "rules/check/catalog.h"
#include "rules/fields/field.h"
#include "rules/json/json_path.h"
#include "rules/json/json_reader.h"

namespace eyrie::rules {

// What a field of a JSON source is, beside how it is read.
struct JsonFieldSpec {
  std::string name;
  std::string doc;
  FieldType type = FieldType::kString;
  bool is_list = false;
  ArgumentRule argument_rule = ArgumentRule::kNone;
  ArgumentKind argument_kind = ArgumentKind::kNone;
  // As FieldInfo::unavailable.
  std::string unavailable = {};
  // As FieldInfo::resolve.
  absl::Status (*resolve)(FieldArgument& argument) = nullptr;
};

// Its fields belong to the centre: nodes see no JSON events.
//
// Thread safety: const methods may be called from any thread, once all is
// added.
class JsonCatalog : public Catalog {
 public:
  // Adds a field; `in_reference` reads it as FieldInfo::in_reference, if that
  // differs. Returns kAlreadyExists if there is one of this name.
  absl::Status Add(JsonFieldSpec spec, std::unique_ptr<const JsonReader> reader,
                   std::unique_ptr<const JsonReader> in_reference = nullptr);
  // The same, read at `path`; there `*` stands for all elements of an array.
  // Returns kInvalidArgument if it is no path.
  absl::Status AddPath(JsonFieldSpec spec, absl::string_view path);

  const FieldInfo* Find(absl::string_view name,
                        std::string* dot_argument) const override;
  // An index has no zeros in front, a key may be empty: as in the reference.
  absl::StatusOr<FieldArgument> ParseArgument(
      const FieldInfo& field, bool given,
      absl::string_view text) const override;
  std::vector<absl::string_view> Names() const override;

  // All fields, sorted by name. They live as long as the catalogue.
  std::vector<const FieldInfo*> Fields() const;

 private:
  struct Entry {
    std::string name;
    std::string doc;
    std::string unavailable;
    std::unique_ptr<const JsonReader> reader;
    std::unique_ptr<const JsonReader> reference_reader;
    FieldInfo info;            // borrows the above
    FieldInfo reference_info;  // the same
  };

  std::deque<Entry> entries_;
  std::map<absl::string_view, const FieldInfo*> by_name_;
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_JSON_JSON_CATALOG_H_
