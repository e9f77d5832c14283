// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/exe_fields.h"

#include <gtest/gtest.h>

#include "eyrie/v1/process.pb.h"

#include "proto/record.h"
#include "rules/fields/testing/event_builder.h"
#include "rules/fields/testing/read_field.h"

namespace eyrie::rules {
namespace {

using testing::EventBuilder;
using testing::ExpectFields;

TEST(ExeFieldsTest, ReadsFlags) {
  EventBuilder builder("execve");
  builder.process().set_exe_flags(EYRIE_EXEC_WRITABLE | EYRIE_EXEC_FROM_MEMFD);
  ExpectFields(builder.Build(), {{"proc.is_exe_writable", "true"},
                                 {"proc.is_exe_from_memfd", "true"},
                                 {"proc.is_exe_upper_layer", "false"},
                                 {"proc.is_exe_lower_layer", "false"}});
  builder.process().set_exe_flags(EYRIE_EXEC_UPPER_LAYER);
  ExpectFields(builder.Build(), {{"proc.is_exe_writable", "false"},
                                 {"proc.is_exe_upper_layer", "true"}});
}

TEST(ExeFieldsTest, ReadsInodeAndTimes) {
  EventBuilder builder("execve");
  v1::Process& process = builder.process();
  process.set_exe_ino(42);
  // The process started at 1700000001 s.
  process.set_exe_ino_ctime_ns(1'700'000'000'250'000'000);
  process.set_exe_ino_mtime_ns(1'600'000'000'000'000'000);
  ExpectFields(builder.Build(),
               {{"proc.exe_ino", "42"},
                {"proc.exe_ino.ctime", "1700000000250000000"},
                {"proc.exe_ino.mtime", "1600000000000000000"},
                {"proc.exe_ino.ctime_duration_proc_start", "750000000"},
                {"proc.pidns_init_start_ts", "<unknown>"}});
}

TEST(ExeFieldsTest, TimesMayBeMissing) {
  EventBuilder builder("execve");
  ExpectFields(builder.Build(),
               {{"proc.exe_ino.ctime", "<absent>"},
                {"proc.exe_ino.mtime", "<absent>"},
                {"proc.exe_ino.ctime_duration_proc_start", "<absent>"}});
  builder.process().set_partial(true);
  ExpectFields(builder.Build(),
               {{"proc.exe_ino.ctime", "<unknown>"},
                {"proc.exe_ino.ctime_duration_proc_start", "<unknown>"}});
}

TEST(ExeFieldsTest, FileThatChangedAfterTheStartHasNoDuration) {
  EventBuilder builder("execve");
  builder.process().set_exe_ino_ctime_ns(1'700'000'001'000'000'001);
  ExpectFields(builder.Build(),
               {{"proc.exe_ino.ctime_duration_proc_start", "<absent>"}});
}

}  // namespace
}  // namespace eyrie::rules
