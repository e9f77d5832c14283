// SPDX-License-Identifier: Apache-2.0
//
// What the tests of single system calls share: a fixture, and what the
// arguments of a descriptor must be.

#ifndef EYRIE_BPF_TESTING_CALL_FIXTURE_H_
#define EYRIE_BPF_TESTING_CALL_FIXTURE_H_

#include <unistd.h>

#include <concepts>
#include <initializer_list>
#include <map>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/strings/str_cat.h"

#include "bpf/testing/sensor_test.h"
#include "proto/record.h"

namespace eyrie::testing {

// Arguments by the names of their slots, with values as Record::Arguments() has
// them.
using Arguments = std::map<std::string, std::string>;

// An argument's value: text, or a number.
class Value {
 public:
  Value(const char* text) : text_(text) {}
  Value(std::string text) : text_(std::move(text)) {}
  template <typename Number>
  requires std::integral<Number> || std::is_enum_v<Number> Value(Number number)
      : text_(absl::StrCat(number)) {}

  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

inline constexpr char kNone[] = "(none)";

// The last arguments of the events that end with a descriptor.
//
// Of an open file that is no socket; `flags`: EYRIE_FILE_*.
Arguments OfFile(int fd, const std::string& path, int flags = 0);
// Of a socket, whose ends are as Record::Address() has them; `flags`:
// EYRIE_SOCKET_*.
Arguments OfSocket(int fd, const std::string& local, const std::string& remote,
                   int flags);
// Of a number that no file has.
Arguments OfNothing();

// A test that makes system calls, in an empty directory.
class CallFixture : public SensorTest {
 protected:
  void SetUp() override;
  void TearDown() override;

  // Whose records are expected from now on: this process's, or those of a
  // child.
  void ExpectFrom(pid_t process) { process_ = process; }
  // Expects these arguments of the next record of `event`.
  Record Expect(eyrie_event event,
                std::initializer_list<std::pair<const char*, Value>> arguments,
                const Arguments& more = {});

  // Two pages, of which the second cannot be read; the end of the first.
  static char* EndOfMemory();

 private:
  pid_t process_ = getpid();
};

}  // namespace eyrie::testing

#endif  // EYRIE_BPF_TESTING_CALL_FIXTURE_H_
