// SPDX-License-Identifier: Apache-2.0
//
// Builds valid event records for tests.

#ifndef EYRIE_PROTO_TESTING_RECORD_BUILDER_H_
#define EYRIE_PROTO_TESTING_RECORD_BUILDER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "proto/event_catalog.h"
#include "proto/record.h"
#include "proto/record_view.h"

namespace eyrie::testing {

// Builds one record. Arguments go by their field name in proto/events.def, or
// by their name in rules.
//
// Usage:
//
//   const std::string bytes = RecordBuilder("openat")
//                                 .Comm("cat")
//                                 .Result(5)
//                                 .Set("name", "/etc/shadow")
//                                 .Set("flags", O_RDONLY)
//                                 .Build();
//   RecordBuilder builder("connect");
//   builder.SetAddress("remote", "10.0.0.1:443");
//   const RecordView view = builder.View();  // while `builder` lives
//
// What is not set has a plausible default: process {1000, exec 1, started at
// 1 s}, thread 1000, parent 1, comm "test", 2 s after boot, root, login uid
// unset, cgroup 1. Arguments are 0 or have no value.
//
// A mistake of the test (unknown event or argument, wrong type, too long)
// prints what is wrong and aborts.
class RecordBuilder {
 public:
  // `event` as in `evt.type`.
  explicit RecordBuilder(absl::string_view event);
  // An event that this catalogue does not know. It has no named arguments.
  static RecordBuilder UnknownEvent(uint16_t id) { return RecordBuilder(id); }

  // The acting process; its main thread acts unless Tid() says otherwise.
  RecordBuilder& Process(uint32_t pid, uint64_t start_time_ns = 1'000'000'000,
                         uint32_t exec_id = 1);
  RecordBuilder& Process(const eyrie_process_key& process);
  RecordBuilder& Tid(uint32_t tid);
  RecordBuilder& Parent(uint32_t pid);
  // At most 15 bytes.
  RecordBuilder& Comm(absl::string_view comm);
  // Real and effective.
  RecordBuilder& Uid(uint32_t uid);
  RecordBuilder& EffectiveUid(uint32_t uid);
  RecordBuilder& Gid(uint32_t gid);
  RecordBuilder& EffectiveGid(uint32_t gid);
  RecordBuilder& LoginUid(uint32_t uid);
  RecordBuilder& Namespaces(uint32_t pid_ns, uint32_t mnt_ns, uint32_t net_ns);
  RecordBuilder& Time(uint64_t ns_since_boot);
  RecordBuilder& Cpu(uint32_t cpu);
  RecordBuilder& Sequence(uint64_t sequence);
  RecordBuilder& CgroupId(uint64_t cgroup_id);
  // Adds bits of enum eyrie_record_flag.
  RecordBuilder& Flags(uint32_t flags);
  // The result, also of the argument that repeats it (`res`, or the `fd` of
  // what opens one) unless that is set by itself.
  RecordBuilder& Result(int64_t result);

  // A scalar argument.
  template <typename T>
  requires std::is_integral_v<T> || std::is_enum_v<T> RecordBuilder& Set(
      absl::string_view argument, T value) {
    return SetScalar(argument, static_cast<uint64_t>(value));
  }
  // A string, a path, or bytes without a NUL inside. Empty is an empty value,
  // not an absent one.
  RecordBuilder& Set(absl::string_view argument, absl::string_view value);
  RecordBuilder& Set(absl::string_view argument, const char* value) {
    return Set(argument, absl::string_view(value));
  }
  // A list of strings, none with a NUL inside.
  RecordBuilder& SetStrings(absl::string_view argument,
                            const std::vector<std::string>& values);
  // Any bytes: BYTES, FD_LIST, SOCKOPT_VALUE.
  RecordBuilder& SetBytes(absl::string_view argument, absl::string_view value);
  // "10.0.0.1:443", "[::1]:443", "unix:/run/x.sock" or, for an abstract name,
  // "unix:@name".
  RecordBuilder& SetAddress(absl::string_view argument,
                            absl::string_view address);
  RecordBuilder& SetAddress(absl::string_view argument,
                            const eyrie_sockaddr& address,
                            absl::string_view unix_path = "");

  // Carries only the first `count` arguments, as an older collector would.
  RecordBuilder& Slots(int count);

  // The record's bytes. They pass RecordView::Check().
  std::string Build() const;
  // A view of the bytes. Valid until the builder changes, builds another view
  // or dies.
  RecordView View() &;

 private:
  struct Argument {
    uint64_t scalar = 0;
    std::optional<std::string> bytes;  // of variable length
    bool is_set = false;
  };

  explicit RecordBuilder(uint16_t id);

  RecordBuilder& SetScalar(absl::string_view argument, uint64_t value);
  // The argument called `name`; aborts unless there is one of a type in
  // `types` (empty: any scalar).
  Argument& Find(absl::string_view name, absl::Span<const ArgumentType> types);
  // Gives the result to the argument that repeats it.
  std::vector<Argument> ArgumentsWithResult() const;

  const EventInfo* event_;  // null if unknown
  eyrie_record header_;
  std::vector<Argument> arguments_;
  std::string view_bytes_;
};

}  // namespace eyrie::testing

#endif  // EYRIE_PROTO_TESTING_RECORD_BUILDER_H_
