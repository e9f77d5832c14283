// SPDX-License-Identifier: Apache-2.0

#include "tests/testing/overload.h"

#include <sched.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "collector/thread_priority.h"
#include "common/status_macros.h"
#include "proto/record.h"
#include "tests/testing/flood.h"

namespace eyrie::testing {
namespace {

using collector::BpfEventSource;
using collector::ProcessTable;
using collector::SourceLoss;

// How long the last records may take.
constexpr absl::Duration kPatience = absl::Seconds(30);
// Pause of the maker of processes: some hundred a second.
constexpr absl::Duration kForkPause = absl::Milliseconds(1);
// As the collector's pipeline: after a poll of fewer records it waits.
constexpr size_t kLargePoll = 1024;
constexpr absl::Duration kPollPause = absl::Milliseconds(2);

absl::Duration ThreadCpu() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return absl::DurationFromTimespec(now);
}

void MakeProcess() {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  waitpid(child, nullptr, 0);
  absl::SleepFor(kForkPause);
}

class Run {
 public:
  explicit Run(const OverloadOptions& options)
      : options_(options), table_({}, /*proc=*/nullptr) {}

  absl::StatusOr<OverloadResult> Go() {
    collector::BpfEventSourceOptions source = options_.source;
    source.report_self = true;
    source.snapshot = false;
    EYRIE_ASSIGN_OR_RETURN(source_, BpfEventSource::Create(source));
    EYRIE_RETURN_IF_ERROR(source_->SetEventTypes({options_.type}));
    EYRIE_RETURN_IF_ERROR(source_->Start());
    EYRIE_RETURN_IF_ERROR(ReadFlood());
    EYRIE_RETURN_IF_ERROR(CloseBook());
    result_.events = ledger_.totals(SequenceLedger::kEvents);
    result_.lifecycle = ledger_.totals(SequenceLedger::kLifecycle);
    result_.losses = source_->Losses();
    for (const SourceLoss& loss : result_.losses) {
      if (loss.event_type == options_.type) result_.lost += loss.count;
    }
    result_.processes = table_.stats();
    return result_;
  }

 private:
  absl::Status ReadFlood() {
    Flood maker(1, MakeProcess);
    maker_ = maker.pid();
    const absl::Time start = absl::Now();
    Flood producers(options_.producers, options_.call);
    // After the forks, which inherit it.
    EYRIE_RETURN_IF_ERROR(collector::SetThreadNice(options_.reader_nice));
    while (absl::Now() < start + options_.duration) {
      EYRIE_RETURN_IF_ERROR(Poll());
    }
    result_.generated += producers.Stop();
    result_.elapsed = absl::Now() - start;
    result_.producers_cpu = producers.cpu();
    result_.processes_made = maker.Stop();
    return absl::OkStatus();
  }

  absl::Status Poll() {
    const absl::Duration start = ThreadCpu();
    EYRIE_ASSIGN_OR_RETURN(const absl::Span<const RecordView> records,
                           source_->Poll(kPollPause));
    const absl::Duration read = ThreadCpu();
    for (const RecordView& record : records) table_.Apply(record);
    if (!records.empty()) table_.Expire(records.back().time_ns());
    result_.learning_cpu += ThreadCpu() - read;
    result_.reading_cpu += read - start;
    ++result_.polls;
    result_.records += records.size();
    for (const RecordView& record : records) Enter(record);
    if (records.size() < kLargePoll) absl::SleepFor(kPollPause);
    return absl::OkStatus();
  }

  void Enter(const RecordView& record) {
    ledger_.Add(record);
    const eyrie_record header = record.header();
    const auto maker = static_cast<uint32_t>(maker_);
    if (header.type == options_.type) {
      ++result_.received;
      if (header.process.pid == static_cast<uint32_t>(getpid())) {
        called_on_ = header.cpu;
      }
    } else if (header.type == EYRIE_EVENT_procexit) {
      result_.processes_ended += header.ppid == maker;
      if (header.process.pid == last_child_) ended_on_ = header.cpu;
    } else if (header.type >= EYRIE_EVENT_clone &&
               header.type <= EYRIE_EVENT_vfork &&
               header.process.pid == maker) {
      const bool is_thread =
          record.u64(SlotOf(&eyrie_clone_args::child_pid)) == maker;
      result_.processes_begun += !is_thread;
    }
  }

  absl::Status CloseBook() {
    // So that there is room for the last records.
    for (size_t before = 0; before != result_.records;) {
      before = result_.records;
      EYRIE_RETURN_IF_ERROR(Poll());
    }
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0) {
      return absl::ErrnoToStatus(errno, "asking for the CPUs");
    }
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
      if (CPU_ISSET(cpu, &allowed)) EYRIE_RETURN_IF_ERROR(CloseCpu(cpu));
    }
    sched_setaffinity(0, sizeof(allowed), &allowed);
    return absl::OkStatus();
  }

  // Lets `cpu` make one record for each ring, and waits for them.
  absl::Status CloseCpu(int cpu) {
    cpu_set_t only;
    CPU_ZERO(&only);
    CPU_SET(cpu, &only);
    if (sched_setaffinity(0, sizeof(only), &only) != 0) {
      return absl::ErrnoToStatus(errno, absl::StrCat("moving to CPU ", cpu));
    }
    options_.call();
    ++result_.generated;
    const pid_t child = fork();
    if (child == 0) _exit(0);
    last_child_ = static_cast<uint32_t>(child);
    waitpid(child, nullptr, 0);
    const absl::Time deadline = absl::Now() + kPatience;
    while (called_on_ != cpu || ended_on_ != cpu) {
      if (absl::Now() > deadline) {
        return absl::DeadlineExceededError(
            absl::StrCat("no last record of CPU ", cpu));
      }
      EYRIE_RETURN_IF_ERROR(Poll());
    }
    return absl::OkStatus();
  }

  const OverloadOptions& options_;
  std::unique_ptr<BpfEventSource> source_;
  ProcessTable table_;
  SequenceLedger ledger_;
  pid_t maker_ = 0;          // of processes
  uint32_t last_child_ = 0;  // of this process
  int called_on_ = -1;       // CPU of this process's last call
  int ended_on_ = -1;        // CPU of `last_child_`'s end
  OverloadResult result_;
};

}  // namespace

absl::StatusOr<OverloadResult> RunOverload(const OverloadOptions& options) {
  return Run(options).Go();
}

uint64_t LostFor(SourceLoss::Reason reason,
                 const std::vector<SourceLoss>& losses) {
  uint64_t sum = 0;
  for (const SourceLoss& loss : losses) {
    if (loss.reason == reason) sum += loss.count;
  }
  return sum;
}

}  // namespace eyrie::testing
