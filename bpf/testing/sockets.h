// SPDX-License-Identifier: Apache-2.0
//
// Sockets of the loopback for tests.

#ifndef EYRIE_BPF_TESTING_SOCKETS_H_
#define EYRIE_BPF_TESTING_SOCKETS_H_

#include <netinet/in.h>
#include <sys/socket.h>

#include <string>

namespace eyrie::testing {

// An address with its length, as system calls want it.
class Address {
 public:
  Address() = default;
  // "127.0.0.1", "::1", "::ffff:127.0.0.1"; fails the test if it is none.
  Address(const std::string& ip, int port);
  // A path, or with a leading NUL an abstract name.
  static Address Unix(const std::string& name);
  // The local, or remote, end of a socket.
  static Address LocalOf(int fd);

  const sockaddr* get() const {
    return reinterpret_cast<const sockaddr*>(&any_);
  }
  socklen_t size() const { return size_; }
  int port() const;
  // As Record::Address() has it.
  std::string text() const;

 private:
  sockaddr_storage any_ = {};
  socklen_t size_ = 0;
};

// A socket bound to a free port of the loopback of `family` (AF_INET,
// AF_INET6). Fails the test if it cannot be had.
int BoundSocket(int family, int type);

// The local end of a socket as Record::Address() has it.
std::string LocalOf(int fd);

// The two ends of a stream over the loopback, and the socket it was asked of.
class Connection {
 public:
  // With a listening socket of BoundSocket(family, SOCK_STREAM).
  explicit Connection(int family);
  // With a listening socket `listener`, which it closes, of address `to`; the
  // client is `client`, which need not be connected yet.
  Connection(int listener, int client, const Address& to);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  int listener() const { return listener_; }
  int client() const { return client_; }
  int accepted() const { return accepted_; }

 private:
  void Connect(const Address& to);

  int listener_;
  int client_;
  int accepted_ = -1;
};

}  // namespace eyrie::testing

#endif  // EYRIE_BPF_TESTING_SOCKETS_H_
