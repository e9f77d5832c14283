// SPDX-License-Identifier: Apache-2.0
//
// What the Kubernetes API says of pods, for the fields that only the centre
// knows.

#ifndef EYRIE_RULES_FIELDS_POD_FACTS_H_
#define EYRIE_RULES_FIELDS_POD_FACTS_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace eyrie::rules {

// The parts of a Kubernetes object that rules can ask for.
struct K8sObject {
  std::string name;
  std::string uid;
  // Sorted by key.
  std::vector<std::pair<std::string, std::string>> labels;
};

// A pod with everything it belongs to. What it does not belong to, or what the
// API has not told, is null.
struct PodFacts {
  K8sObject pod;
  std::string namespace_name;
  std::string node;
  std::vector<std::string> ip_addresses;
  std::shared_ptr<const K8sObject> namespace_object;
  std::shared_ptr<const K8sObject> node_object;
  std::shared_ptr<const K8sObject> replica_set;
  std::shared_ptr<const K8sObject> replication_controller;
  std::shared_ptr<const K8sObject> deployment;
  std::shared_ptr<const K8sObject> stateful_set;
  std::shared_ptr<const K8sObject> daemon_set;
  std::shared_ptr<const K8sObject> job;
  std::shared_ptr<const K8sObject> cron_job;
  // Whose selector takes the pod, sorted by name.
  std::vector<std::shared_ptr<const K8sObject>> services;
};

// Thread safety: as its implementation says.
class PodTable {
 public:
  virtual ~PodTable() = default;

  // The pod of that uid, or null if it is not known. Stays valid as long as the
  // table.
  virtual const PodFacts* FindPod(absl::string_view uid) const = 0;
  // Whether a pod that is not known may become known: there is an API to ask
  // and the time to wait for it is not over. Fields of such a pod are unknown,
  // otherwise absent.
  virtual bool IsExpected(absl::string_view uid) const = 0;
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_POD_FACTS_H_
