// SPDX-License-Identifier: Apache-2.0

#include "server/kubernetes/object_table.h"

#include <utility>

namespace eyrie::server {
namespace {

bool IsSame(const StoredObject& stored, const KubernetesObject& object) {
  if (stored.object->name != object.name ||
      stored.object->labels != object.labels || stored.owner != object.owner ||
      stored.selector != object.selector ||
      stored.ip_addresses != object.ip_addresses) {
    return false;
  }
  return stored.pod == nullptr || stored.pod->node == object.node;
}

void Fill(KubernetesObject object, StoredObject& stored) {
  auto facts = std::make_shared<rules::K8sObject>();
  facts->name = std::move(object.name);
  facts->uid = std::move(object.uid);
  facts->labels = std::move(object.labels);
  facts->labels.shrink_to_fit();
  stored.kind = object.kind;
  stored.object = std::move(facts);
  stored.namespace_name = std::move(object.namespace_name);
  stored.owner = std::move(object.owner);
  stored.selector = std::move(object.selector);
  stored.ip_addresses = std::move(object.ip_addresses);
  if (object.kind != ResourceKind::kPod) return;
  stored.pod = std::make_unique<StoredObject::PodPart>();
  stored.pod->node = std::move(object.node);
  stored.pod->mirrored_uid = std::move(object.mirrored_uid);
}

}  // namespace

ObjectTable::ObjectTable(const ObjectTableOptions& options, OnDrop on_drop)
    : options_(options), on_drop_(std::move(on_drop)) {}

StoredObject* ObjectTable::Find(absl::string_view uid) {
  const auto it = objects_.find(uid);
  return it == objects_.end() ? nullptr : it->second.get();
}

StoredObject* ObjectTable::Put(KubernetesObject object) {
  const auto kind = static_cast<size_t>(object.kind);
  StoredObject* stored = Find(object.uid);
  if (stored == nullptr && !HasRoom()) {
    ++refused_;
    return nullptr;
  }
  const bool is_back =
      stored == nullptr || stored->deletion_time < absl::InfiniteFuture();
  if (is_back) ++sizes_[kind];
  if (stored != nullptr) {
    stored->deletion_time = absl::InfiniteFuture();
    stored->list = lists_[kind];
    if (!is_back && IsSame(*stored, object)) return nullptr;
  } else {
    auto& place = objects_[object.uid];
    place = std::make_unique<StoredObject>();
    stored = place.get();
    stored->list = lists_[kind];
  }
  Fill(std::move(object), *stored);
  return stored;
}

bool ObjectTable::Remove(absl::string_view uid, absl::Time now) {
  StoredObject* const stored = Find(uid);
  if (stored == nullptr || stored->deletion_time < absl::InfiniteFuture()) {
    return false;
  }
  stored->deletion_time = now;
  --sizes_[static_cast<size_t>(stored->kind)];
  graves_.push_back({now, std::string(uid)});
  return true;
}

void ObjectTable::Expire(absl::Time now) {
  while (!graves_.empty() &&
         graves_.front().deletion_time + options_.keep_deleted <= now) {
    Drop(graves_.front());
    graves_.pop_front();
  }
}

bool ObjectTable::HasRoom() {
  // What is deleted makes room first.
  while (objects_.size() >= options_.max_objects && !graves_.empty()) {
    Drop(graves_.front());
    graves_.pop_front();
  }
  return objects_.size() < options_.max_objects;
}

void ObjectTable::Drop(const Grave& grave) {
  const auto it = objects_.find(grave.uid);
  if (it == objects_.end() ||
      it->second->deletion_time != grave.deletion_time) {
    return;  // It came back.
  }
  on_drop_(*it->second);
  objects_.erase(it);
}

void ObjectTable::BeginList(ResourceKind kind) {
  ++lists_[static_cast<size_t>(kind)];
}

size_t ObjectTable::EndList(ResourceKind kind, absl::Time now) {
  std::vector<std::string> gone;
  for (const auto& [uid, stored] : objects_) {
    if (stored->kind == kind &&
        stored->list != lists_[static_cast<size_t>(kind)] &&
        stored->deletion_time == absl::InfiniteFuture()) {
      gone.push_back(uid);
    }
  }
  for (const std::string& uid : gone) Remove(uid, now);
  return gone.size();
}

}  // namespace eyrie::server
