// SPDX-License-Identifier: Apache-2.0
//
// Each event of a call about io_uring, argument by argument.

#include <linux/io_uring.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "gtest/gtest.h"

#include "bpf/testing/call_test.h"
#include "proto/record.h"

namespace eyrie::testing {
namespace {

// Newer than the headers of some distributions.
constexpr unsigned kEnterExtArg = 1u << 3;
// Size of the kernel's signal set, bytes.
constexpr long kSetBytes = 8;
constexpr char kRingPath[] = "anon_inode:[io_uring]";

class IoUringCallsTest : public CallTest {
 protected:
  void SetUp() override {
    CallTest::SetUp();
    io_uring_params parameters = {};
    ring_ = static_cast<int>(Call(SYS_io_uring_setup, 4, &parameters));
    ASSERT_GE(ring_, 0) << "io_uring_setup";
  }
  void TearDown() override { close(ring_); }

  int ring_ = -1;
};
EYRIE_INSTANTIATE_SENSOR_TEST(IoUringCallsTest);

TEST_P(IoUringCallsTest, Setup) {
  Want({EYRIE_EVENT_io_uring_setup});
  io_uring_params parameters = {};
  parameters.flags = IORING_SETUP_CQSIZE;
  parameters.cq_entries = 30;
  parameters.sq_thread_cpu = 1;
  parameters.sq_thread_idle = 2;
  const long fd = Call(SYS_io_uring_setup, 6, &parameters);
  ASSERT_GE(fd, 0);
  ExpectArguments(Await(EYRIE_EVENT_io_uring_setup),
                  Join({{"res", Text(fd)},
                        {"entries", "6"},
                        {"sq_entries", "8"},
                        {"cq_entries", "32"},
                        {"flags", Text(IORING_SETUP_CQSIZE)},
                        {"sq_thread_cpu", "1"},
                        {"sq_thread_idle", "2"},
                        {"features", Text(parameters.features)}},
                       DescriptorTexts(static_cast<int>(fd), kRingPath)));
  close(static_cast<int>(fd));
}

TEST_P(IoUringCallsTest, SetupThatFailsGivesNothing) {
  io_uring_params parameters = {};
  parameters.sq_entries = 77;
  parameters.cq_entries = 1 << 20;
  parameters.flags = IORING_SETUP_CQSIZE | IORING_SETUP_SQPOLL;
  parameters.sq_thread_idle = 9;
  parameters.features = 78;
  parameters.resv[0] = 1;
  ExpectCalls(
      {{EYRIE_EVENT_io_uring_setup,
        [&] { return Call(SYS_io_uring_setup, 6, &parameters); },
        Join({{"res", Text(-EINVAL)},
              {"entries", "6"},
              {"sq_entries", "0"},
              {"cq_entries", Text(1 << 20)},
              {"flags", Text(IORING_SETUP_CQSIZE | IORING_SETUP_SQPOLL)},
              {"sq_thread_cpu", "0"},
              {"sq_thread_idle", "9"},
              {"features", "0"}},
             NoDescriptorTexts())}});
}

TEST_P(IoUringCallsTest, Enter) {
  const uint64_t signals = 1ull << 40 | 6;
  const ArgumentTexts ring = DescriptorTexts(ring_, kRingPath);
  ExpectCalls({
      {EYRIE_EVENT_io_uring_enter,
       [&] {
         return Call(SYS_io_uring_enter, ring_, 0, 0, IORING_ENTER_GETEVENTS,
                     &signals, kSetBytes);
       },
       Join({{"res", "0"},
             {"fd", Text(ring_)},
             {"to_submit", "0"},
             {"min_complete", "0"},
             {"flags", Text(IORING_ENTER_GETEVENTS)},
             {"sig", Text(signals)}},
            ring)},
      {EYRIE_EVENT_io_uring_enter,
       [&] {
         return Call(SYS_io_uring_enter, ring_, 5, 6, 0x800000, nullptr, 0l);
       },
       Join({{"res", Text(-EINVAL)},
             {"fd", Text(ring_)},
             {"to_submit", "5"},
             {"min_complete", "6"},
             {"flags", Text(0x800000)},
             {"sig", "0"}},
            ring)},
  });
}

// With this flag another struct stands where the signals are.
TEST_P(IoUringCallsTest, EnterWithAnotherStructHasNoSignals) {
  const uint64_t signals = 6;
  // struct io_uring_getevents_arg
  const uint64_t waiting[] = {reinterpret_cast<uint64_t>(&signals), kSetBytes,
                              0};
  constexpr unsigned kFlags = IORING_ENTER_GETEVENTS | kEnterExtArg;
  ExpectCalls({{EYRIE_EVENT_io_uring_enter,
                [&] {
                  return Call(SYS_io_uring_enter, ring_, 0, 0, kFlags, waiting,
                              sizeof(waiting));
                },
                Join({{"res", "0"},
                      {"fd", Text(ring_)},
                      {"to_submit", "0"},
                      {"min_complete", "0"},
                      {"flags", Text(kFlags)},
                      {"sig", "0"}},
                     DescriptorTexts(ring_, kRingPath))}});
}

TEST_P(IoUringCallsTest, Register) {
  int no_descriptor = -1;
  const ArgumentTexts ring = DescriptorTexts(ring_, kRingPath);
  ExpectCalls({
      {EYRIE_EVENT_io_uring_register,
       [&] {
         return Call(SYS_io_uring_register, ring_, IORING_REGISTER_EVENTFD,
                     &no_descriptor, 1);
       },
       Join({{"res", Text(-EBADF)},
             {"fd", Text(ring_)},
             {"opcode", Text(IORING_REGISTER_EVENTFD)},
             {"arg", Text(&no_descriptor)},
             {"nr_args", "1"}},
            ring)},
      {EYRIE_EVENT_io_uring_register,
       [&] {
         return Call(SYS_io_uring_register, ring_, IORING_REGISTER_PERSONALITY,
                     nullptr, 0);
       },
       Join({{"res", "1"},
             {"fd", Text(ring_)},
             {"opcode", Text(IORING_REGISTER_PERSONALITY)},
             {"arg", "0"},
             {"nr_args", "0"}},
            ring)},
  });
}

}  // namespace
}  // namespace eyrie::testing
