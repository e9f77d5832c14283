// SPDX-License-Identifier: Apache-2.0
//
// A YAML document as a tree that knows its places.

#ifndef EYRIE_RULES_READER_YAML_NODE_H_
#define EYRIE_RULES_READER_YAML_NODE_H_

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

#include "rules/source.h"

namespace eyrie::rules {

struct YamlNode;
using YamlNodePtr = std::shared_ptr<const YamlNode>;

// Immutable once read; an alias shares the node it stands for.
struct YamlNode {
  enum class Kind { kNull, kScalar, kSequence, kMap };

  Kind kind = Kind::kNull;
  // kScalar: the resolved text; each byte knows where it stood.
  LocatedText text;
  std::vector<YamlNodePtr> items;                            // kSequence
  std::vector<std::pair<YamlNodePtr, YamlNodePtr>> entries;  // kMap, in order
  SourceRange range;
  // Nodes of the tree below, itself included; aliases count each time.
  size_t size = 1;
  // Bytes of their texts.
  size_t bytes = 0;
  // 1 for a leaf. Bounded by ReadLimits::max_yaml_depth.
  size_t depth = 1;

  bool is_null() const { return kind == Kind::kNull; }
  bool is_scalar() const { return kind == Kind::kScalar; }
  bool is_sequence() const { return kind == Kind::kSequence; }
  bool is_map() const { return kind == Kind::kMap; }

  // The value of the first entry called `key`, or null.
  const YamlNode* Find(absl::string_view key) const {
    for (const auto& [name, value] : entries) {
      if (name->is_scalar() && name->text.text() == key) return value.get();
    }
    return nullptr;
  }
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_READER_YAML_NODE_H_
