// SPDX-License-Identifier: Apache-2.0

#include "server/nodes/container_registry.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/logging.h"
#include "common/status_macros.h"
#include "server/storage/page_token.h"

namespace eyrie::server {
namespace {

constexpr absl::Duration kSweepInterval = absl::Minutes(1);

// Stands between node and id in a page token. No node's name has it.
constexpr char kSeparator = '\0';

using Labels = google::protobuf::Map<std::string, std::string>;

bool Has(const Labels& labels, absl::string_view label) {
  const size_t equals = label.find('=');
  const auto it = labels.find(std::string(label.substr(0, equals)));
  return it != labels.end() && it->second == label.substr(equals + 1);
}

bool Matches(const v1::ListContainersRequest& wanted,
             const v1::Container& container) {
  if (container.is_sandbox() && !wanted.include_sandboxes()) return false;
  if (!wanted.namespace_().empty() &&
      container.pod_namespace() != wanted.namespace_()) {
    return false;
  }
  if (!wanted.pod().empty() && container.pod_name() != wanted.pod()) {
    return false;
  }
  return absl::StartsWith(container.id(), wanted.id()) &&
         absl::StartsWith(container.image(), wanted.image()) &&
         std::all_of(wanted.labels().begin(), wanted.labels().end(),
                     [&container](const std::string& label) {
                       return Has(container.labels(), label) ||
                              Has(container.pod_labels(), label);
                     });
}

absl::Status CheckLabels(const v1::ListContainersRequest& request) {
  if (request.labels_size() > ContainerRegistry::kMaxLabels) {
    return absl::InvalidArgumentError(
        absl::StrCat(request.labels_size(), " labels; at most ",
                     ContainerRegistry::kMaxLabels, " can be given"));
  }
  for (const std::string& label : request.labels()) {
    if (label.find('=') == std::string::npos || label[0] == '=') {
      return absl::InvalidArgumentError(
          absl::StrCat("label \"", label, "\" is not written as key=value"));
    }
  }
  return absl::OkStatus();
}

// What a page token is bound to: the conditions.
std::string QueryOf(v1::ListContainersRequest request) {
  request.clear_page_size();
  request.clear_page_token();
  return absl::StrCat("containers ", request.SerializeAsString());
}

// Node and id of the last container of the page before; both empty at first.
absl::StatusOr<std::pair<std::string, std::string>> PositionOf(
    const std::string& query, const std::string& token) {
  if (token.empty()) return std::pair<std::string, std::string>();
  EYRIE_ASSIGN_OR_RETURN(const std::string position,
                         DecodePageToken(query, token));
  const size_t end = position.find(kSeparator);
  return std::pair(position.substr(0, end), position.substr(end + 1));
}

// A page of a listing while it is filled.
class PageFiller {
 public:
  explicit PageFiller(size_t size) : size_(size) {}

  // False if there is no room for it.
  bool Add(const std::string& node, const v1::Container& container) {
    const size_t bytes = container.ByteSizeLong();
    if (static_cast<size_t>(page_.items_size()) >= size_) return false;
    if (page_.items_size() > 0 &&
        bytes_ + bytes > ContainerRegistry::kMaxPageBytes) {
      return false;
    }
    bytes_ += bytes;
    v1::ListContainersResponse::Item& item = *page_.add_items();
    item.set_node(node);
    *item.mutable_container() = container;
    return true;
  }

  // With a token to go on with the listing `query`, unless that is empty.
  v1::ListContainersResponse Take(const std::string& query) {
    if (!query.empty()) {
      const auto& last = *page_.items().rbegin();
      page_.set_next_page_token(EncodePageToken(
          query, absl::StrCat(last.node(), absl::string_view(&kSeparator, 1),
                              last.container().id())));
    }
    return std::move(page_);
  }

 private:
  const size_t size_;
  size_t bytes_ = 0;
  v1::ListContainersResponse page_;
};

}  // namespace

void ContainerRegistry::Take(const std::string& node,
                             const v1::ContainerInventory& inventory) {
  absl::MutexLock lock(&mutex_);
  ForgetDisconnected();
  NodeContainers& containers = nodes_[node];
  if (inventory.is_snapshot()) {
    count_ -= containers.by_id.size();
    containers.by_id.clear();
    containers.is_over_limit = false;
  }
  for (const std::string& id : inventory.removed()) {
    count_ -= containers.by_id.erase(id);
  }
  for (const v1::Container& container : inventory.containers()) {
    Put(node, container, containers);
  }
}

void ContainerRegistry::Put(const std::string& node,
                            const v1::Container& container,
                            NodeContainers& containers) {
  const auto known = containers.by_id.find(container.id());
  const bool is_full = containers.by_id.size() >= kMaxContainersOfNode ||
                       count_ >= kMaxContainers;
  if (known == containers.by_id.end() && is_full) {
    ++dropped_;
    if (containers.is_over_limit) return;
    containers.is_over_limit = true;
    LogWarning(
        "a node has more containers than are kept: the rest is not "
        "listed, but judged",
        {{"node", node},
         {"container", container.id()},
         {"limit_of_node", absl::StrCat(kMaxContainersOfNode)},
         {"limit", absl::StrCat(kMaxContainers)}});
    return;
  }
  auto kept = std::make_shared<v1::Container>(container);
  // Large, and no reader of a list wants them.
  kept->clear_annotations();
  if (known != containers.by_id.end()) {
    known->second = std::move(kept);
    return;
  }
  containers.by_id.emplace(container.id(), std::move(kept));
  ++count_;
}

void ContainerRegistry::Connected(const std::string& node) {
  absl::MutexLock lock(&mutex_);
  const auto it = nodes_.find(node);
  if (it != nodes_.end()) it->second.disconnect_time = absl::InfiniteFuture();
  ForgetDisconnected();
}

void ContainerRegistry::Disconnected(const std::string& node) {
  absl::MutexLock lock(&mutex_);
  const auto it = nodes_.find(node);
  if (it != nodes_.end()) it->second.disconnect_time = clock_->Now();
  ForgetDisconnected();
}

void ContainerRegistry::ForgetDisconnected() {
  const absl::Time now = clock_->Now();
  if (now < next_sweep_) return;
  next_sweep_ = now + kSweepInterval;
  for (auto it = nodes_.begin(); it != nodes_.end();) {
    if (it->second.disconnect_time > now - kForgetAfter) {
      ++it;
      continue;
    }
    count_ -= it->second.by_id.size();
    it = nodes_.erase(it);
  }
}

absl::StatusOr<v1::ListContainersResponse> ContainerRegistry::List(
    const v1::ListContainersRequest& request, size_t page_size) const {
  EYRIE_RETURN_IF_ERROR(CheckLabels(request));
  const std::string query = QueryOf(request);
  EYRIE_ASSIGN_OR_RETURN(auto position,
                         PositionOf(query, request.page_token()));
  const absl::Time cutoff = clock_->Now() - kForgetAfter;
  PageFiller page(page_size);
  absl::MutexLock lock(&mutex_);
  auto node =
      nodes_.lower_bound(std::max(position.first, std::string(request.node())));
  for (; node != nodes_.end(); ++node) {
    if (!request.node().empty() && node->first != request.node()) break;
    if (node->second.disconnect_time <= cutoff) continue;
    const auto& by_id = node->second.by_id;
    auto it = node->first == position.first ? by_id.upper_bound(position.second)
                                            : by_id.begin();
    for (; it != by_id.end(); ++it) {
      if (!Matches(request, *it->second)) continue;
      if (!page.Add(node->first, *it->second)) return page.Take(query);
    }
  }
  return page.Take("");
}

size_t ContainerRegistry::CountOf(const std::string& node) const {
  absl::MutexLock lock(&mutex_);
  const auto it = nodes_.find(node);
  return it == nodes_.end() ? 0 : it->second.by_id.size();
}

size_t ContainerRegistry::count() const {
  absl::MutexLock lock(&mutex_);
  return count_;
}

uint64_t ContainerRegistry::dropped() const {
  absl::MutexLock lock(&mutex_);
  return dropped_;
}

}  // namespace eyrie::server
