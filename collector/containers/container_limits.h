// SPDX-License-Identifier: Apache-2.0
//
// How much is kept of what a runtime tells about a container.

#ifndef EYRIE_COLLECTOR_CONTAINERS_CONTAINER_LIMITS_H_
#define EYRIE_COLLECTOR_CONTAINERS_CONTAINER_LIMITS_H_

#include <cstddef>

#include "eyrie/v1/process.pb.h"

namespace eyrie::collector {

// A container travels in each batch that has events of it, so all of it
// together must be small beside a batch of 1 MiB. Who runs containers names
// images, labels and mounts: none of it is trusted.

// Kubernetes allows 63 bytes of a label's value, Docker anything; names and
// images are shorter still. Paths may have 4,096.
inline constexpr size_t kMaxTextBytes = 4096;
inline constexpr size_t kMaxLabelBytes = 1024;
// Labels, annotations, pod labels: of each.
inline constexpr size_t kMaxLabels = 128;
// A pod with many volumes has some twenty.
inline constexpr size_t kMaxMounts = 128;
// Kubernetes sets eight for each service of the namespace.
inline constexpr size_t kMaxEnvNames = 256;
inline constexpr size_t kMaxEnvNameBytes = 256;
inline constexpr size_t kMaxProbeArguments = 64;
inline constexpr size_t kMaxIpAddresses = 16;
// The kernel has 41.
inline constexpr size_t kMaxCapabilities = 64;
inline constexpr size_t kMaxCniBytes = 16 << 10;
// The whole, serialized. Beyond it, annotations, environment, network, labels
// and mounts go, in this order, until it fits.
inline constexpr size_t kMaxContainerBytes = 64 << 10;

// Cuts `container` to the limits, and makes its strings valid UTF-8. Returns
// whether it cut anything; then `truncated` is set.
bool BoundContainer(v1::Container* container);

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_CONTAINERS_CONTAINER_LIMITS_H_
