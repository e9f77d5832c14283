// SPDX-License-Identifier: Apache-2.0

#include "server/incidents/process_link.h"

#include <gtest/gtest.h>

namespace eyrie::server {
namespace {

v1::LinkedProcess Process(uint32_t pid, int64_t seconds) {
  v1::LinkedProcess process;
  process.set_node("n1");
  process.mutable_key()->set_pid(pid);
  process.mutable_time()->set_seconds(seconds);
  return process;
}

TEST(ProcessLinkTest, KeepsProcessesInOrderOfTime) {
  v1::Incident incident;
  EXPECT_TRUE(AddLinkedProcess(Process(2, 20), incident));
  EXPECT_TRUE(AddLinkedProcess(Process(3, 30), incident));
  EXPECT_TRUE(AddLinkedProcess(Process(1, 10), incident));
  ASSERT_EQ(incident.linked_processes_size(), 3);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(incident.linked_processes(i).key().pid(),
              static_cast<uint32_t>(i + 1));
  }
}

TEST(ProcessLinkTest, KnowsWhatItHas) {
  v1::Incident incident;
  EXPECT_TRUE(AddLinkedProcess(Process(1, 10), incident));
  EXPECT_FALSE(AddLinkedProcess(Process(1, 10), incident));
  v1::LinkedProcess elsewhere = Process(1, 10);
  elsewhere.set_node("n2");
  EXPECT_TRUE(AddLinkedProcess(elsewhere, incident));
  v1::LinkedProcess later_image = Process(1, 10);
  later_image.mutable_key()->set_exec_id(2);
  EXPECT_TRUE(AddLinkedProcess(later_image, incident));
}

TEST(ProcessLinkTest, IsBounded) {
  v1::Incident incident;
  for (int i = 0; i < kMaxLinkedProcesses; ++i) {
    EXPECT_TRUE(AddLinkedProcess(Process(i + 1, i), incident));
  }
  EXPECT_FALSE(AddLinkedProcess(Process(1000, 0), incident));
  EXPECT_EQ(incident.linked_processes_size(), kMaxLinkedProcesses);
}

}  // namespace
}  // namespace eyrie::server
