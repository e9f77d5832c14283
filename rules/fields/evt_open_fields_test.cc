// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/evt_open_fields.h"

#include <errno.h>
#include <fcntl.h>
#include <gtest/gtest.h>

#include "proto/record.h"
#include "rules/fields/event.h"
#include "rules/fields/testing/event_builder.h"
#include "rules/fields/testing/read_field.h"

namespace eyrie::rules {
namespace {

using testing::EventBuilder;
using testing::ExpectFields;

constexpr int kTmpfile = 020000000 | O_DIRECTORY;

TEST(EvtOpenFieldsTest, GoesByTheAccessMode) {
  const struct {
    int flags;
    const char* read;
    const char* write;
  } cases[] = {
      {O_RDONLY, "true", "false"},
      {O_WRONLY, "false", "true"},
      {O_RDWR, "true", "true"},
      {O_RDONLY | O_CREAT | O_TRUNC | O_CLOEXEC, "true", "false"},
      {O_WRONLY | O_APPEND, "false", "true"},
      // ioctl only.
      {3, "false", "false"},
  };
  for (const char* call : {"open", "openat", "openat2"}) {
    for (const auto& test : cases) {
      EventBuilder builder(call);
      builder.Result(-EACCES).Set("flags", test.flags);
      SCOPED_TRACE(testing::ReadField(builder.Build(), "evt.args"));
      ExpectFields(builder.Build(), {{"evt.is_open_read", test.read},
                                     {"evt.is_open_write", test.write}});
    }
  }
}

// The reference misses what creat() writes.
TEST(EvtOpenFieldsTest, CreatWrites) {
  EventBuilder builder("creat");
  builder.Result(3).Set("mode", 0755).Set("file_flags", EYRIE_FILE_CREATED);
  ExpectFields(builder.Build(), {{"evt.is_open_read", "false"},
                                 {"evt.is_open_write", "true"},
                                 {"evt.is_open_exec", "true"},
                                 {"evt.is_open_create", "true"}});
}

TEST(EvtOpenFieldsTest, ExecNeedsCreationAndAnExecuteBit) {
  const struct {
    int flags;
    int mode;
    const char* exec;
  } cases[] = {
      {O_CREAT | O_WRONLY, 0755, "true"},  {O_CREAT | O_WRONLY, 0001, "true"},
      {O_CREAT | O_WRONLY, 0644, "false"}, {O_WRONLY, 0755, "false"},
      {kTmpfile | O_RDWR, 0700, "true"},   {O_DIRECTORY, 0755, "false"},
  };
  for (const auto& test : cases) {
    EventBuilder builder("openat");
    builder.Set("flags", test.flags).Set("mode", test.mode);
    EXPECT_EQ(testing::ReadField(builder.Build(), "evt.is_open_exec"),
              test.exec)
        << test.flags << " " << test.mode;
  }
}

TEST(EvtOpenFieldsTest, CreateIsTheKernelsWord) {
  EventBuilder existing("openat");
  existing.Result(3).Set("flags", O_CREAT);
  ExpectFields(existing.Build(), {{"evt.is_open_create", "false"}});
  EventBuilder created("openat");
  created.Result(3).Set("flags", O_CREAT).Set("file_flags", EYRIE_FILE_CREATED);
  ExpectFields(created.Build(), {{"evt.is_open_create", "true"}});
  EventBuilder temporary("openat");
  temporary.Result(3).Set("flags", kTmpfile | O_RDWR);
  ExpectFields(temporary.Build(), {{"evt.is_open_create", "true"}});
  EventBuilder failed("openat");
  failed.Result(-EACCES).Set("flags", kTmpfile | O_RDWR);
  ExpectFields(failed.Build(), {{"evt.is_open_create", "false"}});
}

TEST(EvtOpenFieldsTest, OtherEventsAreFalseNotAbsent) {
  for (const char* call : {"execve", "connect", "accept", "unlink"}) {
    EventBuilder builder(call);
    SCOPED_TRACE(call);
    ExpectFields(builder.Build(), {{"evt.is_open_read", "false"},
                                   {"evt.is_open_write", "false"},
                                   {"evt.is_open_exec", "false"},
                                   {"evt.is_open_create", "false"}});
  }
}

}  // namespace
}  // namespace eyrie::rules
