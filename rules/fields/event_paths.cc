// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/event_paths.h"

#include "absl/strings/string_view.h"

#include "proto/record_view.h"
#include "rules/fields/event.h"
#include "rules/fields/event_layout.h"
#include "rules/fields/paths.h"

namespace eyrie::rules {

absl::string_view RawPath(const Event& event, int slot) {
  if (slot < 0 || !event.record.has(slot)) return {};
  return event.record.bytes(slot);
}

absl::string_view RequestedPath(const Event& event, int slot,
                                Scratch& scratch) {
  const absl::string_view path = RawPath(event, slot);
  if (path.empty()) return {};
  const int base = LayoutOf(event.record).base[slot];
  return AbsolutePath(RawPath(event, base), path, scratch);
}

}  // namespace eyrie::rules
