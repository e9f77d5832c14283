// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/fs_path_fields.h"

#include <errno.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

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

TEST(FsPathFieldsTest, SourceOfALinkIsTheLink) {
  EventBuilder link("linkat");
  link.Result(0)
      .Set("oldpath", "a")
      .Set("oldbase", "/srv")
      .Set("newpath", "b")
      .Set("newbase", "/tmp");
  ExpectFields(link.Build(), {{"fs.path.name", "<absent>"},
                              {"fs.path.source", "/tmp/b"},
                              {"fs.path.sourceraw", "b"},
                              {"fs.path.target", "/srv/a"},
                              {"fs.path.targetraw", "a"},
                              {"evt.abspath.src", "/srv/a"},
                              {"evt.abspath.dst", "/tmp/b"}});
}

TEST(FsPathFieldsTest, TargetOfASymlinkStartsWhereTheLinkLies) {
  EventBuilder builder("symlinkat");
  builder.Result(0)
      .Set("target", "../etc/shadow")
      .Set("linkdirfd", 3)
      .Set("linkpath", "d/x")
      .Set("base", "/tmp");
  ExpectFields(builder.Build(), {{"fs.path.name", "<absent>"},
                                 {"fs.path.source", "/tmp/d/x"},
                                 {"fs.path.sourceraw", "d/x"},
                                 {"fs.path.target", "/tmp/etc/shadow"},
                                 {"fs.path.targetraw", "../etc/shadow"},
                                 {"evt.abspath", "/tmp/d/x"},
                                 {"evt.arg.target", "../etc/shadow"},
                                 {"evt.arg.linkpath", "/tmp/d/x"},
                                 {"fd.num", "3"},
                                 {"fd.name", "/tmp"}});
}

TEST(FsPathFieldsTest, MountHasWhatAndWhere) {
  EventBuilder builder("mount");
  builder.Result(0).Set("dev", "tmpfs").Set("dir", "mnt").Set("base", "/srv");
  ExpectFields(builder.Build(), {{"fs.path.name", "<absent>"},
                                 {"fs.path.source", "tmpfs"},
                                 {"fs.path.target", "/srv/mnt"},
                                 {"fs.path.targetraw", "mnt"},
                                 {"evt.rawarg.dev", "<absent>"}});
}

TEST(FsPathFieldsTest, CallsOnOnePath) {
  const struct {
    const char* event;
    const char* argument;
  } cases[] = {{"mkdir", "path"},     {"rmdir", "path"},
               {"chmod", "filename"}, {"fchmodat", "filename"},
               {"chown", "path"},     {"fchownat", "pathname"},
               {"mknodat", "path"},   {"umount2", "name"},
               {"chroot", "path"},    {"truncate", "path"},
               {"stat", "path"},      {"faccessat", "name"},
               {"setxattr", "path"},  {"inotify_add_watch", "path"}};
  for (const auto& test : cases) {
    EventBuilder builder(test.event);
    builder.Result(0).Set(test.argument, "x").Set("base", "/srv");
    SCOPED_TRACE(test.event);
    ExpectFields(builder.Build(), {{"fs.path.name", "/srv/x"},
                                   {"fs.path.nameraw", "x"},
                                   {"fs.path.source", "<absent>"},
                                   {"evt.abspath", "/srv/x"}});
  }
}

TEST(FsPathFieldsTest, CallsOnADescriptorHaveItsPath) {
  for (const char* call : {"fchmod", "fchown", "ftruncate"}) {
    EventBuilder builder(call);
    builder.Result(0)
        .Set("fd", 3)
        .Set("fd_path", "/srv/x")
        .Set("fd_kind", S_IFREG);
    SCOPED_TRACE(call);
    ExpectFields(builder.Build(), {{"fs.path.name", "/srv/x"},
                                   {"fs.path.nameraw", "/srv/x"},
                                   {"evt.abspath", "<absent>"}});
  }
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
