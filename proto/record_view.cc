// SPDX-License-Identifier: Apache-2.0

#include "proto/record_view.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "proto/record.h"

namespace eyrie {
namespace {

static_assert(std::endian::native == std::endian::little,
              "records are read by memcpy and are little-endian");

// Longest path of an AF_UNIX address, bytes (sizeof sockaddr_un::sun_path).
constexpr size_t kMaxUnixPath = 108;
// AF_UNIX; the same on every architecture.
constexpr uint16_t kFamilyUnix = 1;

// What Check() must know about the slots of one event: bit N is slot N.
struct SlotMasks {
  uint64_t variable = 0;  // {offset, length} into the tail
  uint64_t strings = 0;   // of these, lists of strings
  uint64_t address = 0;   // of these, addresses
};

// How Check() treats a slot of each TYPE of proto/events.def.
template <typename Slot>
constexpr bool kIsVariable = std::is_same_v<Slot, eyrie_ref>;

constexpr bool SameText(const char* a, const char* b) {
  for (; *a != '\0' && *a == *b; ++a, ++b) {
  }
  return *a == *b;
}

constexpr int kMaxEventId = [] {
  int max_id = 0;
#define EVENT(id, name, category) max_id = id > max_id ? id : max_id;
#include "proto/events.def"
  return max_id;
}();

struct EventSlots {
  bool is_known = false;
  SlotMasks masks;
};

// Index = event id.
constexpr std::array<EventSlots, kMaxEventId + 1> kEventSlots = [] {
  std::array<EventSlots, kMaxEventId + 1> events{};
  int event_id = 0;
  uint64_t slot = 1;
#define EVENT(id, name, category) \
  event_id = id;                  \
  slot = 1;                       \
  events[event_id].is_known = true;
#define ARG(event, TYPE, field, argument, doc)                  \
  {                                                             \
    SlotMasks& masks = events[event_id].masks;                  \
    if (kIsVariable<EYRIE_SLOT_##TYPE>) masks.variable |= slot; \
    if (SameText(#TYPE, "STRINGS")) masks.strings |= slot;      \
    if (SameText(#TYPE, "SOCKADDR")) masks.address |= slot;     \
    slot <<= 1;                                                 \
  }
#include "proto/events.def"
  return events;
}();

absl::Status Malformed(size_t offset, absl::string_view fault) {
  return absl::InvalidArgumentError(
      absl::StrCat("malformed record: ", fault, " (at byte ", offset, ")"));
}

absl::Status CheckHeader(absl::string_view bytes, const eyrie_record& header) {
  if (header.size < sizeof(eyrie_record)) {
    return Malformed(offsetof(eyrie_record, size),
                     absl::StrCat("size ", header.size, " is less than the ",
                                  sizeof(eyrie_record), " of the header"));
  }
  if (header.size > EYRIE_MAX_RECORD_SIZE) {
    return Malformed(
        offsetof(eyrie_record, size),
        absl::StrCat("size ", header.size, " exceeds the limit of ",
                     EYRIE_MAX_RECORD_SIZE));
  }
  if (header.size % 8 != 0) {
    return Malformed(
        offsetof(eyrie_record, size),
        absl::StrCat("size ", header.size, " is not a multiple of 8"));
  }
  if (header.size > bytes.size()) {
    return Malformed(offsetof(eyrie_record, size),
                     absl::StrCat("size ", header.size, " exceeds the ",
                                  bytes.size(), " bytes there are"));
  }
  if (header.type == EYRIE_EVENT_NONE || header.type >= EYRIE_EVENT_LIMIT) {
    return Malformed(offsetof(eyrie_record, type),
                     absl::StrCat("type ", header.type, " is no event id"));
  }
  if (header.slots > EYRIE_MAX_SLOTS) {
    return Malformed(offsetof(eyrie_record, slots),
                     absl::StrCat(header.slots, " slots exceed the limit of ",
                                  EYRIE_MAX_SLOTS));
  }
  if (sizeof(eyrie_record) + 8ull * header.slots > header.size) {
    return Malformed(
        offsetof(eyrie_record, slots),
        absl::StrCat(header.slots, " slots do not fit in size ", header.size));
  }
  if (std::memchr(header.comm, '\0', sizeof(header.comm)) == nullptr) {
    return Malformed(offsetof(eyrie_record, comm), "comm has no NUL");
  }
  return absl::OkStatus();
}

absl::Status CheckAddress(absl::string_view value, size_t offset) {
  if (value.size() < sizeof(eyrie_sockaddr)) {
    return Malformed(offset, absl::StrCat("address of ", value.size(),
                                          " bytes is shorter than ",
                                          sizeof(eyrie_sockaddr)));
  }
  uint16_t family;
  std::memcpy(&family, value.data(), sizeof(family));
  const size_t max_path = family == kFamilyUnix ? kMaxUnixPath : 0;
  if (value.size() > sizeof(eyrie_sockaddr) + max_path) {
    return Malformed(offset,
                     absl::StrCat("address of ", value.size(),
                                  " bytes is too long for family ", family));
  }
  return absl::OkStatus();
}

// Checks slot `index`, which lies at byte `offset` and points into the tail.
absl::Status CheckVariable(absl::string_view record, const SlotMasks& masks,
                           uint16_t slots, int index) {
  const size_t offset = sizeof(eyrie_record) + 8 * index;
  eyrie_ref ref;
  std::memcpy(&ref, record.data() + offset, sizeof(ref));
  if (ref.offset == 0 && ref.length == 0) return absl::OkStatus();
  const size_t tail = sizeof(eyrie_record) + 8ull * slots;
  if (ref.offset < tail || uint64_t{ref.offset} + ref.length > record.size()) {
    return Malformed(
        offset,
        absl::StrCat("slot ", index, " has bytes [", ref.offset, ", ",
                     uint64_t{ref.offset} + ref.length, ") outside the tail [",
                     tail, ", ", record.size(), ")"));
  }
  const absl::string_view value = record.substr(ref.offset, ref.length);
  const uint64_t bit = uint64_t{1} << index;
  if ((masks.address & bit) != 0) return CheckAddress(value, offset);
  if ((masks.strings & bit) != 0 && !value.empty() && value.back() != '\0') {
    return Malformed(offset, absl::StrCat("string list of slot ", index,
                                          " does not end with a NUL"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<RecordView> RecordView::Check(absl::string_view bytes) {
  if (bytes.size() < sizeof(eyrie_record)) {
    return Malformed(
        0, absl::StrCat(bytes.size(), " bytes are less than the ",
                        sizeof(eyrie_record), " of a record's header"));
  }
  eyrie_record header;
  std::memcpy(&header, bytes.data(), sizeof(header));
  if (absl::Status status = CheckHeader(bytes, header); !status.ok()) {
    return status;
  }
  if (header.type <= kMaxEventId && kEventSlots[header.type].is_known) {
    const SlotMasks& masks = kEventSlots[header.type].masks;
    const absl::string_view record = bytes.substr(0, header.size);
    const uint64_t carried =
        header.slots >= 64 ? ~uint64_t{0} : (uint64_t{1} << header.slots) - 1;
    for (uint64_t rest = masks.variable & carried; rest != 0;
         rest &= rest - 1) {
      if (absl::Status status = CheckVariable(record, masks, header.slots,
                                              std::countr_zero(rest));
          !status.ok()) {
        return status;
      }
    }
  }
  return RecordView(bytes.data());
}

absl::string_view RecordView::bytes(int index) const {
  const uint64_t slot = u64(index);
  const uint64_t offset = slot & 0xffffffff;
  const uint64_t length = slot >> 32;
  if (offset == 0 || offset + length > size()) return absl::string_view();
  return absl::string_view(bytes_ + offset, length);
}

bool RecordView::address(int index, eyrie_sockaddr* address,
                         absl::string_view* unix_path) const {
  const absl::string_view value = bytes(index);
  if (value.size() < sizeof(*address)) return false;
  std::memcpy(address, value.data(), sizeof(*address));
  if (unix_path != nullptr) {
    *unix_path = address->family == kFamilyUnix ? value.substr(sizeof(*address))
                                                : absl::string_view();
  }
  return true;
}

}  // namespace eyrie
