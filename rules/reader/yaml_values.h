// SPDX-License-Identifier: Apache-2.0
//
// Reads typed values out of YAML maps.

#ifndef EYRIE_RULES_READER_YAML_VALUES_H_
#define EYRIE_RULES_READER_YAML_VALUES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "rules/diagnostics.h"
#include "rules/reader/rule_document.h"
#include "rules/reader/yaml_node.h"
#include "rules/source.h"

namespace eyrie::rules {

// One map of a rule file, read key by key. A key that is missing or has a value
// of the wrong kind gives nothing; mistakes are added to the diagnostics, and
// failed() tells of them.
class MapReader {
 public:
  // `what` names the map in messages: "rule". All must outlive the reader.
  MapReader(const YamlNode& map, absl::string_view what,
            Diagnostics& diagnostics)
      : map_(map), what_(what), diagnostics_(diagnostics) {}

  bool failed() const { return failed_; }
  bool Has(absl::string_view key) const { return map_.Find(key) != nullptr; }
  const YamlNode* Find(absl::string_view key) const { return map_.Find(key); }

  // A text that is more than white space.
  std::optional<LocatedText> Text(absl::string_view key);
  // The same; that the key is missing is a mistake.
  std::optional<LocatedText> RequiredText(absl::string_view key);
  std::optional<Located<bool>> Bool(absl::string_view key);
  // A decimal number, not negative.
  std::optional<Located<int64_t>> Integer(absl::string_view key);
  // A sequence of texts, which may be empty ones.
  std::optional<Located<std::vector<LocatedText>>> Texts(absl::string_view key);
  // A sequence.
  const YamlNode* Sequence(absl::string_view key);

  // Warns of keys that are not among `known`.
  void WarnUnknownKeys(absl::Span<const absl::string_view> known);

  void Fail(absl::string_view code, SourceRange range, std::string message,
            std::string hint = "");

 private:
  const YamlNode& map_;
  const absl::string_view what_;
  Diagnostics& diagnostics_;
  bool failed_ = false;
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_READER_YAML_VALUES_H_
