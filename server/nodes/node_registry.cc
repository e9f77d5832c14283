// SPDX-License-Identifier: Apache-2.0

#include "server/nodes/node_registry.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/logging.h"
#include "common/proto_time.h"
#include "common/status_macros.h"

namespace eyrie::server {
namespace {

using LossKey = std::pair<int, std::string>;

std::map<LossKey, uint64_t> CountsOf(
    const google::protobuf::RepeatedPtrField<v1::LossReport>& losses) {
  std::map<LossKey, uint64_t> counts;
  for (const v1::LossReport& loss : losses) {
    counts[{loss.reason(), loss.event_type()}] += loss.count();
  }
  return counts;
}

}  // namespace

NodeRegistry::NodeRegistry(Store* store, const Clock* clock)
    : store_(store), clock_(clock), containers_(clock) {}

absl::Status NodeRegistry::Load() {
  std::string token;
  absl::MutexLock lock(&mutex_);
  do {
    EYRIE_ASSIGN_OR_RETURN(auto page, store_->ListNodes(1000, token));
    for (v1::Node& node : page.items) {
      node.set_state(v1::Node::DISCONNECTED);
      node.clear_peer();
      node.clear_runtimes();
      std::string name = node.name();
      nodes_[std::move(name)].node = std::move(node);
    }
    token = page.next_page_token;
  } while (!token.empty());
  return absl::OkStatus();
}

absl::Status NodeRegistry::Connected(const v1::Hello& hello,
                                     absl::string_view peer, uint64_t stream) {
  v1::Node copy;
  {
    absl::MutexLock lock(&mutex_);
    auto it = nodes_.find(hello.node());
    if (it == nodes_.end()) {
      if (nodes_.size() >= kMaxNodes) {
        return absl::ResourceExhaustedError(absl::StrCat(
            "the server knows ", kMaxNodes, " nodes already, its limit"));
      }
      it = nodes_.emplace(hello.node(), Entry()).first;
      it->second.node.set_name(hello.node());
      *it->second.node.mutable_first_seen() = ToProtoTime(clock_->Now());
    }
    Entry& entry = it->second;
    entry.stream = stream;
    if (entry.node.hello().run_id() != hello.run_id()) {
      entry.node.clear_losses();
      entry.node.clear_acked_sequence();
    }
    entry.node.set_state(v1::Node::CONNECTED);
    *entry.node.mutable_hello() = hello;
    *entry.node.mutable_last_seen() = ToProtoTime(clock_->Now());
    entry.node.set_peer(std::string(peer));
    copy = entry.node;
  }
  containers_.Connected(hello.node());
  Persist(copy);
  return absl::OkStatus();
}

void NodeRegistry::Disconnected(absl::string_view node, uint64_t stream) {
  v1::Node copy;
  {
    absl::MutexLock lock(&mutex_);
    const auto it = nodes_.find(node);
    if (it == nodes_.end() || it->second.stream != stream) return;
    it->second.stream = 0;
    it->second.node.set_state(v1::Node::DISCONNECTED);
    it->second.node.clear_peer();
    copy = it->second.node;
  }
  containers_.Disconnected(std::string(node));
  Persist(copy);
}

void NodeRegistry::TakeInventory(absl::string_view node, uint64_t stream,
                                 const v1::ContainerInventory& inventory) {
  {
    absl::MutexLock lock(&mutex_);
    const auto it = nodes_.find(node);
    if (it == nodes_.end() || it->second.stream != stream) return;
    if (inventory.runtimes_size() > 0) {
      *it->second.node.mutable_runtimes() = inventory.runtimes();
    }
  }
  containers_.Take(std::string(node), inventory);
}

v1::Node NodeRegistry::Shown(const v1::Node& node) const {
  v1::Node shown = node;
  shown.set_containers(static_cast<uint32_t>(containers_.CountOf(node.name())));
  return shown;
}

void NodeRegistry::CountBatch(absl::string_view node, uint64_t events,
                              uint64_t detections) {
  absl::MutexLock lock(&mutex_);
  const auto it = nodes_.find(node);
  if (it == nodes_.end()) return;
  v1::Node& entry = it->second.node;
  entry.set_batches(entry.batches() + 1);
  entry.set_events(entry.events() + events);
  entry.set_detections(entry.detections() + detections);
  *entry.mutable_last_seen() = ToProtoTime(clock_->Now());
}

void NodeRegistry::SetAcked(absl::string_view node, uint64_t sequence) {
  absl::MutexLock lock(&mutex_);
  const auto it = nodes_.find(node);
  if (it != nodes_.end()) it->second.node.set_acked_sequence(sequence);
}

void NodeRegistry::SetConfigVersion(absl::string_view node, uint64_t version) {
  absl::MutexLock lock(&mutex_);
  const auto it = nodes_.find(node);
  if (it != nodes_.end()) it->second.node.set_config_version(version);
}

v1::CoverageGap NodeRegistry::TakeHeartbeat(absl::string_view node,
                                            uint64_t run_id,
                                            const v1::Heartbeat& heartbeat) {
  v1::CoverageGap gap;
  absl::MutexLock lock(&mutex_);
  const auto it = nodes_.find(node);
  if (it == nodes_.end()) return gap;
  v1::Node& entry = it->second.node;
  auto before = CountsOf(entry.losses());
  for (const auto& [key, count] : CountsOf(heartbeat.losses())) {
    const uint64_t old = before[key];
    if (count <= old) continue;
    v1::LossReport* loss = gap.add_losses();
    loss->set_reason(static_cast<v1::LossReport::Reason>(key.first));
    loss->set_event_type(key.second);
    loss->set_count(count - old);
  }
  gap.set_node(std::string(node));
  gap.set_run_id(run_id);
  *gap.mutable_first_seen() = entry.last_seen();
  *gap.mutable_last_seen() = ToProtoTime(clock_->Now());
  *entry.mutable_losses() = heartbeat.losses();
  *entry.mutable_last_seen() = ToProtoTime(clock_->Now());
  return gap;
}

absl::StatusOr<v1::Node> NodeRegistry::Get(absl::string_view name) const {
  absl::MutexLock lock(&mutex_);
  const auto it = nodes_.find(name);
  if (it == nodes_.end()) {
    return absl::NotFoundError(
        absl::StrCat("no node called \"", name, "\" ever connected"));
  }
  return Shown(it->second.node);
}

Page<v1::Node> NodeRegistry::List(size_t page_size,
                                  absl::string_view after) const {
  Page<v1::Node> page;
  absl::MutexLock lock(&mutex_);
  auto it = after.empty() ? nodes_.begin() : nodes_.upper_bound(after);
  for (; it != nodes_.end() && page.items.size() < page_size; ++it) {
    page.items.push_back(Shown(it->second.node));
  }
  if (it != nodes_.end()) page.next_page_token = page.items.back().name();
  return page;
}

size_t NodeRegistry::connected() const {
  absl::MutexLock lock(&mutex_);
  size_t count = 0;
  for (const auto& [name, entry] : nodes_) count += entry.stream != 0;
  return count;
}

size_t NodeRegistry::known() const {
  absl::MutexLock lock(&mutex_);
  return nodes_.size();
}

void NodeRegistry::Persist(const v1::Node& node) {
  const absl::Status status = store_->PutNode(node);
  if (!status.ok()) {
    LogWarning("storing a node failed",
               {{"node", node.name()}, {"error", status.ToString()}});
  }
}

}  // namespace eyrie::server
