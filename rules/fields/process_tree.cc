// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/process_tree.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "eyrie/v1/process.pb.h"

namespace eyrie::rules {
namespace {

// Strings that each end with a NUL, joined by blanks.
std::string JoinStrings(const std::string& strings) {
  std::string joined = strings;
  if (!joined.empty() && joined.back() == '\0') joined.pop_back();
  for (char& c : joined) {
    if (c == '\0') c = ' ';
  }
  return joined;
}

std::string WithTrailingSlash(const std::string& directory) {
  if (directory.empty() || directory.back() == '/') return directory;
  return absl::StrCat(directory, "/");
}

}  // namespace

ProcessNode::ProcessNode(const v1::Process* facts)
    : facts_(facts),
      args_(JoinStrings(facts->args())),
      cmdline_(args_.empty() ? facts->comm()
                             : absl::StrCat(facts->comm(), " ", args_)),
      env_(JoinStrings(facts->env())),
      cwd_(WithTrailingSlash(facts->cwd())) {}

const ProcessNode* ProcessTree::Parent(const ProcessNode& node) const {
  if (!node.facts().has_parent()) return nullptr;
  return Find(ProcessKey(node.facts().parent()));
}

const ProcessNode* BatchProcessTree::Find(const ProcessKey& key) const {
  const auto it = nodes_.find(key);
  return it == nodes_.end() ? nullptr : it->second.get();
}

void BatchProcessTree::Add(const v1::Process* process) {
  // The last message about an image wins: it knows most.
  nodes_[ProcessKey(process->key())] = std::make_unique<ProcessNode>(process);
}

}  // namespace eyrie::rules
