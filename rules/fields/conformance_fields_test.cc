// SPDX-License-Identifier: Apache-2.0
//
// Values of the fields that the conformance vectors name (rule language,
// section 15), for their four events.

#include <errno.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <string>

#include "rules/fields/event.h"
#include "rules/fields/testing/event_builder.h"
#include "rules/fields/testing/read_field.h"

namespace eyrie::rules {
namespace {

using testing::EventBuilder;
using testing::ExpectFields;
using testing::ReadField;

// openat of /etc/shadow by cat, below bash and sshd, on the host.
TEST(ConformanceFieldsTest, EventA) {
  EventBuilder builder("openat");
  builder.Command({"cat", "/etc/shadow"})
      .Ancestors({"bash", "sshd"})
      .Uid(0)
      .Result(5)
      .Set("dirfd", AT_FDCWD)
      .Set("name", "/etc/shadow")
      .Set("flags", O_RDONLY)
      .Set("realpath", "/etc/shadow")
      .Set("kind", S_IFREG);
  ExpectFields(builder.Build(), {{"fd.name", "/etc/shadow"},
                                 {"fd.directory", "/etc"},
                                 {"fd.filename", "shadow"},
                                 {"fd.nameraw", "/etc/shadow"},
                                 {"fd.num", "5"},
                                 {"fd.typechar", "f"},
                                 {"fd.type", "file"},
                                 {"fd.l4proto", "<NA>"},
                                 {"evt.is_open_read", "true"},
                                 {"evt.is_open_write", "false"},
                                 {"evt.res", "SUCCESS"},
                                 {"evt.rawres", "5"},
                                 {"evt.failed", "false"},
                                 {"proc.name", "cat"},
                                 {"proc.pname", "bash"},
                                 {"proc.aname", "bash, sshd"},
                                 {"proc.aname[0]", "cat"},
                                 {"proc.aname[1]", "bash"},
                                 {"proc.aname[2]", "sshd"},
                                 {"proc.aname[3]", "<absent>"},
                                 {"container.image.repository", "<absent>"},
                                 {"container.id", "host"},
                                 {"fd.sip", "<absent>"},
                                 {"fd.sport", "<absent>"},
                                 {"fd.ip", "<absent>"},
                                 {"fd.snet", "<absent>"},
                                 {"fd.port", "<absent>"},
                                 {"proc.cmdline", "cat /etc/shadow"},
                                 {"evt.num", "1"},
                                 {"evt.type", "openat"},
                                 {"user.name", "root"},
                                 {"user.uid", "0"}});
}

// openat of /nope that fails.
TEST(ConformanceFieldsTest, EventB) {
  EventBuilder builder("openat");
  builder.Command({"cat", "/nope"})
      .Ancestors({"bash", "sshd"})
      .Result(-ENOENT)
      .Set("dirfd", AT_FDCWD)
      .Set("name", "/nope")
      .Set("flags", O_RDONLY);
  ExpectFields(builder.Build(), {{"fd.name", "/nope"},
                                 {"fd.directory", "/"},
                                 {"fd.num", "-1"},
                                 {"fd.typechar", "f"},
                                 {"fd.type", "<absent>"},
                                 {"fd.filename", "<absent>"},
                                 {"fd.nameraw", "<absent>"},
                                 {"fd.realpath", "<absent>"},
                                 {"fd.l4proto", "<absent>"},
                                 {"evt.is_open_read", "true"},
                                 {"evt.res", "ENOENT"},
                                 {"evt.rawres", "-2"},
                                 {"evt.failed", "true"},
                                 {"evt.arg.fd", "ENOENT"},
                                 {"proc.pname", "bash"},
                                 {"fd.ip", "<absent>"},
                                 {"container.id", "host"}});
}

// connect in a container of which no metadata has come, and whose parent is
// not known.
TEST(ConformanceFieldsTest, EventC) {
  const std::string id(64, 'a');
  EventBuilder builder("connect");
  builder.Command({"curl", "https://example.com"})
      .LoseAncestors()
      .Container(id)
      .Result(0)
      .Set("fd", 3)
      .SetAddress("addr", "1.2.3.4:443")
      .SetAddress("local", "10.0.0.1:40000")
      .SetAddress("remote", "1.2.3.4:443")
      .Set("protocol", IPPROTO_TCP)
      .Set("socket_type", SOCK_STREAM);
  ExpectFields(builder.Build(), {{"fd.name", "10.0.0.1:40000->1.2.3.4:443"},
                                 {"fd.num", "3"},
                                 {"fd.typechar", "4"},
                                 {"fd.type", "ipv4"},
                                 {"fd.l4proto", "tcp"},
                                 {"evt.is_open_read", "false"},
                                 {"evt.res", "SUCCESS"},
                                 // The reference says absent. Here it is not
                                 // known whether there is one.
                                 {"proc.pname", "<unknown>"},
                                 {"proc.aname", "<unknown>"},
                                 {"container.image.repository", "<unknown>"},
                                 {"container.id", "aaaaaaaaaaaa"},
                                 {"fd.sip", "1.2.3.4"},
                                 {"fd.cip", "10.0.0.1"},
                                 {"fd.sport", "443"},
                                 {"fd.cport", "40000"},
                                 {"fd.ip", "10.0.0.1, 1.2.3.4"},
                                 {"fd.snet", "1.2.3.4"},
                                 {"fd.port", "40000, 443"},
                                 {"fd.directory", "<absent>"},
                                 {"fd.filename", "<absent>"}});
}

TEST(ConformanceFieldsTest, EventCWithoutParent) {
  EventBuilder builder("connect");
  const Event& event = builder.Build();
  EXPECT_EQ(ReadField(event, "proc.pname"), "<absent>");
  EXPECT_EQ(ReadField(event, "proc.aname"), "<absent>");
}

// execve.
TEST(ConformanceFieldsTest, EventD) {
  EventBuilder builder("execve");
  builder.Command({"/usr/bin/id", "-u"}).Ancestors({"bash"}).Result(0);
  ExpectFields(builder.Build(), {{"fd.name", "<absent>"},
                                 {"fd.num", "<absent>"},
                                 {"fd.typechar", "<absent>"},
                                 {"fd.type", "<absent>"},
                                 {"fd.l4proto", "<absent>"},
                                 {"fd.directory", "<absent>"},
                                 {"fd.connected", "<absent>"},
                                 {"fd.ip", "<absent>"},
                                 {"fd.sip", "<absent>"},
                                 {"fd.ino", "<absent>"},
                                 {"evt.is_open_read", "false"},
                                 {"evt.res", "SUCCESS"},
                                 {"proc.pname", "bash"},
                                 {"proc.name", "id"},
                                 {"proc.exe", "/usr/bin/id"},
                                 {"proc.args", "-u"},
                                 {"proc.cmdline", "id -u"}});
}

}  // namespace
}  // namespace eyrie::rules
