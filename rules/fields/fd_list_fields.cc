// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/fd_list_fields.h"

#include <cstddef>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "rules/check/types.h"
#include "rules/fields/event.h"
#include "rules/fields/event_layout.h"
#include "rules/fields/extractor.h"
#include "rules/fields/field.h"
#include "rules/fields/poll_list.h"

namespace eyrie::rules {
namespace {

Extracted Numbers(const Event& event, Scratch& scratch) {
  const int slot = LayoutOf(event.record).polled;
  if (slot < 0) return Absent();
  const absl::string_view bytes = event.record.bytes(slot);
  if (bytes.data() == nullptr) return Unknown();
  const PollList polled(bytes);
  if (polled.size() == 0) return Absent();
  std::string& text = scratch.Buffer();
  for (size_t i = 0; i < polled.size(); ++i) {
    absl::StrAppend(&text, text.empty() ? "" : ",", polled[i].fd);
  }
  return Text(scratch.Keep(text));
}

// Unknown where the field could have a value.
Extracted OfPoll(const Event& event) {
  return LayoutOf(event.record).polled < 0 ? Absent() : Unknown();
}

constexpr absl::string_view kNoNames =
    "what the polled descriptors are (later sensor work)";

const FieldInfo kFields[] = {
    {.name = "fdlist.nums",
     .type = FieldType::kString,
     .doc = "Numbers of the descriptors polled, joined by commas.",
     .read = Read<Numbers>},
    {.name = "fdlist.names",
     .type = FieldType::kString,
     .unavailable = kNoNames,
     .doc = "Names of the descriptors polled.",
     .read = Read<OfPoll>},
    {.name = "fdlist.cips",
     .type = FieldType::kString,
     .unavailable = kNoNames,
     .doc = "Client addresses of the descriptors polled.",
     .read = Read<OfPoll>},
    {.name = "fdlist.sips",
     .type = FieldType::kString,
     .unavailable = kNoNames,
     .doc = "Server addresses of the descriptors polled.",
     .read = Read<OfPoll>},
    {.name = "fdlist.cports",
     .type = FieldType::kString,
     .unavailable = kNoNames,
     .doc = "Client ports of the descriptors polled.",
     .read = Read<OfPoll>},
    {.name = "fdlist.sports",
     .type = FieldType::kString,
     .unavailable = kNoNames,
     .doc = "Server ports of the descriptors polled.",
     .read = Read<OfPoll>},
};

}  // namespace

absl::Span<const FieldInfo> FdListFields() { return kFields; }

}  // namespace eyrie::rules
