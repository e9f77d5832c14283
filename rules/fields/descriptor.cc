// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/descriptor.h"

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

#include "rules/check/value.h"
#include "rules/fields/descriptor_kind.h"
#include "rules/fields/event.h"
#include "rules/fields/event_layout.h"
#include "rules/fields/event_paths.h"
#include "rules/fields/socket_ends.h"

namespace eyrie::rules {
namespace {

void AddPath(absl::string_view path, FieldValues& out) {
  if (path.empty()) return;
  if (!out.values.empty() && out.values[0].text == path) return;
  out.Add(Value::Text(path));
}

}  // namespace

void ReadDescriptorNames(const Event& event, Scratch& scratch,
                         FieldValues& out) {
  const EventLayout& layout = LayoutOf(event.record);
  const DescriptorKind kind = DescriptorKindOf(event);
  out.Clear();
  if (kind == DescriptorKind::kNoDescriptor) return;
  if (layout.role == DescriptorRole::kOpen) {
    const absl::string_view real = RawPath(event, layout.realpath);
    // Most paths are asked for as they are: then there is nothing to make
    // absolute.
    if (!absl::StartsWith(real, "/") || RawPath(event, layout.name) != real) {
      AddPath(RequestedPath(event, layout.name, scratch), out);
    }
    AddPath(real, out);
    AddPath(RawPath(event, layout.hostpath), out);
  } else if (kind == DescriptorKind::kFailed) {
    out.Set(Value::Text(""));
  } else if (IsSocket(kind)) {
    out.Set(Value::Text(scratch.Keep(FormatSocketName(ReadSocketEnds(event)))));
  } else if (layout.role == DescriptorRole::kDescribed && IsInformed(kind)) {
    AddPath(RawPath(event, layout.realpath), out);
  } else if (layout.role == DescriptorRole::kWorkingDirectory &&
             kind == DescriptorKind::kDirectory) {
    AddPath(RawPath(event, layout.cwd), out);
  } else if (layout.role == DescriptorRole::kParentDirectory) {
    AddPath(RawPath(event, layout.base[layout.descriptor]), out);
  }
  if (out.values.empty()) out.Clear(Presence::kUnknown);
}

}  // namespace eyrie::rules
