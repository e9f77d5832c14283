// SPDX-License-Identifier: Apache-2.0

#include "proto/testing/record_builder.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "proto/event_catalog.h"
#include "proto/record.h"
#include "proto/record_view.h"

namespace eyrie::testing {
namespace {

constexpr ArgumentType kStringTypes[] = {
    ArgumentType::kString, ArgumentType::kPath, ArgumentType::kRequestedPath,
    ArgumentType::kBytes, ArgumentType::kSockoptValue};
constexpr ArgumentType kStringListTypes[] = {ArgumentType::kStrings};
constexpr ArgumentType kBytesTypes[] = {
    ArgumentType::kBytes, ArgumentType::kFdList, ArgumentType::kSockoptValue};
constexpr ArgumentType kAddressTypes[] = {ArgumentType::kSockaddr};

[[noreturn]] void Fail(absl::string_view message) {
  std::fprintf(stderr, "RecordBuilder: %.*s\n",
               static_cast<int>(message.size()), message.data());
  std::abort();
}

eyrie_record DefaultHeader(uint16_t type) {
  eyrie_record header = {};
  header.type = type;
  header.time_ns = 2'000'000'000;
  header.sequence = 1;
  header.process = {.pid = 1000, .exec_id = 1, .start_time_ns = 1'000'000'000};
  header.tid = 1000;
  header.ppid = 1;
  header.loginuid = 0xffffffff;
  header.pid_ns = 4026531836;
  header.mnt_ns = 4026531841;
  header.net_ns = 4026531840;
  std::strcpy(header.comm, "test");
  header.cgroup_id = 1;
  return header;
}

template <typename T>
absl::string_view AsBytes(const T& value) {
  return absl::string_view(reinterpret_cast<const char*>(&value),
                           sizeof(value));
}

// Appends `value` and zeroes up to the next multiple of 8.
void AppendPadded(absl::string_view value, std::string* record) {
  record->append(value.data(), value.size());
  record->resize((record->size() + 7) / 8 * 8);
}

}  // namespace

RecordBuilder::RecordBuilder(absl::string_view event)
    : event_(FindEvent(event)), header_(DefaultHeader(0)) {
  if (event_ == nullptr) Fail(absl::StrCat("no event is called ", event));
  header_.type = event_->id;
  arguments_.resize(event_->arguments.size());
}

RecordBuilder::RecordBuilder(uint16_t id)
    : event_(nullptr), header_(DefaultHeader(id)) {
  if (FindEvent(id) != nullptr) {
    Fail(absl::StrCat("event ", id, " is known"));
  }
}

RecordBuilder& RecordBuilder::Process(uint32_t pid, uint64_t start_time_ns,
                                      uint32_t exec_id) {
  return Process(
      {.pid = pid, .exec_id = exec_id, .start_time_ns = start_time_ns});
}

RecordBuilder& RecordBuilder::Process(const eyrie_process_key& process) {
  header_.process = process;
  header_.tid = process.pid;
  return *this;
}

RecordBuilder& RecordBuilder::Tid(uint32_t tid) {
  header_.tid = tid;
  return *this;
}

RecordBuilder& RecordBuilder::Parent(uint32_t pid) {
  header_.ppid = pid;
  return *this;
}

RecordBuilder& RecordBuilder::Comm(absl::string_view comm) {
  if (comm.size() >= sizeof(header_.comm)) {
    Fail(absl::StrCat("comm is too long: ", comm));
  }
  std::memset(header_.comm, 0, sizeof(header_.comm));
  std::memcpy(header_.comm, comm.data(), comm.size());
  return *this;
}

RecordBuilder& RecordBuilder::Uid(uint32_t uid) {
  header_.uid = uid;
  header_.euid = uid;
  return *this;
}

RecordBuilder& RecordBuilder::EffectiveUid(uint32_t uid) {
  header_.euid = uid;
  return *this;
}

RecordBuilder& RecordBuilder::Gid(uint32_t gid) {
  header_.gid = gid;
  header_.egid = gid;
  return *this;
}

RecordBuilder& RecordBuilder::EffectiveGid(uint32_t gid) {
  header_.egid = gid;
  return *this;
}

RecordBuilder& RecordBuilder::LoginUid(uint32_t uid) {
  header_.loginuid = uid;
  return *this;
}

RecordBuilder& RecordBuilder::Namespaces(uint32_t pid_ns, uint32_t mnt_ns,
                                         uint32_t net_ns) {
  header_.pid_ns = pid_ns;
  header_.mnt_ns = mnt_ns;
  header_.net_ns = net_ns;
  return *this;
}

RecordBuilder& RecordBuilder::Time(uint64_t ns_since_boot) {
  header_.time_ns = ns_since_boot;
  return *this;
}

RecordBuilder& RecordBuilder::Cpu(uint32_t cpu) {
  header_.cpu = cpu;
  return *this;
}

RecordBuilder& RecordBuilder::Sequence(uint64_t sequence) {
  header_.sequence = sequence;
  return *this;
}

RecordBuilder& RecordBuilder::CgroupId(uint64_t cgroup_id) {
  header_.cgroup_id = cgroup_id;
  return *this;
}

RecordBuilder& RecordBuilder::Flags(uint32_t flags) {
  header_.flags |= flags;
  return *this;
}

RecordBuilder& RecordBuilder::Result(int64_t result) {
  header_.result = result;
  header_.flags |= EYRIE_RECORD_HAS_RESULT;
  return *this;
}

RecordBuilder::Argument& RecordBuilder::Find(
    absl::string_view name, absl::Span<const ArgumentType> types) {
  if (event_ == nullptr) Fail("an unknown event has no arguments");
  size_t slot = 0;
  while (slot < event_->arguments.size() &&
         event_->arguments[slot].field != name) {
    ++slot;
  }
  if (slot == event_->arguments.size()) {
    const int found = event_->FindArgument(name);
    if (found < 0) {
      Fail(absl::StrCat("event ", event_->name, " has no argument ", name));
    }
    slot = static_cast<size_t>(found);
  }
  const ArgumentType type = event_->arguments[slot].type;
  const bool is_wanted = types.empty() ? !IsVariable(type)
                                       : std::find(types.begin(), types.end(),
                                                   type) != types.end();
  if (!is_wanted) {
    Fail(absl::StrCat("argument ", name, " of event ", event_->name,
                      " has type ", ArgumentTypeName(type)));
  }
  if (slot >= arguments_.size()) {
    Fail(absl::StrCat("argument ", name, " was cut off by Slots()"));
  }
  arguments_[slot].is_set = true;
  return arguments_[slot];
}

RecordBuilder& RecordBuilder::SetScalar(absl::string_view argument,
                                        uint64_t value) {
  Find(argument, {}).scalar = value;
  return *this;
}

RecordBuilder& RecordBuilder::Set(absl::string_view argument,
                                  absl::string_view value) {
  if (absl::StrContains(value, '\0')) {
    Fail(absl::StrCat("argument ", argument, " has a NUL inside"));
  }
  Find(argument, kStringTypes).bytes = std::string(value);
  return *this;
}

RecordBuilder& RecordBuilder::SetStrings(
    absl::string_view argument, const std::vector<std::string>& values) {
  std::string bytes;
  for (const std::string& value : values) {
    if (absl::StrContains(value, '\0')) {
      Fail(absl::StrCat("argument ", argument, " has a NUL inside"));
    }
    bytes += value;
    bytes += '\0';
  }
  Find(argument, kStringListTypes).bytes = std::move(bytes);
  return *this;
}

RecordBuilder& RecordBuilder::SetBytes(absl::string_view argument,
                                       absl::string_view value) {
  Find(argument, kBytesTypes).bytes = std::string(value);
  return *this;
}

RecordBuilder& RecordBuilder::SetAddress(absl::string_view argument,
                                         absl::string_view text) {
  eyrie_sockaddr address = {};
  const absl::string_view unix_prefix = "unix:";
  if (absl::StartsWith(text, unix_prefix)) {
    address.family = AF_UNIX;
    std::string path(text.substr(unix_prefix.size()));
    if (absl::StartsWith(path, "@")) path[0] = '\0';
    return SetAddress(argument, address, path);
  }
  const size_t colon = text.rfind(':');
  uint32_t port = 0;
  if (colon == absl::string_view::npos ||
      !absl::SimpleAtoi(text.substr(colon + 1), &port) || port > 65535) {
    Fail(absl::StrCat("address has no port: ", text));
  }
  address.port = static_cast<uint16_t>(port);
  std::string host(text.substr(0, colon));
  address.family = AF_INET;
  if (absl::StartsWith(host, "[") && absl::EndsWith(host, "]")) {
    address.family = AF_INET6;
    host = host.substr(1, host.size() - 2);
  }
  if (inet_pton(address.family, host.c_str(), address.address) != 1) {
    Fail(absl::StrCat("not an address: ", text));
  }
  return SetAddress(argument, address);
}

RecordBuilder& RecordBuilder::SetAddress(absl::string_view argument,
                                         const eyrie_sockaddr& address,
                                         absl::string_view unix_path) {
  Find(argument, kAddressTypes).bytes =
      absl::StrCat(AsBytes(address), unix_path);
  return *this;
}

RecordBuilder& RecordBuilder::Slots(int count) {
  if (count < 0 || static_cast<size_t>(count) > arguments_.size()) {
    Fail(absl::StrCat("cannot carry ", count, " of ", arguments_.size(),
                      " arguments"));
  }
  arguments_.resize(count);
  return *this;
}

std::vector<RecordBuilder::Argument> RecordBuilder::ArgumentsWithResult()
    const {
  std::vector<Argument> arguments = arguments_;
  if (arguments.empty() || arguments[0].is_set ||
      (header_.flags & EYRIE_RECORD_HAS_RESULT) == 0) {
    return arguments;
  }
  // The result is repeated in the first argument or nowhere.
  const ArgumentInfo& first = event_->arguments[0];
  if (first.name == "res" || first.type == ArgumentType::kNewFd) {
    arguments[0].scalar = static_cast<uint64_t>(header_.result);
  }
  return arguments;
}

std::string RecordBuilder::Build() const {
  const std::vector<Argument> arguments = ArgumentsWithResult();
  const size_t slots_size = 8 * arguments.size();
  std::string tail;
  std::vector<uint64_t> slots;
  for (const Argument& argument : arguments) {
    uint64_t slot = argument.scalar;
    if (argument.bytes.has_value()) {
      const eyrie_ref ref = {
          .offset = static_cast<uint32_t>(sizeof(eyrie_record) + slots_size +
                                          tail.size()),
          .length = static_cast<uint32_t>(argument.bytes->size())};
      std::memcpy(&slot, &ref, sizeof(slot));
      AppendPadded(*argument.bytes, &tail);
    }
    slots.push_back(slot);
  }
  eyrie_record header = header_;
  header.slots = static_cast<uint16_t>(arguments.size());
  header.size =
      static_cast<uint32_t>(sizeof(header) + slots_size + tail.size());
  std::string record(AsBytes(header));
  record.append(reinterpret_cast<const char*>(slots.data()), slots_size);
  record += tail;
  const absl::StatusOr<RecordView> view = RecordView::Check(record);
  if (!view.ok()) Fail(view.status().message());
  return record;
}

RecordView RecordBuilder::View() & {
  view_bytes_ = Build();
  return RecordView::Trusted(view_bytes_.data());
}

}  // namespace eyrie::testing
