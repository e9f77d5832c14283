// SPDX-License-Identifier: Apache-2.0
//
// Judging events takes no memory once all is warm.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "absl/types/span.h"

#include "rules/check/value.h"
#include "rules/engine.h"
#include "rules/fields/domain_table.h"
#include "rules/fields/testing/event_builder.h"
#include "rules/json/testing/read_json_field.h"

namespace {

std::atomic<int> allocations = 0;

}  // namespace

void* operator new(size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void* operator new(size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace eyrie::rules {
namespace {

constexpr char kRules[] = R"(
- list: shells
  items: [bash, sh, zsh]
- macro: reads
  condition: evt.type in (open, openat) and evt.is_open_read = true
- rule: ancestors
  desc: d
  condition: reads and proc.aname in (shells) and proc.aname != sshd
  output: o
  priority: WARNING
- rule: texts
  desc: d
  condition: >
    reads and (fd.name glob "/etc/*" or fd.name icontains SHADOW or
    fd.name pmatch (/etc, "/home/*/.ssh") or fd.name regex ".*/x[0-9]+" or
    proc.cmdline contains allof (cat, etc)) and not proc.name in (shells)
  output: o
  priority: WARNING
- rule: regexes
  desc: d
  condition: >
    reads and (fd.name regex "/etc/[a-z]+" or fd.name regex ".*/y[0-9]+" or
    fd.name regex "/var/.*" or fd.name regex ".*[.]so") and
    not (proc.cmdline regex "a.*" or proc.cmdline regex "b.*" or
    proc.cmdline regex "[^/]*")
  output: o
  priority: WARNING
- rule: transformers
  desc: d
  condition: >
    reads and tolower(basename(fd.name)) = shadow and
    concat(proc.name, "-", proc.pname) = "cat-bash" and len(fd.name) > 3
  output: o
  priority: WARNING
- rule: addresses
  desc: d
  condition: >
    evt.type = connect and fd.snet in (10.0.0.0/8, 1.2.0.0/16) and
    fd.sport in (443, 8443) and fd.ip != 9.9.9.9
  output: o
  priority: WARNING
- rule: domains
  desc: d
  condition: >
    evt.type = connect and fd.sip.name = api.example and
    fd.cip.name != api.example and not fd.sip.name in (a.example, b.example)
  output: o
  priority: WARNING
- rule: audit
  desc: d
  source: k8s_audit
  condition: >
    ka.verb = create and jevt.value[/objectRef] contains pods and
    ka.req.pod.containers.image.repository intersects (evil) and
    ka.req.pod.containers.command intersects ("sh -c") and
    ka.uri.param[a] = "x y" and ka.response.code >= 200 and
    ka.req.pod.containers.eff_run_as_user intersects (0)
  output: o
  priority: WARNING
)";

// Every IPv4 address of 1.0.0.0/8 has two names.
class Domains : public DomainTable {
 public:
  absl::Span<const std::string> NamesOf(const IpAddress& ip) const override {
    if (ip.bytes[0] != 1) return {};
    return names_;
  }
  bool is_complete() const override { return true; }

 private:
  const std::vector<std::string> names_ = {"api.example", "c.example"};
};

TEST(AllocationTest, MatchTakesNoMemoryOnceWarm) {
  Diagnostics diagnostics;
  const auto rules =
      LoadRules({std::make_shared<const SourceFile>("rules.yaml", kRules)}, {},
                diagnostics);
  ASSERT_NE(rules, nullptr) << diagnostics.ToString();
  testing::EventBuilder open("openat");
  open.Command({"cat", "/etc/shadow"})
      .Ancestors({"bash", "sshd", "sshd", "systemd"})
      .Result(5)
      .Set("name", "/etc/shadow")
      .Set("realpath", "/etc/shadow")
      .Set("kind", S_IFREG);
  const Domains domains;
  testing::EventBuilder connect("connect");
  connect.Comm("curl")
      .Domains(&domains)
      .Result(0)
      .Set("fd", 3)
      .SetAddress("local", "10.0.0.1:40000")
      .SetAddress("remote", "1.2.3.4:443")
      .Set("protocol", 6)
      .Set("socket_type", 1);
  const std::vector<const Event*> events = {&open.Build(), &connect.Build()};
  const std::unique_ptr<EvaluationState> state = rules->NewState();
  const JsonEvent audit = testing::MakeJsonEvent(R"({
    "verb": "create", "objectRef": {"resource": "pods"},
    "requestURI": "/api?a=x+y", "responseStatus": {"code": 201},
    "requestObject": {"spec": {"containers": [
      {"image": "a"}, {"image": "b"}, {"image": "evil:1"},
      {"command": ["sh", "-c"]}]}}})");
  absl::InlinedVector<uint32_t, 8> matches;
  size_t matched = 0;
  for (int round = 0; round < 3; ++round) {
    const int before = allocations;
    matched = 0;
    for (const Event* event : events) {
      rules->Match(*event, *state, matches);
      matched += matches.size();
      rules->MatchPossible(*event, *state, matches);
    }
    rules->Match(audit, *state, matches);
    matched += matches.size();
    const int expected = round == 0 ? allocations - before : 0;
    EXPECT_EQ(allocations - before, expected) << "round " << round;
  }
  EXPECT_EQ(matched, 7u);
}

}  // namespace
}  // namespace eyrie::rules
