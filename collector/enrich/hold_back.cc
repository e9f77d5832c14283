// SPDX-License-Identifier: Apache-2.0

#include "collector/enrich/hold_back.h"

#include <algorithm>
#include <utility>

namespace eyrie::collector {

void HoldBack::Add(absl::string_view container, const RecordView& record) {
  const absl::string_view bytes = record.raw();
  Queue& queue = queues_[container];
  queue.records.append(bytes.data(), bytes.size());
  ++queue.count;
  bytes_ += bytes.size();
  ++records_;
  ++held_;
}

std::string HoldBack::Take(absl::string_view container) {
  const auto it = queues_.find(container);
  if (it == queues_.end()) return {};
  std::string records = std::move(it->second.records);
  bytes_ -= records.size();
  records_ -= it->second.count;
  queues_.erase(it);
  return records;
}

std::vector<std::string> HoldBack::Containers() const {
  std::vector<std::string> containers;
  containers.reserve(queues_.size());
  for (const auto& [container, queue] : queues_)
    containers.push_back(container);
  return containers;
}

std::string HoldBack::Largest() const {
  return std::max_element(queues_.begin(), queues_.end(),
                          [](const auto& a, const auto& b) {
                            return a.second.records.size() <
                                   b.second.records.size();
                          })
      ->first;
}

}  // namespace eyrie::collector
