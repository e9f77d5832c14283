// SPDX-License-Identifier: Apache-2.0
//
// Names of users and groups that came with a batch.

#ifndef EYRIE_SERVER_DETECT_BATCH_NAMES_H_
#define EYRIE_SERVER_DETECT_BATCH_NAMES_H_

#include "absl/container/flat_hash_map.h"
#include "eyrie/v1/event.pb.h"

#include "rules/fields/event.h"

namespace eyrie::server {

// Borrows the batch.
class BatchNames : public rules::NameTable {
 public:
  explicit BatchNames(const v1::EventBatch& batch) {
    for (const v1::User& user : batch.users()) users_[user.id()] = &user;
    for (const v1::Group& group : batch.groups()) groups_[group.id()] = &group;
  }

  const v1::User* FindUser(uint32_t uid) const override {
    const auto it = users_.find(uid);
    return it == users_.end() ? nullptr : it->second;
  }
  const v1::Group* FindGroup(uint32_t gid) const override {
    const auto it = groups_.find(gid);
    return it == groups_.end() ? nullptr : it->second;
  }

 private:
  absl::flat_hash_map<uint32_t, const v1::User*> users_;
  absl::flat_hash_map<uint32_t, const v1::Group*> groups_;
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_DETECT_BATCH_NAMES_H_
