// SPDX-License-Identifier: Apache-2.0
//
// Reads kubeconfig files, as kubectl does.

#ifndef EYRIE_SERVER_KUBERNETES_KUBECONFIG_H_
#define EYRIE_SERVER_KUBERNETES_KUBECONFIG_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "server/kubernetes/cluster_access.h"

namespace eyrie::server {

// The access that a context of the kubeconfig `yaml` describes; `context` empty
// means the file's `current-context`. Paths in it are relative to the folder of
// `path`.
//
// Taken are tokens, client certificates with keys (files or data), authorities,
// `insecure-skip-tls-verify`, `tls-server-name` and `proxy-url`. What would
// need another program to run (`exec`, `auth-provider`) is refused.
//
// kInvalidArgument as "path:line: what is wrong; the way out".
absl::StatusOr<ClusterAccess> ParseKubeconfig(absl::string_view path,
                                              absl::string_view yaml,
                                              absl::string_view context);

// The same of the file at `path`. Errors also as ReadFile().
absl::StatusOr<ClusterAccess> LoadKubeconfig(const std::string& path,
                                             absl::string_view context);

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_KUBERNETES_KUBECONFIG_H_
