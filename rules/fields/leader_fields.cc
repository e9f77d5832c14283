// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/leader_fields.h"

#include <cstdint>

#include "absl/types/span.h"
#include "eyrie/v1/process.pb.h"

#include "rules/check/types.h"
#include "rules/fields/ancestors.h"
#include "rules/fields/event.h"
#include "rules/fields/extractor.h"
#include "rules/fields/field.h"
#include "rules/fields/process_facts.h"

namespace eyrie::rules {
namespace {

// Kinds of groups that processes belong to.
struct Session {
  static uint32_t IdOf(const v1::Process& facts) { return facts.sid(); }
  static const v1::ProcessKey* LeaderOf(const v1::Process& facts) {
    return facts.has_session_leader() ? &facts.session_leader() : nullptr;
  }
};
struct ProcessGroup {
  static uint32_t IdOf(const v1::Process& facts) { return facts.pgid(); }
  static const v1::ProcessKey* LeaderOf(const v1::Process& facts) {
    return facts.has_group_leader() ? &facts.group_leader() : nullptr;
  }
};

// The number of the acting process's group.
template <typename Group>
Extracted GroupId(const ProcessNode& node) {
  return SignedFact(node, Group::IdOf(node.facts()));
}

Extracted VirtualGroupId(const ProcessNode& node) {
  return SignedFact(node, node.facts().vpgid());
}

// The image that leads the group. If it has ended, the oldest known ancestor in
// the group stands in for it, as in the reference.
template <typename Group>
const ProcessNode* FindLeader(const Event& event) {
  const v1::Process& facts = event.process->facts();
  if (Group::IdOf(facts) == facts.key().pid()) return event.process;
  const v1::ProcessKey* key = Group::LeaderOf(facts);
  if (key != nullptr && event.processes != nullptr) {
    const ProcessNode* leader = event.processes->Find(ProcessKey(*key));
    if (leader != nullptr) return leader;
  }
  const ProcessNode* oldest = event.process;
  AncestorWalk walk(event);
  for (walk.Next(); walk.at().node != nullptr &&
                    Group::IdOf(walk.at().node->facts()) == Group::IdOf(facts);
       walk.Next()) {
    oldest = walk.at().node;
  }
  return oldest;
}

template <typename Group, Extracted (*F)(const ProcessNode&)>
Extracted OfLeader(const Event& event) {
  if (event.process == nullptr) return Unknown();
  const v1::Process& facts = event.process->facts();
  // Threads of the kernel are in no session.
  if (Group::IdOf(facts) == 0) return facts.partial() ? Unknown() : Absent();
  return F(*FindLeader<Group>(event));
}

template <typename Group>
Extracted IsLeader(const ProcessNode& node) {
  const uint32_t id = Group::IdOf(node.facts());
  if (id == 0 && node.facts().partial()) return Unknown();
  return Bool(id == node.facts().key().pid());
}

Extracted IsVirtualGroupLeader(const ProcessNode& node) {
  const v1::Process& facts = node.facts();
  if (facts.vpgid() == 0 && facts.partial()) return Unknown();
  return Bool(facts.vpgid() == facts.vpid());
}

const FieldInfo kFields[] = {
    {.name = "proc.sid",
     .type = FieldType::kInt64,
     .doc = "Session id.",
     .read = Read<OfProcess<GroupId<Session>>>},
    {.name = "proc.sname",
     .type = FieldType::kString,
     .doc = "Name of the session leader; of the oldest known process of the "
            "session if the leader has ended.",
     .read = Read<OfLeader<Session, Comm>>},
    {.name = "proc.sid.exe",
     .type = FieldType::kString,
     .doc = "argv[0] of the session leader.",
     .read = Read<OfLeader<Session, Exe>>},
    {.name = "proc.sid.exepath",
     .type = FieldType::kString,
     .doc = "Executable of the session leader.",
     .read = Read<OfLeader<Session, ExePath>>},
    {.name = "proc.is_sid_leader",
     .type = FieldType::kBool,
     .doc = "Whether the process leads its session.",
     .read = Read<OfProcess<IsLeader<Session>>>},
    {.name = "proc.pgid",
     .type = FieldType::kInt64,
     .doc = "Process group id.",
     .read = Read<OfProcess<GroupId<ProcessGroup>>>},
    {.name = "proc.pgid.name",
     .type = FieldType::kString,
     .doc = "Name of the process group's leader.",
     .read = Read<OfLeader<ProcessGroup, Comm>>},
    {.name = "proc.pgid.exe",
     .type = FieldType::kString,
     .doc = "argv[0] of the process group's leader.",
     .read = Read<OfLeader<ProcessGroup, Exe>>},
    {.name = "proc.pgid.exepath",
     .type = FieldType::kString,
     .doc = "Executable of the process group's leader.",
     .read = Read<OfLeader<ProcessGroup, ExePath>>},
    {.name = "proc.is_pgid_leader",
     .type = FieldType::kBool,
     .doc = "Whether the process leads its process group.",
     .read = Read<OfProcess<IsLeader<ProcessGroup>>>},
    {.name = "proc.vpgid",
     .type = FieldType::kInt64,
     .doc = "Process group id in the process's own pid namespace.",
     .read = Read<OfProcess<VirtualGroupId>>},
    {.name = "proc.vpgid.name",
     .type = FieldType::kString,
     .doc = "Name of the process group's leader.",
     .read = Read<OfLeader<ProcessGroup, Comm>>},
    {.name = "proc.vpgid.exe",
     .type = FieldType::kString,
     .doc = "argv[0] of the process group's leader.",
     .read = Read<OfLeader<ProcessGroup, Exe>>},
    {.name = "proc.vpgid.exepath",
     .type = FieldType::kString,
     .doc = "Executable of the process group's leader.",
     .read = Read<OfLeader<ProcessGroup, ExePath>>},
    {.name = "proc.is_vpgid_leader",
     .type = FieldType::kBool,
     .doc = "Whether the process leads its process group, seen from its own "
            "pid namespace.",
     .read = Read<OfProcess<IsVirtualGroupLeader>>},
};

}  // namespace

absl::Span<const FieldInfo> LeaderFields() { return kFields; }

}  // namespace eyrie::rules
