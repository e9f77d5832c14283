// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/evt_io_fields.h"

#include <errno.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include "proto/record.h"
#include "rules/fields/event.h"
#include "rules/fields/testing/event_builder.h"
#include "rules/fields/testing/read_field.h"

namespace eyrie::rules {
namespace {

using testing::EventBuilder;
using testing::ExpectFields;
using testing::ReadField;

TEST(EvtIoFieldsTest, KnowsWhichWayDataGoes) {
  const struct {
    const char* event;
    const char* reads;
    const char* writes;
    const char* direction;
  } cases[] = {
      {"read", "true", "false", "read"},
      {"preadv2", "true", "false", "read"},
      {"recvmsg", "true", "false", "read"},
      {"finit_module", "true", "false", "read"},
      {"write", "false", "true", "write"},
      {"sendto", "false", "true", "write"},
      {"copy_file_range", "true", "true", "write"},
      {"sendfile", "false", "false", "<absent>"},
      {"splice", "false", "false", "<absent>"},
      {"close", "false", "false", "<absent>"},
      {"openat", "false", "false", "<absent>"},
  };
  for (const auto& test : cases) {
    EventBuilder builder(test.event);
    builder.Result(0);
    const Event& event = builder.Build();
    SCOPED_TRACE(test.event);
    const bool is_io =
        std::string(test.reads) == "true" || std::string(test.writes) == "true";
    ExpectFields(event, {{"evt.is_io", is_io ? "true" : "false"},
                         {"evt.is_io_read", test.reads},
                         {"evt.is_io_write", test.writes},
                         {"evt.io_dir", test.direction}});
  }
}

TEST(EvtIoFieldsTest, KnowsCallsThatWait) {
  for (const char* call :
       {"epoll_wait", "nanosleep", "poll", "ppoll", "select"}) {
    EventBuilder builder(call);
    EXPECT_EQ(ReadField(builder.Build(), "evt.is_wait"), "true") << call;
  }
  for (const char* call : {"epoll_create1", "read", "futex", "wait4"}) {
    EventBuilder builder(call);
    EXPECT_EQ(ReadField(builder.Build(), "evt.is_wait"), "false") << call;
  }
}

TEST(EvtIoFieldsTest, GivesTheDataAsItIs) {
  EventBuilder builder("write");
  builder.Result(4).SetBytes("data", std::string("a\0b\n", 4));
  ExpectFields(builder.Build(), {{"evt.buffer", std::string("a\0b\n", 4)},
                                 {"evt.rawarg.data", std::string("a\0b\n", 4)},
                                 {"evt.arg.data", "a.b."}});
}

TEST(EvtIoFieldsTest, DataThatIsNotThere) {
  EventBuilder failed("read");
  failed.Result(-EAGAIN);
  ExpectFields(failed.Build(), {{"evt.buffer", ""}, {"evt.arg.data", "NULL"}});
  EventBuilder unread("read");
  unread.Result(10);
  EXPECT_EQ(ReadField(unread.Build(), "evt.buffer"), "<unknown>");
  for (const char* call : {"openat", "close", "ptrace"}) {
    EventBuilder builder(call);
    EXPECT_EQ(ReadField(builder.Build(), "evt.buffer"), "<absent>") << call;
  }
}

TEST(EvtIoFieldsTest, LengthGoesByDirectionAndDescriptor) {
  const struct {
    const char* event;
    int kind;
    const char* all;
    const char* in;
    const char* out;
    const char* file_in;
    const char* net_out;
  } cases[] = {
      {"read", S_IFREG, "9", "9", "<absent>", "9", "<absent>"},
      {"write", S_IFREG, "9", "<absent>", "9", "<absent>", "<absent>"},
      {"write", S_IFSOCK, "9", "<absent>", "9", "<absent>", "9"},
      {"recvmsg", S_IFSOCK, "9", "9", "<absent>", "<absent>", "<absent>"},
      {"ioctl", S_IFREG, "9", "<absent>", "<absent>", "<absent>", "<absent>"},
      {"fstat", S_IFREG, "<absent>", "<absent>", "<absent>", "<absent>",
       "<absent>"},
  };
  for (const auto& test : cases) {
    EventBuilder builder(test.event);
    builder.Result(9)
        .Set("fd", 3)
        .Set("fd_path", test.kind == S_IFSOCK ? "socket:[1]" : "/tmp/x")
        .Set("fd_kind", test.kind)
        .SetAddress("local", "10.0.0.1:1");
    SCOPED_TRACE(test.event);
    ExpectFields(builder.Build(), {{"evt.buflen", test.all},
                                   {"evt.buflen.in", test.in},
                                   {"evt.buflen.out", test.out},
                                   {"evt.buflen.file.in", test.file_in},
                                   {"evt.buflen.net.out", test.net_out}});
  }
}

TEST(EvtIoFieldsTest, LengthThatIsNotThere) {
  EventBuilder failed("read");
  failed.Result(-EIO).Set("fd", 3).Set("fd_path", "/x").Set("fd_kind", S_IFREG);
  EXPECT_EQ(ReadField(failed.Build(), "evt.buflen"), "<absent>");
  EventBuilder end_of_file("read");
  end_of_file.Result(0)
      .Set("fd", 3)
      .Set("fd_path", "/x")
      .Set("fd_kind", S_IFREG);
  EXPECT_EQ(ReadField(end_of_file.Build(), "evt.buflen"), "0");
  EventBuilder unknown("read");
  unknown.Result(1).Set("fd", 3);
  EXPECT_EQ(ReadField(unknown.Build(), "evt.buflen"), "<unknown>");
  // The result of these is a number of messages.
  EventBuilder messages("sendmmsg");
  messages.Result(2)
      .Set("fd", 3)
      .Set("fd_kind", S_IFSOCK)
      .SetAddress("local", "10.0.0.1:1");
  EXPECT_EQ(ReadField(messages.Build(), "evt.buflen"), "<unknown>");
}

TEST(EvtIoFieldsTest, KnowsTheSystemLog) {
  const struct {
    const char* event;
    const char* path;
    const char* expected;
  } cases[] = {
      {"sendto", "unix:/dev/log", "true"},
      {"write", "unix:/run/systemd/journal/dev-log", "true"},
      {"write", "unix:/run/x", "false"},
      {"read", "unix:/dev/log", "false"},
  };
  for (const auto& test : cases) {
    EventBuilder builder(test.event);
    builder.Result(1)
        .Set("fd", 3)
        .Set("fd_kind", S_IFSOCK)
        .Set("fd_flags", EYRIE_SOCKET_CLIENT | EYRIE_SOCKET_CONNECTED)
        .SetAddress("local", "unix:")
        .SetAddress("remote", test.path);
    EXPECT_EQ(ReadField(builder.Build(), "evt.is_syslog"), test.expected)
        << test.event << " " << test.path;
  }
  EventBuilder unknown("write");
  unknown.Result(1).Set("fd", 3);
  EXPECT_EQ(ReadField(unknown.Build(), "evt.is_syslog"), "<unknown>");
}

}  // namespace
}  // namespace eyrie::rules
