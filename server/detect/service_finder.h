// SPDX-License-Identifier: Apache-2.0
//
// Finds the addresses of Kubernetes services.

#ifndef EYRIE_SERVER_DETECT_SERVICE_FINDER_H_
#define EYRIE_SERVER_DETECT_SERVICE_FINDER_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace eyrie::server {

struct ServiceLookup {
  // The addresses of the service itself; none if it is not known, or headless:
  // such a name stands for its pods.
  std::vector<std::string> addresses;
  // Whether services have not been listed yet, so that it may become known.
  bool is_expected = false;
};

// Thread safety: all methods may be called from any thread.
class ServiceFinder {
 public:
  virtual ~ServiceFinder() = default;

  // What is known now of the service with that name.
  virtual ServiceLookup FindService(absl::string_view namespace_name,
                                    absl::string_view name) = 0;
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_DETECT_SERVICE_FINDER_H_
