// SPDX-License-Identifier: Apache-2.0
//
// Reads arbitrary bytes as lines of a Kubernetes watch and as lists, of every
// kind, and keeps what they name.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/string_view.h"

#include "common/clock.h"
#include "server/kubernetes/object_parser.h"
#include "server/kubernetes/pod_directory.h"

namespace eyrie::server {
namespace {

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

void Check(KubernetesObject object, PodDirectory& directory) {
  Require(!object.uid.empty() && !object.name.empty(), "can be known again");
  Require(
      object.uid.size() <= kMaxTextBytes && object.name.size() <= kMaxTextBytes,
      "text is bounded");
  Require(object.labels.size() <= kMaxLabels &&
              object.selector.size() <= kMaxLabels,
          "labels are bounded");
  Require(object.ip_addresses.size() <= kMaxAddresses, "addresses are bounded");
  const bool is_pod = object.kind == ResourceKind::kPod;
  const std::string uid = object.uid;
  directory.Put(std::move(object));
  Require((directory.FindPod(uid).facts != nullptr) == is_pod,
          "a pod that was put is known");
}

void CheckAll(absl::string_view text) {
  SimulatedClock clock(absl::UnixEpoch());
  for (const ResourceInfo& info : kResources) {
    PodDirectory directory({}, &clock);
    absl::StatusOr<WatchEvent> event = ParseWatchLine(info.kind, text);
    if (event.ok() && event->type <= WatchEvent::Type::kDeleted) {
      Check(std::move(event->object), directory);
    }
    absl::StatusOr<ListPage> page = ParseListPage(info.kind, text);
    if (!page.ok()) continue;
    for (KubernetesObject& object : page->objects) {
      Check(std::move(object), directory);
    }
  }
}

}  // namespace
}  // namespace eyrie::server

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  eyrie::server::CheckAll(
      absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
