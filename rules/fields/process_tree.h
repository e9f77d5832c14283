// SPDX-License-Identifier: Apache-2.0
//
// Processes around an event: facts of each image and who started it.

#ifndef EYRIE_RULES_FIELDS_PROCESS_TREE_H_
#define EYRIE_RULES_FIELDS_PROCESS_TREE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "eyrie/v1/process.pb.h"

#include "proto/record.h"

namespace eyrie::rules {

// Most ancestors that are followed; what lies beyond is unknown.
inline constexpr int kMaxAncestors = 64;

// eyrie_process_key as a map key.
struct ProcessKey {
  uint32_t pid = 0;
  uint32_t exec_id = 0;
  uint64_t start_time_ns = 0;

  ProcessKey() = default;
  explicit ProcessKey(const eyrie_process_key& key)
      : pid(key.pid), exec_id(key.exec_id), start_time_ns(key.start_time_ns) {}
  explicit ProcessKey(const v1::ProcessKey& key)
      : pid(key.pid()),
        exec_id(key.exec_id()),
        start_time_ns(key.start_time_ns()) {}

  friend bool operator==(const ProcessKey&, const ProcessKey&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const ProcessKey& key) {
    return H::combine(std::move(h), key.pid, key.exec_id, key.start_time_ns);
  }
};

// One image with the strings that rules read, joined once.
//
// Thread safety: immutable after construction.
class ProcessNode {
 public:
  // Borrows `facts`, which outlives the node.
  explicit ProcessNode(const v1::Process* facts);

  const v1::Process& facts() const { return *facts_; }
  // argv[1..] joined by blanks: proc.args.
  absl::string_view args() const { return args_; }
  // Name and arguments joined by blanks: proc.cmdline.
  absl::string_view cmdline() const { return cmdline_; }
  // NAME=value joined by blanks: proc.env.
  absl::string_view env() const { return env_; }
  // Working directory with a trailing slash: proc.cwd.
  absl::string_view cwd() const { return cwd_; }

 private:
  const v1::Process* facts_;
  std::string args_;
  std::string cmdline_;
  std::string env_;
  std::string cwd_;
};

// Finds images and their parents.
class ProcessTree {
 public:
  virtual ~ProcessTree() = default;
  // Null if the image is not known.
  virtual const ProcessNode* Find(const ProcessKey& key) const = 0;

  // The parent's image; null if there is none or it is not known.
  const ProcessNode* Parent(const ProcessNode& node) const;
};

// The processes of one batch.
class BatchProcessTree : public ProcessTree {
 public:
  // Borrows the messages, which outlive the tree.
  template <typename Messages>
  explicit BatchProcessTree(const Messages& processes) {
    nodes_.reserve(processes.size());
    for (const v1::Process& process : processes) Add(&process);
  }

  const ProcessNode* Find(const ProcessKey& key) const override;

 private:
  void Add(const v1::Process* process);

  absl::flat_hash_map<ProcessKey, std::unique_ptr<ProcessNode>> nodes_;
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_PROCESS_TREE_H_
