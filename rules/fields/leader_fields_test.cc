// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/leader_fields.h"

#include <gtest/gtest.h>

#include "eyrie/v1/process.pb.h"

#include "rules/fields/event.h"
#include "rules/fields/testing/event_builder.h"
#include "rules/fields/testing/read_field.h"

namespace eyrie::rules {
namespace {

using testing::EventBuilder;
using testing::ExpectFields;
using testing::ReadField;

TEST(LeaderFieldsTest, LeaderOfItsOwnGroups) {
  EventBuilder builder("execve");
  builder.Command({"id"}).Ancestors({"bash"});
  ExpectFields(builder.Build(), {{"proc.sid", "1000"},
                                 {"proc.sname", "id"},
                                 {"proc.is_sid_leader", "true"},
                                 {"proc.pgid", "1000"},
                                 {"proc.pgid.name", "id"},
                                 {"proc.is_pgid_leader", "true"},
                                 {"proc.vpgid", "1000"},
                                 {"proc.is_vpgid_leader", "true"}});
}

TEST(LeaderFieldsTest, FindsTheLeader) {
  EventBuilder builder("execve");
  builder.Ancestors({"bash"});
  v1::Process& session = builder.AddProcess(500, "sshd");
  v1::Process& group = builder.AddProcess(600, "make");
  builder.process().set_sid(500);
  *builder.process().mutable_session_leader() = session.key();
  builder.process().set_pgid(600);
  builder.process().set_vpgid(60);
  *builder.process().mutable_group_leader() = group.key();
  ExpectFields(builder.Build(), {{"proc.sid", "500"},
                                 {"proc.sname", "sshd"},
                                 {"proc.sid.exe", "sshd"},
                                 {"proc.sid.exepath", "/usr/bin/sshd"},
                                 {"proc.is_sid_leader", "false"},
                                 {"proc.pgid.name", "make"},
                                 {"proc.pgid.exe", "make"},
                                 {"proc.pgid.exepath", "/usr/bin/make"},
                                 {"proc.vpgid", "60"},
                                 {"proc.vpgid.name", "make"},
                                 {"proc.is_pgid_leader", "false"},
                                 {"proc.is_vpgid_leader", "false"}});
}

TEST(LeaderFieldsTest, OldestOfTheSessionStandsInForALeaderThatEnded) {
  EventBuilder builder("execve");
  builder.Ancestors({"make", "bash", "sshd"});
  builder.process().set_sid(500);
  builder.ancestor(1).set_sid(500);
  builder.ancestor(2).set_sid(500);
  EXPECT_EQ(ReadField(builder.Build(), "proc.sname"), "bash");
}

TEST(LeaderFieldsTest, ThreadOfTheKernelIsInNoSession) {
  EventBuilder builder("execve");
  builder.process().set_sid(0);
  ExpectFields(builder.Build(), {{"proc.sid", "0"},
                                 {"proc.sname", "<absent>"},
                                 {"proc.is_sid_leader", "false"}});
  builder.process().set_partial(true);
  ExpectFields(builder.Build(), {{"proc.sid", "<unknown>"},
                                 {"proc.sname", "<unknown>"},
                                 {"proc.is_sid_leader", "<unknown>"}});
}

}  // namespace
}  // namespace eyrie::rules
