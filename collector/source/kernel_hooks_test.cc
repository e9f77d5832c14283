// SPDX-License-Identifier: Apache-2.0

#include "collector/source/kernel_hooks.h"

#include <unistd.h>

#include <cstdio>

#include "gtest/gtest.h"

namespace eyrie::collector {
namespace {

class KernelHooksTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (access("/sys/kernel/btf/vmlinux", R_OK) != 0) {
      std::printf("EYRIE_SKIP: no /sys/kernel/btf/vmlinux\n");
      GTEST_SKIP();
    }
  }
  KernelHooks hooks_;
};

TEST_F(KernelHooksTest, FindsFunctions) {
  EXPECT_TRUE(hooks_.HasFunction("vfs_read"));
  EXPECT_FALSE(hooks_.HasFunction("no_such_function"));
  EXPECT_FALSE(hooks_.HasFunction("task_struct"));
}

TEST_F(KernelHooksTest, TellsWhatFunctionsTake) {
  bool is_read_found = false;
  hooks_.ForEachFunction([&](const KernelFunction& function) {
    if (function.name == "vfs_read") {
      is_read_found = true;
      EXPECT_FALSE(hooks_.TakesRegisters(function, 4));
    }
    if (function.name == "__x64_sys_openat") {
      EXPECT_TRUE(hooks_.TakesRegisters(function, 1));
      EXPECT_FALSE(hooks_.TakesRegisters(function, 2));
    }
  });
  EXPECT_TRUE(is_read_found);
}

TEST_F(KernelHooksTest, FindsTracepointsAndWhatTheyGive) {
  EXPECT_TRUE(hooks_.HasTracepoint("sys_exit"));
  EXPECT_FALSE(hooks_.HasTracepoint("no_such_tracepoint"));
  EXPECT_EQ(hooks_.TracepointArguments("sys_exit"), 2);
  EXPECT_EQ(hooks_.TracepointArguments("no_such_thing"), 0);
  EXPECT_TRUE(hooks_.TracepointGives("sys_exit", 0, "pt_regs"));
  EXPECT_FALSE(hooks_.TracepointGives("sys_exit", 0, "task_struct"));
  EXPECT_FALSE(hooks_.TracepointGives("sys_exit", 1, "pt_regs"));
  EXPECT_FALSE(hooks_.TracepointGives("sys_exit", 7, "pt_regs"));
  EXPECT_TRUE(hooks_.TracepointGives("sched_process_exec", 2, "linux_binprm"));
}

}  // namespace
}  // namespace eyrie::collector
