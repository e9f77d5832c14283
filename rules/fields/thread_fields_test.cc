// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/thread_fields.h"

#include <gtest/gtest.h>

#include "eyrie/v1/process.pb.h"

#include "rules/fields/testing/event_builder.h"
#include "rules/fields/testing/read_field.h"

namespace eyrie::rules {
namespace {

using testing::EventBuilder;
using testing::ExpectFields;

TEST(ThreadFieldsTest, ReadsTheMainThread) {
  EventBuilder builder("openat");
  v1::Process& process = builder.process();
  process.set_vpid(7);
  process.set_vm_size_kib(2048);
  process.set_vm_rss_kib(3);
  ExpectFields(builder.Build(), {{"thread.tid", "1000"},
                                 {"thread.ismain", "true"},
                                 {"thread.vtid", "7"},
                                 {"thread.nametid", "test1000"},
                                 {"thread.vmsize", "2048"},
                                 {"thread.vmsize.b", "2097152"},
                                 {"thread.vmrss.b", "3072"},
                                 {"proc.vmsize", "2048"},
                                 {"proc.vmswap", "0"},
                                 {"proc.fdlimit", "1024"},
                                 {"thread.pfmajor", "<unknown>"},
                                 {"proc.nthreads", "<unknown>"}});
}

TEST(ThreadFieldsTest, ReadsOtherThreads) {
  EventBuilder builder("openat");
  builder.process().set_vm_size_kib(2048);
  builder.record().Tid(1001);
  ExpectFields(builder.Build(), {{"thread.tid", "1001"},
                                 {"thread.ismain", "false"},
                                 {"thread.vtid", "<unknown>"},
                                 {"thread.vmsize", "0"},
                                 {"proc.vmsize", "2048"}});
}

TEST(ThreadFieldsTest, NamesCapabilities) {
  EventBuilder builder("openat");
  builder.process().set_cap_effective(1ull << 21 | 1ull << 1);
  builder.process().set_cap_permitted(1);
  ExpectFields(builder.Build(),
               {{"thread.cap_effective", "CAP_DAC_OVERRIDE CAP_SYS_ADMIN"},
                {"thread.cap_permitted", "CAP_CHOWN"},
                {"thread.cap_inheritable", ""}});
}

TEST(ThreadFieldsTest, ReadsTheControlGroup) {
  EventBuilder builder("openat");
  builder.Cgroup("/system.slice/cron.service");
  ExpectFields(builder.Build(),
               {{"thread.cgroups", "/system.slice/cron.service"},
                {"thread.cgroup.cpu", "/system.slice/cron.service"},
                {"thread.cgroup[memory]", "/system.slice/cron.service"}});
  builder.Cgroup("");
  ExpectFields(builder.Build(), {{"thread.cgroups", "<unknown>"}});
}

TEST(ThreadFieldsTest, ExecCarriesPageFaults) {
  EventBuilder builder("execve");
  builder.Set("pgft_maj", 3).Set("pgft_min", 4);
  ExpectFields(builder.Build(),
               {{"thread.pfmajor", "3"}, {"thread.pfminor", "4"}});
}

}  // namespace
}  // namespace eyrie::rules
