// SPDX-License-Identifier: Apache-2.0
//
// The KubernetesApi over HTTP.

#ifndef EYRIE_SERVER_KUBERNETES_CURL_KUBERNETES_API_H_
#define EYRIE_SERVER_KUBERNETES_CURL_KUBERNETES_API_H_

#include <atomic>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "server/kubernetes/cluster_access.h"
#include "server/kubernetes/kubernetes_api.h"

namespace eyrie::server {

// Keeps its connection open between calls; files of credentials are read at
// each. Compressed answers are unpacked. Redirects are not followed, so that a
// token goes nowhere else. SIGPIPE is ignored once one was made.
//
// Thread safety: as KubernetesApi.
class CurlKubernetesApi : public KubernetesApi {
 public:
  explicit CurlKubernetesApi(ClusterAccess access);
  ~CurlKubernetesApi() override;

  absl::Status Get(const ApiRequest& request, ApiSink sink) override;
  void Cancel() override;

 private:
  struct Handles;
  struct Transfer;

  // Sets everything that stays the same during the call.
  absl::Status Prepare(const ApiRequest& request, Transfer& transfer);
  absl::Status PrepareCredentials(Transfer& transfer);
  absl::Status Perform(const ApiRequest& request, Transfer& transfer);

  const ClusterAccess access_;
  const std::unique_ptr<Handles> handles_;
  std::atomic<bool> is_cancelled_{false};
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_KUBERNETES_CURL_KUBERNETES_API_H_
