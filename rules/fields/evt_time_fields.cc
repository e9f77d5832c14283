// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/evt_time_fields.h"

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "rules/check/types.h"
#include "rules/fields/event.h"
#include "rules/fields/extractor.h"
#include "rules/fields/field.h"
#include "rules/fields/time_text.h"

namespace eyrie::rules {
namespace {

uint64_t EpochNs(const Event& event) {
  return event.record.time_ns() + static_cast<uint64_t>(event.clock_offset_ns);
}

Extracted RawTime(const Event& event) { return Number(EpochNs(event)); }

Extracted RawTimeSeconds(const Event& event) {
  return Number(EpochNs(event) / kNsPerSecond);
}

Extracted RawTimeNs(const Event& event) {
  return Number(EpochNs(event) % kNsPerSecond);
}

template <const char* format>
Extracted Formatted(const Event& event, Scratch& scratch) {
  return Text(TimeText(format, EpochNs(event), scratch));
}

constexpr absl::string_view kNoStart = "the start of the capture";
constexpr absl::string_view kNoPrevious = "the time of the event before";
constexpr absl::string_view kNoLatency =
    "deprecated, the reference always gives 0";

const FieldInfo kFields[] = {
    {.name = "evt.time",
     .type = FieldType::kString,
     .doc = "Time of day with nanoseconds, UTC: 22:13:22.000000001.",
     .read = Read<Formatted<kTimeFormat>>},
    {.name = "evt.outputtime",
     .type = FieldType::kString,
     .doc = "As evt.time.",
     .read = Read<Formatted<kTimeFormat>>},
    {.name = "evt.time.s",
     .type = FieldType::kString,
     .doc = "Time of day, UTC: 22:13:22.",
     .read = Read<Formatted<kTimeSecondsFormat>>},
    {.name = "evt.time.iso8601",
     .type = FieldType::kString,
     .doc = "2023-11-14T22:13:22.000000001+0000.",
     .read = Read<Formatted<kIso8601Format>>},
    {.name = "evt.datetime",
     .type = FieldType::kString,
     .doc = "2023-11-14 22:13:22.000000001, UTC.",
     .read = Read<Formatted<kDateTimeFormat>>},
    {.name = "evt.datetime.s",
     .type = FieldType::kString,
     .doc = "2023-11-14 22:13:22, UTC.",
     .read = Read<Formatted<kDateTimeSecondsFormat>>},
    {.name = "evt.rawtime",
     .type = FieldType::kAbsoluteTime,
     .doc = "Nanoseconds since the epoch.",
     .read = Read<RawTime>},
    {.name = "evt.rawtime.s",
     .type = FieldType::kAbsoluteTime,
     .doc = "Whole seconds since the epoch.",
     .read = Read<RawTimeSeconds>},
    {.name = "evt.rawtime.ns",
     .type = FieldType::kAbsoluteTime,
     .doc = "Nanoseconds beyond evt.rawtime.s.",
     .read = Read<RawTimeNs>},
    {.name = "evt.reltime",
     .type = FieldType::kRelativeTime,
     .unavailable = kNoStart,
     .doc = "Nanoseconds since the start of the capture.",
     .read = Read<ExtractUnknown>},
    {.name = "evt.reltime.s",
     .type = FieldType::kRelativeTime,
     .unavailable = kNoStart,
     .doc = "Whole seconds of evt.reltime.",
     .read = Read<ExtractUnknown>},
    {.name = "evt.reltime.ns",
     .type = FieldType::kRelativeTime,
     .unavailable = kNoStart,
     .doc = "Nanoseconds beyond evt.reltime.s.",
     .read = Read<ExtractUnknown>},
    {.name = "evt.deltatime",
     .type = FieldType::kRelativeTime,
     .unavailable = kNoPrevious,
     .doc = "Nanoseconds since the event before.",
     .read = Read<ExtractUnknown>},
    {.name = "evt.deltatime.s",
     .type = FieldType::kRelativeTime,
     .unavailable = kNoPrevious,
     .doc = "Whole seconds of evt.deltatime.",
     .read = Read<ExtractUnknown>},
    {.name = "evt.deltatime.ns",
     .type = FieldType::kRelativeTime,
     .unavailable = kNoPrevious,
     .doc = "Nanoseconds beyond evt.deltatime.s.",
     .read = Read<ExtractUnknown>},
    {.name = "evt.latency",
     .type = FieldType::kRelativeTime,
     .unavailable = kNoLatency,
     .doc = "Duration of the call, ns.",
     .read = Read<ExtractUnknown>},
    {.name = "evt.latency.s",
     .type = FieldType::kRelativeTime,
     .unavailable = kNoLatency,
     .doc = "Whole seconds of evt.latency.",
     .read = Read<ExtractUnknown>},
    {.name = "evt.latency.ns",
     .type = FieldType::kRelativeTime,
     .unavailable = kNoLatency,
     .doc = "Nanoseconds beyond evt.latency.s.",
     .read = Read<ExtractUnknown>},
    {.name = "evt.latency.quantized",
     .type = FieldType::kUint64,
     .unavailable = kNoLatency,
     .doc = "Logarithm of evt.latency.",
     .read = Read<ExtractUnknown>},
    {.name = "evt.latency.human",
     .type = FieldType::kString,
     .unavailable = kNoLatency,
     .doc = "evt.latency for people.",
     .read = Read<ExtractUnknown>},
    {.name = "evt.wait_latency",
     .type = FieldType::kRelativeTime,
     .unavailable = kNoLatency,
     .doc = "Duration of a wait, ns.",
     .read = Read<ExtractUnknown>},
};

}  // namespace

absl::Span<const FieldInfo> EvtTimeFields() { return kFields; }

}  // namespace eyrie::rules
