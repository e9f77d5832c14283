// SPDX-License-Identifier: Apache-2.0
//
// Bounds of list requests.

#ifndef EYRIE_SERVER_API_PAGE_H_
#define EYRIE_SERVER_API_PAGE_H_

#include <algorithm>
#include <cstdint>

namespace eyrie::server {

inline constexpr uint32_t kDefaultPageSize = 100;
// A detection with its process tree is about 4 KiB: 1000 fit gRPC's default
// bound of 4 MiB a message, about.
inline constexpr uint32_t kMaxPageSize = 1000;

inline uint32_t PageSize(uint32_t requested) {
  return requested == 0 ? kDefaultPageSize : std::min(requested, kMaxPageSize);
}

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_API_PAGE_H_
