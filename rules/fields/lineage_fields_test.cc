// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/lineage_fields.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "rules/fields/event.h"
#include "rules/fields/process_tree.h"
#include "rules/fields/testing/event_builder.h"
#include "rules/fields/testing/read_field.h"

namespace eyrie::rules {
namespace {

using testing::EventBuilder;
using testing::ExpectFields;
using testing::ReadField;

TEST(LineageFieldsTest, ReadsAllAncestorsOrOne) {
  EventBuilder builder("execve");
  builder.Command({"id"}).Ancestors({"bash", "sshd", "systemd"});
  builder.ancestor(1).set_args(std::string("-l\0", 3));
  builder.ancestor(2).set_args(std::string("-D\0-f\0", 6));
  ExpectFields(
      builder.Build(),
      {{"proc.aname", "bash, sshd, systemd"},
       {"proc.aname[0]", "id"},
       {"proc.aname[2]", "sshd"},
       {"proc.aname[4]", "<absent>"},
       {"proc.aexe[1]", "bash"},
       {"proc.aexepath", "/usr/bin/bash, /usr/bin/sshd, /usr/bin/systemd"},
       {"proc.acmdline", "bash -l, sshd -D -f, systemd"},
       {"proc.acmdline[2]", "sshd -D -f"},
       {"proc.apid", "999, 998, 997"},
       {"proc.apid[0]", "1000"},
       {"proc.apid[3]", "997"},
       {"proc.aargs", "-l -D -f"},
       {"proc.aargs[2]", "-D -f"},
       {"proc.aargs[3]", ""},
       {"proc.loginshellid", "999"}});
}

TEST(LineageFieldsTest, ProcessWithoutAncestors) {
  EventBuilder builder("execve");
  ExpectFields(builder.Build(), {{"proc.aname", "<absent>"},
                                 {"proc.aname[1]", "<absent>"},
                                 {"proc.aname[0]", "test"},
                                 {"proc.aargs", "<absent>"},
                                 {"proc.aenv", "<absent>"},
                                 {"proc.aenv[A]", ""},
                                 {"proc.loginshellid", "<absent>"}});
}

TEST(LineageFieldsTest, BeyondALostAncestorItIsUnknown) {
  EventBuilder builder("execve");
  builder.Ancestors({"bash", "sshd"}).LoseAncestors();
  ExpectFields(builder.Build(), {{"proc.aname", "bash, sshd, <unknown>"},
                                 {"proc.aname[2]", "sshd"},
                                 {"proc.aname[3]", "<unknown>"},
                                 {"proc.aname[9]", "<unknown>"},
                                 // Half of it would be another text.
                                 {"proc.aargs", "<unknown>"},
                                 {"proc.aenv[A]", "<unknown>"},
                                 {"proc.loginshellid", "<unknown>"}});
}

TEST(LineageFieldsTest, CutChainIsUnknownAtItsEnd) {
  EventBuilder builder("execve");
  builder.Ancestors({"bash"});
  builder.ancestor(1).set_ancestors_cut(true);
  EXPECT_EQ(ReadField(builder.Build(), "proc.aname"), "bash, <unknown>");
}

TEST(LineageFieldsTest, PartialAncestorIsUnknownAmongOthers) {
  EventBuilder builder("execve");
  builder.Ancestors({"bash", "sshd"});
  builder.ancestor(1).clear_comm();
  builder.ancestor(1).set_partial(true);
  ExpectFields(builder.Build(), {{"proc.aname", "sshd, <unknown>"},
                                 {"proc.aname[1]", "<unknown>"},
                                 {"proc.aname[2]", "sshd"}});
}

TEST(LineageFieldsTest, UnknownProcessHasUnknownAncestors) {
  EventBuilder builder("execve");
  builder.Ancestors({"bash"}).LoseProcess();
  ExpectFields(builder.Build(), {{"proc.aname", "<unknown>"},
                                 {"proc.aname[0]", "<unknown>"},
                                 {"proc.aname[1]", "<unknown>"},
                                 {"proc.apid[2]", "<unknown>"}});
}

TEST(LineageFieldsTest, EndsAtTheLimit) {
  std::vector<std::string> names;
  for (int i = 0; i < kMaxAncestors + 5; ++i) names.push_back(absl::StrCat(i));
  EventBuilder builder("execve");
  builder.Ancestors(names);
  const Event& event = builder.Build();
  const std::vector<std::string> values =
      absl::StrSplit(ReadField(event, "proc.aname"), ", ");
  ASSERT_EQ(values.size(), kMaxAncestors + 1u);
  EXPECT_EQ(values.back(), "<unknown>");
  EXPECT_EQ(ReadField(event, absl::StrCat("proc.aname[", kMaxAncestors, "]")),
            names[kMaxAncestors - 1]);
  EXPECT_EQ(
      ReadField(event, absl::StrCat("proc.aname[", kMaxAncestors + 1, "]")),
      "<unknown>");
}

TEST(LineageFieldsTest, ExactlyTheLimitIsWhole) {
  const std::vector<std::string> names(kMaxAncestors - 1, "x");
  EventBuilder builder("execve");
  builder.Ancestors(names);
  const std::vector<std::string> values =
      absl::StrSplit(ReadField(builder.Build(), "proc.aname"), ", ");
  EXPECT_EQ(values, names);
}

TEST(LineageFieldsTest, LoopEnds) {
  EventBuilder builder("execve");
  builder.Ancestors({"a", "b"});
  builder.Build();
  // b's parent is a: only hostile data says so.
  v1::Process& b = builder.ancestor(2);
  *b.mutable_parent() = builder.ancestor(1).key();
  const std::vector<std::string> values =
      absl::StrSplit(ReadField(builder.Build(), "proc.aname"), ", ");
  EXPECT_EQ(values.size(), kMaxAncestors + 1u);
  EXPECT_EQ(values.back(), "<unknown>");
}

TEST(LineageFieldsTest, ReadsEnvironmentsOfAncestors) {
  EventBuilder builder("execve");
  builder.Ancestors({"a", "b", "c"});
  builder.process().set_env(std::string("X=own\0", 6));
  builder.ancestor(1).set_env(std::string("X=\0", 3));
  builder.ancestor(2).set_env(std::string("X=two\0Y=1\0", 10));
  ExpectFields(builder.Build(), {{"proc.aenv", "X=, X=two Y=1, "},
                                 {"proc.aenv[0]", "X=own"},
                                 {"proc.aenv[2]", "X=two Y=1"},
                                 {"proc.aenv[X]", "two"},
                                 {"proc.aenv[Z]", ""}});
}

TEST(LineageFieldsTest, OldestShellIsTheLogin) {
  EventBuilder builder("execve");
  builder.Command({"sh"}).Ancestors({"make", "zsh", "sshd"});
  EXPECT_EQ(ReadField(builder.Build(), "proc.loginshellid"), "998");
}

}  // namespace
}  // namespace eyrie::rules
