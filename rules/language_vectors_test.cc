// SPDX-License-Identifier: Apache-2.0
//
// Conditions with their meaning for four events, as the language's
// specification lists them (section 15).

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>
#include <memory>
#include <string>

#include "rules/engine.h"
#include "rules/fields/testing/event_builder.h"

namespace eyrie::rules {
namespace {

using testing::EventBuilder;

// A: openat by cat of bash of sshd, done.
class VectorsTest : public ::testing::Test {
 protected:
  VectorsTest() {
    a_.Command({"cat", "/etc/shadow"})
        .Ancestors({"bash", "sshd"})
        .Result(5)
        .Set("name", "/etc/shadow")
        .Set("realpath", "/etc/shadow")
        .Set("kind", S_IFREG);
    // B: the same, but there is no such file.
    b_.Command({"cat", "/nope"})
        .Ancestors({"bash", "sshd"})
        .Result(-ENOENT)
        .Set("name", "/nope");
    // C: connect in a container, parent unknown to the tables.
    c_.Comm("curl")
        .Container(std::string(64, 'c'))
        .Result(0)
        .Set("fd", 3)
        .SetAddress("local", "10.0.0.1:40000")
        .SetAddress("remote", "1.2.3.4:443")
        .Set("protocol", 6)
        .Set("socket_type", 1);
    // D: execve by a child of bash.
    d_.Command({"ls", "-l"}).Ancestors({"bash", "sshd"});
  }

  // "TFTF": what `condition` says of A, B, C and D; "E" if it does not load.
  std::string Verdicts(const std::string& condition) {
    Diagnostics diagnostics;
    const auto rules = LoadCondition(condition, diagnostics);
    if (rules == nullptr) return "E";
    const std::unique_ptr<EvaluationState> state = rules->NewState();
    std::string verdicts;
    for (EventBuilder* event : {&a_, &b_, &c_, &d_}) {
      absl::InlinedVector<uint32_t, 8> matches;
      rules->Match(event->Build(), *state, matches);
      verdicts += matches.empty() ? 'F' : 'T';
    }
    return verdicts;
  }

  EventBuilder a_{"openat"};
  EventBuilder b_{"openat"};
  EventBuilder c_{"connect"};
  EventBuilder d_{"execve"};
};

struct Vector {
  const char* condition;
  const char* verdicts;
};

TEST_F(VectorsTest, HoldAsSpecified) {
  const Vector vectors[] = {
      {"fd.name startswith /etc", "TFFF"},
      {"fd.name = /nope", "FTFF"},
      {"fd.num >= 0", "TFTF"},
      {"not fd.num >= 0", "FTFT"},
      {"fd.typechar = 'f'", "TTFF"},
      {"fd.type != file", "FFTF"},
      {"fd.l4proto != tcp", "TFFF"},
      {"evt.is_open_read = true", "TTFF"},
      {"evt.is_open_read != true", "FFTT"},
      {"evt.res = ENOENT", "FTFF"},
      {"proc.pname != bash", "FFFF"},
      {"not proc.pname = bash", "FFTF"},
      {"proc.aname = sshd", "TTFT"},
      {"proc.aname != sshd", "TTFT"},
      {"proc.aname[1] = bash and proc.aname[0] = cat", "TTFF"},
      {"container.image.repository != nginx", "FFFF"},
      {"container.image.repository exists", "FFFF"},
      {"container.id != host", "FFTF"},
      {"fd.sip = 1.2.3.4 and fd.sport in (443, 8443)", "FFTF"},
      {"fd.ip != 10.0.0.1", "FFFF"},
      {"fd.snet in (\"10.0.0.0/8\", \"1.2.3.0/24\")", "FFTF"},
      {"fd.name pmatch (/etc, /var)", "TFFF"},
      {"fd.name glob /e*w", "TFFF"},
      {"fd.name regex shadow", "FFFF"},
      {"fd.name regex '.*/shadow'", "TFFF"},
      {"proc.name in ()", "FFFF"},
      {"proc.name = val(proc.pname)", "FFFF"},
      {"basename(fd.name) = shadow", "TFFF"},
      {"len(fd.name) > 5", "TFTF"},
      {"proc.cmdline contains anyof (shadow, passwd)", "TFFF"},
      {"evt.num = 0", "FFFF"},
      {"fd.port startswith 4", "E"},
      {"foo.bar = 1", "E"},
      {"evt.type = nosuchcall", "E"},
      {"proc.name = cat or proc.name = b and evt.num = 0", "TTFF"},
      {"not proc.name = ls and proc.name = cat", "TTFF"},
  };
  for (const Vector& vector : vectors) {
    EXPECT_EQ(Verdicts(vector.condition), vector.verdicts) << vector.condition;
  }
}

}  // namespace
}  // namespace eyrie::rules
