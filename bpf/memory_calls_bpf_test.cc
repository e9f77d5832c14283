// SPDX-License-Identifier: Apache-2.0
//
// Each event of a call about memory, argument by argument.

#include <fcntl.h>
#include <linux/memfd.h>
#include <linux/userfaultfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>

#include "gtest/gtest.h"

#include "bpf/testing/call_test.h"
#include "proto/record.h"

namespace eyrie::testing {
namespace {

constexpr long kPage = 4096;
// Not an address of user space.
constexpr long kBadAddress = -4096;

// Virtual and resident memory of this process, KiB.
struct Memory {
  int64_t size = 0;
  int64_t rss = 0;
};

Memory OwnMemory() {
  const int64_t page_kib = sysconf(_SC_PAGESIZE) / 1024;
  Memory memory;
  std::ifstream("/proc/self/statm") >> memory.size >> memory.rss;
  memory.size *= page_kib;
  memory.rss *= page_kib;
  return memory;
}

// Whether resident memory can be read of this kernel: from 6.2 on.
bool TellsResidentMemory() {
  utsname name;
  int major = 0;
  int minor = 0;
  EXPECT_EQ(uname(&name), 0);
  EXPECT_EQ(std::sscanf(name.release, "%d.%d", &major, &minor), 2);
  return major > 6 || (major == 6 && minor >= 2);
}

class MemoryCallsTest : public CallTest {
 protected:
  // Awaits the call of this process with this `addr`: its libraries make such
  // calls, too.
  Record AwaitAt(eyrie_event event, const std::string& address) {
    return Await(event, getpid(), [&](const Record& record) {
      return record.Arguments()["addr"] == address;
    });
  }
  // Two pages of nobody's.
  char* pages() const { return pages_; }

 private:
  void SetUp() override {
    CallTest::SetUp();
    pages_ = static_cast<char*>(mmap(nullptr, 2 * kPage, PROT_READ | PROT_WRITE,
                                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    ASSERT_NE(pages_, MAP_FAILED);
  }
  void TearDown() override { munmap(pages_, 2 * kPage); }

  char* pages_ = nullptr;
};
EYRIE_INSTANTIATE_SENSOR_TEST(MemoryCallsTest);

// With an argument of the sizes, which tests of one call each leave open.
ArgumentTexts WithSizes(ArgumentTexts arguments) {
  arguments["vm_size"] = kAnything;
  arguments["vm_rss"] = kAnything;
  arguments["vm_swap"] = "0";
  return arguments;
}

TEST_P(MemoryCallsTest, SizesAreThoseAfterTheCall) {
  constexpr int64_t kMib = 1024;
  constexpr long kLength = 64 << 20;
  const bool tells_rss = TellsResidentMemory();
  Want({EYRIE_EVENT_mmap, EYRIE_EVENT_munmap});
  const Memory before = OwnMemory();
  char* map = static_cast<char*>(
      mmap(pages() + 7, kLength, PROT_READ | PROT_WRITE,
           MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0));
  ASSERT_NE(map, MAP_FAILED);
  const Record mapped = AwaitAt(EYRIE_EVENT_mmap, Text(pages() + 7));
  EXPECT_NEAR(mapped.Int(&eyrie_mmap_args::vm_size), before.size + 64 * kMib,
              kMib);
  EXPECT_NEAR(mapped.Int(&eyrie_mmap_args::vm_rss),
              tells_rss ? before.rss + 64 * kMib : 0, 8 * kMib);
  ASSERT_EQ(munmap(map, kLength), 0);
  const Record unmapped = AwaitAt(EYRIE_EVENT_munmap, Text(map));
  EXPECT_NEAR(unmapped.Int(&eyrie_munmap_args::vm_size), before.size, kMib);
  EXPECT_NEAR(unmapped.Int(&eyrie_munmap_args::vm_rss),
              tells_rss ? before.rss : 0, 8 * kMib);
}

TEST_P(MemoryCallsTest, Brk) {
  const long end = Call(SYS_brk, 0l);
  ExpectCalls({
      {EYRIE_EVENT_brk, [&] { return Call(SYS_brk, end + kPage); },
       WithSizes({{"res", Text(end + kPage)}, {"addr", Text(end + kPage)}})},
      // It fails by leaving the end where it is.
      {EYRIE_EVENT_brk, [&] { return Call(SYS_brk, 1l); },
       WithSizes({{"res", Text(end)}, {"addr", "1"}})},
  });
}

TEST_P(MemoryCallsTest, MmapOfAFile) {
  WriteFile(Path("mapped"), std::string(3 * kPage, 'x'));
  const int fd = open(Path("mapped").c_str(), O_RDONLY | O_CLOEXEC);
  ExpectCalls({
      {EYRIE_EVENT_mmap,
       [&] {
         return Call(SYS_mmap, pages(), 2 * kPage, PROT_READ | PROT_EXEC,
                     MAP_PRIVATE | MAP_FIXED, fd, kPage);
       },
       WithSizes(Join({{"res", Text(pages())},
                       {"addr", Text(pages())},
                       {"length", Text(2 * kPage)},
                       {"prot", Text(PROT_READ | PROT_EXEC)},
                       {"flags", Text(MAP_PRIVATE | MAP_FIXED)},
                       {"fd", Text(fd)},
                       {"offset", Text(kPage)}},
                      DescriptorTexts(fd, Path("mapped"))))},
      {EYRIE_EVENT_mmap,
       [&] {
         return Call(SYS_mmap, nullptr, kPage, PROT_WRITE, MAP_SHARED, fd, 0l);
       },
       WithSizes(Join({{"res", Text(-EACCES)},
                       {"addr", "0"},
                       {"length", Text(kPage)},
                       {"prot", Text(PROT_WRITE)},
                       {"flags", Text(MAP_SHARED)},
                       {"fd", Text(fd)},
                       {"offset", "0"}},
                      DescriptorTexts(fd, Path("mapped"))))},
  });
  close(fd);
}

TEST_P(MemoryCallsTest, MmapOfNoFile) {
  ExpectCalls({{EYRIE_EVENT_mmap,
                [&] {
                  return Call(SYS_mmap, pages(), kPage, PROT_NONE,
                              MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS, -1, 0l);
                },
                WithSizes(Join(
                    {{"res", Text(pages())},
                     {"addr", Text(pages())},
                     {"length", Text(kPage)},
                     {"prot", "0"},
                     {"flags", Text(MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS)},
                     {"fd", "-1"},
                     {"offset", "0"}},
                    NoDescriptorTexts()))}});
}

TEST_P(MemoryCallsTest, Munmap) {
  ExpectCalls({
      {EYRIE_EVENT_munmap, [&] { return Call(SYS_munmap, pages(), kPage); },
       WithSizes(
           {{"res", "0"}, {"addr", Text(pages())}, {"length", Text(kPage)}})},
      {EYRIE_EVENT_munmap, [&] { return Call(SYS_munmap, pages() + 1, kPage); },
       WithSizes({{"res", Text(-EINVAL)},
                  {"addr", Text(pages() + 1)},
                  {"length", Text(kPage)}})},
  });
}

TEST_P(MemoryCallsTest, Protection) {
  ExpectCalls({
      {EYRIE_EVENT_mprotect,
       [&] {
         return Call(SYS_mprotect, pages(), kPage, PROT_READ | PROT_EXEC);
       },
       {{"res", "0"},
        {"addr", Text(pages())},
        {"length", Text(kPage)},
        {"prot", Text(PROT_READ | PROT_EXEC)}}},
      {EYRIE_EVENT_mprotect,
       [&] { return Call(SYS_mprotect, kBadAddress, kPage, PROT_READ); },
       {{"res", Text(-ENOMEM)},
        {"addr", Text(kBadAddress)},
        {"length", Text(kPage)},
        {"prot", Text(PROT_READ)}}},
      {EYRIE_EVENT_pkey_mprotect,
       [&] { return Call(SYS_pkey_mprotect, pages(), kPage, PROT_READ, -1); },
       {{"res", "0"},
        {"addr", Text(pages())},
        {"length", Text(kPage)},
        {"prot", Text(PROT_READ)},
        {"pkey", "-1"}}},
      {EYRIE_EVENT_pkey_mprotect,
       [&] { return Call(SYS_pkey_mprotect, pages(), kPage, PROT_READ, 77); },
       {{"res", Text(-EINVAL)},
        {"addr", Text(pages())},
        {"length", Text(kPage)},
        {"prot", Text(PROT_READ)},
        {"pkey", "77"}}},
  });
}

TEST_P(MemoryCallsTest, Locks) {
  ExpectCalls({
      {EYRIE_EVENT_mlock,
       [&] { return Call(SYS_mlock, pages(), kPage); },
       {{"res", "0"}, {"addr", Text(pages())}, {"len", Text(kPage)}}},
      {EYRIE_EVENT_mlock,
       [&] { return Call(SYS_mlock, kPage, kPage); },
       {{"res", Text(-ENOMEM)}, {"addr", Text(kPage)}, {"len", Text(kPage)}}},
      {EYRIE_EVENT_munlock,
       [&] { return Call(SYS_munlock, pages(), kPage); },
       {{"res", "0"}, {"addr", Text(pages())}, {"len", Text(kPage)}}},
      {EYRIE_EVENT_munlock,
       [&] { return Call(SYS_munlock, kPage, kPage); },
       {{"res", Text(-ENOMEM)}, {"addr", Text(kPage)}, {"len", Text(kPage)}}},
      {EYRIE_EVENT_mlock2,
       [&] { return Call(SYS_mlock2, pages(), kPage, MLOCK_ONFAULT); },
       {{"res", "0"},
        {"addr", Text(pages())},
        {"len", Text(kPage)},
        {"flags", Text(MLOCK_ONFAULT)}}},
      {EYRIE_EVENT_mlock2,
       [&] { return Call(SYS_mlock2, pages(), kPage, 8); },
       {{"res", Text(-EINVAL)},
        {"addr", Text(pages())},
        {"len", Text(kPage)},
        {"flags", "8"}}},
      {EYRIE_EVENT_mlockall,
       [] { return Call(SYS_mlockall, MCL_FUTURE | MCL_ONFAULT); },
       {{"res", "0"}, {"flags", Text(MCL_FUTURE | MCL_ONFAULT)}}},
      {EYRIE_EVENT_mlockall,
       [] { return Call(SYS_mlockall, 0x100); },
       {{"res", Text(-EINVAL)}, {"flags", Text(0x100)}}},
      // It cannot fail.
      {EYRIE_EVENT_munlockall,
       [] { return Call(SYS_munlockall); },
       {{"res", "0"}}},
  });
}

TEST_P(MemoryCallsTest, MemfdCreate) {
  Want({EYRIE_EVENT_memfd_create});
  const long fd = Call(SYS_memfd_create, "payload", MFD_CLOEXEC);
  ASSERT_GE(fd, 0);
  ArgumentTexts descriptor = DescriptorTexts(fd, "memfd:payload");
  descriptor["fd_flags"] = Text(EYRIE_FILE_DELETED);
  ExpectArguments(
      Await(EYRIE_EVENT_memfd_create),
      Join(
          {{"fd", Text(fd)}, {"name", "payload"}, {"flags", Text(MFD_CLOEXEC)}},
          descriptor));
  close(fd);
  // The kernel does not read it, so it must be in memory already.
  const char name[] = "odd";
  ExpectCalls(
      {{EYRIE_EVENT_memfd_create,
        [&] { return Call(SYS_memfd_create, name, 0x4000); },
        Join({{"fd", Text(-EINVAL)}, {"name", "odd"}, {"flags", Text(0x4000)}},
             NoDescriptorTexts())}});
}

TEST_P(MemoryCallsTest, Userfaultfd) {
  Want({EYRIE_EVENT_userfaultfd});
  const long fd = Call(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);
  ASSERT_GE(fd, 0);
  ExpectArguments(Await(EYRIE_EVENT_userfaultfd),
                  Join({{"res", Text(fd)},
                        {"flags", Text(O_CLOEXEC | UFFD_USER_MODE_ONLY)}},
                       DescriptorTexts(fd, "anon_inode:[userfaultfd]")));
  close(fd);
  ExpectCalls(
      {{EYRIE_EVENT_userfaultfd, [] { return Call(SYS_userfaultfd, 0x40); },
        Join({{"res", Text(-EINVAL)}, {"flags", Text(0x40)}},
             NoDescriptorTexts())}});
}

#ifdef __x86_64__
TEST_P(MemoryCallsTest, Mmap2CountsPages) {
  WriteFile(Path("mapped"), std::string(3 * kPage, 'x'));
  const int fd = open(Path("mapped").c_str(), O_RDONLY | O_CLOEXEC);
  LowMemory<char[kPage]> page;
  const ArgumentTexts file = DescriptorTexts(fd, Path("mapped"));
  ExpectCalls({
      {EYRIE_EVENT_mmap2,
       [&] {
         return Call32(192, page.address(), kPage, PROT_READ,
                       MAP_PRIVATE | MAP_FIXED, fd, 2);
       },
       WithSizes(Join({{"res", Text(page.address())},
                       {"addr", Text(page.address())},
                       {"length", Text(kPage)},
                       {"prot", Text(PROT_READ)},
                       {"flags", Text(MAP_PRIVATE | MAP_FIXED)},
                       {"fd", Text(fd)},
                       {"pgoffset", "2"}},
                      file)),
       true},
      {EYRIE_EVENT_mmap2,
       [&] { return Call32(192, 0, 0, PROT_READ, MAP_PRIVATE, fd, 0); },
       WithSizes(Join({{"res", Text(-EINVAL)},
                       {"addr", "0"},
                       {"length", "0"},
                       {"prot", Text(PROT_READ)},
                       {"flags", Text(MAP_PRIVATE)},
                       {"fd", Text(fd)},
                       {"pgoffset", "0"}},
                      file)),
       true},
  });
  close(fd);
}
#endif

}  // namespace
}  // namespace eyrie::testing
