// SPDX-License-Identifier: Apache-2.0

#include "collector/source/event_calls.h"

#include <algorithm>
#include <bitset>
#include <cstdint>
#include <iterator>

#include "absl/types/span.h"

namespace eyrie::collector {
namespace {

// Numbers of one call; -1 where there is none.
struct CallNumbers {
  uint16_t event;
  int native;
  int compat32;
};

#if defined(__x86_64__)
#define EYRIE_CALL_NUMBERS(event, x86_64, i386, arm64, arm) \
  {EYRIE_EVENT_##event, x86_64, i386},
constexpr int kCompatSocketcall = 102;
#elif defined(__aarch64__)
#define EYRIE_CALL_NUMBERS(event, x86_64, i386, arm64, arm) \
  {EYRIE_EVENT_##event, arm64, arm},
constexpr int kCompatSocketcall = 102;
#else
#error "collector/source/syscall_numbers.def lacks this architecture"
#endif

constexpr CallNumbers kCalls[] = {
#define CALL EYRIE_CALL_NUMBERS
#include "collector/source/syscall_numbers.def"
};

struct SocketCall {
  uint16_t event;
  int number;
};

constexpr SocketCall kSocketCalls[] = {
#define SOCKETCALL(event, number) {EYRIE_EVENT_##event, number},
#include "collector/source/syscall_numbers.def"
};

using EventSet = std::bitset<EYRIE_COUNTED_EVENTS>;

EventSet ToSet(absl::Span<const uint16_t> types) {
  EventSet set;
  for (const uint16_t type : types) {
    if (type < set.size()) set.set(type);
  }
  return set;
}

}  // namespace

CallTable MakeCallTable(absl::Span<const uint16_t> types) {
  const EventSet wanted = ToSet(types);
  CallTable table{};
  for (const CallNumbers& call : kCalls) {
    if (!wanted[call.event]) continue;
    if (call.native >= 0) table[EYRIE_ABI_NATIVE][call.native] = call.event;
    if (call.compat32 >= 0) {
      table[EYRIE_ABI_COMPAT32][call.compat32] = call.event;
    }
  }
  for (const SocketCall& call : kSocketCalls) {
    if (!wanted[call.event]) continue;
    table[EYRIE_ABI_SOCKETCALL][call.number] = call.event;
    table[EYRIE_ABI_COMPAT32][kCompatSocketcall] = EYRIE_SOCKETCALL_EVENTS;
  }
  return table;
}

bool IsEmpty(const CallTable& table) { return table == CallTable{}; }

bool WantsEntry(const CallTable& table) {
  return std::any_of(table.begin(), table.end(), [](const auto& row) {
    return std::find(row.begin(), row.end(), EYRIE_EVENT_close) != row.end();
  });
}

bool IsMadeByCall(uint16_t type) {
  return std::any_of(
      std::begin(kCalls), std::end(kCalls),
      [type](const CallNumbers& call) { return call.event == type; });
}

}  // namespace eyrie::collector
