// SPDX-License-Identifier: Apache-2.0
//
// Each event of a call that makes or uses a file without a directory, argument
// by argument: pipes, counters, watches, timers, sets of descriptors.

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <string>

#include "gtest/gtest.h"

#include "bpf/testing/call_test.h"
#include "proto/record.h"

namespace eyrie::testing {
namespace {

class AnonymousFileCallsTest : public CallTest {
 protected:
  // Makes a descriptor by `make`, in this process. Expects its record to have
  // `arguments`, the descriptor as `result`, and what the descriptor is.
  void ExpectNewDescriptor(eyrie_event event, const std::function<long()>& make,
                           ArgumentTexts arguments, const std::string& path) {
    Want({event});
    const long fd = make();
    ASSERT_GE(fd, 0);
    arguments["res"] = Text(fd);
    ExpectArguments(
        Await(event),
        Join(arguments, DescriptorTexts(static_cast<int>(fd), path)));
    close(static_cast<int>(fd));
  }
  // The same of a call that fails with `error`.
  void ExpectNoDescriptor(eyrie_event event, const std::function<long()>& make,
                          ArgumentTexts arguments, int error) {
    arguments["res"] = Text(-error);
    ExpectCalls({{event, make, Join(arguments, NoDescriptorTexts())}});
  }
};
EYRIE_INSTANTIATE_SENSOR_TEST(AnonymousFileCallsTest);

TEST_P(AnonymousFileCallsTest, Pipe2) {
  Want({EYRIE_EVENT_pipe2});
  int ends[2] = {77, 78};
  ASSERT_EQ(Call(SYS_pipe2, ends, O_CLOEXEC | O_NONBLOCK), 0);
  struct stat status = {};
  fstat(ends[0], &status);
  ExpectArguments(Await(EYRIE_EVENT_pipe2),
                  {{"res", "0"},
                   {"fd1", Text(ends[0])},
                   {"fd2", Text(ends[1])},
                   {"ino", Text(status.st_ino)},
                   {"flags", Text(O_CLOEXEC | O_NONBLOCK)}});
  // What the caller had there, here two descriptors, is none of a pipe.
  ExpectCalls({{EYRIE_EVENT_pipe2,
                [&] { return Call(SYS_pipe2, ends, 0x40); },
                {{"res", Text(-EINVAL)},
                 {"fd1", "-1"},
                 {"fd2", "-1"},
                 {"ino", "0"},
                 {"flags", Text(0x40)}}}});
  close(ends[0]);
  close(ends[1]);
}

TEST_P(AnonymousFileCallsTest, Eventfd2) {
  ExpectNewDescriptor(
      EYRIE_EVENT_eventfd2,
      [] { return Call(SYS_eventfd2, 0xfffffffe, EFD_SEMAPHORE); },
      {{"flags", Text(EFD_SEMAPHORE)}, {"initval", Text(0xfffffffe)}},
      "anon_inode:[eventfd]");
  ExpectNoDescriptor(
      EYRIE_EVENT_eventfd2, [] { return Call(SYS_eventfd2, 4, 0x40); },
      {{"flags", Text(0x40)}, {"initval", "4"}}, EINVAL);
}

TEST_P(AnonymousFileCallsTest, InotifyInit1) {
  ExpectNewDescriptor(
      EYRIE_EVENT_inotify_init1,
      [] { return Call(SYS_inotify_init1, O_NONBLOCK); },
      {{"flags", Text(O_NONBLOCK)}}, "anon_inode:inotify");
  ExpectNoDescriptor(
      EYRIE_EVENT_inotify_init1, [] { return Call(SYS_inotify_init1, 0x40); },
      {{"flags", Text(0x40)}}, EINVAL);
}

TEST_P(AnonymousFileCallsTest, InotifyAddWatch) {
  const int fd = inotify_init1(IN_CLOEXEC);
  const std::string path = directory();
  const std::string missing = Path("missing");
  ExpectCalls({
      {EYRIE_EVENT_inotify_add_watch,
       [&] {
         return Call(SYS_inotify_add_watch, fd, path.c_str(),
                     IN_CREATE | IN_ONESHOT);
       },
       {{"res", "1"},
        {"fd", Text(fd)},
        {"path", path},
        {"mask", Text(IN_CREATE | IN_ONESHOT)},
        {"base", "(none)"}}},
      {EYRIE_EVENT_inotify_add_watch,
       [&] {
         if (chdir(path.c_str()) != 0) return -1l;
         return Call(SYS_inotify_add_watch, fd, "missing", IN_CREATE);
       },
       {{"res", Text(-ENOENT)},
        {"fd", Text(fd)},
        {"path", "missing"},
        {"mask", Text(IN_CREATE)},
        {"base", path}}},
  });
  close(fd);
}

TEST_P(AnonymousFileCallsTest, TimerfdCreate) {
  ExpectNewDescriptor(
      EYRIE_EVENT_timerfd_create,
      [] { return Call(SYS_timerfd_create, CLOCK_MONOTONIC, TFD_CLOEXEC); },
      {{"clockid", Text(CLOCK_MONOTONIC)}, {"flags", Text(TFD_CLOEXEC)}},
      "anon_inode:[timerfd]");
  ExpectNoDescriptor(
      EYRIE_EVENT_timerfd_create,
      [] { return Call(SYS_timerfd_create, 77, 0); },
      {{"clockid", "77"}, {"flags", "0"}}, EINVAL);
}

TEST_P(AnonymousFileCallsTest, EpollCreate1) {
  ExpectNewDescriptor(
      EYRIE_EVENT_epoll_create1,
      [] { return Call(SYS_epoll_create1, EPOLL_CLOEXEC); },
      {{"flags", Text(EPOLL_CLOEXEC)}}, "anon_inode:[eventpoll]");
  ExpectNoDescriptor(
      EYRIE_EVENT_epoll_create1, [] { return Call(SYS_epoll_create1, 1); },
      {{"flags", "1"}}, EINVAL);
}

#ifdef SYS_pipe
TEST_P(AnonymousFileCallsTest, Pipe) {
  Want({EYRIE_EVENT_pipe});
  int ends[2];
  ASSERT_EQ(Call(SYS_pipe, ends), 0);
  struct stat status = {};
  fstat(ends[0], &status);
  ExpectArguments(Await(EYRIE_EVENT_pipe), {{"res", "0"},
                                            {"fd1", Text(ends[0])},
                                            {"fd2", Text(ends[1])},
                                            {"ino", Text(status.st_ino)}});
  close(ends[0]);
  close(ends[1]);
  ExpectCalls(
      {{EYRIE_EVENT_pipe,
        [] { return Call(SYS_pipe, nullptr); },
        {{"res", Text(-EFAULT)}, {"fd1", "-1"}, {"fd2", "-1"}, {"ino", "0"}}}});
}

// The calls without flags, which have newer ones beside them.
TEST_P(AnonymousFileCallsTest, OldCalls) {
  ExpectNewDescriptor(
      EYRIE_EVENT_eventfd, [] { return Call(SYS_eventfd, 7); },
      {{"initval", "7"}, {"flags", "0"}}, "anon_inode:[eventfd]");
  ExpectNewDescriptor(
      EYRIE_EVENT_inotify_init, [] { return Call(SYS_inotify_init); },
      {{"flags", "0"}}, "anon_inode:inotify");
  ExpectNewDescriptor(
      EYRIE_EVENT_epoll_create, [] { return Call(SYS_epoll_create, 9); },
      {{"size", "9"}}, "anon_inode:[eventpoll]");
  ExpectNoDescriptor(
      EYRIE_EVENT_epoll_create, [] { return Call(SYS_epoll_create, -2); },
      {{"size", "-2"}}, EINVAL);
}

// They fail by nothing but the lack of descriptors.
TEST_P(AnonymousFileCallsTest, OldCallsWithoutADescriptorLeft) {
  const auto without_descriptors = [](long number) {
    return [number] {
      const rlimit none = {0, 0};
      setrlimit(RLIMIT_NOFILE, &none);
      return Call(number, 3);
    };
  };
  ExpectNoDescriptor(EYRIE_EVENT_eventfd, without_descriptors(SYS_eventfd),
                     {{"initval", "3"}, {"flags", "0"}}, EMFILE);
  ExpectNoDescriptor(EYRIE_EVENT_inotify_init,
                     without_descriptors(SYS_inotify_init), {{"flags", "0"}},
                     EMFILE);
}

TEST_P(AnonymousFileCallsTest, PipeOf32Bits) {
  Want({EYRIE_EVENT_pipe2});
  LowMemory<int[2]> ends;
  ASSERT_EQ(Call32(331, ends.address(), O_CLOEXEC), 0);
  struct stat status = {};
  fstat((*ends)[0], &status);
  const Record record = Await(EYRIE_EVENT_pipe2);
  EXPECT_TRUE(record.has_flag(EYRIE_RECORD_COMPAT32));
  ExpectArguments(record, {{"res", "0"},
                           {"fd1", Text((*ends)[0])},
                           {"fd2", Text((*ends)[1])},
                           {"ino", Text(status.st_ino)},
                           {"flags", Text(O_CLOEXEC)}});
  close((*ends)[0]);
  close((*ends)[1]);
}
#endif

}  // namespace
}  // namespace eyrie::testing
