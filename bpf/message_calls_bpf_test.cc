// SPDX-License-Identifier: Apache-2.0
//
// Each event that moves the data of sockets, made by a real call, argument by
// argument.

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

#include "bpf/control.h"
#include "bpf/testing/call_fixture.h"
#include "bpf/testing/sockets.h"
#include "proto/record.h"

namespace eyrie::testing {
namespace {

constexpr int kServer = EYRIE_SOCKET_SERVER | EYRIE_SOCKET_CONNECTED;
constexpr int kClient = EYRIE_SOCKET_CLIENT | EYRIE_SOCKET_CONNECTED;

// A struct msghdr of up to three parts.
struct Message {
  explicit Message(std::vector<iovec> given) : parts(std::move(given)) {
    header.msg_iov = parts.data();
    header.msg_iovlen = parts.size();
  }
  void SetName(const Address& address) {
    header.msg_name = const_cast<sockaddr*>(address.get());
    header.msg_namelen = address.size();
  }

  std::vector<iovec> parts;
  msghdr header = {};
};

iovec Part(const char* text) {
  return {.iov_base = const_cast<char*>(text), .iov_len = strlen(text)};
}

template <size_t kSize>
iovec Part(char (&buffer)[kSize]) {
  return {.iov_base = buffer, .iov_len = kSize};
}

// With two UDP sockets: `sender_`, which is not connected and has a port, and
// `receiver_`.
class MessageCallsTest : public CallFixture {
 protected:
  void SetUp() override {
    CallFixture::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    receiver_ = BoundSocket(AF_INET, SOCK_DGRAM);
    sender_ = BoundSocket(AF_INET, SOCK_DGRAM);
    to_ = Address::LocalOf(receiver_);
    of_sender_ = OfSocket(sender_, LocalOf(sender_), kNone, 0);
    of_receiver_ = OfSocket(receiver_, to_.text(), kNone, 0);
  }
  void TearDown() override {
    close(sender_);
    close(receiver_);
    CallFixture::TearDown();
  }

  // Sends a datagram to the receiver.
  void Send(const std::string& data) {
    EXPECT_EQ(
        sendto(sender_, data.data(), data.size(), 0, to_.get(), to_.size()),
        static_cast<ssize_t>(data.size()));
  }

  int sender_ = -1;
  int receiver_ = -1;
  Address to_;
  Arguments of_sender_;
  Arguments of_receiver_;
};
EYRIE_INSTANTIATE_SENSOR_TEST(MessageCallsTest);

TEST_P(MessageCallsTest, Sendto) {
  Want({EYRIE_EVENT_sendto});
  EXPECT_EQ(syscall(SYS_sendto, sender_, "hello", 5, 0, to_.get(), to_.size()),
            5);
  Expect(EYRIE_EVENT_sendto,
         {{"res", 5},
          {"data", "hello"},
          {"fd", sender_},
          {"size", 5},
          {"addr", to_.text()},
          {"tuple", 0}},
         of_sender_);
  EXPECT_EQ(syscall(SYS_sendto, sender_, "hello", 5, 0, nullptr, 0), -1);
  Expect(EYRIE_EVENT_sendto,
         {{"res", -EDESTADDRREQ},
          {"data", "hello"},
          {"fd", sender_},
          {"size", 5},
          {"addr", kNone},
          {"tuple", 0}},
         of_sender_);
  EXPECT_EQ(syscall(SYS_sendto, -1, "hello", 5, 0, to_.get(), to_.size()), -1);
  Expect(EYRIE_EVENT_sendto,
         {{"res", -EBADF},
          {"data", "hello"},
          {"fd", -1},
          {"size", 5},
          {"addr", to_.text()},
          {"tuple", 0}},
         OfNothing());
}

TEST_P(MessageCallsTest, SendtoOfAConnectionHasBothEnds) {
  Want({EYRIE_EVENT_sendto, EYRIE_EVENT_recvfrom});
  const Connection tcp(AF_INET);
  const std::string data(100, 's');
  EXPECT_EQ(syscall(SYS_sendto, tcp.client(), data.data(), 100, 0, nullptr, 0),
            100);
  Expect(EYRIE_EVENT_sendto,
         {{"res", 100},
          {"data", data.substr(0, EYRIE_DEFAULT_DATA_BYTES)},
          {"fd", tcp.client()},
          {"size", 100},
          {"addr", kNone},
          {"tuple", 0}},
         OfSocket(tcp.client(), LocalOf(tcp.client()), LocalOf(tcp.listener()),
                  kClient));
  char buffer[200];
  EXPECT_EQ(
      syscall(SYS_recvfrom, tcp.accepted(), buffer, 200, 0, nullptr, nullptr),
      100);
  Expect(EYRIE_EVENT_recvfrom,
         {{"res", 100},
          {"data", data.substr(0, EYRIE_DEFAULT_DATA_BYTES)},
          {"fd", tcp.accepted()},
          {"size", 200},
          {"addr", kNone},
          {"tuple", 0}},
         OfSocket(tcp.accepted(), LocalOf(tcp.listener()),
                  LocalOf(tcp.client()), kServer));
}

TEST_P(MessageCallsTest, Recvfrom) {
  Want({EYRIE_EVENT_recvfrom});
  Send("datagram");
  // The memory that the kernel does not fill is no sender.
  Address from("9.9.9.9", 9);
  socklen_t size = from.size();
  char buffer[32] = "what was there before";
  EXPECT_EQ(syscall(SYS_recvfrom, receiver_, buffer, sizeof(buffer), 0,
                    from.get(), &size),
            8);
  Expect(EYRIE_EVENT_recvfrom,
         {{"res", 8},
          {"data", "datagram"},
          {"fd", receiver_},
          {"size", sizeof(buffer)},
          {"addr", LocalOf(sender_)},
          {"tuple", 0}},
         of_receiver_);
  EXPECT_EQ(syscall(SYS_recvfrom, receiver_, buffer, sizeof(buffer),
                    MSG_DONTWAIT, from.get(), &size),
            -1);
  Expect(EYRIE_EVENT_recvfrom,
         {{"res", -EAGAIN},
          {"data", kNone},
          {"fd", receiver_},
          {"size", sizeof(buffer)},
          {"addr", kNone},
          {"tuple", 0}},
         of_receiver_);
}

TEST_P(MessageCallsTest, CutDatagramsEndWhereTheBufferEnds) {
  Want({EYRIE_EVENT_recvfrom});
  Send("0123456789");
  char buffer[] = "abc and what follows";
  // With MSG_TRUNC the result is the length of the datagram.
  EXPECT_EQ(
      syscall(SYS_recvfrom, receiver_, buffer, 3, MSG_TRUNC, nullptr, nullptr),
      10);
  Expect(EYRIE_EVENT_recvfrom,
         {{"res", 10},
          {"data", "012"},
          {"fd", receiver_},
          {"size", 3},
          {"addr", kNone},
          {"tuple", 0}},
         of_receiver_);
}

TEST_P(MessageCallsTest, Sendmsg) {
  Want({EYRIE_EVENT_sendmsg});
  Message message({Part("one"), Part("-"), Part("two")});
  message.SetName(to_);
  EXPECT_EQ(syscall(SYS_sendmsg, sender_, &message.header, 0), 7);
  Expect(EYRIE_EVENT_sendmsg,
         {{"res", 7},
          {"data", "one-two"},
          {"fd", sender_},
          {"size", 7},
          {"addr", to_.text()},
          {"tuple", 0}},
         of_sender_);
  Message nowhere({Part("data")});
  EXPECT_EQ(syscall(SYS_sendmsg, sender_, &nowhere.header, 0), -1);
  Expect(EYRIE_EVENT_sendmsg,
         {{"res", -EDESTADDRREQ},
          {"data", "data"},
          {"fd", sender_},
          {"size", 4},
          {"addr", kNone},
          {"tuple", 0}},
         of_sender_);
}

TEST_P(MessageCallsTest, MessagesThatCannotBeReadAreFlagged) {
  Want({EYRIE_EVENT_sendmsg});
  for (const char* message : {static_cast<const char*>(nullptr),
                              static_cast<const char*>(EndOfMemory())}) {
    EXPECT_EQ(syscall(SYS_sendmsg, sender_, message, 0), -1);
    const Record record = Expect(EYRIE_EVENT_sendmsg,
                                 {{"res", -EFAULT},
                                  {"data", kNone},
                                  {"fd", sender_},
                                  {"size", 0},
                                  {"addr", kNone},
                                  {"tuple", 0}},
                                 of_sender_);
    EXPECT_TRUE(record.has_flag(EYRIE_RECORD_FAULTED));
  }
}

TEST_P(MessageCallsTest, Recvmsg) {
  const int on = 1;
  setsockopt(receiver_, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on));
  Want({EYRIE_EVENT_recvmsg});
  Send("datagram");
  char first[3], second[20] = "what was there", control[256] = "control";
  Message message({Part(first), Part(second)});
  Address from("9.9.9.9", 9);
  message.SetName(from);
  message.header.msg_control = control;
  message.header.msg_controllen = sizeof(control);
  EXPECT_EQ(syscall(SYS_recvmsg, receiver_, &message.header, 0), 8);
  Expect(EYRIE_EVENT_recvmsg,
         {{"res", 8},
          {"size", 23},
          {"data", "datagram"},
          {"msgcontrol",
           message.header.msg_controllen == 0
               ? std::string(kNone)
               : std::string(control, message.header.msg_controllen)},
          {"fd", receiver_},
          {"addr", LocalOf(sender_)},
          {"tuple", 0}},
         of_receiver_);
  message.header.msg_controllen = sizeof(control);
  EXPECT_EQ(syscall(SYS_recvmsg, receiver_, &message.header, MSG_DONTWAIT), -1);
  Expect(EYRIE_EVENT_recvmsg,
         {{"res", -EAGAIN},
          {"size", 23},
          {"data", kNone},
          {"msgcontrol", kNone},
          {"fd", receiver_},
          {"addr", kNone},
          {"tuple", 0}},
         of_receiver_);
}

TEST_P(MessageCallsTest, RecvmsgCarriesDescriptorsThatArePassed) {
  int pair[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
  alignas(cmsghdr) char sent[CMSG_SPACE(sizeof(int))] = {};
  Message out({Part("fd")});
  out.header.msg_control = sent;
  out.header.msg_controllen = sizeof(sent);
  cmsghdr* const head = CMSG_FIRSTHDR(&out.header);
  *head = {.cmsg_len = CMSG_LEN(sizeof(int)),
           .cmsg_level = SOL_SOCKET,
           .cmsg_type = SCM_RIGHTS};
  memcpy(CMSG_DATA(head), &sender_, sizeof(int));
  ASSERT_EQ(sendmsg(pair[0], &out.header, 0), 2);

  Want({EYRIE_EVENT_recvmsg});
  char buffer[2];
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  Message in({Part(buffer)});
  in.header.msg_control = control;
  in.header.msg_controllen = sizeof(control);
  EXPECT_EQ(syscall(SYS_recvmsg, pair[1], &in.header, 0), 2);
  Expect(EYRIE_EVENT_recvmsg,
         {{"res", 2},
          {"size", 2},
          {"data", "fd"},
          {"msgcontrol", std::string(control, sizeof(control))},
          {"fd", pair[1]},
          {"addr", kNone},
          {"tuple", 0}},
         OfSocket(pair[1], "unix:", "unix:", EYRIE_SOCKET_CONNECTED));
  int passed;
  memcpy(&passed, CMSG_DATA(CMSG_FIRSTHDR(&in.header)), sizeof(passed));
  close(passed);
  close(pair[0]);
  close(pair[1]);
}

// ---- several messages by one call -------------------------------------------

TEST_P(MessageCallsTest, SendmmsgIsOneRecordForEachMessage) {
  Want({EYRIE_EVENT_sendmmsg});
  Message first({Part("1"), Part("st")}), second({Part("second")});
  first.SetName(to_);
  second.SetName(to_);
  mmsghdr messages[2] = {{.msg_hdr = first.header}, {.msg_hdr = second.header}};
  EXPECT_EQ(syscall(SYS_sendmmsg, sender_, messages, 2, 0), 2);
  const char* const texts[] = {"1st", "second"};
  for (int i = 0; i < 2; ++i) {
    Expect(EYRIE_EVENT_sendmmsg,
           {{"res", 2},
            {"fd", sender_},
            {"size", strlen(texts[i])},
            {"data", texts[i]},
            {"addr", to_.text()},
            {"message", i},
            {"tuple", 0}},
           of_sender_);
  }
  EXPECT_EQ(syscall(SYS_sendmmsg, -1, messages, 2, 0), -1);
  Expect(EYRIE_EVENT_sendmmsg,
         {{"res", -EBADF},
          {"fd", -1},
          {"size", 3},
          {"data", "1st"},
          {"addr", to_.text()},
          {"message", 0},
          {"tuple", 0}},
         OfNothing());
}

TEST_P(MessageCallsTest, RecvmmsgIsOneRecordForEachMessage) {
  Want({EYRIE_EVENT_recvmmsg});
  Send("short");
  Send("a longer one");
  char buffers[2][20] = {"what was there", "what was there"};
  Message first({Part(buffers[0])}), second({Part(buffers[1])});
  Address from[2] = {{"9.9.9.9", 9}, {"9.9.9.9", 9}};
  first.SetName(from[0]);
  mmsghdr messages[2] = {{.msg_hdr = first.header}, {.msg_hdr = second.header}};
  EXPECT_EQ(syscall(SYS_recvmmsg, receiver_, messages, 2, 0, nullptr), 2);
  const char* const texts[] = {"short", "a longer one"};
  for (int i = 0; i < 2; ++i) {
    Expect(EYRIE_EVENT_recvmmsg,
           {{"res", 2},
            {"fd", receiver_},
            {"size", 20},
            {"data", texts[i]},
            {"msgcontrol", kNone},
            {"addr", i == 0 ? LocalOf(sender_) : kNone},
            {"message", i},
            {"tuple", 0}},
           of_receiver_);
  }
  EXPECT_EQ(
      syscall(SYS_recvmmsg, receiver_, messages, 2, MSG_DONTWAIT, nullptr), -1);
  Expect(EYRIE_EVENT_recvmmsg,
         {{"res", -EAGAIN},
          {"fd", receiver_},
          {"size", 20},
          {"data", kNone},
          {"msgcontrol", kNone},
          {"addr", kNone},
          {"message", 0},
          {"tuple", 0}},
         of_receiver_);
}

TEST_P(MessageCallsTest, SixteenMessagesOfACallAreReported) {
  Want({EYRIE_EVENT_sendmmsg, EYRIE_EVENT_sendto});
  Message message({Part("m")});
  message.SetName(to_);
  std::vector<mmsghdr> messages(20, mmsghdr{.msg_hdr = message.header});
  EXPECT_EQ(syscall(SYS_sendmmsg, sender_, messages.data(), 20, 0), 20);
  Send("end");
  int reported = 0;
  for (const Record& record : AwaitAll(EYRIE_EVENT_sendto, getpid())) {
    if (record.view().type() != EYRIE_EVENT_sendmmsg) continue;
    EXPECT_EQ(record.Int(&eyrie_sendmmsg_args::message), reported);
    EXPECT_EQ(record.Text(&eyrie_sendmmsg_args::data), "m");
    EXPECT_EQ(record.header().result, 20);
    ++reported;
  }
  EXPECT_EQ(reported, EYRIE_MAX_MESSAGES);
}

}  // namespace
}  // namespace eyrie::testing
