// SPDX-License-Identifier: Apache-2.0
//
// Control groups that records name, and the containers that these belong to, in
// the form in which a batch carries them.

#ifndef EYRIE_COLLECTOR_ENRICH_CGROUP_TABLE_H_
#define EYRIE_COLLECTOR_ENRICH_CGROUP_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/container/node_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "collector/enrich/container_directory.h"
#include "collector/enrich/process_image.h"
#include "proto/record_view.h"

namespace eyrie::collector {

struct CgroupTableOptions {
  // How long the records of a container wait for what its runtime tells.
  absl::Duration max_wait = absl::Seconds(2);
  // Most control groups and most containers that are kept. A node runs at most
  // some hundred pods; services of the host have control groups as well.
  size_t max_entries = 4096;
};

// Counted since the table was made, except the first two.
struct CgroupTableStats {
  uint64_t cgroups = 0;
  uint64_t containers = 0;
  // Times the table was full and began anew.
  uint64_t overflows = 0;
  // Containers whose metadata had not come within the time to wait.
  uint64_t late_containers = 0;
};

// What records wait for: a container, or a control group that may turn out to
// be one's.
struct AwaitedContainer {
  // The container's id, or a name for the undecided control group.
  std::string key;
  // Of the undecided control group; null for a container.
  std::shared_ptr<const v1::Cgroup> undecided;
  // Whether more may become known soon.
  bool is_pending = false;
  // While that is so: when records wait no longer, since boot.
  uint64_t give_up_ns = 0;
  bool is_late = false;
  // What `field` was made from; null while undecided.
  std::shared_ptr<const v1::Container> container;
  // Serialized, with the head of EventBatch.containers; empty while undecided.
  std::string field;
  // The batch that has it.
  uint64_t batch = 0;

  // Whether records wait at `now_ns`.
  bool MustWait(uint64_t now_ns) const {
    return is_pending && now_ns < give_up_ns;
  }
};

struct CgroupEntry {
  // Null on the host and if nobody knows.
  AwaitedContainer* container = nullptr;
  // Serialized, with the head of EventBatch.cgroups; empty if the batch is to
  // tell it by the process's path.
  std::string field;
  // Of the directory, when this was found out.
  uint64_t generation = ~uint64_t{0};
  // Whether it was found out with the path of a process in it.
  bool has_path = false;
  // The batch that has it.
  uint64_t batch = 0;
};

// Thread safety: none; one thread. Lifetime: entries are valid until the next
// call of Locate().
class CgroupTable {
 public:
  // Borrows `directory`, which may be null: then nothing is known, and Locate()
  // returns null.
  CgroupTable(const CgroupTableOptions& options, ContainerDirectory* directory);

  // The control group that `record` names; `image` acts in it.
  CgroupEntry* Locate(const RecordView& record, const ProcessImage& image,
                      uint64_t now_ns);

  // Whether records of the entry of that key still wait. False for one that is
  // not known.
  bool MustWait(absl::string_view key, uint64_t now_ns);
  // Records of that entry go as they are from now on.
  void GiveUp(absl::string_view key);

  // Changes if any container may have become known.
  uint64_t generation() const {
    return directory_ == nullptr ? 0 : directory_->generation();
  }

  CgroupTableStats stats() const;

 private:
  // Null if there is nothing to know it by.
  CgroupEntry* Entry(uint64_t id, absl::string_view path);
  void Refresh(uint64_t cgroup_id, absl::string_view path, uint64_t now_ns,
               CgroupEntry* entry);
  AwaitedContainer* Container(const std::string& key);
  void Ask(uint64_t now_ns, AwaitedContainer* entry);
  void SetPending(uint64_t now_ns, AwaitedContainer* entry);
  // Forgets everything if there is no room for one more.
  void MakeRoom();

  const CgroupTableOptions options_;
  ContainerDirectory* const directory_;
  absl::node_hash_map<uint64_t, CgroupEntry> by_id_;
  // Of processes in the root of the unified hierarchy, which on older hosts
  // all are: there the paths of the other hierarchies tell.
  absl::node_hash_map<std::string, CgroupEntry> by_path_;
  absl::node_hash_map<std::string, AwaitedContainer> containers_;
  // The entry of the last record: most records follow one of the same.
  uint64_t last_id_ = 0;
  CgroupEntry* last_ = nullptr;
  CgroupTableStats stats_;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_ENRICH_CGROUP_TABLE_H_
