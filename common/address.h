// SPDX-License-Identifier: Apache-2.0
//
// Addresses as people write them in flags.

#ifndef EYRIE_COMMON_ADDRESS_H_
#define EYRIE_COMMON_ADDRESS_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace eyrie {

struct Address {
  enum class Kind { kTcp, kUnix };

  Kind kind = Kind::kTcp;
  std::string host;   // kTcp: a name or a numeric address, without brackets
  uint16_t port = 0;  // kTcp; 0 = any free port, where one listens
  std::string path;   // kUnix

  // As it is written, and as gRPC takes it: "host:1", "[::1]:1",
  // "unix:/path".
  std::string ToString() const;

  // Whether nobody beyond this machine can reach it: a unix socket,
  // 127.0.0.0/8, ::1 or "localhost".
  bool IsLocal() const;
};

// Reads HOST:PORT, [IPV6]:PORT or unix:PATH.
//
// kInvalidArgument with the text and what it lacks.
absl::StatusOr<Address> ParseAddress(absl::string_view text);

}  // namespace eyrie

#endif  // EYRIE_COMMON_ADDRESS_H_
