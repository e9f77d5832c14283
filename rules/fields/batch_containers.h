// SPDX-License-Identifier: Apache-2.0
//
// Control groups and containers that came with a batch.

#ifndef EYRIE_RULES_FIELDS_BATCH_CONTAINERS_H_
#define EYRIE_RULES_FIELDS_BATCH_CONTAINERS_H_

#include <cstdint>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "eyrie/v1/process.pb.h"
#include "google/protobuf/repeated_ptr_field.h"

#include "rules/fields/event.h"

namespace eyrie::rules {

// Borrows the messages, which outlive it. The last message about an id counts.
//
// Thread safety: immutable but for Add().
class BatchContainers : public ContainerTable {
 public:
  BatchContainers() = default;
  BatchContainers(
      const google::protobuf::RepeatedPtrField<v1::Cgroup>& cgroups,
      const google::protobuf::RepeatedPtrField<v1::Container>& containers) {
    for (const v1::Cgroup& cgroup : cgroups) Add(&cgroup);
    for (const v1::Container& container : containers) Add(&container);
  }

  void Add(const v1::Cgroup* cgroup) { cgroups_[cgroup->id()] = cgroup; }
  void Add(const v1::Container* container) {
    // The key is the message's own id: it lives as long.
    containers_.insert_or_assign(container->id(), container);
  }

  const v1::Cgroup* FindCgroup(uint64_t id) const override {
    const auto it = cgroups_.find(id);
    return it == cgroups_.end() ? nullptr : it->second;
  }
  const v1::Container* FindContainer(absl::string_view id) const override {
    const auto it = containers_.find(id);
    return it == containers_.end() ? nullptr : it->second;
  }

 private:
  absl::flat_hash_map<uint64_t, const v1::Cgroup*> cgroups_;
  absl::flat_hash_map<absl::string_view, const v1::Container*> containers_;
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_BATCH_CONTAINERS_H_
