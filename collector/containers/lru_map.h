// SPDX-License-Identifier: Apache-2.0
//
// A map of bounded size that forgets what was used least recently.

#ifndef EYRIE_COLLECTOR_CONTAINERS_LRU_MAP_H_
#define EYRIE_COLLECTOR_CONTAINERS_LRU_MAP_H_

#include <cstddef>
#include <cstdint>
#include <list>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace eyrie::collector {

// Thread safety: none.
template <typename Key, typename Value>
class LruMap {
 public:
  // REQUIRES: capacity > 0.
  explicit LruMap(size_t capacity) : capacity_(capacity) {}

  // The value of `key`, used now; null if there is none. Valid until the next
  // change.
  Value* Find(const Key& key) {
    const auto found = places_.find(key);
    if (found == places_.end()) return nullptr;
    values_.splice(values_.begin(), values_, found->second);
    return &found->second->second;
  }

  // REQUIRES: there is none of that key.
  Value* Insert(const Key& key, Value value) {
    if (values_.size() >= capacity_) {
      places_.erase(values_.back().first);
      values_.pop_back();
      ++evicted_;
    }
    values_.emplace_front(key, std::move(value));
    places_.emplace(key, values_.begin());
    return &values_.front().second;
  }

  void Erase(const Key& key) {
    const auto found = places_.find(key);
    if (found == places_.end()) return;
    values_.erase(found->second);
    places_.erase(found);
  }

  template <typename Predicate>
  void EraseIf(Predicate predicate) {
    for (auto it = values_.begin(); it != values_.end();) {
      if (predicate(it->second)) {
        places_.erase(it->first);
        it = values_.erase(it);
      } else {
        ++it;
      }
    }
  }

  size_t size() const { return values_.size(); }
  // Values that went to make room.
  uint64_t evicted() const { return evicted_; }

 private:
  using Values = std::list<std::pair<Key, Value>>;

  const size_t capacity_;
  Values values_;  // used last, first
  absl::flat_hash_map<Key, typename Values::iterator> places_;
  uint64_t evicted_ = 0;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_CONTAINERS_LRU_MAP_H_
