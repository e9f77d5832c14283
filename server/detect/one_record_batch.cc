// SPDX-License-Identifier: Apache-2.0

#include "server/detect/one_record_batch.h"

#include <cstdint>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"

#include "rules/fields/container.h"
#include "rules/fields/process_tree.h"

namespace eyrie::server {
namespace {

using rules::ProcessKey;
using rules::ProcessNode;

// Collects images once each.
class ProcessCollector {
 public:
  ProcessCollector(const rules::Event& event, v1::EventBatch& out)
      : event_(event), out_(out) {}

  void AddAll() {
    const ProcessNode* node = event_.process;
    if (node == nullptr || event_.processes == nullptr) return;
    if (node->facts().has_session_leader()) {
      Add(event_.processes->Find(ProcessKey(node->facts().session_leader())));
    }
    if (node->facts().has_group_leader()) {
      Add(event_.processes->Find(ProcessKey(node->facts().group_leader())));
    }
    for (int level = 0; level <= rules::kMaxAncestors; ++level) {
      if (node == nullptr) return;
      Add(node);
      node = event_.processes->Parent(*node);
    }
  }

 private:
  void Add(const ProcessNode* node) {
    if (node == nullptr) return;
    if (!seen_.insert(ProcessKey(node->facts().key())).second) return;
    *out_.add_processes() = node->facts();
  }

  const rules::Event& event_;
  v1::EventBatch& out_;
  absl::flat_hash_set<ProcessKey> seen_;
};

}  // namespace

v1::EventBatch OneRecordBatch(const v1::EventBatch& batch,
                              const rules::Event& event) {
  v1::EventBatch out;
  out.set_run_id(batch.run_id());
  out.set_sequence(batch.sequence());
  out.set_clock_offset_ns(batch.clock_offset_ns());
  out.set_records(std::string(event.record.raw()));
  out.set_record_count(1);
  *out.mutable_users() = batch.users();
  *out.mutable_groups() = batch.groups();
  ProcessCollector(event, out).AddAll();

  const v1::Container* const own = rules::ContainerOf(event).facts;
  if (own != nullptr) *out.add_containers() = *own;
  absl::flat_hash_set<uint64_t> cgroups = {event.record.cgroup_id()};
  absl::flat_hash_set<std::string> containers;
  for (const v1::Process& process : out.processes()) {
    cgroups.insert(process.cgroup_id());
    absl::string_view id;
    rules::PlaceOf(event, process, &id);
    containers.insert(std::string(id));
  }
  for (const v1::Cgroup& cgroup : batch.cgroups()) {
    if (!cgroups.contains(cgroup.id())) continue;
    *out.add_cgroups() = cgroup;
    containers.insert(cgroup.container_id());
  }
  for (const v1::Container& container : batch.containers()) {
    const bool is_own = own != nullptr && container.id() == own->id();
    if (is_own || !containers.contains(container.id())) continue;
    *out.add_containers() = container;
  }
  return out;
}

}  // namespace eyrie::server
