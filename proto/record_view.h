// SPDX-License-Identifier: Apache-2.0
//
// Checked, read-only access to one event record.

#ifndef EYRIE_PROTO_RECORD_VIEW_H_
#define EYRIE_PROTO_RECORD_VIEW_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "proto/record.h"

namespace eyrie {

// A view of one record in somebody else's bytes.
//
// Lifetime: borrows; the bytes must outlive the view and everything read from
// it. Any alignment will do: all reads copy.
//
// Thread safety: immutable.
class RecordView {
 public:
  // Checks the record at the start of `bytes`: header and size fit, size is a
  // multiple of 8 and at most EYRIE_MAX_RECORD_SIZE, slots fit, comm has a NUL,
  // and for a known event type every variable argument lies in the tail (after
  // the slots, within size), addresses have a legal length, string lists end
  // with a NUL. Unknown event types pass with no argument checks: ids are never
  // reused and newer collectors may know more.
  //
  // `bytes` may hold further records after this one; view().size() is the step.
  //
  // Returns kInvalidArgument naming the first fault and its offset.
  static absl::StatusOr<RecordView> Check(absl::string_view bytes);

  // A view without checks. REQUIRES: Check() passed on these bytes before, or
  // the kernel wrote them.
  static RecordView Trusted(const char* bytes) { return RecordView(bytes); }

  eyrie_record header() const {
    eyrie_record header;
    std::memcpy(&header, bytes_, sizeof(header));
    return header;
  }
  uint32_t size() const { return Load<uint32_t>(0); }
  uint16_t type() const { return Load<uint16_t>(4); }
  uint16_t slots() const { return Load<uint16_t>(6); }
  uint32_t flags() const { return Load<uint32_t>(8); }
  uint64_t time_ns() const { return Load<uint64_t>(16); }
  int64_t result() const {
    return Load<int64_t>(offsetof(eyrie_record, result));
  }
  uint64_t cgroup_id() const {
    return Load<uint64_t>(offsetof(eyrie_record, cgroup_id));
  }
  eyrie_process_key process() const {
    return Load<eyrie_process_key>(offsetof(eyrie_record, process));
  }
  // Name of the acting thread.
  absl::string_view comm() const {
    const char* comm = bytes_ + offsetof(eyrie_record, comm);
    return absl::string_view(comm, strnlen(comm, sizeof(eyrie_record::comm)));
  }

  // Whether the record carries slot `index`; older collectors send fewer.
  bool has(int index) const { return index >= 0 && index < slots(); }
  // The raw 8 bytes of slot `index`; 0 if the record does not carry it.
  uint64_t u64(int index) const {
    return has(index) ? Load<uint64_t>(sizeof(eyrie_record) + 8ull * index) : 0;
  }
  int64_t i64(int index) const { return static_cast<int64_t>(u64(index)); }
  // The bytes that slot `index` points to; data() is null if there is no value.
  // REQUIRES: the argument's type is of variable length. (If it is not, the
  // result is nonsense, but never reaches beyond the record.)
  absl::string_view bytes(int index) const;
  // The address in slot `index`. False if there is none.
  // `unix_path`, if not null, gets the path of an AF_UNIX address.
  bool address(int index, eyrie_sockaddr* address,
               absl::string_view* unix_path) const;

  // The record's own bytes.
  absl::string_view raw() const { return absl::string_view(bytes_, size()); }

 private:
  explicit RecordView(const char* bytes) : bytes_(bytes) {}
  template <typename T>
  T Load(size_t offset) const {
    T value;
    std::memcpy(&value, bytes_ + offset, sizeof(value));
    return value;
  }

  const char* bytes_;
};

// Slot number of an argument: SlotOf(&eyrie_openat_args::flags) == 3.
template <typename Args, typename Member>
constexpr int SlotOf(Member Args::*member) {
  // Every slot holds its own number: reading the member gives it.
  std::array<uint64_t, sizeof(Args) / 8> numbers{};
  for (size_t i = 0; i < numbers.size(); ++i) numbers[i] = i;
  const Args args = std::bit_cast<Args>(numbers);
  return static_cast<int>(std::bit_cast<uint64_t>(args.*member));
}

}  // namespace eyrie

#endif  // EYRIE_PROTO_RECORD_VIEW_H_
