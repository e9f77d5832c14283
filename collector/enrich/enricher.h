// SPDX-License-Identifier: Apache-2.0
//
// Puts beside the records of a batch what a reader must know of them.

#ifndef EYRIE_COLLECTOR_ENRICH_ENRICHER_H_
#define EYRIE_COLLECTOR_ENRICH_ENRICHER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"

#include "collector/containers/container_limits.h"
#include "collector/enrich/cgroup_table.h"
#include "collector/enrich/process_table.h"
#include "collector/enrich/user_resolver.h"
#include "proto/record_view.h"

namespace eyrie::collector {

// Knows which images, users and groups the current batch has already, and adds
// each once: the acting image, its ancestors up to rules::kMaxAncestors, the
// leaders of session and group of all of these, and the names of the ids in the
// record.
//
// Facts are those of the moment when an image is first needed by the batch.
//
// Thread safety: none; one thread.
class Enricher {
 public:
  // Borrows both.
  Enricher(ProcessTable* processes, const UserResolver* users);

  // Begins a batch, in which nothing is known yet.
  void StartBatch();

  // Appends to `context` what the batch lacks to understand `record`, as fields
  // `processes`, `users`, `groups`, `cgroups` and `containers` of a serialized
  // v1::EventBatch. `image` acts in the record, in `cgroup`; null if that is
  // not known.
  //
  // At most `max_bytes`: the farthest ancestors are left out, and the chain is
  // marked as cut. REQUIRES: max_bytes >= kLeastContextBytes.
  //
  // If `context` is then not made part of the batch, StartBatch() must come
  // next.
  void AppendContext(const RecordView& record, ProcessImage* image,
                     CgroupEntry* cgroup, size_t max_bytes,
                     std::string* context);

  // Enough for any one image with both leaders, the names and the container:
  // three times arguments (8 KiB), environment (4 KiB) and three paths (4 KiB),
  // the path of the control group, and a rest.
  static constexpr size_t kLeastContextBytes = (104 << 10) + kMaxContainerBytes;

 private:
  // Slots that hold a user or group id.
  struct IdSlots {
    std::vector<int> users;
    std::vector<int> groups;
  };
  // The ids that every header carries.
  struct HeaderIds {
    uint32_t uid = 0;
    uint32_t euid = 0;
    uint32_t loginuid = 0;
    uint32_t gid = 0;
    uint32_t egid = 0;
    friend bool operator==(const HeaderIds&, const HeaderIds&) = default;
  };

  // Collects in `lineage_` the images that the batch lacks. Returns the image
  // whose parent is known but left out, or null.
  const ProcessImage* CollectLineage(ProcessImage* image, size_t max_bytes);
  // Adds `image`, if not null, to `lineage_` unless the batch has it.
  void Need(ProcessImage* image);
  void AppendProcess(const ProcessImage& image, bool is_cut,
                     std::string* context);
  void AppendCgroup(CgroupEntry* cgroup, std::string* context);
  void AppendNames(const RecordView& record, std::string* context);
  void AppendUser(uint32_t uid, std::string* context);
  void AppendGroup(uint32_t gid, std::string* context);

  ProcessTable* const processes_;
  const UserResolver* const users_;
  std::vector<IdSlots> id_slots_;  // by event type

  uint64_t batch_ = 1;
  std::vector<ProcessImage*> lineage_;
  std::vector<ProcessImage*> walked_;
  absl::flat_hash_set<uint32_t> batch_users_;
  absl::flat_hash_set<uint32_t> batch_groups_;
  HeaderIds last_ids_;
  bool has_last_ids_ = false;
  // Reused, so that its memory is.
  std::string links_;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_ENRICH_ENRICHER_H_
