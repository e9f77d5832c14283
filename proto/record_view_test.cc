// SPDX-License-Identifier: Apache-2.0
//
// Tests of RecordView, most of them with bytes that a hostile node might send.

#include "proto/record_view.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/testing/status_matchers.h"
#include "proto/record.h"
#include "proto/testing/record_builder.h"

namespace eyrie {
namespace {

using ::eyrie::testing::IsOk;
using ::eyrie::testing::RecordBuilder;
using ::eyrie::testing::StatusIs;
using ::testing::HasSubstr;

constexpr int kOpenatName = SlotOf(&eyrie_openat_args::name);
constexpr int kExecveArgs = SlotOf(&eyrie_execve_args::args);
constexpr int kConnectRemote = SlotOf(&eyrie_connect_args::remote);

static_assert(kOpenatName == 2);
static_assert(SlotOf(&eyrie_openat_args::fd) == 0);
static_assert(SlotOf(&eyrie_openat_args::file_flags) == 10);

std::string OpenRecord() {
  return RecordBuilder("openat")
      .Result(5)
      .Set("name", "/etc/shadow")
      .Set("realpath", "/etc/shadow")
      .Build();
}

template <typename T>
void Put(size_t offset, T value, std::string* bytes) {
  std::memcpy(bytes->data() + offset, &value, sizeof(value));
}

void PutRef(int slot, uint32_t offset, uint32_t length, std::string* bytes) {
  const size_t at = sizeof(eyrie_record) + 8 * slot;
  Put<uint32_t>(at, offset, bytes);
  Put<uint32_t>(at + 4, length, bytes);
}

uint32_t TailStart(absl::string_view bytes) {
  const RecordView view = RecordView::Trusted(bytes.data());
  return sizeof(eyrie_record) + 8 * view.slots();
}

TEST(RecordViewTest, ReadsHeaderAndArguments) {
  const std::string bytes = RecordBuilder("openat")
                                .Process(42, 77, 3)
                                .Tid(43)
                                .Comm("cat")
                                .Time(99)
                                .CgroupId(1234)
                                .Result(-13)
                                .Set("name", "shadow")
                                .Set("base", "/etc")
                                .Set("flags", 2)
                                .Build();
  ASSERT_OK_AND_ASSIGN(const RecordView view, RecordView::Check(bytes));
  EXPECT_EQ(view.size(), bytes.size());
  EXPECT_EQ(view.type(), EYRIE_EVENT_openat);
  EXPECT_EQ(view.slots(), EYRIE_SLOTS(openat));
  EXPECT_EQ(view.process().pid, 42u);
  EXPECT_EQ(view.process().start_time_ns, 77u);
  EXPECT_EQ(view.process().exec_id, 3u);
  EXPECT_EQ(view.header().tid, 43u);
  EXPECT_EQ(view.comm(), "cat");
  EXPECT_EQ(view.time_ns(), 99u);
  EXPECT_EQ(view.cgroup_id(), 1234u);
  EXPECT_EQ(view.result(), -13);
  EXPECT_EQ(view.flags(), uint32_t{EYRIE_RECORD_HAS_RESULT});
  EXPECT_EQ(view.bytes(kOpenatName), "shadow");
  EXPECT_EQ(view.bytes(SlotOf(&eyrie_openat_args::base)), "/etc");
  EXPECT_EQ(view.i64(SlotOf(&eyrie_openat_args::fd)), -13);
  EXPECT_EQ(view.u64(SlotOf(&eyrie_openat_args::flags)), 2u);
  EXPECT_EQ(view.raw(), bytes);
}

TEST(RecordViewTest, TellsNoValueFromEmptyValue) {
  RecordBuilder builder("openat");
  builder.Set("name", "");
  const RecordView view = builder.View();
  EXPECT_NE(view.bytes(kOpenatName).data(), nullptr);
  EXPECT_EQ(view.bytes(kOpenatName), "");
  EXPECT_EQ(view.bytes(SlotOf(&eyrie_openat_args::realpath)).data(), nullptr);
}

TEST(RecordViewTest, ReadsFromAnyAlignment) {
  const std::string bytes = OpenRecord();
  for (int shift = 0; shift < 8; ++shift) {
    const std::string shifted = std::string(shift, 'x') + bytes;
    const absl::string_view record = absl::string_view(shifted).substr(shift);
    ASSERT_OK_AND_ASSIGN(const RecordView view, RecordView::Check(record));
    EXPECT_EQ(view.bytes(kOpenatName), "/etc/shadow") << "shift " << shift;
  }
}

TEST(RecordViewTest, StepsThroughRecords) {
  const std::string first = OpenRecord();
  const std::string second =
      RecordBuilder("setuid").Set("uid", 7).Result(0).Build();
  const std::string bytes = first + second;
  ASSERT_OK_AND_ASSIGN(const RecordView view, RecordView::Check(bytes));
  EXPECT_EQ(view.size(), first.size());
  EXPECT_EQ(view.raw(), first);
  ASSERT_OK_AND_ASSIGN(
      const RecordView next,
      RecordView::Check(absl::string_view(bytes).substr(view.size())));
  EXPECT_EQ(next.u64(SlotOf(&eyrie_setuid_args::uid)), 7u);
}

TEST(RecordViewTest, ReadsOlderRecordsWithFewerSlots) {
  const std::string bytes =
      RecordBuilder("openat").Set("name", "/x").Slots(kOpenatName + 1).Build();
  ASSERT_OK_AND_ASSIGN(const RecordView view, RecordView::Check(bytes));
  EXPECT_TRUE(view.has(kOpenatName));
  EXPECT_FALSE(view.has(kOpenatName + 1));
  EXPECT_EQ(view.u64(kOpenatName + 1), 0u);
  EXPECT_EQ(view.bytes(SlotOf(&eyrie_openat_args::realpath)).data(), nullptr);
  EXPECT_FALSE(view.has(-1));
}

TEST(RecordViewTest, ReadsNewerRecordsWithMoreSlots) {
  // A setuid of the future: five arguments, of which we know two.
  std::string bytes = RecordBuilder("setuid").Set("uid", 7).Build();
  bytes += std::string(24, '\xff');
  Put<uint32_t>(offsetof(eyrie_record, size), bytes.size(), &bytes);
  Put<uint16_t>(offsetof(eyrie_record, slots), 5, &bytes);
  ASSERT_OK_AND_ASSIGN(const RecordView view, RecordView::Check(bytes));
  EXPECT_EQ(view.u64(SlotOf(&eyrie_setuid_args::uid)), 7u);
  EXPECT_TRUE(view.has(4));
}

TEST(RecordViewTest, PassesUnknownEventsUnchecked) {
  std::string bytes = RecordBuilder::UnknownEvent(4000).Build();
  bytes += std::string(8, '\xff');
  Put<uint32_t>(offsetof(eyrie_record, size), bytes.size(), &bytes);
  Put<uint16_t>(offsetof(eyrie_record, slots), 1, &bytes);
  ASSERT_OK_AND_ASSIGN(const RecordView view, RecordView::Check(bytes));
  EXPECT_EQ(view.type(), 4000);
  EXPECT_EQ(view.u64(0), ~uint64_t{0});
  // Nonsense, but never beyond the record.
  EXPECT_EQ(view.bytes(0).data(), nullptr);
}

TEST(RecordViewTest, ReadsAddresses) {
  RecordBuilder builder("connect");
  builder.SetAddress("remote", "10.1.2.3:443")
      .SetAddress("local", "[fe80::1]:22")
      .SetAddress("addr", "unix:/run/x.sock");
  const std::string bytes = builder.Build();
  ASSERT_OK_AND_ASSIGN(const RecordView view, RecordView::Check(bytes));
  eyrie_sockaddr address;
  absl::string_view path = "before";
  ASSERT_TRUE(view.address(kConnectRemote, &address, &path));
  EXPECT_EQ(address.family, 2);
  EXPECT_EQ(address.port, 443);
  EXPECT_EQ(std::memcmp(address.address, "\x0a\x01\x02\x03", 4), 0);
  EXPECT_EQ(path, "");
  ASSERT_TRUE(
      view.address(SlotOf(&eyrie_connect_args::local), &address, nullptr));
  EXPECT_EQ(address.family, 10);
  EXPECT_EQ(address.address[15], 1);
  ASSERT_TRUE(view.address(SlotOf(&eyrie_connect_args::addr), &address, &path));
  EXPECT_EQ(address.family, 1);
  EXPECT_EQ(path, "/run/x.sock");
  // A scalar slot holds no address, whatever it says.
  EXPECT_FALSE(view.address(SlotOf(&eyrie_connect_args::fd), &address, &path));
}

TEST(RecordViewTest, TakesTheLongestRecordAndNoLonger) {
  // Exec's other strings have no value, so the arguments fill the tail.
  const size_t room =
      EYRIE_MAX_RECORD_SIZE - sizeof(eyrie_record) - 8 * EYRIE_SLOTS(execve);
  std::string bytes = RecordBuilder("execve")
                          .SetStrings("args", {std::string(room - 1, 'a')})
                          .Build();
  ASSERT_EQ(bytes.size(), EYRIE_MAX_RECORD_SIZE);
  EXPECT_THAT(RecordView::Check(bytes), IsOk());
  bytes += std::string(8, '\0');
  Put<uint32_t>(offsetof(eyrie_record, size), bytes.size(), &bytes);
  EXPECT_THAT(RecordView::Check(bytes),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("exceeds the limit of 20480")));
}

TEST(RecordViewTest, RejectsMalformedRecords) {
  using Edit = std::function<void(std::string*)>;
  struct Case {
    const char* what;
    Edit edit;
    const char* message;
  };
  const auto put32 = [](size_t offset, uint32_t value) -> Edit {
    return [=](std::string* bytes) { Put<uint32_t>(offset, value, bytes); };
  };
  const auto put16 = [](size_t offset, uint16_t value) -> Edit {
    return [=](std::string* bytes) { Put<uint16_t>(offset, value, bytes); };
  };
  const auto ref = [](int slot, uint32_t offset, uint32_t length) -> Edit {
    return [=](std::string* bytes) { PutRef(slot, offset, length, bytes); };
  };
  const uint32_t size = OpenRecord().size();
  const uint32_t tail = TailStart(OpenRecord());
  const std::vector<Case> cases = {
      {"empty", [](std::string* bytes) { bytes->clear(); },
       "0 bytes are less than the 120 of a record's header"},
      {"cut header", [](std::string* bytes) { bytes->resize(119); },
       "119 bytes are less"},
      {"cut tail", [](std::string* bytes) { bytes->resize(bytes->size() - 1); },
       "exceeds the"},
      {"size 0", put32(0, 0), "size 0 is less than the 120 of the header"},
      {"size of half a header", put32(0, 64), "size 64 is less"},
      {"odd size", put32(0, size - 4), "is not a multiple of 8"},
      {"size beyond bytes", put32(0, size + 8), "exceeds the"},
      {"huge size", put32(0, 0xfffffff8), "exceeds the limit"},
      {"no type", put16(4, 0), "type 0 is no event id"},
      {"type beyond ids", put16(4, 4096), "type 4096 is no event id"},
      {"slots beyond size", put16(6, 64), "64 slots do not fit in size"},
      {"too many slots", put16(6, 65), "65 slots exceed the limit of 64"},
      {"most slots", put16(6, 0xffff), "65535 slots exceed the limit"},
      {"comm without NUL",
       [](std::string* bytes) { std::memset(bytes->data() + 88, 'c', 16); },
       "comm has no NUL (at byte 88)"},
      {"value in the header", ref(kOpenatName, 8, 4), "outside the tail"},
      {"value in the slots", ref(kOpenatName, tail - 1, 4), "outside the tail"},
      {"value without offset", ref(kOpenatName, 0, 4), "outside the tail"},
      {"value beyond the end", ref(kOpenatName, tail, size - tail + 1),
       "outside the tail"},
      {"empty value beyond the end", ref(kOpenatName, size + 1, 0),
       "outside the tail"},
      {"sum that wraps", ref(kOpenatName, tail, 0xffffffff - tail + 1),
       "outside the tail"},
      {"largest of both", ref(kOpenatName, 0xffffffff, 0xffffffff),
       "slot 2 has bytes [4294967295, 8589934590) outside the tail"},
  };
  for (const Case& test : cases) {
    std::string bytes = OpenRecord();
    test.edit(&bytes);
    // In memory of its own, so that a sanitizer sees a read beyond it.
    const std::vector<char> copy(bytes.begin(), bytes.end());
    EXPECT_THAT(
        RecordView::Check(absl::string_view(copy.data(), copy.size())),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(test.message)))
        << test.what;
  }
}

TEST(RecordViewTest, TakesValuesThatEndWhereTheRecordEnds) {
  std::string bytes = OpenRecord();
  const uint32_t size = bytes.size();
  const uint32_t tail = TailStart(bytes);
  for (const auto& [offset, length] :
       std::vector<std::pair<uint32_t, uint32_t>>{
           {tail, size - tail}, {tail, 0}, {size, 0}, {size - 1, 1}}) {
    PutRef(kOpenatName, offset, length, &bytes);
    EXPECT_THAT(RecordView::Check(bytes), IsOk())
        << "[" << offset << ", +" << length << ")";
  }
}

TEST(RecordViewTest, RejectsStringListsWithoutFinalNul) {
  std::string bytes =
      RecordBuilder("execve").SetStrings("args", {"-l", "/tmp"}).Build();
  ASSERT_THAT(RecordView::Check(bytes), IsOk());
  const uint32_t tail = TailStart(bytes);
  PutRef(kExecveArgs, tail, 7, &bytes);  // "-l\0/tmp"
  EXPECT_THAT(RecordView::Check(bytes),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("string list of slot 2 does not end with a "
                                 "NUL")));
  PutRef(kExecveArgs, tail, 3, &bytes);
  EXPECT_THAT(RecordView::Check(bytes), IsOk());
  PutRef(kExecveArgs, tail, 0, &bytes);
  EXPECT_THAT(RecordView::Check(bytes), IsOk());
}

TEST(RecordViewTest, RejectsAddressesOfIllegalLength) {
  struct Case {
    uint16_t family;
    uint32_t length;
    bool is_legal;
  };
  // A tail with room for every length.
  std::string bytes = RecordBuilder("connect")
                          .SetAddress("remote", "unix:" + std::string(108, 'p'))
                          .Build() +
                      std::string(8, '\0');
  Put<uint32_t>(offsetof(eyrie_record, size), bytes.size(), &bytes);
  const uint32_t tail = TailStart(bytes);
  for (const Case& test : std::vector<Case>{{2, 24, true},
                                            {10, 24, true},
                                            {0, 24, true},
                                            {1, 24, true},
                                            {1, 24 + 108, true},
                                            {1, 24 + 109, false},
                                            {1, 23, false},
                                            {2, 0, false},
                                            {2, 1, false},
                                            {2, 23, false},
                                            {2, 25, false},
                                            {10, 32, false},
                                            {16, 25, false}}) {
    Put<uint16_t>(tail, test.family, &bytes);
    PutRef(kConnectRemote, tail, test.length, &bytes);
    EXPECT_EQ(RecordView::Check(bytes).ok(), test.is_legal)
        << "family " << test.family << ", length " << test.length;
  }
}

// Any single byte changed: Check() decides, and what passes is read safely.
TEST(RecordViewTest, SurvivesEveryByteSetToEveryExtreme) {
  const std::string original = RecordBuilder("connect")
                                   .SetAddress("remote", "10.0.0.1:1")
                                   .SetAddress("addr", "unix:/run/s")
                                   .Build();
  int passed = 0;
  for (size_t at = 0; at < original.size(); ++at) {
    for (const char value : {'\x00', '\x01', '\x7f', '\x80', '\xff'}) {
      std::vector<char> bytes(original.begin(), original.end());
      bytes[at] = value;
      const auto view =
          RecordView::Check(absl::string_view(bytes.data(), bytes.size()));
      if (!view.ok()) continue;
      ++passed;
      uint64_t sum = view->comm().size() + view->raw().size();
      for (int slot = -1; slot <= EYRIE_MAX_SLOTS; ++slot) {
        for (const char c : view->bytes(slot)) sum += c;
        eyrie_sockaddr address;
        absl::string_view path;
        if (view->address(slot, &address, &path)) sum += path.size();
      }
      EXPECT_GT(sum, 0u);
    }
  }
  EXPECT_GT(passed, 0);
}

}  // namespace
}  // namespace eyrie
