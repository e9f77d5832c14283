// SPDX-License-Identifier: Apache-2.0

#include "server/storage/testing/samples.h"

#include <random>

#include "absl/strings/str_cat.h"

#include "common/proto_time.h"
#include "server/incidents/fingerprint.h"

namespace eyrie::server::testing {
namespace {

constexpr uint64_t kRunId = 7;

void AddProcess(uint32_t pid, const std::string& comm, v1::Process* process) {
  process->mutable_key()->set_pid(pid);
  process->set_comm(comm);
  process->set_exe_path(absl::StrCat("/usr/bin/", comm));
}

}  // namespace

absl::Time SampleTime() { return absl::FromUnixSeconds(1'767'225'600); }

std::string SampleId(uint64_t number) {
  return DetectionId("sample", 0, number, 0, "");
}

v1::Detection SampleDetection(const DetectionFacts& facts) {
  v1::Detection detection;
  detection.set_id(
      DetectionId(facts.node, kRunId, facts.number, 0, facts.rule));
  *detection.mutable_time() = ToProtoTime(facts.time);
  detection.set_rule(facts.rule);
  detection.set_priority(facts.priority);
  std::string output = absl::StrCat(facts.rule, " #", facts.number);
  std::mt19937_64 random(facts.number);
  for (size_t i = 0; i < facts.ballast; ++i) {
    output.push_back(static_cast<char>(' ' + random() % 90));
  }
  detection.set_output(output);
  detection.set_source("syscall");
  detection.add_tags("filesystem");
  detection.set_node(facts.node);
  detection.set_container_id(facts.container_id);
  v1::Event& event = *detection.mutable_event();
  event.set_node(facts.node);
  *event.mutable_time() = detection.time();
  event.set_type("openat");
  AddProcess(1000 + static_cast<uint32_t>(facts.number), facts.comm,
             event.mutable_process());
  AddProcess(900, "bash", event.add_ancestors());
  AddProcess(1, "systemd", event.add_ancestors());
  detection.set_run_id(kRunId);
  detection.set_sequence(facts.number);
  return detection;
}

v1::Incident SampleIncident(const IncidentFacts& facts) {
  v1::Incident incident;
  incident.set_id(SampleId(facts.number));
  incident.set_fingerprint(SampleId(facts.number + 1'000'000));
  incident.set_rule(facts.rule);
  incident.set_priority(facts.priority);
  incident.set_source("syscall");
  incident.add_tags(facts.tag);
  incident.set_node(facts.node);
  incident.set_container_id(facts.container_id);
  incident.set_state(facts.state);
  incident.set_count(1);
  *incident.mutable_first_seen() = ToProtoTime(facts.first_seen);
  *incident.mutable_last_seen() = ToProtoTime(facts.last_seen);
  *incident.mutable_update_time() = ToProtoTime(facts.last_seen);
  incident.set_summary(absl::StrCat(facts.rule, " #", facts.number));
  return incident;
}

}  // namespace eyrie::server::testing
