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

// Puts `owner` in its place, if rules can ask for its kind.
void SetOwner(const StoredObject& owner, rules::PodFacts& facts) {
  switch (owner.kind) {
    case ResourceKind::kReplicaSet:
      facts.replica_set = owner.object;
      return;
    case ResourceKind::kDeployment:
      facts.deployment = owner.object;
      return;
    case ResourceKind::kStatefulSet:
      facts.stateful_set = owner.object;
      return;
    case ResourceKind::kDaemonSet:
      facts.daemon_set = owner.object;
      return;
    case ResourceKind::kJob:
      facts.job = owner.object;
      return;
    case ResourceKind::kCronJob:
      facts.cron_job = owner.object;
      return;
    case ResourceKind::kReplicationController:
      facts.replication_controller = owner.object;
      return;
    default:
      return;
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
  } else if (stored.kind == ResourceKind::kNode) {
    nodes_[stored.object->name] = stored.object->uid;
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
  if (stored.kind == ResourceKind::kNode) {
    const auto it = nodes_.find(stored.object->name);
    if (it != nodes_.end() && it->second == stored.object->uid)
      nodes_.erase(it);
    ++generation_;
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
    case ResourceKind::kNetworkPolicy:
      return;  // Pods are not joined with them.
    case ResourceKind::kNode:
      ++generation_;
      return;
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
  if (uid.empty() || Lookup(uid).is_complete) return false;
  const StoredObject* const pod = FindPodObject(uid);
  if (pod != nullptr) return pod->pod->is_expected;
  return states_[static_cast<size_t>(ResourceKind::kPod)] !=
         KindState::kFailing;
}

ServiceLookup PodDirectory::FindService(absl::string_view namespace_name,
                                        absl::string_view name) {
  absl::MutexLock lock(&mutex_);
  const bool is_listed = states_[static_cast<size_t>(ResourceKind::kService)] !=
                         KindState::kStarting;
  const auto it = namespaces_.find(namespace_name);
  if (it == namespaces_.end()) return {.is_expected = !is_listed};
  for (const std::string& uid : it->second.services) {
    const StoredObject* const service = objects_.Find(uid);
    if (service != nullptr && service->object->name == name &&
        service->deletion_time == absl::InfiniteFuture()) {
      return {.addresses = service->ip_addresses};
    }
  }
  return {.is_expected = !is_listed};
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
  facts->ip_addresses = pod.ip_addresses;
  pod.pod->is_complete = true;
  pod.pod->is_expected = false;
  JoinOwners(pod, *facts);
  JoinNamespace(pod, *facts);
  JoinNode(pod, *facts);
  pod.pod->facts = std::move(facts);
}

void PodDirectory::JoinOwners(StoredObject& pod, rules::PodFacts& facts) {
  const OwnerReference* reference = &pod.owner;
  for (int step = 0; step < kMaxOwners && !reference->uid.empty(); ++step) {
    const std::optional<ResourceKind> kind = FindKind(reference->kind);
    if (!kind.has_value()) return;  // Rules cannot ask for it.
    const StoredObject* const owner = objects_.Find(reference->uid);
    if (owner == nullptr) return Miss(*kind, pod);
    SetOwner(*owner, facts);
    reference = &owner->owner;
  }
}

void PodDirectory::JoinNamespace(StoredObject& pod, rules::PodFacts& facts) {
  // Which services there are is known once they were listed.
  if (states_[static_cast<size_t>(ResourceKind::kService)] ==
      KindState::kStarting) {
    Miss(ResourceKind::kService, pod);
  }
  const auto it = namespaces_.find(pod.namespace_name);
  if (it == namespaces_.end()) return Miss(ResourceKind::kNamespace, pod);
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
  if (own == nullptr) return Miss(ResourceKind::kNamespace, pod);
  facts.namespace_object = own->object;
}

void PodDirectory::JoinNode(StoredObject& pod, rules::PodFacts& facts) {
  // One that is not bound to a node yet runs nothing.
  if (pod.pod->node.empty()) return;
  const auto it = nodes_.find(pod.pod->node);
  const StoredObject* const node =
      it != nodes_.end() ? objects_.Find(it->second) : nullptr;
  if (node == nullptr) return Miss(ResourceKind::kNode, pod);
  facts.node_object = node->object;
}

void PodDirectory::Miss(ResourceKind kind, StoredObject& pod) const {
  pod.pod->is_complete = false;
  if (states_[static_cast<size_t>(kind)] != KindState::kFailing) {
    pod.pod->is_expected = true;
  }
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
