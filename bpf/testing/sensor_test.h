// SPDX-License-Identifier: Apache-2.0
//
// What tests of the sensor share: the sensor itself, and ways to await a
// record.

#ifndef EYRIE_BPF_TESTING_SENSOR_TEST_H_
#define EYRIE_BPF_TESTING_SENSOR_TEST_H_

#include <sys/types.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"

#include "collector/source/bpf_event_source.h"
#include "proto/record.h"
#include "proto/record_view.h"

namespace eyrie::testing {

// A record of its own.
class Record {
 public:
  explicit Record(const RecordView& view) : bytes_(view.raw()) {}

  RecordView view() const { return RecordView::Trusted(bytes_.data()); }
  eyrie_record header() const { return view().header(); }
  bool has_flag(eyrie_record_flag flag) const {
    return (view().flags() & flag) != 0;
  }

  // An argument: Int(&eyrie_openat_args::fd).
  template <typename Args, typename Member>
  int64_t Int(Member Args::*member) const {
    return view().i64(SlotOf(member));
  }
  // Of variable length; "(none)" if there is no value.
  template <typename Args>
  std::string Text(eyrie_ref Args::*member) const {
    const absl::string_view text = view().bytes(SlotOf(member));
    return text.data() == nullptr ? "(none)" : std::string(text);
  }
  // An address as "1.2.3.4:80", "[::1]:80", "unix:/path", "unix:@abstract",
  // "family 16"; "(none)" if there is none.
  template <typename Args>
  std::string Address(eyrie_ref Args::*member) const {
    return AddressAt(SlotOf(member));
  }
  // All arguments by the names of their slots, as text: numbers signed and
  // decimal, bytes as they are, addresses as Address(); "(none)" without a
  // value.
  std::map<std::string, std::string> Arguments() const;
  // What the record holds beside header and arguments, without zeros: remains
  // of other records, which nobody is to see.
  std::string Remains() const;

 private:
  std::string AddressAt(int slot) const;

  std::string bytes_;
};

// Which of the sensor's ways to see and to read a test uses. They must give the
// same records.
struct SensorVariant {
  const char* name;
  collector::CallHooks hooks;
  bool direct_loads;
};

// How messages of a test name it.
inline std::ostream& operator<<(std::ostream& out,
                                const SensorVariant& variant) {
  return out << variant.name;
}

// All that this kernel can: hooks on tracepoints, with direct loads and with
// the helper that older kernels have; and hooks on functions, unless
// WhyNoFunctionHooks().
std::vector<SensorVariant> SensorVariants();

// OK if this kernel takes hooks on functions, else why not.
absl::Status WhyNoFunctionHooks();

// Runs every test with each variant. Skips where the kernel cannot run the
// sensor.
class SensorTest : public ::testing::TestWithParam<SensorVariant> {
 protected:
  void SetUp() override;

  // Awaits a record of `type` made by process `pid` after this test began, that
  // `wanted` accepts. Fails the test if none comes in 10 s. Records pass once:
  // those before the one returned are gone.
  Record Await(
      eyrie_event type, pid_t pid,
      const std::function<bool(const Record&)>& wanted = [](const Record&) {
        return true;
      });
  // The same for this process.
  Record Await(eyrie_event type);
  // The records of process `pid` from now up to the first of `type`.
  std::vector<Record> AwaitAll(eyrie_event type, pid_t pid);

  // Reports these types and no others, until the test ends, and forgets the
  // records that there are. Without it a test gets those that the first
  // programs of the sensor made: exec, chdir, opens, removals, sockets, setuid.
  void Want(absl::Span<const uint16_t> types);

  collector::BpfEventSource* source() { return source_; }
  // An empty directory of this test.
  const std::string& directory() const { return directory_; }
  // A path below it.
  std::string Path(const std::string& name) const {
    return directory_ + "/" + name;
  }

 private:
  // Drops the records of earlier tests.
  void ForgetRecords();
  std::optional<Record> Next();

  collector::BpfEventSource* source_ = nullptr;
  std::deque<Record> records_;  // polled, not passed on yet
  std::string directory_;
};

// Runs `body` in a forked child, which then exits with its value; returns the
// child's pid. `status` gets the wait status.
pid_t RunInChild(const std::function<int()>& body, int* status = nullptr);

// In place of an argument's value: any will do.
inline constexpr char kAnything[] = "(anything)";

// Expects these arguments of the record, by the names of their slots, with
// their values as Record::Arguments() has them. Every argument that rules can
// name must be among them.
void ExpectArguments(const Record& record,
                     const std::map<std::string, std::string>& expected);

// Makes a file with `content` and mode 0644.
void WriteFile(const std::string& path, const std::string& content);

// Start of process `pid` ("self") as /proc/PID/stat has it, in clock ticks.
uint64_t StartTicks(const std::string& pid);
// The same of a kernel time.
uint64_t ToTicks(uint64_t start_time_ns);

#define EYRIE_INSTANTIATE_SENSOR_TEST(Suite)                            \
  INSTANTIATE_TEST_SUITE_P(                                             \
      , Suite, ::testing::ValuesIn(::eyrie::testing::SensorVariants()), \
      [](const auto& info) { return std::string(info.param.name); })

}  // namespace eyrie::testing

#endif  // EYRIE_BPF_TESTING_SENSOR_TEST_H_
