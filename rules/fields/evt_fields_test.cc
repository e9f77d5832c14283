// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/evt_fields.h"

#include <errno.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include "absl/strings/str_cat.h"

#include "proto/event_catalog.h"
#include "proto/record_view.h"
#include "proto/testing/record_builder.h"
#include "rules/fields/event.h"
#include "rules/fields/testing/event_builder.h"
#include "rules/fields/testing/read_field.h"

namespace eyrie::rules {
namespace {

using testing::EventBuilder;
using testing::ExpectFields;
using testing::ReadField;

TEST(EvtFieldsTest, EveryEventHasItsTypeAndCategory) {
  const struct {
    const char* event;
    const char* category;
  } cases[] = {{"execve", "process"},
               {"clone3", "process"},
               {"procexit", "process"},
               {"chdir", "file"},
               {"openat", "file"},
               {"unlink", "file"},
               {"connect", "net"},
               {"bind", "net"},
               {"setuid", "user"},
               {"setresuid", "user"},
               {"pipe", "IPC"},
               {"mmap", "memory"},
               {"kill", "signal"},
               {"nanosleep", "sleep"},
               {"timerfd_create", "time"},
               {"poll", "wait"},
               {"switch", "scheduler"},
               {"reboot", "system"},
               {"bpf", "other"},
               {"getpid", "other"},
               {"close_range", "unknown"}};
  for (const auto& test : cases) {
    EventBuilder builder(test.event);
    const Event& event = builder.Build();
    EXPECT_EQ(ReadField(event, "evt.type"), test.event);
    EXPECT_EQ(ReadField(event, "evt.category"), test.category) << test.event;
    EXPECT_EQ(ReadField(event, absl::StrCat("evt.type.is.", test.event)), "1")
        << test.event;
    EXPECT_EQ(ReadField(event, "evt.type.is.vfork"), "0") << test.event;
    EXPECT_EQ(ReadField(event, "evt.source"), "syscall") << test.event;
  }
}

TEST(EvtFieldsTest, CategoryOfDataGoesByTheDescriptor) {
  const struct {
    const char* path;
    int kind;
    const char* category;
  } cases[] = {{"/etc/x", S_IFREG, "file"},
               {"/etc", S_IFDIR, "file"},
               {"socket:[1]", S_IFSOCK, "net"},
               {"pipe:[1]", S_IFIFO, "ipc"},
               {"anon_inode:[eventfd]", 0, "ipc"},
               {"anon_inode:[timerfd]", 0, "unknown"}};
  for (const char* call : {"read", "write", "close"}) {
    for (const auto& test : cases) {
      EventBuilder builder(call);
      builder.Result(0)
          .Set("fd", 3)
          .Set("fd_path", test.path)
          .Set("fd_kind", test.kind)
          .SetAddress("local", "10.0.0.1:1");
      EXPECT_EQ(ReadField(builder.Build(), "evt.category"), test.category)
          << call << " " << test.path;
    }
    EventBuilder bad(call);
    bad.Result(-EBADF).Set("fd", 99);
    EXPECT_EQ(ReadField(bad.Build(), "evt.category"), "unknown");
    EventBuilder lost(call);
    lost.Result(1).Set("fd", 3);
    EXPECT_EQ(ReadField(lost.Build(), "evt.category"), "<unknown>");
  }
}

TEST(EvtFieldsTest, OtherNameOfACallIsTheEventThatTellsOfIt) {
  EventBuilder builder("pread");
  ExpectFields(builder.Build(), {{"evt.type", "pread"},
                                 {"evt.type.is.pread64", "1"},
                                 {"evt.type.is.pwrite64", "0"}});
}

TEST(EvtFieldsTest, WhatIsNoSystemCallBegins) {
  for (const char* event : {"signaldeliver", "switch", "page_fault"}) {
    EventBuilder builder(event);
    SCOPED_TRACE(event);
    ExpectFields(builder.Build(), {{"syscall.type", "<absent>"},
                                   {"evt.dir", ">"},
                                   {"evt.count.exit", "<absent>"}});
  }
}

TEST(EvtFieldsTest, EndOfAProcessIsNoSystemCall) {
  EventBuilder builder("procexit");
  ExpectFields(builder.Build(), {{"syscall.type", "<absent>"},
                                 {"evt.dir", ">"},
                                 {"evt.res", "<absent>"},
                                 {"evt.rawres", "<absent>"},
                                 {"evt.failed", "<absent>"},
                                 {"evt.count.exit", "<absent>"}});
}

TEST(EvtFieldsTest, ReadsCircumstances) {
  EventBuilder builder("setuid");
  builder.record().Cpu(3);
  ExpectFields(builder.Build(), {{"evt.cpu", "3"},
                                 {"evt.num", "1"},
                                 {"evt.hostname", "node1"},
                                 {"syscall.type", "setuid"},
                                 {"evt.dir", "<"},
                                 {"evt.is_async", "false"},
                                 {"evt.asynctype", "<absent>"},
                                 {"evt.pluginname", "<absent>"},
                                 {"evt.is_io", "false"},
                                 {"evt.io_dir", "<absent>"},
                                 {"evt.buffer", "<absent>"},
                                 {"evt.count", "1"}});
}

TEST(EvtFieldsTest, ReadsResults) {
  const struct {
    int64_t result;
    const char* text;
    const char* failed;
  } cases[] = {{0, "SUCCESS", "false"},
               {42, "SUCCESS", "false"},
               {-EPERM, "EPERM", "true"},
               {-ENOENT, "ENOENT", "true"},
               // No error has this number.
               {-4000, "-4000", "true"}};
  for (const auto& test : cases) {
    EventBuilder builder("setuid");
    builder.Result(test.result);
    ExpectFields(builder.Build(), {{"evt.rawres", absl::StrCat(test.result)},
                                   {"evt.res", test.text},
                                   {"evt.failed", test.failed}});
  }
}

TEST(EvtFieldsTest, CountsErrorsByKind) {
  EventBuilder file("openat");
  file.Result(-ENOENT);
  ExpectFields(file.Build(), {{"evt.count.error", "1"},
                              {"evt.count.error.file", "1"},
                              {"evt.count.error.net", "<absent>"},
                              {"evt.count.error.other", "<absent>"}});
  EventBuilder net("connect");
  net.Result(-ECONNREFUSED);
  ExpectFields(net.Build(), {{"evt.count.error.file", "<absent>"},
                             {"evt.count.error.net", "1"}});
  EventBuilder socket("write");
  socket.Result(-EPIPE)
      .Set("fd", 3)
      .Set("fd_kind", S_IFSOCK)
      .SetAddress("local", "10.0.0.1:1");
  ExpectFields(socket.Build(), {{"evt.count.error.net", "1"},
                                {"evt.count.error.other", "<absent>"}});
  EventBuilder memory("mprotect");
  memory.Result(-EACCES);
  ExpectFields(memory.Build(), {{"evt.count.error.memory", "1"},
                                {"evt.count.error.other", "<absent>"}});
  EventBuilder other("setuid");
  other.Result(-EPERM);
  ExpectFields(other.Build(), {{"evt.count.error.other", "1"}});
  EventBuilder none("setuid");
  none.Result(0);
  ExpectFields(none.Build(), {{"evt.count.error", "<absent>"}});
}

TEST(EvtFieldsTest, EventOfANewerCollectorIsUnknown) {
  auto builder = eyrie::testing::RecordBuilder::UnknownEvent(4000);
  const Event event{.record = builder.View()};
  ExpectFields(event, {{"evt.type", "<unknown>"},
                       {"evt.category", "<unknown>"},
                       {"evt.args", "<unknown>"},
                       {"evt.arg.flags", "<unknown>"},
                       {"evt.arg[0]", "<unknown>"},
                       {"evt.is_open_read", "false"}});
}

TEST(EvtFieldsTest, FlagsOfTheRecordAreFields) {
  EventBuilder plain("openat");
  ExpectFields(plain.Result(3).Build(), {{"evt.is_io_uring", "false"},
                                         {"evt.is_path_changed", "false"}});
  EventBuilder builder("rename");
  builder.record().Flags(EYRIE_RECORD_IO_URING | EYRIE_RECORD_CHANGED);
  ExpectFields(builder.Build(),
               {{"evt.is_io_uring", "true"}, {"evt.is_path_changed", "true"}});
}

}  // namespace
}  // namespace eyrie::rules
