// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/proc_fields.h"

#include <gtest/gtest.h>

#include <string>

#include "eyrie/v1/process.pb.h"

#include "rules/fields/event.h"
#include "rules/fields/testing/event_builder.h"
#include "rules/fields/testing/read_field.h"

namespace eyrie::rules {
namespace {

using testing::EventBuilder;
using testing::ExpectFields;
using testing::ReadField;

TEST(ProcFieldsTest, ReadsTheProcess) {
  EventBuilder builder("openat");
  builder.Command({"/usr/bin/tail", "-n", "a b", "/x"}).Ancestors({"bash"});
  builder.process().set_env(std::string("HOME=/root\0EMPTY=\0A=b=c\0", 24));
  builder.process().set_tty(34816);
  builder.process().set_vpid(7);
  ExpectFields(builder.Build(), {{"proc.name", "tail"},
                                 {"proc.exe", "/usr/bin/tail"},
                                 {"proc.exepath", "/usr/bin/tail"},
                                 {"proc.args", "-n a b /x"},
                                 {"proc.args[0]", "-n"},
                                 {"proc.args[1]", "a b"},
                                 {"proc.args[2]", "/x"},
                                 {"proc.args[3]", ""},
                                 {"proc.cmdline", "tail -n a b /x"},
                                 {"proc.exeline", "/usr/bin/tail -n a b /x"},
                                 {"proc.cmdnargs", "3"},
                                 {"proc.cmdlenargs", "7"},
                                 {"proc.env", "HOME=/root EMPTY= A=b=c"},
                                 {"proc.env[HOME]", "/root"},
                                 {"proc.env[EMPTY]", ""},
                                 {"proc.env[A]", "b=c"},
                                 {"proc.env[HOM]", ""},
                                 {"proc.env[NONE]", ""},
                                 {"proc.cwd", "/root/"},
                                 {"proc.tty", "34816"},
                                 {"proc.pid", "1000"},
                                 {"proc.vpid", "7"},
                                 {"proc.ppid", "999"},
                                 {"proc.stdin.name", "<unknown>"}});
}

TEST(ProcFieldsTest, ReadsTheParent) {
  EventBuilder builder("openat");
  builder.Ancestors({"bash"});
  builder.ancestor(1).set_args(std::string("-c\0id\0", 6));
  builder.ancestor(1).set_exe("-bash");
  builder.ancestor(1).mutable_key()->set_start_time_ns(500'000'000);
  ExpectFields(builder.Build(), {{"proc.pname", "bash"},
                                 {"proc.pexe", "-bash"},
                                 {"proc.pexepath", "/usr/bin/bash"},
                                 {"proc.pcmdline", "bash -c id"},
                                 {"proc.pvpid", "999"},
                                 {"proc.ppid.duration", "1500000000"},
                                 {"proc.ppid.ts", "1700000000500000000"}});
}

TEST(ProcFieldsTest, NameIsTheActingThreads) {
  EventBuilder builder("openat");
  builder.Command({"java"});
  builder.record().Comm("worker-1").Tid(1001);
  ExpectFields(builder.Build(), {{"proc.name", "worker-1"},
                                 {"proc.aname[0]", "java"},
                                 {"proc.cmdline", "java"}});
}

TEST(ProcFieldsTest, WithoutParentThereIsNothing) {
  EventBuilder builder("openat");
  ExpectFields(builder.Build(), {{"proc.ppid", "0"},
                                 {"proc.pname", "<absent>"},
                                 {"proc.pcmdline", "<absent>"},
                                 {"proc.ppid.duration", "<absent>"}});
}

TEST(ProcFieldsTest, LostParentIsUnknown) {
  EventBuilder builder("openat");
  builder.LoseAncestors();
  ExpectFields(builder.Build(), {{"proc.ppid", "1"},
                                 {"proc.pname", "<unknown>"},
                                 {"proc.ppid.duration", "<unknown>"}});
}

TEST(ProcFieldsTest, RecordSpeaksForAProcessThatIsNotKnown) {
  EventBuilder builder("openat");
  builder.Comm("sh").LoseProcess();
  ExpectFields(builder.Build(), {{"proc.name", "sh"},
                                 {"proc.pid", "1000"},
                                 {"proc.ppid", "0"},
                                 {"proc.duration", "1000000000"},
                                 {"user.uid", "0"},
                                 {"thread.tid", "1000"},
                                 {"proc.exe", "<unknown>"},
                                 {"proc.cmdline", "<unknown>"},
                                 {"proc.args[0]", "<unknown>"},
                                 {"proc.env[A]", "<unknown>"},
                                 {"proc.cwd", "<unknown>"},
                                 {"proc.sname", "<unknown>"},
                                 {"proc.aname[0]", "<unknown>"},
                                 // The record says that there is no parent.
                                 {"proc.pname", "<absent>"},
                                 {"container.id", "<unknown>"}});
}

TEST(ProcFieldsTest, PartialFactsAreUnknownWhereTheyAreEmpty) {
  EventBuilder builder("openat");
  v1::Process& process = builder.process();
  process.clear_exe();
  process.clear_exe_path();
  process.clear_cwd();
  ExpectFields(builder.Build(),
               {{"proc.exe", ""}, {"proc.exepath", ""}, {"proc.cwd", ""}});
  process.set_partial(true);
  ExpectFields(builder.Build(), {{"proc.exe", "<unknown>"},
                                 {"proc.exepath", "<unknown>"},
                                 {"proc.cwd", "<unknown>"},
                                 {"proc.args", "<unknown>"},
                                 {"proc.cmdline", "<unknown>"},
                                 {"proc.exeline", "<unknown>"},
                                 {"proc.tty", "<unknown>"},
                                 {"proc.is_exe_writable", "<unknown>"},
                                 {"thread.cap_effective", "<unknown>"},
                                 {"proc.name", "test"}});
}

TEST(ProcFieldsTest, ReadsTimes) {
  EventBuilder builder("openat");
  builder.record().Time(3'500'000'000);
  ExpectFields(builder.Build(), {{"proc.duration", "2500000000"},
                                 {"proc.pid.ts", "1700000001000000000"}});
  builder.record().Time(1);
  EXPECT_EQ(ReadField(builder.Build(), "proc.duration"), "<absent>");
}

}  // namespace
}  // namespace eyrie::rules
