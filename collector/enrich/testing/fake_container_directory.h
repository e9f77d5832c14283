// SPDX-License-Identifier: Apache-2.0
//
// A container directory that answers what a test put in.

#ifndef EYRIE_COLLECTOR_ENRICH_TESTING_FAKE_CONTAINER_DIRECTORY_H_
#define EYRIE_COLLECTOR_ENRICH_TESTING_FAKE_CONTAINER_DIRECTORY_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

#include "collector/enrich/container_directory.h"

namespace eyrie::collector {

// Paths /c/ID are those of container ID, paths /maybe/ID wait for a decision,
// all others are of the host. A container is pending until it is added or said
// to be unknown.
//
// Thread safety: none.
class FakeContainerDirectory : public ContainerDirectory {
 public:
  void Add(absl::string_view id, absl::string_view name) {
    auto container = std::make_shared<v1::Container>();
    container->set_id(std::string(id));
    container->set_name(std::string(name));
    container->set_metadata(v1::Container::COMPLETE);
    Add(std::move(container));
  }
  void Add(std::shared_ptr<const v1::Container> container) {
    const std::string id = container->id();
    answers_[id] = {ContainerAnswer::Kind::kKnown, std::move(container)};
    ++generation_;
  }
  void SetUnavailable(absl::string_view id) {
    answers_[id] = {ContainerAnswer::Kind::kUnavailable, nullptr};
    ++generation_;
  }
  void Decide(absl::string_view path, CgroupOwner owner) {
    decided_[path] = owner;
    ++generation_;
  }
  void SetPath(uint64_t cgroup_id, absl::string_view path) {
    paths_[cgroup_id] = std::string(path);
  }

  CgroupOwner OwnerOf(absl::string_view cgroup_path) override {
    ++owner_calls;
    const auto decided = decided_.find(cgroup_path);
    if (decided != decided_.end()) return decided->second;
    if (absl::StartsWith(cgroup_path, "/maybe/")) {
      return {CgroupOwner::Kind::kPending, "", ""};
    }
    if (!absl::StartsWith(cgroup_path, "/c/")) return {};
    return {CgroupOwner::Kind::kContainer, std::string(cgroup_path.substr(3)),
            "fake"};
  }
  ContainerAnswer Find(absl::string_view container_id) override {
    const auto it = answers_.find(container_id);
    if (it != answers_.end()) return it->second;
    return {ContainerAnswer::Kind::kPending, nullptr};
  }
  std::string PathOf(uint64_t cgroup_id) override { return paths_[cgroup_id]; }
  uint64_t generation() const override { return generation_; }

  int owner_calls = 0;

 private:
  uint64_t generation_ = 0;
  absl::flat_hash_map<std::string, ContainerAnswer> answers_;
  absl::flat_hash_map<std::string, CgroupOwner> decided_;
  absl::flat_hash_map<uint64_t, std::string> paths_;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_ENRICH_TESTING_FAKE_CONTAINER_DIRECTORY_H_
