// SPDX-License-Identifier: Apache-2.0
//
// Hides ThreadSanitizer reports that rest on what it cannot see.
//
// The distribution's libraries are not instrumented. What they inline into our
// code from their headers is, without the locks they take inside.

// NOLINTBEGIN(bugprone-reserved-identifier): ThreadSanitizer chose the name.
extern "C" const char* __tsan_default_suppressions();

extern "C" const char* __tsan_default_suppressions() {
  return "race:grpc::\n"
         "race:grpc_core::\n"
         "race:rocksdb::\n";
}
// NOLINTEND(bugprone-reserved-identifier)
