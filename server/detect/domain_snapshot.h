// SPDX-License-Identifier: Apache-2.0
//
// What the domain names of rules meant at one moment.

#ifndef EYRIE_SERVER_DETECT_DOMAIN_SNAPSHOT_H_
#define EYRIE_SERVER_DETECT_DOMAIN_SNAPSHOT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"

#include "rules/check/value.h"
#include "rules/fields/domain_table.h"

namespace eyrie::server {

// Thread safety: immutable once it is filled.
class DomainSnapshot : public rules::DomainTable {
 public:
  // For filling. Names come ascending, addresses of a name once.
  void Add(const rules::IpAddress& address, const std::string& name) {
    names_[KeyOf(address)].push_back(name);
  }
  void SetComplete(bool is_complete) { is_complete_ = is_complete; }

  absl::Span<const std::string> NamesOf(
      const rules::IpAddress& address) const override {
    const auto it = names_.find(KeyOf(address));
    if (it == names_.end()) return {};
    return it->second;
  }
  bool is_complete() const override { return is_complete_; }

  // Addresses that have a name.
  size_t addresses() const { return names_.size(); }

 private:
  using Key = std::pair<std::array<uint8_t, 16>, bool>;

  static Key KeyOf(const rules::IpAddress& address) {
    return {address.bytes, address.is_v6};
  }

  absl::flat_hash_map<Key, std::vector<std::string>> names_;
  bool is_complete_ = false;
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_DETECT_DOMAIN_SNAPSHOT_H_
