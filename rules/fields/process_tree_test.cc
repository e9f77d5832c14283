// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/process_tree.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "eyrie/v1/process.pb.h"

namespace eyrie::rules {
namespace {

v1::Process MakeProcess(uint32_t pid, uint32_t exec_id, std::string comm) {
  v1::Process process;
  process.mutable_key()->set_pid(pid);
  process.mutable_key()->set_exec_id(exec_id);
  process.mutable_key()->set_start_time_ns(pid * 100);
  process.set_comm(std::move(comm));
  return process;
}

std::string WithNuls(const std::vector<std::string>& strings) {
  std::string joined;
  for (const std::string& text : strings) {
    joined += text;
    joined += '\0';
  }
  return joined;
}

TEST(ProcessNodeTest, JoinsStrings) {
  struct Case {
    std::vector<std::string> args;
    std::string joined;
    std::string cmdline;
  };
  const Case cases[] = {
      {{}, "", "cat"},
      {{"/etc/shadow"}, "/etc/shadow", "cat /etc/shadow"},
      {{"-n", "a b", "c"}, "-n a b c", "cat -n a b c"},
      // Empty arguments leave their blank, as in the reference.
      {{"", "x"}, " x", "cat  x"},
  };
  for (const Case& test : cases) {
    v1::Process process = MakeProcess(5, 1, "cat");
    process.set_args(WithNuls(test.args));
    const ProcessNode node(&process);
    EXPECT_EQ(node.args(), test.joined);
    EXPECT_EQ(node.cmdline(), test.cmdline);
  }
}

TEST(ProcessNodeTest, JoinsTheEnvironment) {
  v1::Process process = MakeProcess(5, 1, "cat");
  process.set_env(WithNuls({"HOME=/root", "A=b c"}));
  EXPECT_EQ(ProcessNode(&process).env(), "HOME=/root A=b c");
}

TEST(ProcessNodeTest, EndsTheWorkingDirectoryWithASlash) {
  const std::pair<std::string, std::string> cases[] = {
      {"", ""}, {"/", "/"}, {"/root", "/root/"}};
  for (const auto& [cwd, expected] : cases) {
    v1::Process process = MakeProcess(5, 1, "cat");
    process.set_cwd(cwd);
    EXPECT_EQ(ProcessNode(&process).cwd(), expected) << cwd;
  }
}

TEST(BatchProcessTreeTest, FindsImagesByTheWholeKey) {
  const std::vector<v1::Process> processes = {MakeProcess(5, 1, "bash"),
                                              MakeProcess(5, 2, "cat")};
  const BatchProcessTree tree(processes);
  ProcessKey key;
  key.pid = 5;
  key.start_time_ns = 500;
  key.exec_id = 1;
  ASSERT_NE(tree.Find(key), nullptr);
  EXPECT_EQ(tree.Find(key)->facts().comm(), "bash");
  key.exec_id = 2;
  ASSERT_NE(tree.Find(key), nullptr);
  EXPECT_EQ(tree.Find(key)->facts().comm(), "cat");
  key.exec_id = 3;
  EXPECT_EQ(tree.Find(key), nullptr);
  key.exec_id = 2;
  key.start_time_ns = 501;
  EXPECT_EQ(tree.Find(key), nullptr);
}

TEST(BatchProcessTreeTest, LaterMessageAboutAnImageWins) {
  const std::vector<v1::Process> processes = {MakeProcess(5, 1, "old"),
                                              MakeProcess(5, 1, "new")};
  const BatchProcessTree tree(processes);
  const ProcessNode* node = tree.Find(ProcessKey(processes[0].key()));
  ASSERT_NE(node, nullptr);
  EXPECT_EQ(node->facts().comm(), "new");
}

TEST(ProcessTreeTest, ParentIsNullWhereThereIsNoneOrItIsNotKnown) {
  std::vector<v1::Process> processes = {MakeProcess(1, 1, "init"),
                                        MakeProcess(5, 1, "bash"),
                                        MakeProcess(6, 1, "orphan")};
  *processes[1].mutable_parent() = processes[0].key();
  *processes[2].mutable_parent() = MakeProcess(77, 1, "lost").key();
  const BatchProcessTree tree(processes);
  const ProcessNode* bash = tree.Find(ProcessKey(processes[1].key()));
  ASSERT_NE(bash, nullptr);
  const ProcessNode* init = tree.Parent(*bash);
  ASSERT_NE(init, nullptr);
  EXPECT_EQ(init->facts().comm(), "init");
  EXPECT_EQ(tree.Parent(*init), nullptr);
  EXPECT_EQ(tree.Parent(*tree.Find(ProcessKey(processes[2].key()))), nullptr);
}

}  // namespace
}  // namespace eyrie::rules
