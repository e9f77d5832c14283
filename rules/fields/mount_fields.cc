// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/mount_fields.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "eyrie/v1/process.pb.h"

#include "rules/check/types.h"
#include "rules/eval/glob.h"
#include "rules/fields/container.h"
#include "rules/fields/container_facts.h"
#include "rules/fields/event.h"
#include "rules/fields/extractor.h"
#include "rules/fields/field.h"

namespace eyrie::rules {
namespace {

using v1::Container;
using Mount = Container::Mount;

absl::string_view WritableText(const Mount& mount) {
  return mount.is_writable() ? "true" : "false";
}

void AppendMount(const Mount& mount, std::string& text) {
  absl::StrAppend(&text, mount.source(), ":", mount.destination(), ":",
                  mount.mode(), ":", WritableText(mount), ":",
                  mount.propagation());
}

Extracted All(const Container& container, Scratch& scratch) {
  std::string& text = scratch.Buffer();
  for (const Mount& mount : container.mounts()) {
    if (!text.empty()) text += ',';
    AppendMount(mount, text);
  }
  return TextOrMissing(container, scratch.Keep(text));
}

// What a glob in brackets is matched with.
enum class Key { kSource, kDestination };

// The first mount that the argument selects; null if none.
const Mount* Find(const Container& container, const FieldArgument& argument,
                  Key key) {
  if (argument.is_index) {
    return argument.index < container.mounts_size()
               ? &container.mounts(static_cast<int>(argument.index))
               : nullptr;
  }
  for (const Mount& mount : container.mounts()) {
    const std::string& path =
        key == Key::kSource ? mount.source() : mount.destination();
    if (GlobMatches(argument.key, path)) return &mount;
  }
  return nullptr;
}

// F of the selected mount; absent where the runtime says nothing of it.
template <Key key, absl::string_view (*F)(const Mount&, Scratch&)>
Extracted OfMount(const Event& event, const FieldArgument& argument,
                  Scratch& scratch) {
  const KnownContainer container = ContainerOf(event);
  if (container.facts == nullptr) return {container.presence, {}};
  const Mount* mount = Find(*container.facts, argument, key);
  if (mount == nullptr) return {MissingFact(*container.facts), {}};
  const absl::string_view text = F(*mount, scratch);
  return text.empty() ? Absent() : Text(text);
}

absl::string_view Whole(const Mount& mount, Scratch& scratch) {
  std::string& text = scratch.Buffer();
  AppendMount(mount, text);
  return scratch.Keep(text);
}
absl::string_view Source(const Mount& mount, Scratch&) {
  return mount.source();
}
absl::string_view Destination(const Mount& mount, Scratch&) {
  return mount.destination();
}
absl::string_view Mode(const Mount& mount, Scratch&) { return mount.mode(); }
absl::string_view Writable(const Mount& mount, Scratch&) {
  return WritableText(mount);
}
absl::string_view Propagation(const Mount& mount, Scratch&) {
  return mount.propagation();
}

const FieldInfo kFields[] = {
    {.name = "container.mount",
     .type = FieldType::kString,
     .argument_rule = ArgumentRule::kRequired,
     .argument_kind = ArgumentKind::kIndexOrKey,
     .doc = "One mount, by number or by a glob of its source, as "
            "source:destination:mode:writable:propagation.",
     .read = Read<OfMount<Key::kSource, Whole>>},
    {.name = "container.mount.dest",
     .type = FieldType::kString,
     .argument_rule = ArgumentRule::kRequired,
     .argument_kind = ArgumentKind::kIndexOrKey,
     .doc = "Destination of one mount, by number or by a glob of its source.",
     .read = Read<OfMount<Key::kSource, Destination>>},
    {.name = "container.mount.mode",
     .type = FieldType::kString,
     .argument_rule = ArgumentRule::kRequired,
     .argument_kind = ArgumentKind::kIndexOrKey,
     .doc = "Mode of one mount, by number or by a glob of its source.",
     .read = Read<OfMount<Key::kSource, Mode>>},
    {.name = "container.mount.propagation",
     .type = FieldType::kString,
     .argument_rule = ArgumentRule::kRequired,
     .argument_kind = ArgumentKind::kIndexOrKey,
     .doc = "Propagation of one mount, by number or by a glob of its source.",
     .read = Read<OfMount<Key::kSource, Propagation>>},
    {.name = "container.mount.rdwr",
     .type = FieldType::kString,
     .argument_rule = ArgumentRule::kRequired,
     .argument_kind = ArgumentKind::kIndexOrKey,
     .doc = "Whether one mount is writable, true or false, by number or by a "
            "glob of its source.",
     .read = Read<OfMount<Key::kSource, Writable>>},
    {.name = "container.mount.source",
     .type = FieldType::kString,
     .argument_rule = ArgumentRule::kRequired,
     .argument_kind = ArgumentKind::kIndexOrKey,
     .doc = "Source of one mount, by number or by a glob of its destination.",
     .read = Read<OfMount<Key::kDestination, Source>>},
    {.name = "container.mounts",
     .type = FieldType::kString,
     .doc = "All mounts as source:destination:mode:writable:propagation "
            "joined by commas.",
     .read = Read<OfContainer<All>>},
};

}  // namespace

absl::Span<const FieldInfo> MountFields() { return kFields; }

}  // namespace eyrie::rules
