// SPDX-License-Identifier: Apache-2.0
//
// Names of users and groups that came with a batch.

#ifndef EYRIE_RULES_FIELDS_BATCH_NAMES_H_
#define EYRIE_RULES_FIELDS_BATCH_NAMES_H_

#include "absl/container/flat_hash_map.h"
#include "eyrie/v1/process.pb.h"
#include "google/protobuf/repeated_ptr_field.h"

#include "rules/fields/event.h"

namespace eyrie::rules {

// Thread safety: immutable.
class BatchNames : public NameTable {
 public:
  // Borrows the messages.
  BatchNames(const google::protobuf::RepeatedPtrField<v1::User>& users,
             const google::protobuf::RepeatedPtrField<v1::Group>& groups) {
    for (const v1::User& user : users) users_[user.id()] = &user;
    for (const v1::Group& group : groups) groups_[group.id()] = &group;
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

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_BATCH_NAMES_H_
