// SPDX-License-Identifier: Apache-2.0
//
// Takes out of the API server's JSON what rules can ask for.

#ifndef EYRIE_SERVER_KUBERNETES_OBJECT_PARSER_H_
#define EYRIE_SERVER_KUBERNETES_OBJECT_PARSER_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "server/kubernetes/resource_kind.h"

namespace eyrie::server {

// Sorted by key.
using Labels = std::vector<std::pair<std::string, std::string>>;

// The owner that manages an object; both empty if there is none.
struct OwnerReference {
  std::string kind;
  std::string uid;

  friend bool operator==(const OwnerReference&,
                         const OwnerReference&) = default;
};

// What is kept of an object.
struct KubernetesObject {
  ResourceKind kind = ResourceKind::kPod;
  std::string uid;
  std::string name;
  std::string namespace_name;
  Labels labels;
  OwnerReference owner;
  // Services only: labels of the pods that it takes; empty takes none.
  Labels selector;
  // Pods and services: their own, of services none if they are headless.
  std::vector<std::string> ip_addresses;
  // Pods only.
  std::string node;
  // Uid that the node knows a static pod by; the API's own differs.
  std::string mirrored_uid;
  // Whether labels or addresses were cut at the limits below.
  bool is_cut = false;
};

// Far beyond what the API server's validation and people's habits give.
inline constexpr size_t kMaxLabels = 256;
inline constexpr size_t kMaxAddresses = 16;
inline constexpr size_t kMaxTextBytes = 1024;

struct ListPage {
  std::vector<KubernetesObject> objects;
  // Asks for the next page; empty on the last one.
  std::string continue_token;
  // Where a watch goes on.
  std::string resource_version;
};

struct WatchEvent {
  enum class Type { kAdded, kModified, kDeleted, kBookmark, kError };

  Type type = Type::kBookmark;
  KubernetesObject object;       // of the first three
  std::string resource_version;  // of all but errors
  int error_code = 0;            // HTTP status of an error
  std::string error_message;
};

// One answer to a list. kInvalidArgument if it is not one; objects without uid
// or name are left out.
//
// Thread safety: both are pure functions.
absl::StatusOr<ListPage> ParseListPage(ResourceKind kind,
                                       absl::string_view json);

// One line of a watch. kInvalidArgument if it is not one.
absl::StatusOr<WatchEvent> ParseWatchLine(ResourceKind kind,
                                          absl::string_view line);

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_KUBERNETES_OBJECT_PARSER_H_
