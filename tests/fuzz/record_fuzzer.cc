// SPDX-License-Identifier: Apache-2.0
//
// Feeds hostile bytes to the check that records pass at ingest, then reads all
// that the check let through.

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/string_view.h"

#include "proto/event_catalog.h"
#include "proto/record.h"
#include "proto/record_view.h"

namespace eyrie {
namespace {

// Reads every byte, so that a sanitizer sees one that is not the record's.
uint64_t Sum(absl::string_view bytes) {
  uint64_t sum = bytes.size();
  for (const char c : bytes) sum += static_cast<uint8_t>(c);
  return sum;
}

void Require(bool holds) {
  if (!holds) std::abort();
}

// Whether `value` lies within `record`, if there is one.
bool IsWithin(absl::string_view value, absl::string_view record) {
  return value.data() == nullptr ||
         (value.data() >= record.data() &&
          value.data() + value.size() <= record.data() + record.size());
}

uint64_t ReadAll(const RecordView& view) {
  uint64_t sum = Sum(view.raw()) + Sum(view.comm()) + view.type() +
                 view.flags() + view.time_ns() + view.cgroup_id() +
                 static_cast<uint64_t>(view.result()) + view.process().pid +
                 view.header().tid;
  for (int slot = -1; slot <= EYRIE_MAX_SLOTS; ++slot) {
    sum += view.u64(slot) + static_cast<uint64_t>(view.i64(slot));
    const absl::string_view bytes = view.bytes(slot);
    Require(IsWithin(bytes, view.raw()));
    sum += Sum(bytes);
    eyrie_sockaddr address;
    absl::string_view path;
    if (view.address(slot, &address, &path)) {
      Require(IsWithin(path, view.raw()));
      sum += Sum(path) + address.port;
    }
  }
  return sum;
}

// What Check() promises of a record of a known event.
void RequireArguments(const RecordView& view, const EventInfo& event) {
  for (size_t slot = 0; slot < event.arguments.size(); ++slot) {
    const ArgumentType type = event.arguments[slot].type;
    if (!IsVariable(type)) continue;
    const absl::string_view bytes = view.bytes(static_cast<int>(slot));
    if (type == ArgumentType::kStrings && !bytes.empty()) {
      Require(bytes.back() == '\0');
    }
    if (type == ArgumentType::kSockaddr && bytes.data() != nullptr) {
      Require(bytes.size() >= sizeof(eyrie_sockaddr));
    }
  }
}

// Walks records back to back, as ingest does with a batch.
uint64_t ReadBatch(absl::string_view bytes) {
  uint64_t sum = 0;
  while (!bytes.empty()) {
    const auto view = RecordView::Check(bytes);
    if (!view.ok()) return sum + view.status().message().size();
    Require(view->size() >= sizeof(eyrie_record) &&
            view->size() <= bytes.size());
    if (const EventInfo* event = FindEvent(view->type())) {
      RequireArguments(*view, *event);
    }
    sum += ReadAll(*view);
    bytes.remove_prefix(view->size());
  }
  return sum;
}

}  // namespace
}  // namespace eyrie

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // Keeps the reads from being optimized away.
  static volatile uint64_t sink;
  sink = eyrie::ReadBatch(
      absl::string_view(reinterpret_cast<const char*>(data), size));
  (void)sink;
  return 0;
}
