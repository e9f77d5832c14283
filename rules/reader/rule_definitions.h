// SPDX-License-Identifier: Apache-2.0
//
// Lists, macros and rules as all files together define them.

#ifndef EYRIE_RULES_READER_RULE_DEFINITIONS_H_
#define EYRIE_RULES_READER_RULE_DEFINITIONS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

#include "rules/priority.h"
#include "rules/reader/rule_document.h"
#include "rules/source.h"

namespace eyrie::rules {

// Where an item stands among all items of its collection. A later definition of
// the same name keeps `index`, and so its place in the order of evaluation, but
// sees what was defined up to itself: an item A may use an item B if
// B.index < A.visibility.
struct Order {
  uint32_t index = 0;
  uint32_t visibility = 0;
};

struct ListDefinition {
  LocatedText name;
  std::vector<LocatedText> items;
  Order order;
  SourceRange range;
};

struct MacroDefinition {
  LocatedText name;
  LocatedText condition;
  Order order;
  SourceRange range;
};

// One exception; `fields` and `comps` agree in shape and number.
struct ExceptionDefinition {
  LocatedText name;
  RawValue fields;
  RawValue comps;  // defaults filled in; a default has no place
  std::vector<RawValue> values;
  SourceRange range;
};

struct RuleDefinition {
  LocatedText name;
  LocatedText condition;
  LocatedText output;
  LocatedText description;
  Priority priority = Priority::kDebug;
  std::string source;
  // Rules of unknown sources are skipped, as in the reference.
  bool is_source_known = true;
  std::vector<std::string> tags;
  std::vector<ExceptionDefinition> exceptions;
  bool enabled = true;
  bool warn_evttypes = true;
  bool skip_if_unknown_filter = false;
  bool capture = false;
  int64_t capture_duration_ms = 0;
  Order order;
  SourceRange range;
};

// Definitions of one kind, each name once, in order of `index`.
template <typename T>
class Definitions {
 public:
  const std::vector<T>& all() const { return all_; }
  // Null if there is none.
  const T* Find(absl::string_view name) const {
    const auto it = positions_.find(name);
    return it == positions_.end() ? nullptr : &all_[it->second];
  }
  T* Find(absl::string_view name) {
    const auto it = positions_.find(name);
    return it == positions_.end() ? nullptr : &all_[it->second];
  }
  // REQUIRES: the name is new.
  void Add(T definition) {
    positions_[definition.name.text()] = all_.size();
    all_.push_back(std::move(definition));
  }

 private:
  std::vector<T> all_;
  absl::flat_hash_map<std::string, size_t> positions_;
};

// What the files say together, before any condition is parsed.
struct RuleCollection {
  Definitions<ListDefinition> lists;
  Definitions<MacroDefinition> macros;
  Definitions<RuleDefinition> rules;
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_READER_RULE_DEFINITIONS_H_
