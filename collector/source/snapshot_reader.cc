// SPDX-License-Identifier: Apache-2.0

#include "collector/source/snapshot_reader.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "bpf/control.h"
#include "proto/record.h"
#include "proto/record_view.h"

namespace eyrie::collector {
namespace {

// Bytes asked of the iterator at once; one record always fits.
constexpr size_t kReadBytes = 64 * 1024;
static_assert(kReadBytes >= 2 * EYRIE_MAX_RECORD_SIZE);
// /proc/PID/stat is one line of some 50 numbers.
constexpr size_t kMaxStatBytes = 2048;
// Number of the field `starttime` after the command name's parenthesis.
constexpr size_t kStartTimeField = 20;
constexpr uint64_t kNsPerSecond = 1'000'000'000;

// The first `max_bytes` of a file, or nothing.
std::string ReadStart(const std::string& path, size_t max_bytes) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return "";
  std::string text(max_bytes, '\0');
  size_t size = 0;
  while (size < max_bytes) {
    const ssize_t count = read(fd, text.data() + size, max_bytes - size);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    size += static_cast<size_t>(count);
  }
  close(fd);
  text.resize(size);
  return text;
}

// Whether the process that has the number now started when `task` did. /proc
// counts in clock ticks.
bool IsSameProcess(const std::string& stat, uint64_t start_time_ns) {
  const size_t parenthesis = stat.rfind(')');
  if (parenthesis == std::string::npos) return false;
  const std::vector<absl::string_view> fields =
      absl::StrSplit(absl::string_view(stat).substr(parenthesis + 1), ' ');
  uint64_t ticks = 0;
  if (fields.size() <= kStartTimeField ||
      !absl::SimpleAtoi(fields[kStartTimeField], &ticks)) {
    return false;
  }
  const uint64_t tick_ns =
      kNsPerSecond / static_cast<uint64_t>(sysconf(_SC_CLK_TCK));
  return ticks == start_time_ns / tick_ns;
}

// Appends `value`, padded to a multiple of 8, and points `slot` at it.
void Append(std::string* record, size_t slot, absl::string_view value) {
  const eyrie_ref ref = {.offset = static_cast<uint32_t>(record->size()),
                         .length = static_cast<uint32_t>(value.size())};
  record->append(value.data(), value.size());
  record->resize((record->size() + 7) & ~size_t{7});
  std::memcpy(record->data() + sizeof(eyrie_record) + 8 * slot, &ref,
              sizeof(ref));
}

// Cuts a list of strings to `max_bytes`; it still ends with a NUL.
std::string Cut(absl::string_view strings, size_t max_bytes, bool* is_cut) {
  std::string result(strings.substr(0, max_bytes));
  if (result.size() < strings.size()) {
    *is_cut = true;
    if (!result.empty()) result.back() = '\0';
  }
  if (!result.empty() && result.back() != '\0') result.push_back('\0');
  return result;
}

// Space for further values, bytes.
size_t Room(const std::string& record) {
  return record.size() >= EYRIE_MAX_RECORD_SIZE
             ? 0
             : EYRIE_MAX_RECORD_SIZE - record.size() - 8;
}

}  // namespace

std::string AddStrings(const RecordView& task, absl::string_view arguments,
                       absl::string_view environment) {
  std::string record(task.raw());
  bool is_cut = false;
  if (!arguments.empty()) {
    const std::string argv =
        Cut(arguments, std::min<size_t>(EYRIE_MAX_ARGS_BYTES, Room(record)),
            &is_cut);
    const size_t first = std::min(argv.find('\0'), argv.size());
    Append(&record, SlotOf(&eyrie_task_args::exe),
           absl::string_view(argv).substr(0, first));
    if (first + 1 <= argv.size()) {
      Append(&record, SlotOf(&eyrie_task_args::args),
             absl::string_view(argv).substr(first + 1));
    }
  }
  if (!environment.empty()) {
    Append(&record, SlotOf(&eyrie_task_args::env),
           Cut(environment, std::min<size_t>(EYRIE_MAX_ENV_BYTES, Room(record)),
               &is_cut));
  }
  eyrie_record header = task.header();
  header.size = static_cast<uint32_t>(record.size());
  if (is_cut) header.flags |= EYRIE_RECORD_TRUNCATED;
  std::memcpy(record.data(), &header, sizeof(header));
  return record;
}

SnapshotReader::SnapshotReader(int iterator_fd, std::string proc)
    : iterator_fd_(iterator_fd), proc_(std::move(proc)) {}

SnapshotReader::~SnapshotReader() { close(iterator_fd_); }

std::string SnapshotReader::Complete(const RecordView& task) const {
  const std::string folder = absl::StrCat(proc_, "/", task.process().pid);
  // One byte more than is kept tells whether something was cut.
  const std::string arguments =
      ReadStart(folder + "/cmdline", EYRIE_MAX_ARGS_BYTES + 1);
  const std::string environment =
      ReadStart(folder + "/environ", EYRIE_MAX_ENV_BYTES + 1);
  // Asked last: what was read is this process's if it is still this process.
  if (!IsSameProcess(ReadStart(folder + "/stat", kMaxStatBytes),
                     task.process().start_time_ns)) {
    return std::string(task.raw());
  }
  return AddStrings(task, arguments, environment);
}

absl::StatusOr<absl::Span<const RecordView>> SnapshotReader::Next() {
  records_.clear();
  views_.clear();
  while (records_.empty()) {
    const size_t old_size = pending_.size();
    pending_.resize(old_size + kReadBytes);
    const ssize_t count =
        read(iterator_fd_, pending_.data() + old_size, kReadBytes);
    const int error = errno;
    pending_.resize(old_size + (count > 0 ? static_cast<size_t>(count) : 0));
    if (count < 0 && (error == EINTR || error == EAGAIN)) continue;
    if (count < 0) {
      return absl::ErrnoToStatus(error, "reading the process iterator");
    }
    if (count == 0) break;
    size_t used = 0;
    while (pending_.size() - used >= sizeof(eyrie_record)) {
      const RecordView task = RecordView::Trusted(pending_.data() + used);
      if (pending_.size() - used < task.size()) break;
      records_.push_back(Complete(task));
      used += task.size();
    }
    pending_.erase(pending_.begin(), pending_.begin() + used);
  }
  for (const std::string& record : records_) {
    views_.push_back(RecordView::Trusted(record.data()));
  }
  return views_;
}

}  // namespace eyrie::collector
