// SPDX-License-Identifier: Apache-2.0
//
// Tests of RecordBuilder.

#include "proto/testing/record_builder.h"

#include <poll.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

#include "proto/event_catalog.h"
#include "proto/record.h"
#include "proto/record_view.h"

namespace eyrie::testing {
namespace {

TEST(RecordBuilderTest, BuildsEveryEventWithEveryArgument) {
  for (const EventInfo& event : AllEvents()) {
    RecordBuilder builder(event.name);
    for (const ArgumentInfo& argument : event.arguments) {
      switch (argument.type) {
        case ArgumentType::kStrings:
          builder.SetStrings(argument.field, {"one", "", "three"});
          break;
        case ArgumentType::kSockaddr:
          builder.SetAddress(argument.field, "[::1]:65535");
          break;
        case ArgumentType::kFdList:
          builder.SetBytes(argument.field, argument.field);
          break;
        default:
          if (IsVariable(argument.type)) {
            builder.Set(argument.field, argument.field);
          } else {
            builder.Set(argument.field, 7);
          }
      }
    }
    const RecordView view = builder.View();
    EXPECT_EQ(view.type(), event.id) << event.name;
    EXPECT_EQ(view.slots(), event.arguments.size()) << event.name;
    for (size_t slot = 0; slot < event.arguments.size(); ++slot) {
      const ArgumentInfo& argument = event.arguments[slot];
      if (argument.type == ArgumentType::kStrings) {
        EXPECT_EQ(view.bytes(slot), absl::string_view("one\0\0three\0", 11))
            << event.name << " " << argument.field;
      } else if (argument.type == ArgumentType::kSockaddr) {
        EXPECT_EQ(view.bytes(slot).size(), sizeof(eyrie_sockaddr))
            << event.name << " " << argument.field;
      } else if (IsVariable(argument.type)) {
        EXPECT_EQ(view.bytes(slot), argument.field) << event.name;
      } else {
        EXPECT_EQ(view.u64(slot), 7u) << event.name << " " << argument.field;
      }
    }
  }
}

TEST(RecordBuilderTest, FindsArgumentsByFieldAndByRuleName) {
  RecordBuilder builder("execve");
  builder.Set("exepath", "/bin/by_field");
  EXPECT_EQ(builder.View().bytes(SlotOf(&eyrie_execve_args::exepath)),
            "/bin/by_field");
  builder.Set("trusted_exepath", "/bin/by_name");
  EXPECT_EQ(builder.View().bytes(SlotOf(&eyrie_execve_args::exepath)),
            "/bin/by_name");
}

TEST(RecordBuilderTest, GivesTheResultToItsArgument) {
  RecordBuilder open("openat");
  open.Result(-2);
  EXPECT_EQ(open.View().i64(SlotOf(&eyrie_openat_args::fd)), -2);
  EXPECT_EQ(open.View().result(), -2);
  EXPECT_EQ(open.View().flags(), uint32_t{EYRIE_RECORD_HAS_RESULT});
  RecordBuilder setuid("setuid");
  setuid.Result(-1).Set("res", -13);
  EXPECT_EQ(setuid.View().i64(SlotOf(&eyrie_setuid_args::res)), -13);
  RecordBuilder exit("procexit");
  exit.Result(9);
  EXPECT_EQ(exit.View().i64(SlotOf(&eyrie_procexit_args::status)), 0);
}

TEST(RecordBuilderTest, TakesNumbersOfEveryType) {
  RecordBuilder builder("setuid");
  const auto uid = [&] {
    return builder.View().u64(SlotOf(&eyrie_setuid_args::uid));
  };
  builder.Set("uid", 0);
  EXPECT_EQ(uid(), 0u);
  builder.Set("uid", -1);
  EXPECT_EQ(uid(), ~uint64_t{0});
  builder.Set("uid", 0xffffffffu);
  EXPECT_EQ(uid(), 0xffffffffu);
  builder.Set("uid", ~uint64_t{1});
  EXPECT_EQ(uid(), ~uint64_t{1});
  builder.Set("uid", EYRIE_EXEC_FROM_MEMFD);
  EXPECT_EQ(uid(), 4u);
}

TEST(RecordBuilderTest, HasNoResultByDefault) {
  RecordBuilder builder("openat");
  EXPECT_EQ(builder.View().flags(), 0u);
}

TEST(RecordBuilderTest, TakesAnyBytes) {
  constexpr absl::string_view kBytes("\0\1two\0", 6);
  RecordBuilder send("sendto");
  send.SetBytes("data", kBytes);
  EXPECT_EQ(send.View().bytes(SlotOf(&eyrie_sendto_args::data)), kBytes);
  send.Set("data", "GET /");
  EXPECT_EQ(send.View().bytes(SlotOf(&eyrie_sendto_args::data)), "GET /");
  RecordBuilder option("setsockopt");
  option.SetBytes("val", kBytes);
  EXPECT_EQ(option.View().bytes(SlotOf(&eyrie_setsockopt_args::val)), kBytes);
  const pollfd one = {.fd = 3, .events = POLLIN, .revents = 0};
  const absl::string_view list(reinterpret_cast<const char*>(&one),
                               sizeof(one));
  RecordBuilder poll("poll");
  poll.SetBytes("fds", list);
  EXPECT_EQ(poll.View().bytes(SlotOf(&eyrie_poll_args::fds)), list);
}

TEST(RecordBuilderTest, WritesAbstractUnixNames) {
  RecordBuilder builder("connect");
  builder.SetAddress("remote", "unix:@name");
  eyrie_sockaddr address;
  absl::string_view path;
  ASSERT_TRUE(builder.View().address(SlotOf(&eyrie_connect_args::remote),
                                     &address, &path));
  EXPECT_EQ(path, absl::string_view("\0name", 5));
}

using RecordBuilderDeathTest = ::testing::Test;

TEST(RecordBuilderDeathTest, AbortsOnMistakes) {
  EXPECT_DEATH(RecordBuilder("nosuchcall"), "no event is called nosuchcall");
  EXPECT_DEATH(RecordBuilder("openat").Set("nope", 1),
               "event openat has no argument nope");
  EXPECT_DEATH(RecordBuilder("openat").Set("name", 1),
               "argument name of event openat has type REQUESTED_PATH");
  EXPECT_DEATH(RecordBuilder("openat").Set("fd", "x"), "has type NEW_FD");
  EXPECT_DEATH(RecordBuilder("openat").SetStrings("name", {"x"}),
               "has type REQUESTED_PATH");
  EXPECT_DEATH(RecordBuilder("openat").SetBytes("name", "x"),
               "has type REQUESTED_PATH");
  EXPECT_DEATH(RecordBuilder("poll").Set("fds", "x"), "has type FD_LIST");
  EXPECT_DEATH(RecordBuilder("write").Set("data", std::string(1, '\0')),
               "argument data has a NUL inside");
  EXPECT_DEATH(RecordBuilder("connect").SetAddress("remote", "10.0.0.1"),
               "address has no port");
  EXPECT_DEATH(RecordBuilder("connect").SetAddress("remote", "host:1"),
               "not an address: host:1");
  EXPECT_DEATH(RecordBuilder("openat").Comm("sixteen bytes is"),
               "comm is too long");
  EXPECT_DEATH(
      RecordBuilder("openat").Set("name", std::string(21000, 'n')).Build(),
      "exceeds the limit");
  EXPECT_DEATH(RecordBuilder::UnknownEvent(EYRIE_EVENT_openat), "is known");
}

}  // namespace
}  // namespace eyrie::testing
