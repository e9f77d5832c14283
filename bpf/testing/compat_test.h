// SPDX-License-Identifier: Apache-2.0
//
// A test of events that 32-bit calls make (x86 only).

#ifndef EYRIE_BPF_TESTING_COMPAT_TEST_H_
#define EYRIE_BPF_TESTING_COMPAT_TEST_H_

#ifdef __x86_64__

#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <utility>

#include "gtest/gtest.h"

#include "bpf/testing/call_fixture.h"
#include "bpf/testing/compat_calls.h"

namespace eyrie::testing {

// A part of a vector as 32-bit callers have it.
struct iovec32 {
  uint32_t base;
  uint32_t size;
};

// Skips where the kernel has no such calls.
class CompatTest : public CallFixture {
 protected:
  void SetUp() override {
    CallFixture::SetUp();
    if (IsSkipped() || HasFatalFailure() || HasCompatCalls()) return;
    std::printf("EYRIE_SKIP: this kernel has no 32-bit system calls\n");
    GTEST_SKIP();
  }

  // Expect(), of a call of that kind, all of whose memory could be read.
  void Expect32(eyrie_event event,
                std::initializer_list<std::pair<const char*, Value>> arguments,
                const Arguments& more = {}) {
    const Record record = Expect(event, arguments, more);
    EXPECT_TRUE(record.has_flag(EYRIE_RECORD_COMPAT32));
    EXPECT_FALSE(record.has_flag(EYRIE_RECORD_FAULTED));
  }

  // The vector {"one", "-two"}.
  uint32_t TwoParts() {
    const iovec32 parts[2] = {{memory_.Put("one"), 3},
                              {memory_.Put("-two"), 4}};
    return memory_.Put(parts);
  }

  LowMemory memory_;
};

}  // namespace eyrie::testing

#endif  // __x86_64__
#endif  // EYRIE_BPF_TESTING_COMPAT_TEST_H_
