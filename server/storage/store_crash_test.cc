// SPDX-License-Identifier: Apache-2.0
//
// Kills a process that stores detections, again and again, and checks each time
// that nothing it had acknowledged is lost and nothing is there twice.
//
// The test starts itself as the process to kill (`--child DIRECTORY SEED`). The
// child plays a node that connects after a crash: it asks for the acked
// sequence, sends the last few batches again and then new ones, and writes the
// sequence of each batch that is done to its standard output. Batch and
// detections follow from the sequence alone, so that the parent knows what
// there must be. EYRIE_CRASH_SEED repeats a run, EYRIE_CRASH_KILLS changes its
// length.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "common/clock.h"
#include "common/testing/status_matchers.h"
#include "server/incidents/fingerprint.h"
#include "server/incidents/incident_writer.h"
#include "server/incidents/watch_hub.h"
#include "server/storage/rocksdb_store.h"
#include "server/storage/testing/consistency.h"
#include "server/storage/testing/samples.h"
#include "server/storage/testing/scratch_directory.h"

namespace eyrie::server {
namespace {

using ::eyrie::testing::IsOk;
using testing::CheckConsistency;
using testing::SampleDetection;
using testing::SampleTime;
using testing::ScratchDirectory;
using testing::StoreContent;

constexpr char kNode[] = "n1";
constexpr uint64_t kRunId = 7;
// Batches that a child sends although they are acknowledged.
constexpr uint64_t kResent = 3;
// Killed long before.
constexpr uint64_t kMaxBatchesPerChild = 100'000;

// Every fourth batch has no detections, the others one to three.
uint64_t DetectionsOf(uint64_t sequence) { return sequence % 4; }

// Four incidents take turns.
v1::Detection DetectionOf(uint64_t sequence, uint64_t index) {
  return SampleDetection(
      {.number = sequence * 10 + index,
       .time = SampleTime() + absl::Seconds(sequence),
       .comm = absl::StrCat("program", (sequence + index) % 4),
       .ballast = 200});
}

JudgedBatch BatchOf(uint64_t sequence) {
  JudgedBatch batch;
  batch.ack = {kNode, kRunId, sequence};
  for (uint64_t i = 0; i < DetectionsOf(sequence); ++i) {
    batch.detections.push_back(DetectionOf(sequence, i));
  }
  return batch;
}

// Says that the batch is done, in one write(2) that a reader sees whole.
void Report(uint64_t sequence) {
  if (write(STDOUT_FILENO, &sequence, sizeof(sequence)) !=
      static_cast<ssize_t>(sizeof(sequence))) {
    std::_Exit(3);
  }
}

int RunChild(const std::string& directory, uint64_t seed) {
  std::mt19937_64 random(seed);
  auto store = RocksDbStore::Open({.directory = directory});
  if (!store.ok()) {
    std::fprintf(stderr, "%s\n", store.status().ToString().c_str());
    return 2;
  }
  const auto acked = (*store)->AckedSequence(kNode, kRunId);
  if (!acked.ok()) return 2;
  WatchHub hub(seed);
  IncidentWriterOptions options;
  options.max_queue = 1 + random() % 20;
  options.max_group = 1 + random() % 10;
  IncidentWriter writer(store->get(), &hub, Clock::Real(), options);
  const uint64_t first = *acked + 1 - std::min(*acked, kResent);
  for (uint64_t sequence = first; sequence < first + kMaxBatchesPerChild;
       ++sequence) {
    JudgedBatch batch = BatchOf(sequence);
    batch.done = [sequence](const absl::Status& status) {
      if (status.ok()) Report(sequence);
    };
    writer.Submit(std::move(batch));
    // Retention and reads beside it, so that kills hit those as well.
    if (random() % 500 == 0) {
      (void)(*store)->ApplyRetention(SampleTime(), absl::Hours(24), 0);
    }
  }
  return 0;
}

// A running child.
class Child {
 public:
  Child(const std::string& directory, uint64_t seed) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) std::abort();
    const std::string seed_text = absl::StrCat(seed);
    pid_ = fork();
    if (pid_ == 0) {
      // Only what is safe between fork and exec.
      dup2(ends[1], STDOUT_FILENO);
      execl("/proc/self/exe", "store_crash_test", "--child", directory.c_str(),
            seed_text.c_str(), nullptr);
      _exit(127);
    }
    close(ends[1]);
    read_end_ = ends[0];
  }
  ~Child() { close(read_end_); }

  // The next reported sequence; false if the child has ended.
  bool Next(uint64_t* sequence) {
    size_t size = 0;
    while (size < sizeof(*sequence)) {
      const ssize_t count =
          read(read_end_, reinterpret_cast<char*>(sequence) + size,
               sizeof(*sequence) - size);
      if (count <= 0) return false;
      size += static_cast<size_t>(count);
    }
    return true;
  }

  void Kill() { kill(pid_, SIGKILL); }

  // How it ended, as waitpid() says. REQUIRES: Next() gave false.
  int Wait() {
    int status = 0;
    waitpid(pid_, &status, 0);
    return status;
  }

 private:
  pid_t pid_ = -1;
  int read_end_ = -1;
};

// Checks the store of `directory`; returns the acked sequence.
uint64_t CheckStore(const std::string& directory, uint64_t reported) {
  const auto content = CheckConsistency(directory);
  EXPECT_THAT(content, IsOk());
  if (!content.ok()) return 0;
  const auto ack = content->acks.find({kNode, kRunId});
  const uint64_t acked = ack == content->acks.end() ? 0 : ack->second;
  EXPECT_GE(acked, reported) << "a batch that was done is lost";
  // Exactly the detections of the batches up to the acked one.
  uint64_t expected = 0;
  for (uint64_t sequence = 1; sequence <= acked; ++sequence) {
    for (uint64_t i = 0; i < DetectionsOf(sequence); ++i) {
      ++expected;
      EXPECT_TRUE(content->detections.contains(DetectionOf(sequence, i).id()))
          << "detection " << i << " of batch " << sequence << " is lost";
    }
  }
  EXPECT_EQ(content->detections.size(), expected)
      << "there are detections of batches that are not acked";
  // Incidents count each of them once.
  uint64_t total = 0;
  for (const auto& [id, incident] : content->incidents) {
    total += incident.count();
  }
  EXPECT_EQ(total, expected) << "an incident counted a detection twice";
  for (const auto& [id, detection] : content->detections) {
    EXPECT_TRUE(content->incidents.contains(detection.incident_id())) << id;
  }
  EXPECT_LE(content->incidents.size(), 4u);
  return acked;
}

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* const text = std::getenv(name);
  uint64_t number = 0;
  return text != nullptr && absl::SimpleAtoi(text, &number) ? number
                                                            : otherwise;
}

TEST(StoreCrashTest, LosesAndDoublesNothingWhenKilledAnywhere) {
  const uint64_t seed =
      FromEnvironment("EYRIE_CRASH_SEED", std::random_device()());
  const uint64_t kills = FromEnvironment("EYRIE_CRASH_KILLS", 100);
  std::printf("EYRIE_CRASH_SEED=%llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  const ScratchDirectory scratch;
  const std::string directory = scratch.Path("db");
  uint64_t reported = 0;
  uint64_t acked = 0;
  uint64_t kills_while_writing = 0;
  for (uint64_t kill = 0; kill < kills && !HasFailure(); ++kill) {
    Child child(directory, random());
    // Some are killed while they open the store, most while they write. The
    // wait ends anywhere between two reports, or in the middle of a commit.
    const uint64_t reports = random() % 5 == 0 ? 0 : random() % 60;
    uint64_t sequence = 0;
    for (uint64_t i = 0; i < reports && child.Next(&sequence); ++i) {
      reported = std::max(reported, sequence);
    }
    if (reports > 0) ++kills_while_writing;
    const auto end = std::chrono::steady_clock::now() +
                     std::chrono::microseconds(random() % 3000);
    while (std::chrono::steady_clock::now() < end) {
    }
    child.Kill();
    while (child.Next(&sequence)) reported = std::max(reported, sequence);
    const int status = child.Wait();
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        << "the child ended by itself: " << status;
    if (reported == 0) continue;  // perhaps not even made
    SCOPED_TRACE(absl::StrCat("after kill ", kill));
    const uint64_t now_acked = CheckStore(directory, reported);
    EXPECT_GE(now_acked, acked);
    acked = now_acked;
  }
  std::printf("%llu kills, %llu of them while writing; %llu batches\n",
              static_cast<unsigned long long>(kills),
              static_cast<unsigned long long>(kills_while_writing),
              static_cast<unsigned long long>(acked));
  EXPECT_GT(acked, kills);
}

}  // namespace
}  // namespace eyrie::server

int main(int argc, char** argv) {
  if (argc == 4 && std::strcmp(argv[1], "--child") == 0) {
    uint64_t seed = 0;
    if (!absl::SimpleAtoi(argv[3], &seed)) return 1;
    return eyrie::server::RunChild(argv[2], seed);
  }
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
