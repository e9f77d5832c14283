// SPDX-License-Identifier: Apache-2.0
//
// Builds events with everything around them for tests of the rule engine.

#ifndef EYRIE_RULES_FIELDS_TESTING_EVENT_BUILDER_H_
#define EYRIE_RULES_FIELDS_TESTING_EVENT_BUILDER_H_

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "eyrie/v1/process.pb.h"

#include "proto/testing/record_builder.h"
#include "rules/fields/batch_containers.h"
#include "rules/fields/event.h"
#include "rules/fields/pod_facts.h"
#include "rules/fields/process_tree.h"

namespace eyrie::rules::testing {

// Builds one event: record, acting process, ancestors, names.
//
// Usage:
//
//   EventBuilder builder("openat");
//   builder.Command({"cat", "/etc/shadow"})
//       .Ancestors({"bash", "sshd", "systemd"})
//       .Result(5)
//       .Set("name", "/etc/shadow")
//       .Set("realpath", "/etc/shadow")
//       .Set("kind", S_IFREG);
//   const Event& event = builder.Build();
//
// What is not set has a default: process 1000 called "test" with no arguments
// and no parent, started 1 s after boot, of root, on the host, in /root; the
// record as RecordBuilder makes it; node "node1"; boot at 2023-11-14 22:13:20
// UTC; users and groups 0 root and 1000 alice.
//
// Mistakes of the test abort, see RecordBuilder.
class EventBuilder {
 public:
  // `event` as in `evt.type`.
  explicit EventBuilder(absl::string_view event);
  EventBuilder(const EventBuilder&) = delete;
  EventBuilder& operator=(const EventBuilder&) = delete;

  // What the acting process runs: its name is the last component of argv[0] at
  // most 15 bytes long, its executable argv[0], in /usr/bin if relative. Of an
  // exec also fills in the arguments that say so.
  EventBuilder& Command(const std::vector<std::string>& argv);
  // Name of the acting thread and its process.
  EventBuilder& Comm(absl::string_view comm);
  // Names of parent, grandparent...: processes 999, 998... The last one has no
  // parent. A name that begins with a slash is the path of the executable, and
  // its last component, at most 15 bytes long, is the name. Arguments may stand
  // behind it, each behind one blank.
  EventBuilder& Ancestors(const std::vector<std::string>& names);
  // The last known process of the chain has a parent that is not known.
  EventBuilder& LoseAncestors();
  // Nothing but the record is known of the acting process.
  EventBuilder& LoseProcess();
  // Path of the acting process in the cgroup hierarchy.
  EventBuilder& Cgroup(absl::string_view path);
  // Puts the acting process into a container of Kubernetes, of which nothing
  // else is known. `id`: 64 hex digits.
  EventBuilder& Container(absl::string_view id);
  // The same, with what its runtime says.
  EventBuilder& Container(const v1::Container& container);
  // What the batch says of a control group, whoever is in it.
  EventBuilder& NameCgroup(const v1::Cgroup& cgroup);
  // What the Kubernetes API says. Borrowed; null: there is no API.
  EventBuilder& Pods(const PodTable* pods);
  // What rules' names resolve to. Borrowed; null: no name is resolved.
  EventBuilder& Domains(const DomainTable* domains);
  // Real and effective user of record and process.
  EventBuilder& Uid(uint32_t uid);
  EventBuilder& User(uint32_t id, absl::string_view name,
                     absl::string_view home, absl::string_view shell);
  EventBuilder& Group(uint32_t id, absl::string_view name);
  // Evaluates on a node instead of the centre.
  EventBuilder& OnNode();

  // Arguments and result, as in RecordBuilder.
  EventBuilder& Result(int64_t result);
  EventBuilder& Set(absl::string_view argument, int64_t value);
  EventBuilder& Set(absl::string_view argument, int value) {
    return Set(argument, static_cast<int64_t>(value));
  }
  EventBuilder& Set(absl::string_view argument, absl::string_view value);
  EventBuilder& Set(absl::string_view argument, const char* value) {
    return Set(argument, absl::string_view(value));
  }
  EventBuilder& SetStrings(absl::string_view argument,
                           const std::vector<std::string>& values);
  EventBuilder& SetBytes(absl::string_view argument, absl::string_view value);
  EventBuilder& SetAddress(absl::string_view argument,
                           absl::string_view address);

  // The parts, for what the methods above do not reach.
  eyrie::testing::RecordBuilder& record() { return record_; }
  v1::Process& process() { return *processes_.front(); }
  // level 1 is the parent. REQUIRES: Ancestors() gave as many names.
  v1::Process& ancestor(int level) { return *processes_.at(level); }
  // Adds a process that is no ancestor, as a session leader.
  v1::Process& AddProcess(uint32_t pid, absl::string_view comm);

  // The event. Valid until the builder changes or dies; call it once per
  // change.
  const Event& Build();

 private:
  class Names;

  std::string event_name_;
  eyrie::testing::RecordBuilder record_;
  // The acting process, then ancestors, nearest first, then others.
  std::deque<std::unique_ptr<v1::Process>> processes_;
  size_t chain_length_ = 1;
  bool lose_ancestors_ = false;
  bool lose_process_ = false;
  bool at_centre_ = true;
  std::shared_ptr<Names> names_;
  std::deque<v1::Cgroup> cgroups_;
  std::deque<v1::Container> containers_;
  BatchContainers container_table_;
  const PodTable* pods_ = nullptr;
  const DomainTable* domains_ = nullptr;
  std::unique_ptr<ProcessTree> tree_;
  std::unique_ptr<Event> built_;
};

}  // namespace eyrie::rules::testing

#endif  // EYRIE_RULES_FIELDS_TESTING_EVENT_BUILDER_H_
