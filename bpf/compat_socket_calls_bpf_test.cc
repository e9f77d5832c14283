// SPDX-License-Identifier: Apache-2.0
//
// Events of sockets made by 32-bit calls, through socketcall() where that is
// their only way, and with the narrow structures of messages. The numbers are
// those of the i386 table.

#include "bpf/testing/compat_test.h"

#ifdef __x86_64__

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <initializer_list>

#include "gtest/gtest.h"

#include "bpf/testing/sockets.h"
#include "proto/record.h"

namespace eyrie::testing {
namespace {

struct msghdr32 {
  uint32_t name;
  uint32_t name_size;
  uint32_t parts;
  uint32_t part_count;
  uint32_t control;
  uint32_t control_size;
  uint32_t flags;
};

struct mmsghdr32 {
  msghdr32 header;
  uint32_t size;
};

class CompatSocketCallsTest : public CompatTest {
 protected:
  // socketcall(2) `number` of linux/net.h.
  long Socketcall(int number, std::initializer_list<uint32_t> arguments) {
    return Call32(102, number,
                  memory_.Put(arguments.begin(), 4 * arguments.size()));
  }
};
EYRIE_INSTANTIATE_SENSOR_TEST(CompatSocketCallsTest);

TEST_P(CompatSocketCallsTest, SocketcallsWithoutData) {
  Want({EYRIE_EVENT_socket, EYRIE_EVENT_listen, EYRIE_EVENT_getsockopt,
        EYRIE_EVENT_shutdown});
  const int fd = static_cast<int>(
      Socketcall(1, {AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0}));
  ASSERT_GE(fd, 0);
  Arguments unconnected = OfSocket(fd, "0.0.0.0:0", kNone, 0);
  Expect32(EYRIE_EVENT_socket,
           {{"fd", fd},
            {"domain", AF_INET},
            {"type", SOCK_STREAM},
            {"proto", 0},
            {"flags", SOCK_NONBLOCK}},
           unconnected);
  EXPECT_EQ(Socketcall(13, {static_cast<uint32_t>(fd), SHUT_RD}), -ENOTCONN);
  Expect32(EYRIE_EVENT_shutdown,
           {{"res", -ENOTCONN}, {"fd", fd}, {"how", SHUT_RD}}, unconnected);
  close(fd);
}

TEST_P(CompatSocketCallsTest, SendAndRecv) {
  Want({EYRIE_EVENT_send, EYRIE_EVENT_recv});
  const Connection tcp(AF_INET);
  const auto client = static_cast<uint32_t>(tcp.client());
  const auto accepted = static_cast<uint32_t>(tcp.accepted());
  const Arguments of_client =
      OfSocket(tcp.client(), LocalOf(tcp.client()), LocalOf(tcp.listener()),
               EYRIE_SOCKET_CLIENT | EYRIE_SOCKET_CONNECTED);
  const uint32_t data = memory_.Put("hello");
  EXPECT_EQ(Socketcall(9, {client, data, 5, 0}), 5);
  Expect32(EYRIE_EVENT_send,
           {{"res", 5},
            {"data", "hello"},
            {"fd", tcp.client()},
            {"size", 5},
            {"tuple", 0}},
           of_client);
  EXPECT_EQ(Socketcall(9, {0xffffffff, data, 5, 0}), -EBADF);
  Expect32(EYRIE_EVENT_send,
           {{"res", -EBADF},
            {"data", "hello"},
            {"fd", -1},
            {"size", 5},
            {"tuple", 0}},
           OfNothing());
  EXPECT_EQ(Socketcall(10, {accepted, memory_.Put("12345678"), 8, 0}), 5);
  Expect32(
      EYRIE_EVENT_recv,
      {{"res", 5},
       {"data", "hello"},
       {"fd", tcp.accepted()},
       {"size", 8},
       {"tuple", 0}},
      OfSocket(tcp.accepted(), LocalOf(tcp.listener()), LocalOf(tcp.client()),
               EYRIE_SOCKET_SERVER | EYRIE_SOCKET_CONNECTED));
  EXPECT_EQ(Socketcall(10, {client, data, 5, MSG_DONTWAIT}), -EAGAIN);
  Expect32(EYRIE_EVENT_recv,
           {{"res", -EAGAIN},
            {"data", kNone},
            {"fd", tcp.client()},
            {"size", 5},
            {"tuple", 0}},
           of_client);
}

TEST_P(CompatSocketCallsTest, Messages) {
  Want({EYRIE_EVENT_sendmsg, EYRIE_EVENT_recvmsg, EYRIE_EVENT_sendmmsg,
        EYRIE_EVENT_recvmmsg});
  const int receiver = BoundSocket(AF_INET, SOCK_DGRAM);
  const int sender = BoundSocket(AF_INET, SOCK_DGRAM);
  const Address to = Address::LocalOf(receiver);
  const Arguments of_sender = OfSocket(sender, LocalOf(sender), kNone, 0);
  const Arguments of_receiver = OfSocket(receiver, to.text(), kNone, 0);
  msghdr32 message = {.name = memory_.Put(to.get(), to.size()),
                      .name_size = to.size(),
                      .parts = TwoParts(),
                      .part_count = 2};
  EXPECT_EQ(
      Socketcall(16, {static_cast<uint32_t>(sender), memory_.Put(message), 0}),
      7);
  Expect32(EYRIE_EVENT_sendmsg,
           {{"res", 7},
            {"data", "one-two"},
            {"fd", sender},
            {"size", 7},
            {"addr", to.text()},
            {"tuple", 0}},
           of_sender);
  const mmsghdr32 two[2] = {{.header = message}, {.header = message}};
  EXPECT_EQ(Call32(345, sender, memory_.Put(two), 2, 0), 2);
  for (int i = 0; i < 2; ++i) {
    Expect32(EYRIE_EVENT_sendmmsg,
             {{"res", 2},
              {"fd", sender},
              {"size", 7},
              {"data", "one-two"},
              {"addr", to.text()},
              {"message", i},
              {"tuple", 0}},
             of_sender);
  }

  message.name = memory_.Put(Address("9.9.9.9", 9).get(), to.size());
  EXPECT_EQ(Socketcall(
                17, {static_cast<uint32_t>(receiver), memory_.Put(message), 0}),
            7);
  Expect32(EYRIE_EVENT_recvmsg,
           {{"res", 7},
            {"size", 7},
            {"data", "one-two"},
            {"msgcontrol", kNone},
            {"fd", receiver},
            {"addr", LocalOf(sender)},
            {"tuple", 0}},
           of_receiver);
  const mmsghdr32 into[2] = {{.header = message}, {.header = message}};
  EXPECT_EQ(Call32(337, receiver, memory_.Put(into), 2, 0, 0), 2);
  for (int i = 0; i < 2; ++i) {
    Expect32(EYRIE_EVENT_recvmmsg,
             {{"res", 2},
              {"fd", receiver},
              {"size", 7},
              {"data", "one-two"},
              {"msgcontrol", kNone},
              {"addr", LocalOf(sender)},
              {"message", i},
              {"tuple", 0}},
             of_receiver);
  }
  close(receiver);
  close(sender);
}

}  // namespace
}  // namespace eyrie::testing

#endif  // __x86_64__
