// SPDX-License-Identifier: Apache-2.0
//
// How to reach a Kubernetes API server.

#ifndef EYRIE_SERVER_KUBERNETES_CLUSTER_ACCESS_H_
#define EYRIE_SERVER_KUBERNETES_CLUSTER_ACCESS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace eyrie::server {

// A token, key or certificate: its bytes, or the file that has them, or
// nothing.
struct Credential {
  std::string bytes;
  std::string file;

  bool empty() const { return bytes.empty() && file.empty(); }
  // The bytes as they are now; a file is read each time, as tokens and
  // certificates are replaced under us. Errors as ReadFile().
  absl::StatusOr<std::string> Read() const;
};

struct ClusterAccess {
  // "https://10.0.0.1:6443", without a slash at the end.
  std::string server;
  // Authorities that sign the server's certificate, PEM; empty: the machine's.
  Credential ca;
  // Name that the certificate must have, if it is not the host of `server`.
  std::string tls_server_name;
  bool skip_tls_verify = false;
  // "http://proxy:3128"; empty: none.
  std::string proxy;

  // What we show: a bearer token, or a client certificate with its key.
  Credential token;
  Credential client_cert;
  Credential client_key;

  // Where this comes from, for messages: "context admin of /root/.kube/config".
  std::string origin;
};

// What Kubernetes gives to every pod.
struct InClusterOptions {
  // As the environment says.
  std::string host;
  std::string port;
  // Where token and authorities are mounted.
  std::string folder = "/var/run/secrets/kubernetes.io/serviceaccount";

  // `host` and `port` of KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT.
  static InClusterOptions FromEnvironment();
};

// Whether this process runs in a pod, as far as the environment says.
bool IsInCluster(const InClusterOptions& options);

// The service account's access. kFailedPrecondition if something of it is
// missing: the message says what.
absl::StatusOr<ClusterAccess> InClusterAccess(const InClusterOptions& options);

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_KUBERNETES_CLUSTER_ACCESS_H_
