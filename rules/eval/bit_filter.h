// SPDX-License-Identifier: Apache-2.0
//
// Tells of most values that they are not in a set, before the set is asked.

#ifndef EYRIE_RULES_EVAL_BIT_FILTER_H_
#define EYRIE_RULES_EVAL_BIT_FILTER_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "absl/strings/string_view.h"

namespace eyrie::rules {

// A number that most different texts differ in, made of the length and at most
// eight bytes: it takes the same short time for all.
inline uint32_t Fingerprint(absl::string_view text) {
  uint32_t begin = 0;
  uint32_t end = 0;
  if (text.size() >= sizeof(begin)) {
    std::memcpy(&begin, text.data(), sizeof(begin));
    std::memcpy(&end, text.data() + text.size() - sizeof(end), sizeof(end));
  } else if (!text.empty()) {
    std::memcpy(&begin, text.data(), 1);
    std::memcpy(&end, text.data() + text.size() / 2, 1);
    end = end << 8 | static_cast<unsigned char>(text.back());
  }
  const auto size = static_cast<uint32_t>(text.size());
  return begin ^ (end << 13 | end >> 19) ^ size * 0x85EBCA6Bu;
}

// A set of numbers in few bits that may take others for its own, about one in
// sixteen.
//
// Thread safety: MayContain() may be called from any thread once all is
// inserted.
class BitFilter {
 public:
  // Holds nothing and has no room.
  BitFilter() : words_(1) {}
  // Has room for `count` numbers.
  explicit BitFilter(size_t count) {
    bits_ = kMinBits;
    while (bits_ < kMaxBits && (size_t{1} << bits_) < count * kBitsPerNumber) {
      ++bits_;
    }
    words_.resize((size_t{1} << bits_) / 64);
  }

  void Insert(uint32_t number) {
    const uint32_t bit = BitOf(number);
    words_[bit / 64] |= uint64_t{1} << (bit % 64);
  }
  // False for none that was inserted, and for most others.
  bool MayContain(uint32_t number) const {
    const uint32_t bit = BitOf(number);
    return (words_[bit / 64] >> (bit % 64) & 1) != 0;
  }

 private:
  static constexpr size_t kBitsPerNumber = 16;
  static constexpr int kMinBits = 9;
  static constexpr int kMaxBits = 20;  // 128 KiB, which the caches still hold

  uint32_t BitOf(uint32_t number) const {
    return number * 0x9E3779B1u >> (32 - bits_);  // Knuth's multiplier
  }

  std::vector<uint64_t> words_;
  int bits_ = 6;  // it has 2^bits_ bits
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_EVAL_BIT_FILTER_H_
