// SPDX-License-Identifier: Apache-2.0
//
// Flags that select incidents or detections.

#ifndef EYRIE_CLIENTS_CLI_INCIDENT_FILTER_FLAGS_H_
#define EYRIE_CLIENTS_CLI_INCIDENT_FILTER_FLAGS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "eyrie/v1/incident_service.pb.h"

#include "clients/cli/names.h"
#include "clients/cli/session.h"
#include "common/flag_set.h"

namespace eyrie::cli {

class IncidentFilterFlags {
 public:
  // --rule, --priority, --node, --container, --tag, --namespace, --workload,
  // --image, --label, --source.
  void AddTo(FlagSet* flags);
  // --since, --until.
  void AddTimesTo(FlagSet* flags);
  // --state.
  void AddStateTo(FlagSet* flags);

  // Reads what the flags were given. kInvalidArgument naming the flag.
  absl::Status Resolve(const Session& session);

  // What the server is asked for. REQUIRES: Resolve() returned OK.
  const v1::IncidentFilter& filter() const { return filter_; }
  // The part that the server's filter cannot say.
  bool Includes(v1::Priority priority) const {
    return selection_.Includes(priority);
  }

 private:
  void AddWorkloadTo(FlagSet* flags);

  std::string since_;
  std::string until_;
  std::string priority_;
  std::vector<std::string> states_;
  std::vector<std::string> labels_;
  v1::IncidentFilter filter_;
  PrioritySelection selection_;
};

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_INCIDENT_FILTER_FLAGS_H_
