// SPDX-License-Identifier: Apache-2.0

#include "server/kubernetes/pod_directory.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace eyrie::server {
namespace {

// Deployment, ReplicaSet, Pod are two steps; nothing of Kubernetes has more. A
// loop of owners ends here.
constexpr int kMaxOwners = 4;

// Puts `owner` in its place; false if rules cannot ask for its kind.
bool SetOwner(const StoredObject& owner, rules::PodFacts& facts) {
  switch (owner.kind) {
    case ResourceKind::kReplicaSet:
      facts.replica_set = owner.object;
      return true;
    case ResourceKind::kDeployment:
      facts.deployment = owner.object;
      return true;
    case ResourceKind::kStatefulSet:
      facts.stateful_set = owner.object;
      return true;
    case ResourceKind::kDaemonSet:
      facts.daemon_set = owner.object;
      return true;
    case ResourceKind::kJob:
      facts.job = owner.object;
      return true;
    case ResourceKind::kCronJob:
      facts.cron_job = owner.object;
      return true;
    case ResourceKind::kReplicationController:
      facts.replication_controller = owner.object;
      return true;
    default:
      return false;
  }
}

// Whether `labels` have everything that `selector` asks for; both are sorted.
bool Selects(const Labels& selector, const Labels& labels) {
  return !selector.empty() && std::includes(labels.begin(), labels.end(),
                                            selector.begin(), selector.end());
}

}  // namespace

PodDirectory::PodDirectory(const ObjectTableOptions& options,
                           const Clock* clock)
    : clock_(clock), objects_(options, [this](const StoredObject& stored) {
        Unindex(stored);
      }) {}

void PodDirectory::OnChange(std::function<void()> listener) {
  listener_ = std::move(listener);
}

void PodDirectory::Put(KubernetesObject object) {
  {
    absl::MutexLock lock(&mutex_);
    objects_.Expire(clock_->Now());
    if (object.is_cut) ++cut_;
    const StoredObject* const changed = objects_.Put(std::move(object));
    if (changed == nullptr) return;
    Index(*changed);
    Touch(*changed);
  }
  listener_();
}

void PodDirectory::Remove(absl::string_view uid) {
  absl::MutexLock lock(&mutex_);
  const absl::Time now = clock_->Now();
  objects_.Expire(now);
  const StoredObject* const stored = objects_.Find(uid);
  if (stored == nullptr) return;
  Touch(*stored);
  objects_.Remove(uid, now);
}

void PodDirectory::BeginList(ResourceKind kind) {
  absl::MutexLock lock(&mutex_);
  objects_.BeginList(kind);
}

void PodDirectory::EndList(ResourceKind kind) {
  absl::MutexLock lock(&mutex_);
  if (objects_.EndList(kind, clock_->Now()) > 0) ++generation_;
}

void PodDirectory::SetState(ResourceKind kind, KindState state) {
  {
    absl::MutexLock lock(&mutex_);
    KindState& stored = states_[static_cast<size_t>(kind)];
    if (stored == state) return;
    stored = state;
    ++generation_;
  }
  listener_();
}

// Deleted objects stay in the indexes: their pods' late events want them.
void PodDirectory::Index(const StoredObject& stored) {
  if (stored.kind == ResourceKind::kNamespace) {
    namespaces_[stored.object->name].uid = stored.object->uid;
  } else if (stored.kind == ResourceKind::kService) {
    namespaces_[stored.namespace_name].services.insert(stored.object->uid);
  } else if (stored.kind == ResourceKind::kPod &&
             !stored.pod->mirrored_uid.empty()) {
    mirrored_[stored.pod->mirrored_uid] = stored.object->uid;
  }
}

void PodDirectory::Unindex(const StoredObject& stored)
    ABSL_NO_THREAD_SAFETY_ANALYSIS {
  if (stored.kind == ResourceKind::kPod) {
    const auto it = mirrored_.find(stored.pod->mirrored_uid);
    if (it != mirrored_.end() && it->second == stored.object->uid) {
      mirrored_.erase(it);
    }
    return;
  }
  const std::string& name = stored.kind == ResourceKind::kNamespace
                                ? stored.object->name
                                : stored.namespace_name;
  const auto it = namespaces_.find(name);
  if (it == namespaces_.end()) return;
  if (stored.kind == ResourceKind::kService) {
    it->second.services.erase(stored.object->uid);
  } else if (it->second.uid == stored.object->uid) {
    it->second.uid.clear();
  }
  ++it->second.generation;
  if (it->second.uid.empty() && it->second.services.empty()) {
    // The sum of both never comes back to what it was.
    generation_ += it->second.generation;
    namespaces_.erase(it);
  }
}

void PodDirectory::Touch(const StoredObject& stored) {
  switch (stored.kind) {
    case ResourceKind::kPod:
      return;  // Its part for joins was made anew.
    case ResourceKind::kNode:
    case ResourceKind::kNetworkPolicy:
      return;  // Pods are not joined with them.
    case ResourceKind::kNamespace:
      ++namespaces_[stored.object->name].generation;
      return;
    default:
      ++namespaces_[stored.namespace_name].generation;
  }
}

StoredObject* PodDirectory::FindPodObject(absl::string_view uid) {
  StoredObject* stored = objects_.Find(uid);
  if (stored == nullptr) {
    const auto it = mirrored_.find(uid);
    if (it != mirrored_.end()) stored = objects_.Find(it->second);
  }
  return stored != nullptr && stored->pod != nullptr ? stored : nullptr;
}

PodLookup PodDirectory::FindPod(absl::string_view uid) {
  absl::MutexLock lock(&mutex_);
  return Lookup(uid);
}

bool PodDirectory::IsPodExpected(absl::string_view uid) {
  absl::MutexLock lock(&mutex_);
  if (uid.empty()) return false;
  if (states_[static_cast<size_t>(ResourceKind::kPod)] == KindState::kFailing) {
    return false;
  }
  return !Lookup(uid).is_complete;
}

PodLookup PodDirectory::Lookup(absl::string_view uid) {
  StoredObject* const pod = FindPodObject(uid);
  if (pod == nullptr) return {};
  const auto it = namespaces_.find(pod->namespace_name);
  const uint64_t generation =
      generation_ + (it != namespaces_.end() ? it->second.generation : 0);
  if (pod->pod->facts == nullptr || pod->pod->generation != generation) {
    Join(*pod);
    pod->pod->generation = generation;
  }
  return {pod->pod->facts, pod->pod->is_complete};
}

void PodDirectory::Join(StoredObject& pod) {
  auto facts = std::make_shared<rules::PodFacts>();
  facts->pod = *pod.object;
  facts->namespace_name = pod.namespace_name;
  facts->node = pod.pod->node;
  facts->ip_addresses = pod.pod->ip_addresses;
  const bool has_owners = JoinOwners(pod, *facts);
  const bool has_namespace = JoinNamespace(pod, *facts);
  pod.pod->facts = std::move(facts);
  pod.pod->is_complete = has_owners && has_namespace;
}

bool PodDirectory::JoinOwners(const StoredObject& pod, rules::PodFacts& facts) {
  const OwnerReference* reference = &pod.owner;
  for (int step = 0; step < kMaxOwners && !reference->uid.empty(); ++step) {
    const StoredObject* const owner = objects_.Find(reference->uid);
    if (owner == nullptr) return !IsMissed(reference->kind);
    if (!SetOwner(*owner, facts)) return true;
    reference = &owner->owner;
  }
  return true;
}

bool PodDirectory::JoinNamespace(const StoredObject& pod,
                                 rules::PodFacts& facts) {
  const bool has_services =
      states_[static_cast<size_t>(ResourceKind::kService)] !=
      KindState::kStarting;
  const auto it = namespaces_.find(pod.namespace_name);
  if (it == namespaces_.end()) return !IsMissed("Namespace") && has_services;
  for (const std::string& uid : it->second.services) {
    const StoredObject* const service = objects_.Find(uid);
    if (service == nullptr || service->deletion_time < absl::InfiniteFuture() ||
        !Selects(service->selector, facts.pod.labels)) {
      continue;
    }
    facts.services.push_back(service->object);
  }
  std::sort(facts.services.begin(), facts.services.end(),
            [](const auto& a, const auto& b) { return a->name < b->name; });
  const StoredObject* const own = objects_.Find(it->second.uid);
  if (own != nullptr) facts.namespace_object = own->object;
  return (own != nullptr || !IsMissed("Namespace")) && has_services;
}

bool PodDirectory::IsMissed(absl::string_view kind_name) const {
  const std::optional<ResourceKind> kind = FindKind(kind_name);
  return kind.has_value() &&
         states_[static_cast<size_t>(*kind)] != KindState::kFailing;
}

KindState PodDirectory::state(ResourceKind kind) const {
  absl::MutexLock lock(&mutex_);
  return states_[static_cast<size_t>(kind)];
}

size_t PodDirectory::size(ResourceKind kind) const {
  absl::MutexLock lock(&mutex_);
  return objects_.size(kind);
}

size_t PodDirectory::deleted() const {
  absl::MutexLock lock(&mutex_);
  return objects_.deleted();
}

uint64_t PodDirectory::refused() const {
  absl::MutexLock lock(&mutex_);
  return objects_.refused();
}

uint64_t PodDirectory::cut() const {
  absl::MutexLock lock(&mutex_);
  return cut_;
}

}  // namespace eyrie::server
