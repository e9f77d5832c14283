// SPDX-License-Identifier: Apache-2.0

#include "server/ingest/seen_events.h"

#include <openssl/sha.h>

#include <cstring>
#include <string>

#include "absl/strings/str_cat.h"

namespace eyrie::server {

EventKey MakeEventKey(absl::string_view source, absl::string_view identity) {
  // Names of sources hold no NUL.
  const std::string input =
      absl::StrCat(source, absl::string_view("\0", 1), identity);
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(input.data()), input.size(),
         digest);
  EventKey key;
  std::memcpy(&key.first, digest, sizeof(key.first));
  std::memcpy(&key.second, digest + sizeof(key.first), sizeof(key.second));
  return key;
}

bool SeenEvents::Has(const EventKey& key) const {
  absl::MutexLock lock(&mutex_);
  return keys_.contains(key);
}

void SeenEvents::Add(const std::vector<EventKey>& keys) {
  absl::MutexLock lock(&mutex_);
  for (const EventKey& key : keys) {
    if (!keys_.insert(key).second) continue;
    order_.push_back(key);
    if (order_.size() <= capacity_) continue;
    keys_.erase(order_.front());
    order_.pop_front();
  }
}

size_t SeenEvents::size() const {
  absl::MutexLock lock(&mutex_);
  return order_.size();
}

}  // namespace eyrie::server
