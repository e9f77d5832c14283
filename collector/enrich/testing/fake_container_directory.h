// SPDX-License-Identifier: Apache-2.0
//
// A container directory that answers what a test put in.

#ifndef EYRIE_COLLECTOR_ENRICH_TESTING_FAKE_CONTAINER_DIRECTORY_H_
#define EYRIE_COLLECTOR_ENRICH_TESTING_FAKE_CONTAINER_DIRECTORY_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

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
    v1::Container container;
    container.set_id(std::string(id));
    container.set_name(std::string(name));
    container.set_metadata(v1::Container::COMPLETE);
    Add(std::move(container));
  }
  void Add(v1::Container container) {
    const std::string id = container.id();
    Set(id, {std::make_shared<const v1::Container>(std::move(container))});
  }
  void SetUnavailable(absl::string_view id) {
    Set(id, {Stub(id, v1::Container::UNAVAILABLE)});
  }
  // The control group at `path` is the container's, or the host's if empty.
  void Decide(absl::string_view path, absl::string_view container_id) {
    decided_[path] = std::string(container_id);
    ++generation_;
  }
  void SetPath(uint64_t cgroup_id, absl::string_view path) {
    paths_[cgroup_id] = std::string(path);
  }

  Place Classify(uint64_t cgroup_id, absl::string_view path) override {
    ++classify_calls;
    if (path.empty()) path = paths_[cgroup_id];
    auto cgroup = std::make_shared<v1::Cgroup>();
    cgroup->set_id(cgroup_id);
    cgroup->set_path(std::string(path));
    const auto decided = decided_.find(path);
    if (path.empty()) {
      cgroup->set_is_unknown(true);
    } else if (decided != decided_.end()) {
      cgroup->set_container_id(decided->second);
    } else if (absl::StartsWith(path, "/maybe/")) {
      cgroup->set_is_unknown(true);
      return {std::move(cgroup), /*is_pending=*/true};
    } else if (absl::ConsumePrefix(&path, "/c/")) {
      cgroup->set_container_id(std::string(path));
    }
    return {std::move(cgroup)};
  }
  Found Find(absl::string_view id) override {
    if (!found_.contains(id)) {
      found_[id] = {Stub(id, v1::Container::LATE), /*is_pending=*/true};
    }
    return found_[id];
  }
  uint64_t generation() const override { return generation_; }

  int classify_calls = 0;

 private:
  static std::shared_ptr<const v1::Container> Stub(
      absl::string_view id, v1::Container::Metadata metadata) {
    auto container = std::make_shared<v1::Container>();
    container->set_id(std::string(id));
    container->set_metadata(metadata);
    return container;
  }
  void Set(absl::string_view id, Found found) {
    found_[id] = std::move(found);
    ++generation_;
  }

  uint64_t generation_ = 0;
  absl::flat_hash_map<std::string, Found> found_;
  absl::flat_hash_map<std::string, std::string> decided_;
  absl::flat_hash_map<uint64_t, std::string> paths_;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_ENRICH_TESTING_FAKE_CONTAINER_DIRECTORY_H_
