// SPDX-License-Identifier: Apache-2.0
//
// Sets of literals that values are looked up in.

#ifndef EYRIE_RULES_EVAL_VALUE_SETS_H_
#define EYRIE_RULES_EVAL_VALUE_SETS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"

#include "rules/check/value.h"
#include "rules/eval/bit_filter.h"

namespace eyrie::rules {

// Strings, for `in`.
//
// Thread safety of all sets here: Contains() may be called from any thread once
// all is inserted.
class StringSet {
 public:
  void Insert(absl::string_view text);
  const absl::flat_hash_set<std::string>& strings() const { return strings_; }
  bool Contains(absl::string_view text) const {
    return (filter_ & FilterBit(text)) != 0 && strings_.contains(text);
  }

 private:
  static uint64_t FilterBit(absl::string_view text) {
    // Of the product the highest bits are mixed best.
    return uint64_t{1} << (Fingerprint(text) * 0x9E3779B1u >> 26);
  }

  uint64_t filter_ = 0;  // the bits of all strings: most values have another
  absl::flat_hash_set<std::string> strings_;
};

// Numbers by their bits.
class NumberSet {
 public:
  explicit NumberSet(std::vector<uint64_t> numbers);
  const std::vector<uint64_t>& numbers() const { return numbers_; }
  bool Contains(uint64_t number) const;

 private:
  std::vector<uint64_t> numbers_;  // ascending
};

// Networks; an address is one with all its bits.
class NetworkSet {
 public:
  void Insert(const IpAddress& address, int prefix_bits);
  // Whether `address` lies in one of them. IPv4 and IPv6 never match.
  bool Contains(const IpAddress& address) const;

 private:
  struct Network {
    uint64_t high = 0, low = 0;            // the address, as numbers
    uint64_t high_mask = 0, low_mask = 0;  // bits that count
  };
  std::vector<Network> v4_, v6_;
};

// Paths, for `pmatch`: a value is in the set if one of the paths equals it or
// leads to it, component by component. Components may hold shell patterns.
// Slashes at the ends and doubled ones do not count. Takes time by the depth of
// the value, not by the number of paths, where there are no patterns.
class PathSet {
 public:
  PathSet() : nodes_(1) {}
  void Insert(absl::string_view path);
  bool Contains(absl::string_view path) const { return Contains(0, path); }

 private:
  struct Node {
    bool is_end = false;  // a path ends here
    absl::flat_hash_map<std::string, uint32_t> children;
    std::vector<std::pair<std::string, uint32_t>> patterns;
  };
  bool Contains(uint32_t node, absl::string_view rest) const;

  std::vector<Node> nodes_;  // nodes_[0] is the root
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_EVAL_VALUE_SETS_H_
