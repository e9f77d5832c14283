// SPDX-License-Identifier: Apache-2.0
//
// What is kept of one process image.

#ifndef EYRIE_COLLECTOR_ENRICH_PROCESS_IMAGE_H_
#define EYRIE_COLLECTOR_ENRICH_PROCESS_IMAGE_H_

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>

#include "eyrie/v1/process.pb.h"

#include "rules/fields/process_tree.h"

namespace eyrie::collector {

using rules::ProcessKey;

// Names a process over all its images. `start_time_ns` 0: not known.
struct ProcessId {
  uint32_t pid = 0;
  uint64_t start_time_ns = 0;

  friend bool operator==(const ProcessId&, const ProcessId&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const ProcessId& id) {
    return H::combine(std::move(h), id.pid, id.start_time_ns);
  }
};

// The facts are two parts of one v1::Process, whose serialized forms can stand
// behind each other: what exec fixes is large, is shared with every process
// forked from the image, and is serialized once; what may change is small.
struct ProcessImage {
  enum class Life {
    kLive,      // the newest image of a running process
    kReplaced,  // by another exec
    kExited,
  };

  ProcessId process() const { return {key.pid, key.start_time_ns}; }

  ProcessKey key;
  // The process that made this one; keeps its name when that ends.
  ProcessId parent;
  // Executable, arguments and environment: a serialized v1::Process. Not null.
  std::shared_ptr<const std::string> fixed;
  // Everything else but key, parent and leaders.
  v1::Process state;
  // When the newest record that says something about `state` was made.
  uint64_t updated_ns = 0;
  Life life = Life::kLive;
  // When it was replaced, or it or the last of its children ended.
  uint64_t end_ns = 0;
  // What it counts for in the table's limit, without `fixed`.
  size_t charged_bytes = 0;
  // The table's list that it is in.
  std::list<ProcessImage>* list = nullptr;

  // Used by the lineage of the batch that is being filled: which batch has this
  // image, and how many of its ancestors.
  uint64_t batch = 0;
  int batch_ancestors = 0;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_ENRICH_PROCESS_IMAGE_H_
