// SPDX-License-Identifier: Apache-2.0
//
// The cluster that run.sh has started, for tests.

#ifndef EYRIE_TESTS_KUBERNETES_KUBECTL_H_
#define EYRIE_TESTS_KUBERNETES_KUBECTL_H_

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace eyrie::testing {

// Value of an environment variable; empty if it is not set.
std::string Environment(const char* name);

// A file of the running cluster; of no meaning if run.sh has started none.
std::string ClusterFile(const std::string& name);

// Runs kubectl as the administrator and returns what it prints; the test fails
// if kubectl does.
std::string Kubectl(std::vector<std::string> arguments);

// Creates the object, which has a name and a namespace.
void CreateObject(const nlohmann::json& object);

// Runs a script of this folder, such as `apiserver.sh kill`; the test fails if
// it does.
void RunScript(const std::string& name, const std::string& command);

}  // namespace eyrie::testing

#endif  // EYRIE_TESTS_KUBERNETES_KUBECTL_H_
