// SPDX-License-Identifier: Apache-2.0

#include "rules/eval/value_sets.h"

#include <algorithm>

#include "rules/eval/glob.h"

namespace eyrie::rules {
namespace {

uint64_t LoadBigEndian(const uint8_t* bytes) {
  uint64_t number = 0;
  for (int i = 0; i < 8; ++i) number = number << 8 | bytes[i];
  return number;
}

// The `bits` highest of 64.
uint64_t HighMask(int bits) {
  return bits <= 0    ? 0
         : bits >= 64 ? ~uint64_t{0}
                      : ~uint64_t{0} << (64 - bits);
}

// Cuts the first component off `rest`; empty at the end.
absl::string_view NextComponent(absl::string_view* rest) {
  const size_t begin = rest->find_first_not_of('/');
  if (begin == absl::string_view::npos) {
    *rest = absl::string_view();
    return *rest;
  }
  rest->remove_prefix(begin);
  const absl::string_view component = rest->substr(0, rest->find('/'));
  rest->remove_prefix(component.size());
  return component;
}

}  // namespace

void StringSet::Insert(absl::string_view text) {
  filter_ |= FilterBit(text);
  strings_.emplace(text);
}

NumberSet::NumberSet(std::vector<uint64_t> numbers)
    : numbers_(std::move(numbers)) {
  std::sort(numbers_.begin(), numbers_.end());
}

bool NumberSet::Contains(uint64_t number) const {
  return std::binary_search(numbers_.begin(), numbers_.end(), number);
}

void NetworkSet::Insert(const IpAddress& address, int prefix_bits) {
  Network network;
  network.high_mask = HighMask(prefix_bits);
  network.low_mask = HighMask(prefix_bits - 64);
  network.high = LoadBigEndian(address.bytes.data()) & network.high_mask;
  network.low = LoadBigEndian(address.bytes.data() + 8) & network.low_mask;
  (address.is_v6 ? v6_ : v4_).push_back(network);
}

bool NetworkSet::Contains(const IpAddress& address) const {
  const uint64_t high = LoadBigEndian(address.bytes.data());
  const uint64_t low = LoadBigEndian(address.bytes.data() + 8);
  for (const Network& network : address.is_v6 ? v6_ : v4_) {
    if ((high & network.high_mask) == network.high &&
        (low & network.low_mask) == network.low) {
      return true;
    }
  }
  return false;
}

void PathSet::Insert(absl::string_view path) {
  uint32_t node = 0;
  for (;;) {
    const absl::string_view component = NextComponent(&path);
    if (component.empty()) break;
    uint32_t child = 0;  // the root is nobody's child
    if (HasGlob(component)) {
      for (const auto& [pattern, index] : nodes_[node].patterns) {
        if (pattern == component) child = index;
      }
    } else if (const auto found = nodes_[node].children.find(component);
               found != nodes_[node].children.end()) {
      child = found->second;
    }
    if (child == 0) {
      child = static_cast<uint32_t>(nodes_.size());
      nodes_.emplace_back();
      if (HasGlob(component)) {
        nodes_[node].patterns.emplace_back(component, child);
      } else {
        nodes_[node].children.emplace(component, child);
      }
    }
    node = child;
  }
  nodes_[node].is_end = true;
}

// A node is reached over one path of the tree only, so each is visited at most
// once; the recursion is as deep as the longest path of the set.
bool PathSet::Contains(uint32_t node, absl::string_view rest) const {
  for (;;) {
    const Node& at = nodes_[node];
    if (at.is_end) return true;
    const absl::string_view component = NextComponent(&rest);
    if (component.empty()) return false;
    for (const auto& [pattern, child] : at.patterns) {
      if (GlobMatches(pattern, component) && Contains(child, rest)) {
        return true;
      }
    }
    const auto found = at.children.find(component);
    if (found == at.children.end()) return false;
    node = found->second;
  }
}

}  // namespace eyrie::rules
