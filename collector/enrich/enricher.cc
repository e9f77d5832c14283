// SPDX-License-Identifier: Apache-2.0
//
// A process is written as three serialized parts of one v1::Process behind each
// other, which is a legal encoding of it: what may change, who is related to
// whom, and what exec fixed. The last is large and kept serialized, so that a
// batch costs no more than copying it.

#include "collector/enrich/enricher.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <algorithm>

#include "eyrie/v1/event.pb.h"

#include "collector/enrich/batch_field.h"
#include "proto/event_catalog.h"

namespace eyrie::collector {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedOutputStream;

constexpr uint32_t kNoId = 0xffffffff;

// More than what relates an image to others ever takes, with its field's head.
constexpr size_t kMaxLinkBytes = 160;

// At most so many bytes does `image` take in a batch.
size_t MaxBytes(const ProcessImage& image) {
  return image.fixed->size() + image.state.ByteSizeLong() + kMaxLinkBytes;
}

// Appends `key` as field `number` of a v1::Process.
void AppendKey(int number, const ProcessKey& key, std::string* out) {
  uint8_t body[32];
  uint8_t* end = WireFormatLite::WriteUInt32ToArray(
      v1::ProcessKey::kPidFieldNumber, key.pid, body);
  end = WireFormatLite::WriteUInt32ToArray(v1::ProcessKey::kExecIdFieldNumber,
                                           key.exec_id, end);
  end = WireFormatLite::WriteFixed64ToArray(
      v1::ProcessKey::kStartTimeNsFieldNumber, key.start_time_ns, end);
  const auto size = static_cast<size_t>(end - body);
  AppendFieldHead(number, size, out);
  out->append(reinterpret_cast<const char*>(body), size);
}

// Appends a number as field `number`.
void AppendVarint(int number, uint32_t value, std::string* out) {
  uint8_t field[16];
  uint8_t* end = WireFormatLite::WriteUInt32ToArray(number, value, field);
  out->append(reinterpret_cast<const char*>(field),
              static_cast<size_t>(end - field));
}

}  // namespace

Enricher::Enricher(ProcessTable* processes, const UserResolver* users)
    : processes_(processes), users_(users) {
  for (const EventInfo& event : AllEvents()) {
    if (event.id >= id_slots_.size()) id_slots_.resize(event.id + 1);
    IdSlots& slots = id_slots_[event.id];
    for (size_t i = 0; i < event.arguments.size(); ++i) {
      const ArgumentType type = event.arguments[i].type;
      if (type == ArgumentType::kUid)
        slots.users.push_back(static_cast<int>(i));
      if (type == ArgumentType::kGid) {
        slots.groups.push_back(static_cast<int>(i));
      }
    }
  }
}

void Enricher::StartBatch() {
  ++batch_;
  batch_users_.clear();
  batch_groups_.clear();
  has_last_ids_ = false;
}

void Enricher::AppendContext(const RecordView& record, ProcessImage* image,
                             CgroupEntry* cgroup, size_t max_bytes,
                             std::string* context) {
  const size_t start = context->size();
  AppendNames(record, context);
  if (cgroup != nullptr) AppendCgroup(cgroup, context);
  const bool has_all =
      image->batch == batch_ && image->batch_ancestors >= rules::kMaxAncestors;
  if (has_all) return;
  const ProcessImage* cut =
      CollectLineage(image, max_bytes - (context->size() - start));
  for (const ProcessImage* needed : lineage_) {
    AppendProcess(*needed, needed == cut, context);
  }
}

const ProcessImage* Enricher::CollectLineage(ProcessImage* image,
                                             size_t max_bytes) {
  lineage_.clear();
  walked_.clear();
  const ProcessImage* cut = nullptr;
  size_t bytes = 0;
  size_t counted = 0;  // of lineage_
  // How many ancestors of the last image of the walk the batch has.
  int beyond = rules::kMaxAncestors;
  for (ProcessImage* at = image; at != nullptr; at = processes_->Parent(*at)) {
    const int level = static_cast<int>(walked_.size());
    if (level > rules::kMaxAncestors) {
      cut = walked_.back();
      beyond = 0;
      break;
    }
    if (at->batch == batch_ &&
        at->batch_ancestors >= rules::kMaxAncestors - level) {
      beyond = at->batch_ancestors;
      walked_.push_back(at);
      break;
    }
    const size_t before = lineage_.size();
    Need(at);
    Need(processes_->SessionLeader(*at));
    Need(processes_->GroupLeader(*at));
    for (; counted < lineage_.size(); ++counted) {
      bytes += MaxBytes(*lineage_[counted]);
    }
    if (bytes > max_bytes && level > 0) {
      for (size_t i = before; i < lineage_.size(); ++i) lineage_[i]->batch = 0;
      lineage_.resize(before);
      cut = walked_.back();
      break;  // Final for this batch: `beyond` says that nothing is missing.
    }
    walked_.push_back(at);
  }
  const int last = static_cast<int>(walked_.size()) - 1;
  for (int i = 0; i <= last; ++i) {
    walked_[i]->batch_ancestors =
        std::min(rules::kMaxAncestors, last - i + beyond);
  }
  return cut;
}

void Enricher::Need(ProcessImage* image) {
  if (image == nullptr || image->batch == batch_) return;
  image->batch = batch_;
  image->batch_ancestors = 0;
  lineage_.push_back(image);
}

void Enricher::AppendProcess(const ProcessImage& image, bool is_cut,
                             std::string* context) {
  links_.clear();
  AppendKey(v1::Process::kKeyFieldNumber, image.key, &links_);
  if (const ProcessImage* parent = processes_->Parent(image)) {
    AppendKey(v1::Process::kParentFieldNumber, parent->key, &links_);
    AppendVarint(v1::Process::kPpidFieldNumber, parent->key.pid, &links_);
  }
  if (const ProcessImage* leader = processes_->SessionLeader(image)) {
    AppendKey(v1::Process::kSessionLeaderFieldNumber, leader->key, &links_);
  }
  if (const ProcessImage* leader = processes_->GroupLeader(image)) {
    AppendKey(v1::Process::kGroupLeaderFieldNumber, leader->key, &links_);
  }
  if (is_cut) {
    AppendVarint(v1::Process::kAncestorsCutFieldNumber, 1, &links_);
  }
  const size_t state_size = image.state.ByteSizeLong();
  AppendFieldHead(v1::EventBatch::kProcessesFieldNumber,
                  state_size + links_.size() + image.fixed->size(), context);
  const size_t start = context->size();
  context->resize(start + state_size);
  image.state.SerializeWithCachedSizesToArray(
      reinterpret_cast<uint8_t*>(context->data() + start));
  // The links come second: their ppid is the parent's that is named.
  context->append(links_);
  context->append(*image.fixed);
}

void Enricher::AppendCgroup(CgroupEntry* cgroup, std::string* context) {
  if (cgroup->batch != batch_) {
    cgroup->batch = batch_;
    context->append(cgroup->field);
  }
  AwaitedContainer* container = cgroup->container;
  if (container == nullptr || container->batch == batch_) return;
  container->batch = batch_;
  context->append(container->field);
}

void Enricher::AppendNames(const RecordView& record, std::string* context) {
  const uint16_t type = record.type();
  if (type < id_slots_.size()) {
    for (const int slot : id_slots_[type].users) {
      AppendUser(static_cast<uint32_t>(record.u64(slot)), context);
    }
    for (const int slot : id_slots_[type].groups) {
      AppendGroup(static_cast<uint32_t>(record.u64(slot)), context);
    }
  }
  const eyrie_record header = record.header();
  const HeaderIds ids = {header.uid, header.euid, header.loginuid, header.gid,
                         header.egid};
  if (has_last_ids_ && ids == last_ids_) return;
  has_last_ids_ = true;
  last_ids_ = ids;
  AppendUser(ids.uid, context);
  AppendUser(ids.euid, context);
  AppendUser(ids.loginuid, context);
  AppendGroup(ids.gid, context);
  AppendGroup(ids.egid, context);
}

void Enricher::AppendUser(uint32_t uid, std::string* context) {
  if (uid == kNoId || !batch_users_.insert(uid).second) return;
  const v1::User* user = users_->FindUser(uid);
  if (user == nullptr) return;
  AppendMessage(v1::EventBatch::kUsersFieldNumber, *user, context);
}

void Enricher::AppendGroup(uint32_t gid, std::string* context) {
  if (gid == kNoId || !batch_groups_.insert(gid).second) return;
  const v1::Group* group = users_->FindGroup(gid);
  if (group == nullptr) return;
  AppendMessage(v1::EventBatch::kGroupsFieldNumber, *group, context);
}

}  // namespace eyrie::collector
