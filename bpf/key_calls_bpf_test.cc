// SPDX-License-Identifier: Apache-2.0
//
// Each event of a call about keys, argument by argument.

#include <linux/keyctl.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstdio>

#include "gtest/gtest.h"

#include "bpf/testing/call_test.h"
#include "proto/record.h"

namespace eyrie::testing {
namespace {

class KeyCallsTest : public CallTest {};
EYRIE_INSTANTIATE_SENSOR_TEST(KeyCallsTest);

// Keys of a child go with it: they are in the keyring of its process.
TEST_P(KeyCallsTest, AddKey) {
  ExpectCalls({
      {EYRIE_EVENT_add_key,
       [] {
         return Call(SYS_add_key, "user", "sensor:key", "secret", 6l,
                     KEY_SPEC_PROCESS_KEYRING);
       },
       {{"res", kAnything},
        {"type", "user"},
        {"description", "sensor:key"},
        {"keyring", Text(KEY_SPEC_PROCESS_KEYRING)}}},
      {EYRIE_EVENT_add_key,
       [] {
         return Call(SYS_add_key, "no such type", "x", nullptr, 0l,
                     KEY_SPEC_PROCESS_KEYRING);
       },
       {{"res", Text(-ENODEV)},
        {"type", "no such type"},
        {"description", "x"},
        {"keyring", Text(KEY_SPEC_PROCESS_KEYRING)}}},
  });
}

TEST_P(KeyCallsTest, RequestKey) {
  const auto request = [] {
    return Call(SYS_request_key, "user", "sensor:key", nullptr,
                KEY_SPEC_THREAD_KEYRING);
  };
  ExpectCalls({
      {EYRIE_EVENT_request_key,
       [&] {
         Call(SYS_add_key, "user", "sensor:key", "secret", 6l,
              KEY_SPEC_PROCESS_KEYRING);
         return request();
       },
       {{"res", kAnything},
        {"type", "user"},
        {"description", "sensor:key"},
        {"keyring", Text(KEY_SPEC_THREAD_KEYRING)}}},
      {EYRIE_EVENT_request_key,
       request,
       {{"res", Text(-ENOKEY)},
        {"type", "user"},
        {"description", "sensor:key"},
        {"keyring", Text(KEY_SPEC_THREAD_KEYRING)}}},
  });
}

TEST_P(KeyCallsTest, Keyctl) {
  char description[64];
  ExpectCalls({
      {EYRIE_EVENT_keyctl,
       [&] {
         Call(SYS_add_key, "user", "k", "secret", 6l, KEY_SPEC_PROCESS_KEYRING);
         return Call(SYS_keyctl, KEYCTL_DESCRIBE,
                     long{KEY_SPEC_PROCESS_KEYRING}, description,
                     sizeof(description), 5l);
       },
       // "keyring;UID;GID;MODE;_pid" with its NUL.
       {{"res", "26"},
        {"operation", Text(KEYCTL_DESCRIBE)},
        {"arg2", Text(KEY_SPEC_PROCESS_KEYRING)},
        {"arg3", Text(description)},
        {"arg4", Text(sizeof(description))},
        {"arg5", "5"}}},
      {EYRIE_EVENT_keyctl,
       [] { return Call(SYS_keyctl, 999, 1l, 2l, 3l, 4l); },
       {{"res", Text(-EOPNOTSUPP)},
        {"operation", "999"},
        {"arg2", "1"},
        {"arg3", "2"},
        {"arg4", "3"},
        {"arg5", "4"}}},
  });
}

#ifdef __x86_64__
TEST_P(KeyCallsTest, AddKeyOf32Bits) {
  LowMemory<char[16]> text;
  std::snprintf(*text, sizeof(*text), "user");
  std::snprintf(*text + 8, 8, "k32");
  ExpectCalls({{EYRIE_EVENT_add_key,
                [&] {
                  return Call32(286, text.address(), text.address() + 8,
                                text.address(), 4, KEY_SPEC_PROCESS_KEYRING);
                },
                {{"res", kAnything},
                 {"type", "user"},
                 {"description", "k32"},
                 {"keyring", Text(KEY_SPEC_PROCESS_KEYRING)}},
                true}});
}
#endif

}  // namespace
}  // namespace eyrie::testing
