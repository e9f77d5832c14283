// SPDX-License-Identifier: Apache-2.0

#include "server/kubernetes/cluster_access.h"

#include <cstddef>
#include <cstdlib>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "common/file.h"
#include "common/status_macros.h"

namespace eyrie::server {
namespace {

// Tokens and keys have some KiB; a bundle of authorities has some hundred.
constexpr size_t kMaxCredentialBytes = 1 << 20;

std::string FromEnvironmentOr(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : "";
}

}  // namespace

absl::StatusOr<std::string> Credential::Read() const {
  if (file.empty()) return bytes;
  return ReadFile(file, kMaxCredentialBytes);
}

InClusterOptions InClusterOptions::FromEnvironment() {
  InClusterOptions options;
  options.host = FromEnvironmentOr("KUBERNETES_SERVICE_HOST");
  options.port = FromEnvironmentOr("KUBERNETES_SERVICE_PORT");
  return options;
}

bool IsInCluster(const InClusterOptions& options) {
  return !options.host.empty() && !options.port.empty();
}

absl::StatusOr<ClusterAccess> InClusterAccess(const InClusterOptions& options) {
  if (!IsInCluster(options)) {
    return absl::FailedPreconditionError(
        "this process does not run in a pod (KUBERNETES_SERVICE_HOST and "
        "KUBERNETES_SERVICE_PORT are not set); name a file with --kubeconfig");
  }
  ClusterAccess access;
  const bool is_ipv6 = options.host.find(':') != std::string::npos;
  access.server = absl::StrFormat(is_ipv6 ? "https://[%s]:%s" : "https://%s:%s",
                                  options.host, options.port);
  access.token.file = options.folder + "/token";
  access.ca.file = options.folder + "/ca.crt";
  access.origin = "the pod's service account";
  for (const Credential* credential : {&access.token, &access.ca}) {
    const absl::StatusOr<std::string> bytes = credential->Read();
    if (bytes.ok() && !bytes->empty()) continue;
    return absl::FailedPreconditionError(absl::StrCat(
        "the pod has no usable service account: ",
        bytes.ok() ? credential->file + " is empty"
                   : std::string(bytes.status().message()),
        "; mount one (automountServiceAccountToken), or name a file with "
        "--kubeconfig"));
  }
  return access;
}

}  // namespace eyrie::server
