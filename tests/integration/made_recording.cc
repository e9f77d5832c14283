// SPDX-License-Identifier: Apache-2.0

#include "tests/integration/made_recording.h"

#include <sys/stat.h>

#include "absl/time/clock.h"
#include "eyrie/v1/event.pb.h"

#include "proto/testing/record_builder.h"

namespace eyrie::testing {
namespace {

void AddProcess(uint32_t pid, uint32_t parent, const std::string& comm,
                v1::EventBatch* batch) {
  v1::Process* process = batch->add_processes();
  process->mutable_key()->set_pid(pid);
  process->mutable_key()->set_exec_id(1);
  process->mutable_key()->set_start_time_ns(1'000'000'000);
  process->set_comm(comm);
  process->set_cgroup("/user.slice");
  if (parent == 0) return;
  process->set_ppid(parent);
  process->mutable_parent()->set_pid(parent);
  process->mutable_parent()->set_exec_id(1);
  process->mutable_parent()->set_start_time_ns(1'000'000'000);
}

}  // namespace

collector::Batch OpensOf(const std::vector<std::string>& paths) {
  v1::EventBatch message;
  uint64_t time_ns = 2'000'000'000;
  for (const std::string& path : paths) {
    message.mutable_records()->append(RecordBuilder("openat")
                                          .Process(100)
                                          .Comm("cat")
                                          .Time(++time_ns)
                                          .Result(3)
                                          .Set("name", path)
                                          .Set("realpath", path)
                                          .Set("kind", S_IFREG)
                                          .Build());
  }
  message.set_record_count(static_cast<uint32_t>(paths.size()));
  message.set_clock_offset_ns(absl::GetCurrentTimeNanos() - 3'000'000'000);
  AddProcess(100, 50, "cat", &message);
  AddProcess(50, 0, "sshd", &message);
  v1::User* root = message.add_users();
  root->set_id(0);
  root->set_name("root");
  collector::Batch batch;
  batch.body = message.SerializeAsString();
  batch.records = message.record_count();
  return batch;
}

}  // namespace eyrie::testing
