// SPDX-License-Identifier: Apache-2.0
//
// Events in pods, as a collector sends them.

#ifndef EYRIE_TESTS_TESTING_POD_EVENTS_H_
#define EYRIE_TESTS_TESTING_POD_EVENTS_H_

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "eyrie/v1/event.pb.h"

#include "proto/testing/record_builder.h"

namespace eyrie::testing {

// Adds to `batch` that a process in a container of the pod opened `path`. Uid
// and namespace of the pod are what the node's runtime would say.
inline void AddOpenInPod(const std::string& pod_uid,
                         const std::string& namespace_name,
                         const std::string& path, v1::EventBatch* batch) {
  const uint64_t number = batch->record_count() + 1;
  batch->set_record_count(static_cast<uint32_t>(number));
  // Records carry the time since boot; ours count from now.
  batch->set_clock_offset_ns(absl::ToUnixNanos(absl::Now()));
  batch->mutable_records()->append(RecordBuilder("openat")
                                       .Process(1000)
                                       .Time(number)
                                       .CgroupId(100 + number)
                                       .Set("name", path)
                                       .Result(3)
                                       .Build());
  if (batch->processes().empty()) {
    v1::Process* const process = batch->add_processes();
    process->mutable_key()->set_pid(1000);
    process->mutable_key()->set_exec_id(1);
    process->mutable_key()->set_start_time_ns(1'000'000'000);
    process->set_comm("test");
  }
  v1::Cgroup* const cgroup = batch->add_cgroups();
  cgroup->set_id(100 + number);
  // Ids have 64 digits: those of the number, then zeros.
  std::string id = absl::StrCat(absl::Hex(number, absl::kZeroPad16));
  id.resize(64, '0');
  cgroup->set_container_id(id);
  v1::Container* const container = batch->add_containers();
  container->set_id(id);
  container->set_metadata(v1::Container::COMPLETE);
  container->set_name("main");
  container->set_image("docker.io/local/busybox:1");
  container->set_pod_uid(pod_uid);
  container->set_pod_namespace(namespace_name);
}

}  // namespace eyrie::testing

#endif  // EYRIE_TESTS_TESTING_POD_EVENTS_H_
