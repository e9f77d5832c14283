// SPDX-License-Identifier: Apache-2.0

#include "server/detect/event_renderer.h"

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"

#include "common/utf8.h"
#include "proto/event_catalog.h"
#include "rules/fields/container.h"
#include "rules/fields/field_catalog.h"
#include "rules/output/output_template.h"

namespace eyrie::server {
namespace {

// How to read one named argument of one event type.
struct RenderedArgument {
  std::string name;
  const rules::FieldInfo* field;
  rules::FieldArgument argument;
};

using ArgumentTable =
    absl::flat_hash_map<uint16_t, std::vector<RenderedArgument>>;

const ArgumentTable& Arguments() {
  static const ArgumentTable* const table = [] {
    auto* table = new ArgumentTable;
    std::string no_argument;
    const rules::FieldInfo* field = rules::FindField("evt.arg", &no_argument);
    for (const EventInfo& event : AllEvents()) {
      std::vector<RenderedArgument>& arguments = (*table)[event.id];
      for (const ArgumentInfo& info : event.arguments) {
        if (info.name.empty()) continue;
        auto argument = rules::ParseFieldArgument(*field, true, info.name);
        if (!argument.ok()) continue;
        arguments.push_back({std::string(info.name), field, *argument});
      }
    }
    return table;
  }();
  return *table;
}

void RenderTime(const rules::Event& event, v1::Event* out) {
  const int64_t ns =
      static_cast<int64_t>(event.record.time_ns()) + event.clock_offset_ns;
  out->mutable_time()->set_seconds(ns / 1'000'000'000);
  out->mutable_time()->set_nanos(static_cast<int32_t>(ns % 1'000'000'000));
}

void RenderProcesses(const rules::Event& event, v1::Event* out) {
  if (event.process == nullptr) return;
  *out->mutable_process() = event.process->facts();
  if (event.processes == nullptr) return;
  const rules::ProcessNode* ancestor = event.process;
  for (int level = 0; level < rules::kMaxAncestors; ++level) {
    ancestor = event.processes->Parent(*ancestor);
    if (ancestor == nullptr) return;
    v1::Process* rendered = out->add_ancestors();
    *rendered = ancestor->facts();
    // The environment of ancestors is large and nobody's evidence.
    rendered->clear_env();
  }
}

// What the batch says of where the acting process ran.
void RenderContainer(const rules::Event& event, v1::Event* out) {
  if (event.containers == nullptr) return;
  const v1::Cgroup* cgroup =
      event.containers->FindCgroup(event.record.cgroup_id());
  if (cgroup != nullptr) *out->mutable_cgroup() = *cgroup;
  const rules::KnownContainer container = rules::ContainerOf(event);
  if (container.facts == nullptr) return;
  *out->mutable_container() = *container.facts;
  // Large, and no field reads them.
  out->mutable_container()->clear_annotations();
}

}  // namespace

void RenderEvent(const rules::Event& event, v1::Event* out) {
  const eyrie_record header = event.record.header();
  out->set_node(std::string(event.node));
  RenderTime(event, out);
  const EventInfo* info = FindEvent(header.type);
  out->set_type(info != nullptr ? std::string(info->name)
                                : absl::StrCat("event-", header.type));
  if (const auto it = Arguments().find(header.type); it != Arguments().end()) {
    rules::Scratch scratch;
    rules::FieldValues values;
    for (const RenderedArgument& argument : it->second) {
      values.Clear();
      argument.field->read(event, argument.argument, scratch, values);
      if (values.presence != rules::Presence::kPresent) continue;
      (*out->mutable_arguments())[argument.name] =
          ToValidUtf8(rules::FormatValues(*argument.field, values));
    }
  }
  RenderProcesses(event, out);
  RenderContainer(event, out);
  out->set_result(header.result);
  out->set_has_result((header.flags & EYRIE_RECORD_HAS_RESULT) != 0);
  out->set_flags(header.flags);
  out->set_tid(header.tid);
  out->set_comm(std::string(event.record.comm()));
  out->set_uid(header.uid);
  out->set_euid(header.euid);
}

void RenderRecord(const rules::Event& event, v1::Event* out) {
  out->set_record(std::string(event.record.raw()));
  if (event.names == nullptr) return;
  const eyrie_record header = event.record.header();
  const absl::flat_hash_set<uint32_t> uids = {header.uid, header.euid,
                                              header.loginuid};
  for (const uint32_t uid : uids) {
    const v1::User* const user = event.names->FindUser(uid);
    if (user != nullptr) *out->add_users() = *user;
  }
  const absl::flat_hash_set<uint32_t> gids = {header.gid, header.egid};
  for (const uint32_t gid : gids) {
    const v1::Group* const group = event.names->FindGroup(gid);
    if (group != nullptr) *out->add_groups() = *group;
  }
}

}  // namespace eyrie::server
