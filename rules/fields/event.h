// SPDX-License-Identifier: Apache-2.0
//
// What a rule is judged against: one record with what is known around it.

#ifndef EYRIE_RULES_FIELDS_EVENT_H_
#define EYRIE_RULES_FIELDS_EVENT_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "proto/record_view.h"
#include "rules/fields/process_tree.h"

namespace eyrie::rules {

// Names of user and group ids on the event's node.
class NameTable {
 public:
  virtual ~NameTable() = default;
  // Null if the id has no name.
  virtual const v1::User* FindUser(uint32_t uid) const = 0;
  virtual const v1::Group* FindGroup(uint32_t gid) const = 0;
};

class DomainTable;
class PodTable;

// Control groups and containers that the event's batch names.
class ContainerTable {
 public:
  virtual ~ContainerTable() = default;
  // Null if the batch does not name it.
  virtual const v1::Cgroup* FindCgroup(uint64_t id) const = 0;
  virtual const v1::Container* FindContainer(absl::string_view id) const = 0;
};

// Borrowed parts; all outlive the evaluation.
struct Event {
  RecordView record;
  // The acting image; null if its facts are not known.
  const ProcessNode* process = nullptr;
  const ProcessTree* processes = nullptr;
  const NameTable* names = nullptr;
  const ContainerTable* containers = nullptr;  // null: none are known
  const PodTable* pods = nullptr;              // null: no Kubernetes API
  const DomainTable* domains = nullptr;        // null: no name is resolved
  absl::string_view node = {};                 // evt.hostname
  int64_t clock_offset_ns = 0;  // record time + offset = ns since the epoch
  uint64_t number = 1;          // evt.num
  // Whether centre-owned fields may be read: false on a node.
  bool at_centre = true;
};

// Memory for values that an extractor has to put together. Cleared between
// events; strings stay put until then. Allocates nothing once it is warm.
class Scratch {
 public:
  // Uninitialized bytes that live until Clear().
  char* Allocate(size_t size) {
    while (block_ < blocks_.size() && blocks_[block_].size - used_ < size) {
      ++block_;
      used_ = 0;
    }
    if (block_ == blocks_.size()) {
      const size_t block_size = std::max(size, kBlockSize);
      blocks_.push_back({std::make_unique<char[]>(block_size), block_size});
    }
    char* bytes = blocks_[block_].bytes.get() + used_;
    used_ += size;
    return bytes;
  }

  // A copy that lives until Clear().
  absl::string_view Keep(absl::string_view text) { return Concat({text}); }

  // The parts in one string that lives until Clear().
  absl::string_view Concat(std::initializer_list<absl::string_view> parts) {
    size_t size = 0;
    for (const absl::string_view part : parts) size += part.size();
    char* bytes = Allocate(size);
    char* end = bytes;
    for (const absl::string_view part : parts) {
      end = std::copy(part.begin(), part.end(), end);
    }
    return absl::string_view(bytes, size);
  }

  // An empty string to put one together in, then Keep() it. Its memory is used
  // again by the next caller.
  std::string& Buffer() {
    buffer_.clear();
    return buffer_;
  }

  void Clear() {
    // What one unusual event needed is not kept for ever.
    if (blocks_.size() > kKeptBlocks) blocks_.resize(kKeptBlocks);
    block_ = 0;
    used_ = 0;
  }

 private:
  struct Block {
    std::unique_ptr<char[]> bytes;
    size_t size;
  };
  // An event's strings together rarely exceed one path and one command line.
  static constexpr size_t kBlockSize = 16 << 10;
  static constexpr size_t kKeptBlocks = 16;

  std::string buffer_;
  std::vector<Block> blocks_;
  size_t block_ = 0;  // the block in use
  size_t used_ = 0;   // bytes of it
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_EVENT_H_
