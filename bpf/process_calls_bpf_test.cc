// SPDX-License-Identifier: Apache-2.0
//
// Each event of a call by which processes change themselves or one another,
// argument by argument.

#include <fcntl.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <string>

#include "gtest/gtest.h"

#include "bpf/testing/call_test.h"
#include "proto/record.h"

namespace eyrie::testing {
namespace {

// Larger than any process id.
constexpr int kNoProcess = 0x7fffffff;

// A child that waits until it is killed.
class Bystander {
 public:
  Bystander() : pid_(fork()) {
    if (pid_ != 0) return;
    while (true) pause();
  }
  ~Bystander() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  Bystander(const Bystander&) = delete;
  Bystander& operator=(const Bystander&) = delete;

  pid_t pid() const { return pid_; }

 private:
  pid_t pid_;
};

class ProcessCallsTest : public CallTest {};
EYRIE_INSTANTIATE_SENSOR_TEST(ProcessCallsTest);

TEST_P(ProcessCallsTest, Setsid) {
  Want({EYRIE_EVENT_setsid});
  const pid_t child = RunInChild([] {
    Call(SYS_setsid);
    Call(SYS_setsid);
    return 0;
  });
  ExpectArguments(Await(EYRIE_EVENT_setsid, child), {{"res", Text(child)}});
  ExpectArguments(Await(EYRIE_EVENT_setsid, child), {{"res", Text(-EPERM)}});
}

TEST_P(ProcessCallsTest, Setpgid) {
  ExpectCalls({
      {EYRIE_EVENT_setpgid,
       [] { return Call(SYS_setpgid, 0, 0); },
       {{"res", "0"}, {"pid", "0"}, {"pgid", "0"}}},
      {EYRIE_EVENT_setpgid,
       [] { return Call(SYS_setpgid, kNoProcess, 7); },
       {{"res", Text(-ESRCH)}, {"pid", Text(kNoProcess)}, {"pgid", "7"}}},
      {EYRIE_EVENT_setpgid,
       [] { return Call(SYS_setpgid, 0, -3); },
       {{"res", Text(-EINVAL)}, {"pid", "0"}, {"pgid", "-3"}}},
  });
}

TEST_P(ProcessCallsTest, Prctl) {
  char name[16] = "renamed";
  ExpectCalls({
      {EYRIE_EVENT_prctl,
       [&] { return Call(SYS_prctl, PR_SET_NAME, name); },
       {{"res", "0"},
        {"option", Text(PR_SET_NAME)},
        {"arg2_str", "renamed"},
        {"arg2_int", Text(name)}}},
      {EYRIE_EVENT_prctl,
       [] { return Call(SYS_prctl, PR_SET_KEEPCAPS, 1, 0, 0, 0); },
       {{"res", "0"},
        {"option", Text(PR_SET_KEEPCAPS)},
        {"arg2_str", "(none)"},
        {"arg2_int", "1"}}},
      {EYRIE_EVENT_prctl,
       [] { return Call(SYS_prctl, PR_SET_KEEPCAPS, -2l, 0, 0, 0); },
       {{"res", Text(-EINVAL)},
        {"option", Text(PR_SET_KEEPCAPS)},
        {"arg2_str", "(none)"},
        {"arg2_int", "-2"}}},
  });
}

TEST_P(ProcessCallsTest, PrctlTellsTheNameThatItGives) {
  char ours[16] = "";
  ASSERT_EQ(Call(SYS_prctl, PR_GET_NAME, ours), 0);
  char name[16] = "";
  ExpectCalls({{EYRIE_EVENT_prctl,
                [&] { return Call(SYS_prctl, PR_GET_NAME, name); },
                {{"res", "0"},
                 {"option", Text(PR_GET_NAME)},
                 {"arg2_str", ours},
                 {"arg2_int", Text(name)}}}});
}

// The kernel looks at the lower half of the option only.
TEST_P(ProcessCallsTest, PrctlTellsTheNameWithBitsAboveTheOption) {
  const char name[] = "sneaky";
  ExpectCalls(
      {{EYRIE_EVENT_prctl,
        [&] { return Call(SYS_prctl, 0x700000000l | PR_SET_NAME, name); },
        {{"res", "0"},
         {"option", Text(PR_SET_NAME)},
         {"arg2_str", "sneaky"},
         {"arg2_int", Text(name)}}}});
}

TEST_P(ProcessCallsTest, Seccomp) {
  uint32_t action = SECCOMP_RET_ALLOW;
  ExpectCalls({
      {EYRIE_EVENT_seccomp,
       [&] { return Call(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action); },
       {{"res", "0"}, {"op", Text(SECCOMP_GET_ACTION_AVAIL)}, {"flags", "0"}}},
      {EYRIE_EVENT_seccomp,
       [] {
         return Call(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                     SECCOMP_FILTER_FLAG_TSYNC, nullptr);
       },
       {{"res", Text(-EFAULT)},
        {"op", Text(SECCOMP_SET_MODE_FILTER)},
        {"flags", Text(SECCOMP_FILTER_FLAG_TSYNC)}}},
  });
}

TEST_P(ProcessCallsTest, Ptrace) {
  const Bystander bystander;
  ExpectCalls({
      {EYRIE_EVENT_ptrace,
       [&] {
         return Call(SYS_ptrace, PTRACE_SEIZE, bystander.pid(), 0,
                     PTRACE_O_TRACEEXEC);
       },
       {{"res", "0"},
        {"addr", "0"},
        {"data", Text(PTRACE_O_TRACEEXEC)},
        {"request", Text(PTRACE_SEIZE)},
        {"pid", Text(bystander.pid())}}},
      {EYRIE_EVENT_ptrace,
       [&] {
         return Call(SYS_ptrace, PTRACE_POKEDATA, kNoProcess, 0x1234l, 0x56l);
       },
       {{"res", Text(-ESRCH)},
        {"addr", Text(0x1234)},
        {"data", Text(0x56)},
        {"request", Text(PTRACE_POKEDATA)},
        {"pid", Text(kNoProcess)}}},
  });
}

TEST_P(ProcessCallsTest, ProcessVmReadv) {
  char theirs[] = "one two";
  char first[4] = "";
  char second[3] = "";
  const iovec local[] = {{first, sizeof(first)}, {second, sizeof(second)}};
  const iovec remote = {theirs, sizeof(first) + sizeof(second)};
  const Bystander bystander;
  ExpectCalls({
      {EYRIE_EVENT_process_vm_readv,
       [&] {
         return Call(SYS_process_vm_readv, bystander.pid(), local, 2l, &remote,
                     1l, 0l);
       },
       {{"res", "7"}, {"pid", Text(bystander.pid())}, {"data", "one two"}}},
      {EYRIE_EVENT_process_vm_readv,
       [&] {
         return Call(SYS_process_vm_readv, kNoProcess, local, 2l, &remote, 1l,
                     0l);
       },
       {{"res", Text(-ESRCH)}, {"pid", Text(kNoProcess)}, {"data", "(none)"}}},
  });
}

TEST_P(ProcessCallsTest, ProcessVmWritev) {
  char ours[] = "written";
  char theirs[sizeof(ours)] = "";
  const iovec local = {ours, 7};
  const iovec remote = {theirs, 5};
  const iovec nowhere = {nullptr, 7};
  const Bystander bystander;
  ExpectCalls({
      // As much as there is room for on the other side.
      {EYRIE_EVENT_process_vm_writev,
       [&] {
         return Call(SYS_process_vm_writev, bystander.pid(), &local, 1l,
                     &remote, 1l, 0l);
       },
       {{"res", "5"}, {"pid", Text(bystander.pid())}, {"data", "writt"}}},
      {EYRIE_EVENT_process_vm_writev,
       [&] {
         return Call(SYS_process_vm_writev, bystander.pid(), &local, 1l,
                     &nowhere, 1l, 0l);
       },
       {{"res", Text(-EFAULT)},
        {"pid", Text(bystander.pid())},
        {"data", "(none)"}}},
  });
}

#ifdef __x86_64__
struct NarrowPart {
  uint32_t from;
  uint32_t length;
};

TEST_P(ProcessCallsTest, ProcessVmReadvOf32Bits) {
  LowMemory<char[4]> theirs, first, second;
  LowMemory<NarrowPart[2]> local;
  LowMemory<NarrowPart> remote;
  (*theirs)[0] = 'a';
  (*theirs)[1] = 'b';
  (*theirs)[2] = 'c';
  (*local)[0] = {first.address(), 1};
  (*local)[1] = {second.address(), 2};
  *remote = {theirs.address(), 3};
  const Bystander bystander;
  ExpectCalls({{EYRIE_EVENT_process_vm_readv,
                [&] {
                  return Call32(347, bystander.pid(), local.address(), 2,
                                remote.address(), 1, 0);
                },
                {{"res", "3"}, {"pid", Text(bystander.pid())}, {"data", "abc"}},
                true}});
}
#endif

TEST_P(ProcessCallsTest, PidfdOpen) {
  Want({EYRIE_EVENT_pidfd_open});
  const long fd = Call(SYS_pidfd_open, getpid(), O_NONBLOCK);
  ASSERT_GE(fd, 0);
  ExpectArguments(Await(EYRIE_EVENT_pidfd_open),
                  Join({{"fd", Text(fd)},
                        {"pid", Text(getpid())},
                        {"flags", Text(O_NONBLOCK)}},
                       DescriptorTexts(fd, "anon_inode:[pidfd]")));
  close(fd);
  ExpectCalls(
      {{EYRIE_EVENT_pidfd_open,
        [] { return Call(SYS_pidfd_open, kNoProcess, 0); },
        Join({{"fd", Text(-ESRCH)}, {"pid", Text(kNoProcess)}, {"flags", "0"}},
             NoDescriptorTexts())}});
}

TEST_P(ProcessCallsTest, PidfdGetfd) {
  Want({EYRIE_EVENT_pidfd_getfd});
  WriteFile(Path("lent"), "");
  const int file = open(Path("lent").c_str(), O_RDONLY);
  const int pidfd = static_cast<int>(Call(SYS_pidfd_open, getpid(), 0));
  const long fd = Call(SYS_pidfd_getfd, pidfd, file, 0);
  ASSERT_GE(fd, 0);
  ExpectArguments(Await(EYRIE_EVENT_pidfd_getfd),
                  Join({{"fd", Text(fd)},
                        {"pid_fd", Text(pidfd)},
                        {"target_fd", Text(file)},
                        {"flags", "0"}},
                       DescriptorTexts(fd, Path("lent"))));
  ExpectCalls({{EYRIE_EVENT_pidfd_getfd,
                [&] { return Call(SYS_pidfd_getfd, pidfd, file, 9); },
                Join({{"fd", Text(-EINVAL)},
                      {"pid_fd", Text(pidfd)},
                      {"target_fd", Text(file)},
                      {"flags", "9"}},
                     NoDescriptorTexts())}});
  close(fd);
  close(file);
  close(pidfd);
}

TEST_P(ProcessCallsTest, PidfdSendSignal) {
  const Bystander bystander;
  const int pidfd = static_cast<int>(Call(SYS_pidfd_open, bystander.pid(), 0));
  const ArgumentTexts descriptor = DescriptorTexts(pidfd, "anon_inode:[pidfd]");
  ExpectCalls({
      {EYRIE_EVENT_pidfd_send_signal,
       [&] { return Call(SYS_pidfd_send_signal, pidfd, SIGURG, nullptr, 0); },
       Join({{"res", "0"},
             {"fd", Text(pidfd)},
             {"sig", Text(SIGURG)},
             {"flags", "0"}},
            descriptor)},
      {EYRIE_EVENT_pidfd_send_signal,
       [&] {
         return Call(SYS_pidfd_send_signal, pidfd, SIGURG, nullptr, 0x100);
       },
       Join({{"res", Text(-EINVAL)},
             {"fd", Text(pidfd)},
             {"sig", Text(SIGURG)},
             {"flags", Text(0x100)}},
            descriptor)},
  });
  close(pidfd);
}

}  // namespace
}  // namespace eyrie::testing
