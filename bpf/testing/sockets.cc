// SPDX-License-Identifier: Apache-2.0

#include "bpf/testing/sockets.h"

#include <arpa/inet.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace eyrie::testing {

Address::Address(const std::string& ip, int port) {
  if (absl::StrContains(ip, ":")) {
    auto* address = reinterpret_cast<sockaddr_in6*>(&any_);
    address->sin6_family = AF_INET6;
    address->sin6_port = htons(static_cast<uint16_t>(port));
    EXPECT_EQ(inet_pton(AF_INET6, ip.c_str(), &address->sin6_addr), 1) << ip;
    size_ = sizeof(*address);
  } else {
    auto* address = reinterpret_cast<sockaddr_in*>(&any_);
    address->sin_family = AF_INET;
    address->sin_port = htons(static_cast<uint16_t>(port));
    EXPECT_EQ(inet_pton(AF_INET, ip.c_str(), &address->sin_addr), 1) << ip;
    size_ = sizeof(*address);
  }
}

Address Address::Unix(const std::string& name) {
  Address result;
  auto* address = reinterpret_cast<sockaddr_un*>(&result.any_);
  address->sun_family = AF_UNIX;
  memcpy(address->sun_path, name.data(), name.size());
  const size_t terminator = name[0] == '\0' ? 0 : 1;
  result.size_ = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) +
                                        name.size() + terminator);
  return result;
}

Address Address::LocalOf(int fd) {
  Address result;
  result.size_ = sizeof(result.any_);
  EXPECT_EQ(
      getsockname(fd, reinterpret_cast<sockaddr*>(&result.any_), &result.size_),
      0)
      << strerror(errno);
  return result;
}

int Address::port() const {
  // Families agree on its place.
  return ntohs(reinterpret_cast<const sockaddr_in*>(&any_)->sin_port);
}

std::string Address::text() const {
  char ip[INET6_ADDRSTRLEN] = "";
  if (any_.ss_family == AF_INET) {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(&any_)->sin_addr,
              ip, sizeof(ip));
    return absl::StrCat(ip, ":", port());
  }
  EXPECT_EQ(any_.ss_family, AF_INET6);
  inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(&any_)->sin6_addr,
            ip, sizeof(ip));
  return absl::StrCat("[", ip, "]:", port());
}

int BoundSocket(int family, int type) {
  const int fd = socket(family, type | SOCK_CLOEXEC, 0);
  const Address any_port(family == AF_INET ? "127.0.0.1" : "::1", 0);
  EXPECT_EQ(bind(fd, any_port.get(), any_port.size()), 0) << strerror(errno);
  return fd;
}

std::string LocalOf(int fd) { return Address::LocalOf(fd).text(); }

Connection::Connection(int family)
    : listener_(BoundSocket(family, SOCK_STREAM)),
      client_(socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  EXPECT_EQ(listen(listener_, 7), 0) << strerror(errno);
  Connect(Address::LocalOf(listener_));
}

Connection::Connection(int listener, int client, const Address& to)
    : listener_(listener), client_(client) {
  Connect(to);
}

void Connection::Connect(const Address& to) {
  EXPECT_EQ(connect(client_, to.get(), to.size()), 0) << strerror(errno);
  accepted_ = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  EXPECT_GE(accepted_, 0) << strerror(errno);
}

Connection::~Connection() {
  close(listener_);
  close(client_);
  close(accepted_);
}

}  // namespace eyrie::testing
