// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/evt_arg_fields.h"

#include <errno.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

#include "proto/record.h"
#include "rules/fields/event.h"
#include "rules/fields/testing/event_builder.h"
#include "rules/fields/testing/read_field.h"

namespace eyrie::rules {
namespace {

using testing::EventBuilder;
using testing::ExpectFields;
using testing::ReadField;

TEST(EvtArgFieldsTest, RendersArgumentsOfOpenat) {
  EventBuilder builder("openat");
  builder.Result(5)
      .Set("dirfd", AT_FDCWD)
      .Set("name", "passwd")
      .Set("base", "/etc")
      .Set("realpath", "/etc/passwd")
      .Set("kind", S_IFREG)
      .Set("flags", O_WRONLY | O_TRUNC | O_CLOEXEC)
      .Set("mode", 0644)
      .Set("dev", 0xfd02)
      .Set("ino", 77);
  ExpectFields(
      builder.Build(),
      {{"evt.arg.fd", "5(<f>/etc/passwd)"},
       {"evt.arg.dirfd", "AT_FDCWD"},
       {"evt.arg.name", "/etc/passwd"},
       {"evt.arg.flags", "O_TRUNC|O_WRONLY|O_CLOEXEC"},
       {"evt.arg.mode", "S_IROTH|S_IRGRP|S_IWUSR|S_IRUSR"},
       {"evt.arg.dev", "FD02"},
       {"evt.arg.ino", "77"},
       {"evt.arg[0]", "5(<f>/etc/passwd)"},
       {"evt.arg[2]", "/etc/passwd"},
       // Hidden arguments and those that are not there.
       {"evt.arg[7]", "<absent>"},
       {"evt.arg[60]", "<absent>"},
       {"evt.arg.path", "<absent>"},
       {"evt.arg.request", "<absent>"},
       {"evt.rawarg.fd", "5"},
       {"evt.rawarg.name", "passwd"},
       {"evt.rawarg.ino", "77"},
       {"evt.abspath", "/etc/passwd"},
       {"evt.abspath.src", "<absent>"},
       {"evt.args",
        "fd=5(<f>/etc/passwd) dirfd=-100(AT_FDCWD) name=passwd(/etc/passwd) "
        "flags=524801(O_TRUNC|O_WRONLY|O_CLOEXEC) "
        "mode=420(S_IROTH|S_IRGRP|S_IWUSR|S_IRUSR) dev=FD02 ino=77"}});
}

TEST(EvtArgFieldsTest, RendersArgumentsOfAFailedOpen) {
  EventBuilder builder("openat");
  builder.Result(-ENOENT).Set("dirfd", 4).Set("name", "x").Set("base", "/srv");
  ExpectFields(builder.Build(), {{"evt.arg.fd", "ENOENT"},
                                 {"evt.arg.dirfd", "4(<d>/srv)"},
                                 {"evt.arg.name", "/srv/x"},
                                 {"evt.rawarg.fd", "-2"}});
}

TEST(EvtArgFieldsTest, EmptyTextsHaveAStandIn) {
  EventBuilder builder("openat");
  builder.Result(-EFAULT).Set("dirfd", AT_FDCWD);
  ExpectFields(builder.Build(),
               {{"evt.arg.name", "<NA>"}, {"evt.rawarg.name", ""}});
  EventBuilder exec("execve");
  ExpectFields(exec.Build(),
               {{"evt.arg.exe", "<NA>"}, {"evt.arg.args", "NULL"}});
}

TEST(EvtArgFieldsTest, RendersBothPathsOfRename) {
  EventBuilder builder("renameat2");
  builder.Result(0)
      .Set("olddirfd", 5)
      .Set("oldpath", "a")
      .Set("oldbase", "/old")
      .Set("newdirfd", AT_FDCWD)
      .Set("newpath", "../b")
      .Set("newbase", "/new/dir")
      .Set("flags", 1);
  ExpectFields(builder.Build(), {{"evt.arg.oldpath", "/old/a"},
                                 {"evt.arg.newpath", "/new/b"},
                                 {"evt.arg.olddirfd", "5(<d>/old)"},
                                 {"evt.arg.newdirfd", "AT_FDCWD"},
                                 {"evt.arg.flags", "RENAME_NOREPLACE"},
                                 {"evt.abspath", "/old/a"},
                                 {"evt.abspath.src", "/old/a"},
                                 {"evt.abspath.dst", "/new/b"}});
}

TEST(EvtArgFieldsTest, RendersArgumentsOfExec) {
  EventBuilder builder("execve");
  builder.Command({"./evil", "-x", "a b"})
      .Ancestors({"bash"})
      .Result(0)
      .Set("ptid", 999)
      .Set("filename", "./evil")
      .Set("cwd", "/dev/shm")
      .Set("flags", EYRIE_EXEC_WRITABLE | EYRIE_EXEC_UPPER_LAYER)
      .Set("cap_effective", 1)
      .Set("loginuid", 1000)
      .Set("uid", 0)
      .SetStrings("env", {"A=1", "B=2"});
  ExpectFields(builder.Build(),
               {{"evt.arg.res", "0"},
                {"evt.arg.exe", "./evil"},
                {"evt.arg.args", "-x.a b."},
                {"evt.arg.env", "A=1.B=2."},
                {"evt.arg.comm", "evil"},
                {"evt.arg.pid", "evil"},
                {"evt.arg.tid", "evil"},
                {"evt.arg.ptid", "bash"},
                {"evt.arg.filename", "/dev/shm/evil"},
                {"evt.arg.flags", "EXE_WRITABLE|EXE_UPPER_LAYER"},
                {"evt.arg.cap_effective", "CAP_CHOWN"},
                {"evt.arg.loginuid", "alice"},
                {"evt.arg.uid", "root"},
                {"evt.rawarg.args", std::string("-x\0a b\0", 7)}});
}

TEST(EvtArgFieldsTest, RendersIds) {
  EventBuilder builder("setresuid");
  builder.Result(-EPERM)
      .Set("ruid", 1000)
      .Set("euid", 0)
      .Set("suid", static_cast<int64_t>(0xffffffff));
  ExpectFields(builder.Build(),
               {{"evt.arg.res", "EPERM"},
                {"evt.arg.ruid", "alice"},
                {"evt.arg.euid", "root"},
                {"evt.arg.suid", "<NA>"},
                {"evt.args",
                 "res=-1(EPERM) ruid=1000(alice) euid=0(root) suid=-1(<NA>)"}});
}

TEST(EvtArgFieldsTest, RendersAddresses) {
  EventBuilder builder("connect");
  builder.Result(0)
      .Set("fd", 3)
      .SetAddress("addr", "[::ffff:1.2.3.4]:443")
      .SetAddress("local", "[::ffff:10.0.0.1]:40000")
      .SetAddress("remote", "[::ffff:1.2.3.4]:443");
  ExpectFields(builder.Build(),
               {{"evt.arg.addr", "1.2.3.4:443"},
                {"evt.arg.tuple", "10.0.0.1:40000->1.2.3.4:443"},
                {"evt.rawarg.tuple", "10.0.0.1:40000->1.2.3.4:443"},
                {"evt.arg.fd", "3(<4>10.0.0.1:40000->1.2.3.4:443)"}});
  EventBuilder unix_socket("connect");
  unix_socket.Result(0).Set("fd", 3).SetAddress("addr", "unix:/run/x");
  ExpectFields(unix_socket.Build(),
               {{"evt.arg.addr", "/run/x"}, {"evt.arg.tuple", "/run/x"}});
  EventBuilder none("accept");
  none.Result(-EAGAIN);
  EXPECT_EQ(ReadField(none.Build(), "evt.arg.tuple"), "NULL");
}

TEST(EvtArgFieldsTest, RendersTheEndOfAProcess) {
  EventBuilder builder("procexit");
  builder.Set("status", SIGKILL).Set("sig", SIGKILL).Set("reaper_tid", 1);
  ExpectFields(builder.Build(), {{"evt.arg.status", "9"},
                                 {"evt.arg.ret", "0"},
                                 {"evt.arg.sig", "SIGKILL"},
                                 {"evt.arg.core", "0"},
                                 {"evt.arg.reaper_tid", "1"}});
}

TEST(EvtArgFieldsTest, ChildHasItsMakersName) {
  EventBuilder builder("clone");
  builder.Comm("sh")
      .Result(1234)
      .Set("child_pid", 1234)
      .Set("flags", CLONE_NEWUSER);
  ExpectFields(builder.Build(), {{"evt.arg.res", "sh"},
                                 {"evt.arg.pid", "sh"},
                                 {"evt.rawarg.res", "1234"},
                                 {"evt.arg.flags", "CLONE_NEWUSER"}});
}

TEST(EvtArgFieldsTest, NumberStandsForFlagsWithoutNames) {
  EventBuilder builder("unlinkat");
  builder.Result(0).Set("dirfd", AT_FDCWD).Set("flags", 0);
  EXPECT_EQ(ReadField(builder.Build(), "evt.arg.flags"), "0");
}

TEST(EvtArgFieldsTest, ControlCharactersOfListsBecomeDots) {
  EventBuilder builder("execve");
  builder.SetStrings("args", {"a\nb", "\x1b[0m"});
  EXPECT_EQ(ReadField(builder.Build(), "evt.arg.args"), "a.b..[0m.");
}

TEST(EvtArgFieldsTest, RendersOtherCalls) {
  EventBuilder builder("getpid");
  builder.Result(1000).Set("native_number", 39).Set("arg0", 7);
  ExpectFields(builder.Build(), {{"evt.arg.ID", "getpid"},
                                 {"evt.arg.nativeID", "39"},
                                 {"evt.arg.arg0", "7"},
                                 {"evt.arg[0]", "getpid"},
                                 {"evt.res", "SUCCESS"},
                                 {"evt.rawres", "1000"}});
}

TEST(EvtArgFieldsTest, RendersSocketOptions) {
  const int32_t number = -2;
  EventBuilder builder("setsockopt");
  builder.Result(0).SetBytes(
      "val", absl::string_view(reinterpret_cast<const char*>(&number),
                               sizeof(number)));
  EXPECT_EQ(ReadField(builder.Build(), "evt.arg.val"), "-2");
  builder.SetBytes("val", "lo\n");
  ExpectFields(builder.Build(),
               {{"evt.arg.val", "lo."}, {"evt.rawarg.val", "lo\n"}});
  EventBuilder none("setsockopt");
  none.Result(0);
  EXPECT_EQ(ReadField(none.Build(), "evt.arg.val"), "NULL");
}

TEST(EvtArgFieldsTest, RendersSetsOfSignals) {
  EventBuilder builder("ppoll");
  builder.Result(0).Set("sigmask", 1 << (SIGINT - 1) | 1 << (SIGTERM - 1));
  EXPECT_EQ(ReadField(builder.Build(), "evt.arg.sigmask"), "SIGINT SIGTERM");
  EventBuilder none("ppoll");
  none.Result(0);
  EXPECT_EQ(ReadField(none.Build(), "evt.arg.sigmask"), "0");
}

TEST(EvtArgFieldsTest, OptionOfASocketIsCalledByItsLevel) {
  EventBuilder builder("setsockopt");
  builder.Result(0).Set("level", SOL_SOCKET).Set("optname", SO_REUSEADDR);
  ExpectFields(builder.Build(), {{"evt.arg.level", "SOL_SOCKET"},
                                 {"evt.arg.optname", "SO_REUSEADDR"},
                                 {"evt.rawarg.optname", "2"}});
  builder.Set("level", IPPROTO_TCP);
  EXPECT_EQ(ReadField(builder.Build(), "evt.arg.optname"), "2");
}

TEST(EvtArgFieldsTest, RawArgumentOfAnotherKindHasNoValue) {
  EventBuilder places("ptrace");
  places.Result(0).Set("data", 4096).Set("pid", 1);
  ExpectFields(places.Build(),
               {{"evt.rawarg.data", "<absent>"}, {"evt.arg.data", "4096"}});
  EventBuilder text("add_key");
  text.Result(1).Set("type", "user");
  ExpectFields(text.Build(),
               {{"evt.rawarg.type", "<absent>"}, {"evt.arg.type", "user"}});
  EventBuilder number("socket");
  number.Result(3).Set("type", 2);
  EXPECT_EQ(ReadField(number.Build(), "evt.rawarg.type"), "2");
  EventBuilder memory("mmap");
  memory.Result(0).Set("addr", 4096);
  EXPECT_EQ(ReadField(memory.Build(), "evt.rawarg.addr"), "<absent>");
}

TEST(EvtArgFieldsTest, UnusedDescriptorIsItsNumber) {
  EventBuilder builder("dup2");
  builder.Result(-EBADF).Set("oldfd", -1).Set("newfd", 9);
  ExpectFields(builder.Build(), {{"evt.arg.res", "EBADF"},
                                 {"evt.arg.oldfd", "-1"},
                                 {"evt.arg.newfd", "9"}});
}

}  // namespace
}  // namespace eyrie::rules
