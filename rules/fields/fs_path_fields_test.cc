// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/fs_path_fields.h"

#include <errno.h>
#include <gtest/gtest.h>

#include <string>

#include "rules/fields/testing/event_builder.h"
#include "rules/fields/testing/read_field.h"

namespace eyrie::rules {
namespace {

using testing::EventBuilder;
using testing::ExpectFields;

TEST(FsPathFieldsTest, CallsWithOnePath) {
  for (const char* call : {"unlink", "unlinkat", "open", "openat", "creat"}) {
    EventBuilder builder(call);
    builder.Result(0)
        .Set(std::string(call) == "unlink" ? "path" : "name", "./x")
        .Set("base", "/srv");
    SCOPED_TRACE(call);
    ExpectFields(builder.Build(), {{"fs.path.name", "/srv/x"},
                                   {"fs.path.nameraw", "./x"},
                                   {"fs.path.source", "<absent>"},
                                   {"fs.path.target", "<absent>"}});
  }
}

TEST(FsPathFieldsTest, RenameHasTwoPaths) {
  EventBuilder builder("rename");
  builder.Result(0)
      .Set("oldpath", "a")
      .Set("oldbase", "/srv")
      .Set("newpath", "/tmp/../b");
  ExpectFields(builder.Build(), {{"fs.path.name", "<absent>"},
                                 {"fs.path.source", "/srv/a"},
                                 {"fs.path.sourceraw", "a"},
                                 {"fs.path.target", "/b"},
                                 {"fs.path.targetraw", "/tmp/../b"}});
}

TEST(FsPathFieldsTest, FailedCallsHaveNone) {
  EventBuilder builder("unlink");
  builder.Result(-ENOENT).Set("path", "/x");
  ExpectFields(builder.Build(), {{"fs.path.name", "<absent>"},
                                 {"fs.path.nameraw", "<absent>"},
                                 // This one does not ask for the result.
                                 {"evt.abspath", "/x"}});
}

TEST(FsPathFieldsTest, PathThatWasNotReadIsUnknown) {
  EventBuilder builder("unlink");
  builder.Result(0);
  ExpectFields(builder.Build(), {{"fs.path.name", "<unknown>"},
                                 {"fs.path.nameraw", "<unknown>"}});
}

TEST(FsPathFieldsTest, OtherEventsHaveNone) {
  EventBuilder builder("execve");
  builder.Result(0);
  ExpectFields(builder.Build(),
               {{"fs.path.name", "<absent>"}, {"fs.path.source", "<absent>"}});
}

}  // namespace
}  // namespace eyrie::rules
