// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/argument_text.h"

#include <fcntl.h>
#include <poll.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

#include "proto/arguments.h"
#include "proto/event_catalog.h"
#include "proto/record.h"
#include "proto/record_view.h"
#include "rules/check/value.h"
#include "rules/fields/descriptor.h"
#include "rules/fields/descriptor_kind.h"
#include "rules/fields/event.h"
#include "rules/fields/event_layout.h"
#include "rules/fields/event_paths.h"
#include "rules/fields/id_names.h"
#include "rules/fields/poll_list.h"
#include "rules/fields/process_tree.h"
#include "rules/fields/socket_ends.h"

namespace eyrie::rules {
namespace {

constexpr absl::string_view kEmpty = "<NA>";
constexpr absl::string_view kEmptyData = "NULL";

// An argument in both of its forms. Without a name the value is all.
struct Rendered {
  absl::string_view value;
  absl::string_view name;
};

// Bytes on one line: other characters than printable ones become dots, as in
// the reference.
absl::string_view WithDots(absl::string_view data, Scratch& scratch) {
  if (data.empty()) return kEmptyData;
  std::string text(data);
  for (char& c : text) {
    if (!absl::ascii_isprint(static_cast<unsigned char>(c))) c = '.';
  }
  return scratch.Keep(std::move(text));
}

template <typename Number>
absl::string_view Decimal(Number number, Scratch& scratch) {
  return scratch.Keep(absl::StrCat(number));
}

// Name of a process that the event speaks of; empty if it is not known.
absl::string_view ProcessName(const Event& event, absl::string_view argument,
                              int64_t pid) {
  const eyrie_record header = event.record.header();
  if (argument == "child_pid" || argument == "child_tid" || argument == "res") {
    // A child has its maker's name until it changes it.
    return event.record.comm();
  }
  if (pid == header.tid) return event.record.comm();
  if (event.process == nullptr) return {};
  if (pid == header.process.pid) return event.process->facts().comm();
  if (event.processes == nullptr) return {};
  const ProcessNode* parent = event.processes->Parent(*event.process);
  const bool is_parent =
      parent != nullptr && pid == parent->facts().key().pid();
  return is_parent ? absl::string_view(parent->facts().comm())
                   : absl::string_view();
}

// "<f>/etc/passwd"; empty if it is not known what the descriptor is.
absl::string_view DescriptorName(const Event& event, int slot, int64_t number,
                                 Scratch& scratch) {
  if (number == AT_FDCWD) return "AT_FDCWD";
  const EventLayout& layout = LayoutOf(event.record);
  if (number < 0) {
    const ArgumentType type = layout.info->arguments[slot].type;
    return type == ArgumentType::kNewFd ? ErrnoName(number)
                                        : absl::string_view();
  }
  if (slot != layout.descriptor) {
    const absl::string_view directory = RawPath(event, layout.base[slot]);
    if (directory.empty()) return {};
    return scratch.Keep(absl::StrCat("<d>", directory));
  }
  const DescriptorKind kind = DescriptorKindOf(event);
  if (!IsInformed(kind)) return {};
  FieldValues names;
  ReadDescriptorNames(event, scratch, names);
  const absl::string_view name =
      names.values.empty() ? absl::string_view() : names.values[0].text;
  return scratch.Keep(absl::StrCat("<", TypeCharacter(event, kind), ">", name));
}

absl::string_view AddressText(const Event& event, int slot, Scratch& scratch) {
  eyrie_sockaddr address;
  absl::string_view unix_path;
  if (!event.record.address(slot, &address, &unix_path)) return kEmptyData;
  std::string text = FormatAddress(address, unix_path);
  return text.empty() ? kEmptyData : scratch.Keep(std::move(text));
}

absl::string_view TupleText(const Event& event, Scratch& scratch) {
  std::string text = FormatSocketName(ReadSocketEnds(event));
  return text.empty() ? kEmptyData : scratch.Keep(std::move(text));
}

// "3:?1 4:?0": each descriptor that was polled, with what came of it, in
// hexadecimal; the question mark because the kind is not carried.
absl::string_view PollText(absl::string_view bytes, Scratch& scratch) {
  const PollList polled(bytes);
  if (polled.size() == 0) return kEmptyData;
  std::string& text = scratch.Buffer();
  for (size_t i = 0; i < polled.size(); ++i) {
    const pollfd element = polled[i];
    absl::StrAppend(&text, text.empty() ? "" : " ", element.fd, ":?",
                    absl::Hex(static_cast<uint16_t>(element.revents)));
  }
  return scratch.Keep(text);
}

// Most options are one int.
absl::string_view SocketOptionText(absl::string_view value, Scratch& scratch) {
  int32_t number = 0;
  if (value.size() != sizeof(number)) return WithDots(value, scratch);
  std::memcpy(&number, value.data(), sizeof(number));
  return Decimal(number, scratch);
}

// What an option is called goes by its level.
absl::string_view OptionName(const Event& event, uint64_t option) {
  const int level = LayoutOf(event.record).info->FindArgument("level");
  return SocketOptionName(event.record.u64(level), option);
}

Rendered PathText(const Event& event, int slot, Scratch& scratch) {
  const absl::string_view raw = RawPath(event, slot);
  if (raw.empty()) return {kEmpty, {}};
  const absl::string_view path = RequestedPath(event, slot, scratch);
  return {raw, path == raw ? absl::string_view() : path};
}

// A number with what it is called, if it is called anything.
Rendered NumberText(const Event& event, int slot, Scratch& scratch) {
  const EventLayout& layout = LayoutOf(event.record);
  const ArgumentInfo& argument = layout.info->arguments[slot];
  const int64_t number = event.record.i64(slot);
  const uint64_t bits = event.record.u64(slot);
  const auto id = static_cast<uint32_t>(bits);
  switch (argument.type) {
    case ArgumentType::kErrno:
      return {Decimal(number, scratch), ErrnoName(number < 0 ? number : 0)};
    case ArgumentType::kFd:
    case ArgumentType::kNewFd:
      return {Decimal(number, scratch),
              DescriptorName(event, slot, number, scratch)};
    case ArgumentType::kPid:
      return {Decimal(number, scratch),
              ProcessName(event, argument.field, number)};
    case ArgumentType::kUid:
      // -1 where a call leaves an id as it is.
      return {Decimal(static_cast<int32_t>(id), scratch), UserName(event, id)};
    case ArgumentType::kGid:
      return {Decimal(static_cast<int32_t>(id), scratch), GroupName(event, id)};
    case ArgumentType::kInt64:
      return {Decimal(number, scratch), {}};
    case ArgumentType::kSignal:
      return {Decimal(bits, scratch), SignalName(number)};
    case ArgumentType::kSockoptName:
      return {Decimal(bits, scratch), OptionName(event, bits)};
    case ArgumentType::kSyscallId:
      return {Decimal(bits, scratch), layout.info->name};
    case ArgumentType::kDevice:
      return {scratch.Keep(absl::StrFormat("%X", bits)), {}};
    case ArgumentType::kCaps:
      return {Decimal(bits, scratch), scratch.Keep(CapabilityNames(bits))};
    case ArgumentType::kOpenFlags: {
      std::string& text = scratch.Buffer();
      AppendOpenFlags(bits, event.record.u64(layout.file_flags), &text);
      return {Decimal(bits, scratch), scratch.Keep(text)};
    }
    default:
      return {Decimal(bits, scratch),
              scratch.Keep(FormatFlags(argument.type, bits))};
  }
}

Rendered Render(const Event& event, int slot, Scratch& scratch) {
  const EventLayout& layout = LayoutOf(event.record);
  switch (layout.info->arguments[slot].type) {
    case ArgumentType::kString:
    case ArgumentType::kPath:
    case ArgumentType::kRequestedPath:
      return PathText(event, slot, scratch);
    case ArgumentType::kStrings:
    case ArgumentType::kBytes:
      return {WithDots(event.record.bytes(slot), scratch), {}};
    case ArgumentType::kFdList:
      return {PollText(event.record.bytes(slot), scratch), {}};
    case ArgumentType::kSockoptValue:
      return {SocketOptionText(event.record.bytes(slot), scratch), {}};
    case ArgumentType::kSockaddr:
      return {AddressText(event, slot, scratch), {}};
    case ArgumentType::kTuple:
      return {TupleText(event, scratch), {}};
    default:
      return NumberText(event, slot, scratch);
  }
}

}  // namespace

absl::string_view ErrorText(int64_t error, Scratch& scratch) {
  const absl::string_view name = ErrnoName(error);
  return name.empty() ? Decimal(error, scratch) : name;
}

absl::string_view ArgumentText(const Event& event, int slot, Scratch& scratch) {
  const ArgumentType type = LayoutOf(event.record).info->arguments[slot].type;
  const Rendered rendered = Render(event, slot, scratch);
  if (rendered.name.empty()) return rendered.value;
  if (type != ArgumentType::kFd && type != ArgumentType::kNewFd) {
    return rendered.name;
  }
  if (rendered.name[0] != '<') return rendered.name;  // AT_FDCWD, ENOENT
  return scratch.Keep(absl::StrCat(rendered.value, "(", rendered.name, ")"));
}

absl::string_view AllArgumentsText(const Event& event, Scratch& scratch) {
  std::string text;
  const EventInfo& info = *LayoutOf(event.record).info;
  for (size_t i = 0; i < info.arguments.size(); ++i) {
    const int slot = static_cast<int>(i);
    if (info.arguments[i].name.empty() || !event.record.has(slot)) continue;
    const Rendered rendered = Render(event, slot, scratch);
    absl::StrAppend(&text, text.empty() ? "" : " ", info.arguments[i].name, "=",
                    rendered.value);
    if (!rendered.name.empty()) absl::StrAppend(&text, "(", rendered.name, ")");
  }
  return scratch.Keep(std::move(text));
}

}  // namespace eyrie::rules
