// SPDX-License-Identifier: Apache-2.0
//
// Many texts, each to be found in a value at once: equal to it, at its begin,
// at its end, or anywhere within.

#ifndef EYRIE_RULES_EVAL_TEXT_INDEX_H_
#define EYRIE_RULES_EVAL_TEXT_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

#include "rules/eval/bit_filter.h"

namespace eyrie::rules {

// Numbers that belong to a text.
using TextIds = absl::InlinedVector<uint32_t, 2>;

// Texts that values begin with, or, reversed, end with.
//
// They stand in order, each with the longest other that it begins with. Of the
// texts that a value begins with, the longest stands before the value's own
// place or is begun with by the one that does: one binary search finds all.
class AffixIndex {
 public:
  explicit AffixIndex(bool reversed) : reversed_(reversed) {}

  void Add(absl::string_view text, uint32_t id);
  // Call once, when all is added.
  void Finish();

  // Calls `visit(id)` for each number whose text `value` begins (or ends) with.
  template <typename Visitor>
  void Find(absl::string_view value, Visitor visit) const {
    if (!MayHaveAffix(value)) return;
    for (int32_t i = LastNotAfter(value); i >= 0; i = entries_[i].shorter) {
      const Entry& entry = entries_[i];
      if (!IsAffix(entry.text, value)) continue;
      for (const uint32_t id : entry.ids) visit(id);
    }
  }

 private:
  struct Entry {
    std::string text;
    int32_t shorter = -1;  // the longest other entry that is an affix of it
    TextIds ids;
  };

  bool IsAffix(absl::string_view affix, absl::string_view text) const {
    return reversed_ ? absl::EndsWith(text, affix)
                     : absl::StartsWith(text, affix);
  }
  void MakeFilter();
  bool IsBefore(absl::string_view a, absl::string_view b) const;
  int32_t LastNotAfter(absl::string_view value) const;
  // False for most values that have none of the texts.
  bool MayHaveAffix(absl::string_view value) const {
    if (value.size() < shortest_) return false;
    if (value.size() < sizeof(uint32_t)) return true;
    uint32_t edge;
    std::memcpy(&edge,
                value.data() + (reversed_ ? value.size() - sizeof(edge) : 0),
                sizeof(edge));
    return filter_.MayContain(edge & mask_);
  }

  bool reversed_;
  std::vector<Entry> entries_;
  size_t shortest_ = ~size_t{0};  // bytes of the shortest text
  // The first (or last) bytes of all texts: as many as the shortest has, at
  // most four. `mask_` has ones where they stand in four bytes of a value.
  BitFilter filter_;
  uint32_t mask_ = 0;
};

// Texts that stand anywhere in values.
//
// Of each text four bytes are chosen that few others have. A bit table tells of
// most places of a value that none of them stands there; elsewhere the texts
// with these bytes are compared. So a value costs about 1 ns a byte, however
// many texts there are.
class PartIndex {
 public:
  void Add(absl::string_view text, uint32_t id);
  // Call once, when all is added.
  void Finish();

  // Calls `visit(id)` for each number whose text stands in `value`; may be more
  // than once.
  template <typename Visitor>
  void Find(absl::string_view value, Visitor visit) const {
    for (const Part& part : short_) {
      if (!Contains(value, part.text)) continue;
      for (const uint32_t id : part.ids) visit(id);
    }
    if (by_gram_.empty() || value.size() < kGram) return;
    for (size_t at = 0; at + kGram <= value.size(); ++at) {
      const uint32_t gram = GramAt(value, at);
      if (!filter_.MayContain(gram)) continue;
      const auto found = by_gram_.find(gram);
      if (found == by_gram_.end()) continue;
      for (const uint32_t index : found->second) {
        const Part& part = long_[index];
        if (at < part.offset ||
            !absl::StartsWith(value.substr(at - part.offset), part.text)) {
          continue;
        }
        for (const uint32_t id : part.ids) visit(id);
      }
    }
  }

 private:
  static constexpr size_t kGram = 4;

  struct Part {
    std::string text;
    size_t offset = 0;  // of the bytes it is found by
    TextIds ids;
  };

  static uint32_t GramAt(absl::string_view text, size_t at) {
    uint32_t gram;
    std::memcpy(&gram, text.data() + at, kGram);
    return gram;
  }
  static bool Contains(absl::string_view text, absl::string_view part);

  std::vector<Part> short_;  // of fewer than kGram bytes
  std::vector<Part> long_;
  absl::flat_hash_map<std::string, uint32_t> known_;  // in long_, until Finish
  absl::flat_hash_map<uint32_t, std::vector<uint32_t>> by_gram_;
  BitFilter filter_;  // of by_gram_
};

// All of these.
//
// Usage: add texts, each with a number of the caller's; Finish(); Find().
// Thread safety: Find() may be called from any thread after Finish(). It
// allocates nothing.
class TextIndex {
 public:
  enum class Place { kWhole, kBegin, kEnd, kAnywhere };

  void Add(Place place, absl::string_view text, uint32_t id);
  // Call once, when all is added.
  void Finish();

  // Calls `visit(id)` for each number whose text is found in `value` at its
  // place; for some more than once.
  template <typename Visitor>
  void Find(absl::string_view value, Visitor visit) const {
    if (filter_.MayContain(Fingerprint(value))) {
      const auto found = wholes_.find(value);
      if (found != wholes_.end()) {
        for (const uint32_t id : found->second) visit(id);
      }
    }
    begins_.Find(value, visit);
    ends_.Find(value, visit);
    parts_.Find(value, visit);
  }

 private:
  BitFilter filter_;  // of wholes_
  absl::flat_hash_map<std::string, TextIds> wholes_;
  AffixIndex begins_{/*reversed=*/false};
  AffixIndex ends_{/*reversed=*/true};
  PartIndex parts_;
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_EVAL_TEXT_INDEX_H_
