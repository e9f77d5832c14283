// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/fd_fields.h"

#include <errno.h>
#include <fcntl.h>
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

// An open that worked, of a regular file.
void Opened(EventBuilder& builder, const char* name, const char* realpath) {
  builder.Result(3)
      .Set("name", name)
      .Set("realpath", realpath)
      .Set("kind", S_IFREG);
}

TEST(FdFieldsTest, FileHasTheNameAskedForAndTheRealOne) {
  EventBuilder builder("open");
  Opened(builder, "/tmp/link", "/etc/shadow");
  ExpectFields(builder.Build(),
               {{"fd.name", "/tmp/link, /etc/shadow"},
                {"fd.directory", "/tmp, /etc"},
                {"fd.filename", "link, shadow"},
                {"fd.nameraw", "/tmp/link"},
                {"fd.realpath", "/etc/shadow"},
                {"fd.containername", "host:/tmp/link, host:/etc/shadow"},
                {"fd.containerdirectory", "host:/tmp, host:/etc"}});
}

TEST(FdFieldsTest, EqualNamesCollapse) {
  EventBuilder builder("open");
  Opened(builder, "/etc//ssl/../shadow", "/etc/shadow");
  ExpectFields(builder.Build(), {{"fd.name", "/etc/shadow"},
                                 {"fd.nameraw", "/etc//ssl/../shadow"}});

  EventBuilder same_directory("open");
  Opened(same_directory, "/etc/link", "/etc/shadow");
  ExpectFields(same_directory.Build(), {{"fd.name", "/etc/link, /etc/shadow"},
                                        {"fd.directory", "/etc"},
                                        {"fd.filename", "link, shadow"}});
}

// After chroot("/etc").
TEST(FdFieldsTest, FileInAnotherRootHasItsPathInTheMountNamespaceToo) {
  EventBuilder builder("open");
  Opened(builder, "/shadow", "/shadow");
  builder.Set("hostpath", "/etc/shadow");
  ExpectFields(builder.Build(), {{"fd.name", "/shadow, /etc/shadow"},
                                 {"fd.directory", "/, /etc"},
                                 {"fd.filename", "shadow"},
                                 {"fd.realpath", "/shadow"}});
}

TEST(FdFieldsTest, RelativeNameStartsFromTheBase) {
  EventBuilder builder("openat");
  Opened(builder, "../etc/shadow", "/etc/shadow");
  builder.Set("base", "/root");
  ExpectFields(builder.Build(),
               {{"fd.name", "/etc/shadow"}, {"fd.nameraw", "../etc/shadow"}});
}

TEST(FdFieldsTest, RelativeNameWithoutBaseLeavesTheRealOne) {
  EventBuilder builder("openat");
  Opened(builder, "shadow", "/etc/shadow");
  EXPECT_EQ(ReadField(builder.Build(), "fd.name"), "/etc/shadow");

  EventBuilder failed("openat");
  failed.Result(-ENOENT).Set("name", "shadow");
  ExpectFields(failed.Build(), {{"fd.name", "<unknown>"},
                                {"fd.directory", "<unknown>"},
                                {"fd.num", "-1"}});
}

TEST(FdFieldsTest, NameThatCouldNotBeReadIsUnknown) {
  EventBuilder builder("openat");
  builder.Result(-EFAULT);
  builder.record().Flags(EYRIE_RECORD_FAULTED);
  ExpectFields(builder.Build(),
               {{"fd.name", "<unknown>"}, {"fd.typechar", "f"}});
}

TEST(FdFieldsTest, FailedOpenIsAFileWhateverTheCall) {
  for (const char* call : {"open", "openat", "openat2", "creat"}) {
    EventBuilder builder(call);
    builder.Result(-EACCES).Set("name", "/a/b");
    const Event& event = builder.Build();
    EXPECT_EQ(ReadField(event, "fd.typechar"), "f") << call;
    EXPECT_EQ(ReadField(event, "fd.num"), "-1") << call;
    EXPECT_EQ(ReadField(event, "fd.name"), "/a/b") << call;
    EXPECT_EQ(ReadField(event, "fd.directory"), "/a") << call;
    EXPECT_EQ(ReadField(event, "fd.type"), "<absent>") << call;
    EXPECT_EQ(ReadField(event, "fd.filename"), "<absent>") << call;
    EXPECT_EQ(ReadField(event, "fd.ino"), "<absent>") << call;
    EXPECT_EQ(ReadField(event, "fd.connected"), "<absent>") << call;
  }
}

TEST(FdFieldsTest, DirectoryIsItsOwnDirectory) {
  EventBuilder builder("openat");
  builder.Result(3)
      .Set("name", "/etc/ssl/")
      .Set("realpath", "/etc/ssl")
      .Set("flags", O_DIRECTORY)
      .Set("kind", S_IFDIR);
  ExpectFields(builder.Build(), {{"fd.type", "directory"},
                                 {"fd.typechar", "d"},
                                 {"fd.name", "/etc/ssl"},
                                 {"fd.directory", "/etc/ssl"},
                                 {"fd.filename", "<absent>"}});
}

TEST(FdFieldsTest, DevicesAndPipesAreFiles) {
  for (const int kind : {S_IFCHR, S_IFBLK, S_IFIFO, 0}) {
    EventBuilder builder("open");
    builder.Result(3).Set("name", "/dev/x").Set("kind", kind);
    EXPECT_EQ(ReadField(builder.Build(), "fd.typechar"), "f") << kind;
  }
}

TEST(FdFieldsTest, ReadsInodeDeviceAndLayer) {
  EventBuilder builder("openat");
  Opened(builder, "/x", "/x");
  // 259:65537 as stat(2) shows it.
  builder.Set("dev", (259 << 8) | 1 | (0x100 << 20))
      .Set("ino", 4711)
      .Set("file_flags", EYRIE_FILE_UPPER_LAYER);
  ExpectFields(builder.Build(), {{"fd.ino", "4711"},
                                 {"fd.dev.major", "259"},
                                 {"fd.dev.minor", "65537"},
                                 {"fd.is_upper_layer", "true"},
                                 {"fd.is_lower_layer", "false"},
                                 {"fd.uid", "10003"}});
}

TEST(FdFieldsTest, NewDirectoryOfFchdir) {
  EventBuilder builder("fchdir");
  builder.Result(0).Set("fd", 7).Set("cwd", "/srv");
  ExpectFields(builder.Build(), {{"fd.num", "7"},
                                 {"fd.type", "directory"},
                                 {"fd.name", "/srv"},
                                 {"fd.directory", "/srv"},
                                 {"fd.realpath", "/srv"}});

  EventBuilder failed("fchdir");
  failed.Result(-ENOTDIR).Set("fd", 7);
  ExpectFields(failed.Build(), {{"fd.num", "7"}, {"fd.name", "<unknown>"}});

  EventBuilder bad("fchdir");
  bad.Result(-EBADF).Set("fd", 7);
  ExpectFields(bad.Build(), {{"fd.num", "7"},
                             {"fd.name", ""},
                             {"fd.typechar", "o"},
                             {"fd.type", "<absent>"}});
}

TEST(FdFieldsTest, UnlinkatSpeaksOfItsDirectory) {
  EventBuilder builder("unlinkat");
  builder.Result(0).Set("dirfd", 4).Set("name", "x").Set("base", "/srv");
  ExpectFields(builder.Build(),
               {{"fd.num", "4"}, {"fd.name", "/srv"}, {"fd.typechar", "d"}});

  EventBuilder at_cwd("unlinkat");
  at_cwd.Result(0).Set("dirfd", AT_FDCWD).Set("name", "/x");
  ExpectFields(at_cwd.Build(),
               {{"fd.num", "-100"}, {"fd.name", ""}, {"fd.typechar", "o"}});
}

TEST(FdFieldsTest, OtherEventsHaveNoDescriptor) {
  for (const char* call : {"execve", "unlink", "rename", "renameat", "setuid",
                           "chdir", "procexit", "clone"}) {
    EventBuilder builder(call);
    const Event& event = builder.Build();
    EXPECT_EQ(ReadField(event, "fd.num"), "<absent>") << call;
    EXPECT_EQ(ReadField(event, "fd.name"), "<absent>") << call;
    EXPECT_EQ(ReadField(event, "fd.uid"), "<absent>") << call;
    EXPECT_EQ(ReadField(event, "fd.containername"), "<absent>") << call;
    EXPECT_EQ(ReadField(event, "fd.is_upper_layer"), "<absent>") << call;
  }
}

TEST(FdFieldsTest, OlderCollectorsSendFewerArguments) {
  EventBuilder builder("open");
  builder.Result(3).Set("name", "/x");
  builder.record().Slots(3);
  ExpectFields(builder.Build(), {{"fd.name", "/x"},
                                 {"fd.realpath", "<unknown>"},
                                 {"fd.ino", "<unknown>"},
                                 {"evt.arg.ino", "<unknown>"}});
}

// A descriptor that the record describes.
void Described(EventBuilder& builder, const char* path, int kind) {
  builder.Set("fd", 7)
      .Set("fd_path", path)
      .Set("fd_kind", kind)
      .Set("fd_dev", 0x801)
      .Set("fd_ino", 42);
}

TEST(FdFieldsTest, KnowsEveryKindOfDescriptor) {
  const struct {
    const char* path;
    int kind;
    const char* type;
    const char* character;
  } cases[] = {
      {"/etc/shadow", S_IFREG, "file", "f"},
      {"/dev/null", S_IFCHR, "file", "f"},
      {"/run/fifo", S_IFIFO, "file", "f"},
      {"net:[4026531840]", S_IFREG, "file", "f"},
      {"/etc", S_IFDIR, "directory", "d"},
      {"pipe:[123]", S_IFIFO, "pipe", "p"},
      {"memfd:x", S_IFREG, "memfd", "m"},
      {"anon_inode:[eventfd]", 0, "event", "e"},
      {"anon_inode:[eventpoll]", 0, "eventpoll", "l"},
      {"anon_inode:[signalfd]", 0, "signalfd", "s"},
      {"anon_inode:inotify", 0, "inotify", "i"},
      {"anon_inode:[timerfd]", 0, "timerfd", "t"},
      {"anon_inode:[userfaultfd]", 0, "userfaultfd", "u"},
      {"anon_inode:[io_uring]", 0, "io_uring", "r"},
      {"anon_inode:[pidfd]", 0, "pidfd", "P"},
      {"pidfd:[77]", S_IFREG, "pidfd", "P"},
      {"anon_inode:bpf-map", 0, "bpf", "b"},
      {"anon_inode:bpf_link", 0, "bpf", "b"},
      {"anon_inode:[perf_event]", 0, "<NA>", "o"},
      {"anon_inode:[fscontext]", 0, "<NA>", "o"},
  };
  for (const auto& test : cases) {
    EventBuilder builder("read");
    builder.Result(1);
    Described(builder, test.path, test.kind);
    SCOPED_TRACE(test.path);
    ExpectFields(builder.Build(), {{"fd.num", "7"},
                                   {"fd.type", test.type},
                                   {"fd.typechar", test.character},
                                   {"fd.name", test.path},
                                   {"fd.ino", "42"},
                                   {"fd.dev.major", "8"},
                                   {"fd.l4proto", "<NA>"},
                                   {"fd.connected", "false"},
                                   {"fd.is_server", "false"},
                                   {"fd.name_changed", "false"},
                                   {"fd.sockfamily", "<absent>"}});
  }
}

TEST(FdFieldsTest, DescribedFileHasItsRealNameAlone) {
  EventBuilder builder("write");
  builder.Result(1);
  Described(builder, "/etc/shadow", S_IFREG);
  builder.Set("fd_flags", EYRIE_FILE_UPPER_LAYER);
  ExpectFields(builder.Build(), {{"fd.name", "/etc/shadow"},
                                 {"fd.realpath", "/etc/shadow"},
                                 {"fd.nameraw", "<unknown>"},
                                 {"fd.directory", "/etc"},
                                 {"fd.filename", "shadow"},
                                 {"fd.is_upper_layer", "true"},
                                 {"fd.is_lower_layer", "false"},
                                 {"fd.containername", "host:/etc/shadow"},
                                 {"evt.arg.fd", "7(<f>/etc/shadow)"}});
}

TEST(FdFieldsTest, OnlyFilesHavePaths) {
  EventBuilder builder("close");
  builder.Result(0);
  Described(builder, "pipe:[123]", S_IFIFO);
  ExpectFields(builder.Build(), {{"fd.directory", "<absent>"},
                                 {"fd.filename", "<absent>"},
                                 {"fd.realpath", "<absent>"},
                                 {"fd.nameraw", "<absent>"},
                                 {"evt.arg.fd", "7(<p>pipe:[123])"}});
}

TEST(FdFieldsTest, DescriptorThatNamesNothing) {
  EventBuilder bad("read");
  bad.Result(-EBADF).Set("fd", 99);
  ExpectFields(bad.Build(), {{"fd.num", "99"},
                             {"fd.name", ""},
                             {"fd.type", "<absent>"},
                             {"fd.typechar", "o"},
                             {"fd.ino", "<absent>"},
                             {"evt.arg.fd", "99"}});
  // A file that is not open for reading gives the same error.
  EventBuilder write_only("read");
  write_only.Result(-EBADF);
  Described(write_only, "/tmp/x", S_IFREG);
  EXPECT_EQ(ReadField(write_only.Build(), "fd.name"), "/tmp/x");

  EventBuilder anonymous("mmap");
  anonymous.Result(0x7000).Set("fd", -1);
  ExpectFields(anonymous.Build(), {{"fd.num", "-1"},
                                   {"fd.name", ""},
                                   {"fd.type", "<absent>"},
                                   {"evt.arg.fd", "-1"}});
}

TEST(FdFieldsTest, DescriptionThatIsMissingIsUnknown) {
  EventBuilder builder("read");
  builder.Result(1).Set("fd", 7);
  ExpectFields(builder.Build(), {{"fd.num", "7"},
                                 {"fd.name", "<unknown>"},
                                 {"fd.type", "<unknown>"},
                                 {"fd.typechar", "<unknown>"},
                                 {"fd.ino", "<unknown>"},
                                 {"fd.connected", "<unknown>"}});
  for (const char* call : {"fsopen", "perf_event_open", "bpf"}) {
    EventBuilder made(call);
    made.Result(5);
    SCOPED_TRACE(call);
    ExpectFields(made.Build(), {{"fd.num", "5"}, {"fd.type", "<unknown>"}});
  }
}

TEST(FdFieldsTest, GuessesWhatAFailedCallWouldHaveMade) {
  const struct {
    const char* call;
    const char* character;
  } cases[] = {
      {"socket", "4"},           {"eventfd2", "e"}, {"signalfd4", "s"},
      {"timerfd_create", "t"},   {"dup", "o"},      {"inotify_init", "i"},
      {"open_by_handle_at", "f"}};
  for (const auto& test : cases) {
    EventBuilder builder(test.call);
    builder.Result(-EMFILE);
    SCOPED_TRACE(test.call);
    ExpectFields(builder.Build(), {{"fd.num", "-1"},
                                   {"fd.typechar", test.character},
                                   {"fd.type", "<absent>"}});
  }
}

TEST(FdFieldsTest, FileOpenedByHandleHasTheKernelsPathAlone) {
  EventBuilder builder("open_by_handle_at");
  builder.Result(3)
      .Set("mountfd", AT_FDCWD)
      .Set("flags", O_RDWR)
      .Set("path", "/srv/x")
      .Set("kind", S_IFREG)
      .Set("ino", 5);
  ExpectFields(builder.Build(), {{"fd.name", "/srv/x"},
                                 {"fd.realpath", "/srv/x"},
                                 {"fd.nameraw", "/srv/x"},
                                 {"fd.type", "file"},
                                 {"fd.ino", "5"},
                                 {"evt.is_open_read", "true"},
                                 {"evt.is_open_write", "true"},
                                 {"evt.is_open_exec", "false"},
                                 {"evt.arg.mountfd", "AT_FDCWD"},
                                 {"evt.abspath", "<absent>"},
                                 {"fs.path.name", "/srv/x"}});
}

}  // namespace
}  // namespace eyrie::rules
