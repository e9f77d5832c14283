// SPDX-License-Identifier: Apache-2.0

#include "rules/eval/text_index.h"

#include <algorithm>
#include <utility>

namespace eyrie::rules {
// ---- AffixIndex -----------------------------------------------------------

bool AffixIndex::IsBefore(absl::string_view a, absl::string_view b) const {
  if (!reversed_) return a < b;
  return std::lexicographical_compare(
      a.rbegin(), a.rend(), b.rbegin(), b.rend(), [](char x, char y) {
        return static_cast<unsigned char>(x) < static_cast<unsigned char>(y);
      });
}

void AffixIndex::Add(absl::string_view text, uint32_t id) {
  entries_.push_back({std::string(text), -1, {id}});
}

void AffixIndex::Finish() {
  std::stable_sort(entries_.begin(), entries_.end(),
                   [this](const Entry& a, const Entry& b) {
                     return IsBefore(a.text, b.text);
                   });
  std::vector<Entry> merged;
  for (Entry& entry : entries_) {
    if (!merged.empty() && merged.back().text == entry.text) {
      merged.back().ids.push_back(entry.ids[0]);
      continue;
    }
    // The one before it begins with all that are an affix of both.
    auto shorter = static_cast<int32_t>(merged.size()) - 1;
    while (shorter >= 0 && !IsAffix(merged[shorter].text, entry.text)) {
      shorter = merged[shorter].shorter;
    }
    entry.shorter = shorter;
    merged.push_back(std::move(entry));
  }
  entries_ = std::move(merged);
  MakeFilter();
}

void AffixIndex::MakeFilter() {
  for (const Entry& entry : entries_) {
    shortest_ = std::min(shortest_, entry.text.size());
  }
  filter_ = BitFilter(entries_.size());
  char bytes[sizeof(uint32_t)] = {};
  const size_t known = std::min(shortest_, sizeof(bytes));
  const size_t at = reversed_ ? sizeof(bytes) - known : 0;
  std::fill_n(bytes + at, known, '\xff');
  std::memcpy(&mask_, bytes, sizeof(mask_));
  for (const Entry& entry : entries_) {
    const absl::string_view text = entry.text;
    text.copy(bytes + at, known, reversed_ ? text.size() - known : 0);
    uint32_t edge;
    std::memcpy(&edge, bytes, sizeof(edge));
    filter_.Insert(edge);
  }
}

int32_t AffixIndex::LastNotAfter(absl::string_view value) const {
  const auto after =
      std::upper_bound(entries_.begin(), entries_.end(), value,
                       [this](absl::string_view text, const Entry& entry) {
                         return IsBefore(text, entry.text);
                       });
  return static_cast<int32_t>(after - entries_.begin()) - 1;
}

// ---- PartIndex ------------------------------------------------------------

bool PartIndex::Contains(absl::string_view text, absl::string_view part) {
  if (part.empty()) return true;
  // Of so few bytes the first is rare enough.
  for (size_t at = text.find(part[0]); at != absl::string_view::npos;
       at = text.find(part[0], at + 1)) {
    if (absl::StartsWith(text.substr(at), part)) return true;
  }
  return false;
}

void PartIndex::Add(absl::string_view text, uint32_t id) {
  std::vector<Part>& parts = text.size() < kGram ? short_ : long_;
  const auto [place, is_new] = known_.emplace(text, parts.size());
  if (is_new) parts.push_back({std::string(text), 0, {}});
  parts[place->second].ids.push_back(id);
}

void PartIndex::Finish() {
  known_ = {};
  for (size_t i = 0; i < long_.size(); ++i) {
    Part& part = long_[i];
    size_t fewest = long_.size();
    for (size_t at = 0; at + kGram <= part.text.size() && fewest > 0; ++at) {
      const auto found = by_gram_.find(GramAt(part.text, at));
      const size_t others = found == by_gram_.end() ? 0 : found->second.size();
      if (others >= fewest) continue;
      fewest = others;
      part.offset = at;
    }
    by_gram_[GramAt(part.text, part.offset)].push_back(
        static_cast<uint32_t>(i));
  }
  filter_ = BitFilter(by_gram_.size());
  for (const auto& [gram, parts] : by_gram_) filter_.Insert(gram);
}

// ---- TextIndex ------------------------------------------------------------

void TextIndex::Add(Place place, absl::string_view text, uint32_t id) {
  switch (place) {
    case Place::kWhole:
      wholes_[text].push_back(id);
      break;
    case Place::kBegin:
      begins_.Add(text, id);
      break;
    case Place::kEnd:
      ends_.Add(text, id);
      break;
    case Place::kAnywhere:
      parts_.Add(text, id);
      break;
  }
}

void TextIndex::Finish() {
  if (!wholes_.empty()) filter_ = BitFilter(wholes_.size());
  for (const auto& [text, ids] : wholes_) filter_.Insert(Fingerprint(text));
  begins_.Finish();
  ends_.Finish();
  parts_.Finish();
}

}  // namespace eyrie::rules
