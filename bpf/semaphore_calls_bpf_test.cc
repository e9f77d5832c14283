// SPDX-License-Identifier: Apache-2.0
//
// Each event of a call about System V semaphores, argument by argument.

#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/syscall.h>

#include <cerrno>

#include "gtest/gtest.h"

#include "bpf/testing/call_test.h"
#include "proto/record.h"

namespace eyrie::testing {
namespace {

constexpr int kNoSet = 0x7ffffff0;

// A set of two semaphores.
class SemaphoreCallsTest : public CallTest {
 protected:
  void SetUp() override {
    CallTest::SetUp();
    set_ = static_cast<int>(Call(SYS_semget, IPC_PRIVATE, 2, 0600));
    ASSERT_GE(set_, 0);
  }
  void TearDown() override { Call(SYS_semctl, set_, 0, IPC_RMID); }

  int set_ = -1;
};
EYRIE_INSTANTIATE_SENSOR_TEST(SemaphoreCallsTest);

TEST_P(SemaphoreCallsTest, Semget) {
  Want({EYRIE_EVENT_semget});
  const long set = Call(SYS_semget, IPC_PRIVATE, 3, IPC_CREAT | 0640);
  ASSERT_GE(set, 0);
  ExpectArguments(Await(EYRIE_EVENT_semget), {{"res", Text(set)},
                                              {"key", "0"},
                                              {"nsems", "3"},
                                              {"semflg", Text(01640)}});
  Call(SYS_semctl, set, 0, IPC_RMID);
  ExpectCalls({{EYRIE_EVENT_semget,
                [] { return Call(SYS_semget, -77, 1, 0); },
                {{"res", Text(-ENOENT)},
                 {"key", "-77"},
                 {"nsems", "1"},
                 {"semflg", "0"}}}});
}

TEST_P(SemaphoreCallsTest, Semctl) {
  ExpectCalls({
      {EYRIE_EVENT_semctl,
       [this] { return Call(SYS_semctl, set_, 1, SETVAL, 7); },
       {{"res", "0"},
        {"semid", Text(set_)},
        {"semnum", "1"},
        {"cmd", Text(SETVAL)},
        {"val", "7"}}},
      {EYRIE_EVENT_semctl,
       [this] { return Call(SYS_semctl, set_, 1, GETVAL, 0); },
       {{"res", "7"},
        {"semid", Text(set_)},
        {"semnum", "1"},
        {"cmd", Text(GETVAL)},
        {"val", "0"}}},
      {EYRIE_EVENT_semctl,
       [this] { return Call(SYS_semctl, set_, 0, SETVAL, -8); },
       {{"res", Text(-ERANGE)},
        {"semid", Text(set_)},
        {"semnum", "0"},
        {"cmd", Text(SETVAL)},
        {"val", "-8"}}},
  });
}

TEST_P(SemaphoreCallsTest, Semop) {
  sembuf operations[] = {{1, 2, SEM_UNDO}, {0, -1, IPC_NOWAIT}};
  ExpectCalls({
      // Only what is counted is an operation.
      {EYRIE_EVENT_semop,
       [&] { return Call(SYS_semop, set_, operations, 1l); },
       {{"res", "0"},
        {"nsops", "1"},
        {"sem_num_0", "1"},
        {"sem_op_0", "2"},
        {"sem_flg_0", Text(SEM_UNDO)},
        {"sem_num_1", "0"},
        {"sem_op_1", "0"},
        {"sem_flg_1", "0"},
        {"semid", Text(set_)}}},
      {EYRIE_EVENT_semop,
       [&] { return Call(SYS_semop, set_, operations, 2l); },
       {{"res", Text(-EAGAIN)},
        {"nsops", "2"},
        {"sem_num_0", "1"},
        {"sem_op_0", "2"},
        {"sem_flg_0", Text(SEM_UNDO)},
        {"sem_num_1", "0"},
        {"sem_op_1", "-1"},
        {"sem_flg_1", Text(IPC_NOWAIT)},
        {"semid", Text(set_)}}},
      {EYRIE_EVENT_semop,
       [&] { return Call(SYS_semop, kNoSet, operations, 0l); },
       {{"res", Text(-EINVAL)},
        {"nsops", "0"},
        {"sem_num_0", "0"},
        {"sem_op_0", "0"},
        {"sem_flg_0", "0"},
        {"sem_num_1", "0"},
        {"sem_op_1", "0"},
        {"sem_flg_1", "0"},
        {"semid", Text(kNoSet)}}},
  });
}

#ifdef __x86_64__
TEST_P(SemaphoreCallsTest, SemctlOf32Bits) {
  ExpectCalls({{EYRIE_EVENT_semctl,
                [this] { return Call32(394, set_, 1, SETVAL, -9); },
                {{"res", Text(-ERANGE)},
                 {"semid", Text(set_)},
                 {"semnum", "1"},
                 {"cmd", Text(SETVAL)},
                 {"val", "-9"}},
                true}});
}
#endif

}  // namespace
}  // namespace eyrie::testing
