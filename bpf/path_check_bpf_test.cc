// SPDX-License-Identifier: Apache-2.0
//
// A path that another thread changes while the kernel works with it.

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

#include "bpf/testing/sensor_test.h"
#include "collector/source/bpf_event_source.h"
#include "proto/record.h"

namespace eyrie::testing {
namespace {

constexpr size_t kPage = 4096;

class PathCheckTest : public ::testing::Test {
 protected:
  void SetUp() override {
    collector::BpfEventSourceOptions options;
    options.sensor.check_paths = true;
    options.report_self = true;
    options.snapshot = false;
    auto source = collector::BpfEventSource::Create(options);
    if (absl::IsFailedPrecondition(source.status()) ||
        absl::IsPermissionDenied(source.status())) {
      std::printf("EYRIE_SKIP: %s\n", source.status().ToString().c_str());
      GTEST_SKIP() << source.status();
    }
    ASSERT_TRUE(source.ok()) << source.status();
    source_ = *std::move(source);
    ASSERT_TRUE(source_->SetEventTypes({EYRIE_EVENT_rename}).ok());
    ASSERT_TRUE(source_->Start().ok());
  }

  // The next rename of this process.
  std::optional<Record> Await() {
    const absl::Time deadline = absl::Now() + absl::Seconds(10);
    while (absl::Now() < deadline) {
      const auto records = source_->Poll(absl::Milliseconds(100));
      if (!records.ok()) return std::nullopt;
      for (const RecordView& view : *records) {
        const Record record(view);
        if (view.type() == EYRIE_EVENT_rename &&
            record.header().process.pid == static_cast<uint32_t>(getpid())) {
          return record;
        }
      }
    }
    return std::nullopt;
  }

  std::unique_ptr<collector::BpfEventSource> source_;
};

// Memory whose first use waits until somebody gives it its content.
class LateMemory {
 public:
  LateMemory() {
    memory_ = static_cast<char*>(mmap(nullptr, kPage, PROT_READ | PROT_WRITE,
                                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    fd_ = static_cast<int>(syscall(SYS_userfaultfd, O_CLOEXEC));
    uffdio_api api = {.api = UFFD_API, .features = 0, .ioctls = 0};
    ioctl(fd_, UFFDIO_API, &api);
    uffdio_register range = {};
    range.range.start = reinterpret_cast<uint64_t>(memory_);
    range.range.len = kPage;
    range.mode = UFFDIO_REGISTER_MODE_MISSING;
    is_ready_ = ioctl(fd_, UFFDIO_REGISTER, &range) == 0;
  }
  ~LateMemory() {
    close(fd_);
    munmap(memory_, kPage);
  }

  bool is_ready() const { return is_ready_; }
  char* memory() const { return memory_; }

  // Returns when somebody uses the memory.
  void AwaitUse() const {
    uffd_msg message;
    EXPECT_EQ(read(fd_, &message, sizeof(message)),
              static_cast<ssize_t>(sizeof(message)));
  }
  void Give(const std::string& content) const {
    alignas(kPage) static char page[kPage];
    std::memset(page, 0, sizeof(page));
    std::memcpy(page, content.data(), content.size());
    uffdio_copy copy = {};
    copy.dst = reinterpret_cast<uint64_t>(memory_);
    copy.src = reinterpret_cast<uint64_t>(page);
    copy.len = kPage;
    EXPECT_EQ(ioctl(fd_, UFFDIO_COPY, &copy), 0);
  }

 private:
  char* memory_;
  int fd_;
  bool is_ready_;
};

TEST_F(PathCheckTest, PathThatStaysIsNotFlagged) {
  rename("/no/such/file", "/no/such/other");
  const std::optional<Record> record = Await();
  ASSERT_TRUE(record);
  EXPECT_FALSE(record->has_flag(EYRIE_RECORD_CHANGED));
  EXPECT_TRUE(record->has_flag(EYRIE_RECORD_UNVERIFIED));
}

TEST_F(PathCheckTest, PathThatAThreadChangesMeanwhileIsFlagged) {
  const LateMemory late;
  ASSERT_TRUE(late.is_ready());
  char old_path[64] = "/no/such/secret";
  // The kernel copies the old path, then waits for the new one.
  std::thread deceiver([&] {
    late.AwaitUse();
    std::strcpy(old_path, "/no/such/innocent");
    late.Give("/no/such/other");
  });
  syscall(SYS_rename, old_path, late.memory());
  deceiver.join();
  const std::optional<Record> record = Await();
  ASSERT_TRUE(record);
  EXPECT_EQ(record->Text(&eyrie_rename_args::oldpath), "/no/such/innocent");
  EXPECT_TRUE(record->has_flag(EYRIE_RECORD_CHANGED));
}

}  // namespace
}  // namespace eyrie::testing
