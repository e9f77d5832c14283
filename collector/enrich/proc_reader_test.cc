// SPDX-License-Identifier: Apache-2.0

#include "collector/enrich/proc_reader.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "common/testing/status_matchers.h"

namespace eyrie::collector {
namespace {

using ::eyrie::testing::StatusIs;

class ProcReaderTest : public ::testing::Test {
 protected:
  ProcReaderTest()
      : root_(absl::StrCat(
            ::testing::TempDir(), "/proc_",
            ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
    mkdir(root_.c_str(), 0700);
    mkdir((root_ + "/42").c_str(), 0700);
    mkdir((root_ + "/42/ns").c_str(), 0700);
  }
  void Write(const std::string& name, const std::string& text) {
    std::ofstream(root_ + "/42/" + name, std::ios::binary) << text;
  }
  void Link(const std::string& name, const std::string& target) {
    const std::string path = root_ + "/42/" + name;
    unlink(path.c_str());
    ASSERT_EQ(symlink(target.c_str(), path.c_str()), 0);
  }

  const std::string root_;
};

// Fields 3 to 24 of a process whose name tries to look like more fields.
constexpr char kStat[] =
    "42 (a) R 1 (b) S 7 40 39 34816 42 4194304 1 0 0 0 0 0 0 0 20 0 1 0 1234 "
    "8192000 100 18446744073709551615\n";

TEST_F(ProcReaderTest, ReadsEveryFile) {
  Write("stat", kStat);
  Write("status",
        "Name:\ta) R 1 (b\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\n"
        "NSpid:\t42\t3\nNSpgid:\t40\t2\nVmSwap:\t   16 kB\n"
        "CapInh:\t0000000000000001\nCapPrm:\t00000000000000ff\n"
        "CapEff:\t000000000000000f\n");
  Write("cmdline", std::string("./x\0-a\0\0b\0", 10));
  Write("environ", std::string("A=1\0B=2\0", 8));
  Write("cgroup", "1:cpu:/v1\n0::/user.slice/x.scope\n");
  Write("loginuid", "1000");
  Link("exe", "/usr/bin/x (deleted)");
  Link("cwd", "/srv/data");
  Link("ns/pid", "pid:[4026531836]");
  Link("ns/net", "net:[4026531840]");

  HostProcReader reader(root_);
  ASSERT_OK_AND_ASSIGN(const ProcFacts facts, reader.Read(42));
  const v1::Process& process = facts.process;
  EXPECT_EQ(facts.start_time_ns, 12'340'000'000);
  EXPECT_EQ(facts.ppid, 7);
  EXPECT_EQ(process.comm(), "a) R 1 (b");
  EXPECT_EQ(process.pgid(), 40);
  EXPECT_EQ(process.sid(), 39);
  EXPECT_EQ(process.tty(), 34816);
  EXPECT_EQ(process.vm_size_kib(), 8000);
  EXPECT_EQ(process.uid(), 2) << "effective";
  EXPECT_EQ(process.gid(), 6);
  EXPECT_EQ(process.vpid(), 3) << "innermost namespace";
  EXPECT_EQ(process.vpgid(), 2);
  EXPECT_EQ(process.vm_swap_kib(), 16);
  EXPECT_EQ(process.cap_inheritable(), 1);
  EXPECT_EQ(process.cap_permitted(), 0xff);
  EXPECT_EQ(process.cap_effective(), 0xf);
  EXPECT_EQ(process.exe(), "./x");
  EXPECT_EQ(process.args(), std::string("-a\0\0b\0", 6));
  EXPECT_EQ(process.env(), std::string("A=1\0B=2\0", 8));
  EXPECT_EQ(process.cgroup(), "/user.slice/x.scope");
  EXPECT_EQ(process.loginuid(), 1000);
  EXPECT_EQ(process.exe_path(), "/usr/bin/x (deleted)");
  EXPECT_EQ(process.cwd(), "/srv/data");
  EXPECT_EQ(process.pid_ns(), 4026531836);
  EXPECT_EQ(process.net_ns(), 4026531840);
  EXPECT_EQ(process.mnt_ns(), 0) << "could not be read";
  EXPECT_FALSE(process.truncated());
  EXPECT_FALSE(process.partial());
}

TEST_F(ProcReaderTest, CutsWhatIsTooLong) {
  Write("stat", kStat);
  Write("environ", "");
  const std::string at_limit(8191, 'a');
  Write("cmdline", at_limit + '\0');
  HostProcReader reader(root_);
  ASSERT_OK_AND_ASSIGN(ProcFacts facts, reader.Read(42));
  EXPECT_EQ(facts.process.exe(), at_limit);
  EXPECT_FALSE(facts.process.truncated());

  Write("cmdline", at_limit + 'a' + '\0');
  ASSERT_OK_AND_ASSIGN(facts, reader.Read(42));
  EXPECT_EQ(facts.process.exe(), at_limit + 'a');
  EXPECT_TRUE(facts.process.truncated());

  // A variable is not cut in the middle.
  Write("cmdline", "");
  Write("environ", std::string("A=1\0", 4) + "B=" + std::string(5000, 'b'));
  ASSERT_OK_AND_ASSIGN(facts, reader.Read(42));
  EXPECT_EQ(facts.process.env(), std::string("A=1\0", 4));
  EXPECT_TRUE(facts.process.truncated());
}

TEST_F(ProcReaderTest, TellsWhatIsWrong) {
  HostProcReader reader(root_);
  EXPECT_THAT(reader.Read(43), StatusIs(absl::StatusCode::kNotFound));
  for (const char* stat : {"", "42 x S 1", "42 (x) S 1 2 3", ") ("}) {
    Write("stat", stat);
    EXPECT_THAT(reader.Read(42), StatusIs(absl::StatusCode::kDataLoss)) << stat;
  }
}

TEST_F(ProcReaderTest, ReadsThisProcess) {
  HostProcReader reader;
  ASSERT_OK_AND_ASSIGN(const ProcFacts facts,
                       reader.Read(static_cast<uint32_t>(getpid())));
  EXPECT_EQ(facts.ppid, static_cast<uint32_t>(getppid()));
  EXPECT_EQ(facts.process.uid(), geteuid());
  EXPECT_GT(facts.start_time_ns, 0);
  EXPECT_NE(facts.process.exe_path(), "");
  EXPECT_NE(facts.process.exe_ino(), 0);
  EXPECT_NE(facts.process.pid_ns(), 0);
}

TEST(IsSameStartTest, ComparesByClockTick) {
  EXPECT_TRUE(IsSameStart(12'349'999'999, 12'340'000'000));
  EXPECT_FALSE(IsSameStart(12'350'000'000, 12'340'000'000));
  EXPECT_FALSE(IsSameStart(12'339'999'999, 12'340'000'000));
}

}  // namespace
}  // namespace eyrie::collector
