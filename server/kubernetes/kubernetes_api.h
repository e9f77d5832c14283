// SPDX-License-Identifier: Apache-2.0
//
// Reads from a Kubernetes API server.

#ifndef EYRIE_SERVER_KUBERNETES_KUBERNETES_API_H_
#define EYRIE_SERVER_KUBERNETES_KUBERNETES_API_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace eyrie::server {

struct ApiRequest {
  // With query: "/api/v1/pods?limit=500".
  std::string path;
  // How long the whole answer may take, and how long nothing may come of it.
  absl::Duration timeout = absl::InfiniteDuration();
  absl::Duration idle_timeout = absl::Seconds(30);
};

// Takes a piece of an answer, an empty one when the server has agreed and the
// answer begins. An error ends the call with it.
using ApiSink = absl::FunctionRef<absl::Status(absl::string_view)>;

// Thread safety: Get() by one thread at a time, Cancel() from any.
class KubernetesApi {
 public:
  virtual ~KubernetesApi() = default;

  // Hands the answer to `sink` as it comes; OK when it ended as it should.
  //
  // What the server refuses: kUnauthenticated (401), kPermissionDenied (403),
  // kNotFound (404), kOutOfRange (410: too old), kUnavailable (429 and what
  // else), with the server's message. kUnavailable also if it cannot be
  // reached or its certificate is not good, kDeadlineExceeded after a timeout,
  // kFailedPrecondition if our own credentials cannot be read.
  virtual absl::Status Get(const ApiRequest& request, ApiSink sink) = 0;

  // Ends the call under way and all that follow with kCancelled.
  virtual void Cancel() = 0;
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_KUBERNETES_KUBERNETES_API_H_
