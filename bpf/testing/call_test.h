// SPDX-License-Identifier: Apache-2.0
//
// Tables of system calls with what their records must say.

#ifndef EYRIE_BPF_TESTING_CALL_TEST_H_
#define EYRIE_BPF_TESTING_CALL_TEST_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "absl/types/span.h"

#include "bpf/testing/sensor_test.h"
#include "bpf/testing/system_call.h"
#include "proto/record.h"

namespace eyrie::testing {

using ArgumentTexts = std::map<std::string, std::string>;

// How an argument's value shows in Record::Arguments().
inline std::string Text(int64_t number) { return std::to_string(number); }
template <typename T>
std::string Text(const T* address) {
  return Text(reinterpret_cast<int64_t>(address));
}

// A system call and its record.
struct CallCase {
  eyrie_event event;
  // Makes the call and returns its result or the negative errno. Runs in a
  // child; makes no other call of this event.
  std::function<long()> make;
  // As ExpectArguments() takes them.
  ArgumentTexts arguments;
  bool is_32_bit = false;
};

class CallTest : public SensorTest {
 protected:
  // Makes each call in a child of its own. Expects a record with these
  // arguments and with the result that the child got.
  void ExpectCalls(absl::Span<const CallCase> cases);
};

// The arguments fd_... and after of an event about descriptor `fd` of this
// process, which is no socket, with `path` as fd_path.
ArgumentTexts DescriptorTexts(int fd, const std::string& path);
// The same of an event about no descriptor.
ArgumentTexts NoDescriptorTexts();
// Both together.
ArgumentTexts Join(ArgumentTexts a, const ArgumentTexts& b);

}  // namespace eyrie::testing

#endif  // EYRIE_BPF_TESTING_CALL_TEST_H_
