// SPDX-License-Identifier: Apache-2.0
//
// Tests of events and incidents for people.

#include "clients/cli/event_text.h"

#include <string>

#include "gtest/gtest.h"

#include "clients/cli/incident_details.h"
#include "clients/cli/text.h"

namespace eyrie::cli {
namespace {

v1::Process MakeProcess(uint32_t pid, const std::string& comm,
                        const std::string& args) {
  v1::Process process;
  process.mutable_key()->set_pid(pid);
  process.set_comm(comm);
  process.set_exe(comm);
  process.set_args(args);
  process.set_loginuid(0xffffffff);
  return process;
}

v1::Event MakeEvent() {
  v1::Event event;
  event.set_node("node1");
  event.mutable_time()->set_seconds(1'700'000'000);
  event.set_type("openat");
  event.set_result(3);
  event.set_has_result(true);
  event.set_comm("cat");
  event.set_flags(1 << 1);
  event.set_uid(1000);
  (*event.mutable_arguments())["name"] = "/etc/shadow";
  (*event.mutable_arguments())["empty"] = "";
  *event.mutable_process() =
      MakeProcess(42, "cat", std::string("/etc/shadow\0", 12));
  event.mutable_process()->set_cwd("/root");
  *event.add_ancestors() = MakeProcess(41, "bash", "");
  *event.add_ancestors() = MakeProcess(1, "systemd", "");
  return event;
}

TEST(EventTextTest, QuotesWordsOfACommandLine) {
  EXPECT_EQ(
      CommandLineText(MakeProcess(1, "sh", std::string("-c\0a b\0\0", 8))),
      "sh -c 'a b' ''");
  EXPECT_EQ(CommandLineText(MakeProcess(1, "sh", "")), "sh");
  v1::Process unknown;
  unknown.set_comm("kworker/0:1");
  EXPECT_EQ(CommandLineText(unknown), "kworker/0:1");
}

TEST(EventTextTest, PrintsOneLineThatIsSafe) {
  v1::Event event = MakeEvent();
  (*event.mutable_arguments())["name"] = "/tmp/\x1b[2J";
  EXPECT_EQ(EventLine(event, absl::UTCTimeZone()),
            "2023-11-14 22:13:20.000 node1 openat cat[42] "
            "name=/tmp/\\x1b[2J");
}

TEST(EventTextTest, CutsLongArgumentsInALine) {
  v1::Event event;
  (*event.mutable_arguments())["name"] = std::string(5000, 'a');
  const std::string line = EventLine(event, absl::UTCTimeZone());
  EXPECT_EQ(line.substr(line.find("name=")),
            "name=" + std::string(99, 'a') + "…");
}

TEST(EventTextTest, PrintsTheCommandOfAnExec) {
  v1::Event event = MakeEvent();
  event.set_type("execve");
  (*event.mutable_arguments())["res"] = "0";
  (*event.mutable_arguments())["env"] = "SECRET=1";
  EXPECT_EQ(EventLine(event, absl::UTCTimeZone()),
            "2023-11-14 22:13:20.000 node1 execve cat[42] res=0 "
            "command=cat /etc/shadow");
}

TEST(EventTextTest, PrintsTheProcessBelowItsAncestors) {
  EXPECT_EQ(ProcessTreeText(MakeEvent()),
            "systemd[1]  systemd\n"
            "└ bash[41]  bash\n"
            "  └ cat[42]  cat /etc/shadow\n");
}

TEST(EventTextTest, CutsLongCommandLinesInTheTree) {
  v1::Event event;
  *event.mutable_process() = MakeProcess(42, "cat", std::string(500, 'a'));
  const std::string tree = ProcessTreeText(event);
  EXPECT_EQ(TextWidth(tree), 160u + 1) << tree;
  EXPECT_EQ(tree.substr(tree.size() - 4), "…\n");
}

TEST(EventTextTest, PrintsDetails) {
  EXPECT_EQ(EventDetails(MakeEvent(), absl::UTCTimeZone()),
            "event:      openat\n"
            "time:       2023-11-14 22:13:20.000\n"
            "result:     3\n"
            "process:    cat[42]\n"
            "command:    cat /etc/shadow\n"
            "directory:  /root\n"
            "user:       1000, acting as 0\n"
            "remark:     a path is the process's word only\n"
            "  name:     /etc/shadow\n");
}

TEST(IncidentDetailsTest, ShowsEverything) {
  v1::Incident incident;
  incident.set_id("0123456789abcdef0123456789abcdef");
  incident.set_rule("Password hashes read");
  incident.set_priority(v1::WARNING);
  incident.set_state(v1::Incident::ACKNOWLEDGED);
  incident.set_count(7);
  incident.set_node("node1");
  incident.mutable_first_seen()->set_seconds(1'700'000'000);
  incident.mutable_last_seen()->set_seconds(1'700'000'060);
  incident.add_tags("file");
  incident.add_tags("T1003.008");
  incident.add_lineage("cat");
  incident.add_lineage("bash");
  v1::Incident::Note& note = *incident.add_notes();
  note.mutable_create_time()->set_seconds(1'700'000'100);
  note.set_author("alice");
  note.set_text("line one\nline two");
  v1::Detection detection;
  detection.mutable_time()->set_seconds(1'700'000'060);
  detection.set_output("Password hashes read (file=/etc/shadow)");
  *detection.mutable_event() = MakeEvent();
  detection.mutable_event()->clear_arguments();
  EXPECT_EQ(IncidentDetails(incident, {detection}, absl::UTCTimeZone()),
            "incident:    0123456789abcdef0123456789abcdef\n"
            "rule:        Password hashes read\n"
            "priority:    Warning\n"
            "state:       acknowledged\n"
            "node:        node1\n"
            "detections:  7\n"
            "first seen:  2023-11-14 22:13:20\n"
            "last seen:   2023-11-14 22:14:20\n"
            "tags:        file, T1003.008\n"
            "lineage:     cat < bash\n"
            "\n"
            "notes\n"
            "  2023-11-14 22:15:00  alice: line one\\nline two\n"
            "\n"
            "detections, latest 1 of 7\n"
            "  2023-11-14 22:14:20.000  Password hashes read "
            "(file=/etc/shadow)\n"
            "\n"
            "latest event\n"
            "  event:      openat\n"
            "  time:       2023-11-14 22:13:20.000\n"
            "  result:     3\n"
            "  process:    cat[42]\n"
            "  command:    cat /etc/shadow\n"
            "  directory:  /root\n"
            "  user:       1000, acting as 0\n"
            "  remark:     a path is the process's word only\n"
            "\n"
            "process tree\n"
            "  systemd[1]  systemd\n"
            "  └ bash[41]  bash\n"
            "    └ cat[42]  cat /etc/shadow\n");
}

}  // namespace
}  // namespace eyrie::cli
