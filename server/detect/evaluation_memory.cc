// SPDX-License-Identifier: Apache-2.0

#include "server/detect/evaluation_memory.h"

namespace eyrie::server {

rules::EvaluationState& ThreadEvaluationState(
    const std::shared_ptr<const rules::RuleSet>& set) {
  struct ThreadState {
    std::shared_ptr<const rules::RuleSet> set;
    std::unique_ptr<rules::EvaluationState> state;
  };
  thread_local ThreadState thread;
  if (thread.set != set) {
    thread.state = set->NewState();
    thread.set = set;
  }
  return *thread.state;
}

}  // namespace eyrie::server
