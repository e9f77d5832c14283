// SPDX-License-Identifier: Apache-2.0
//
// Exec of real programs, argument by argument.

#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "gtest/gtest.h"

#include "bpf/control.h"
#include "bpf/testing/sensor_test.h"
#include "proto/record.h"

namespace eyrie::testing {
namespace {

using Args = eyrie_execve_args;

constexpr char kProgram[] = "/bin/true";
constexpr int kUser = 4242;

// Strings as an argument vector; lives as long as they do.
std::vector<char*> Vector(std::vector<std::string>& strings) {
  std::vector<char*> vector;
  for (std::string& string : strings) vector.push_back(string.data());
  vector.push_back(nullptr);
  return vector;
}

// Each string with its NUL.
std::string Joined(const std::vector<std::string>& strings) {
  std::string joined;
  for (const std::string& string : strings) joined += string + '\0';
  return joined;
}

uint64_t OwnCapabilities(absl::string_view name) {
  std::ifstream file("/proc/self/status");
  std::string line;
  while (std::getline(file, line)) {
    absl::string_view rest = line;
    uint64_t value = 0;
    if (absl::ConsumePrefix(&rest, absl::StrCat(name, ":\t")) &&
        absl::SimpleHexAtoi(rest, &value)) {
      return value;
    }
  }
  return 0;
}

class ExecEventsTest : public SensorTest {
 protected:
  // Runs `program` in a child after `prepare`; returns its exec record.
  Record Exec(
      const std::string& program, std::vector<std::string> args,
      std::vector<std::string> env = {},
      const std::function<void()>& prepare = [] {}) {
    std::vector<char*> argv = Vector(args);
    std::vector<char*> envp = Vector(env);
    const pid_t child = RunInChild([&] {
      prepare();
      execve(program.c_str(), argv.data(), envp.data());
      return 99;
    });
    child_ = child;
    return Await(EYRIE_EVENT_execve, child);
  }

  // Copies the program to `path`.
  void Install(const std::string& path, int mode = 0755) {
    std::ifstream from(kProgram, std::ios::binary);
    WriteFile(path, std::string(std::istreambuf_iterator<char>(from), {}));
    ASSERT_EQ(chmod(path.c_str(), mode), 0);
  }

  pid_t child_ = 0;
};
EYRIE_INSTANTIATE_SENSOR_TEST(ExecEventsTest);

TEST_P(ExecEventsTest, DescribesTheNewImage) {
  char real[PATH_MAX];
  ASSERT_NE(realpath(kProgram, real), nullptr);
  struct stat facts;
  ASSERT_EQ(stat(kProgram, &facts), 0);
  rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  const Record record = Exec(kProgram, {"argv zero", "one", "", "three 3"},
                             {"HOME=/h", "EMPTY="}, [&] {
                               if (chdir(directory().c_str()) != 0) _exit(98);
                               setpgid(0, 0);
                             });
  const eyrie_record header = record.header();
  EXPECT_EQ(header.result, 0);
  EXPECT_EQ(header.flags, uint32_t{EYRIE_RECORD_HAS_RESULT});
  EXPECT_STREQ(header.comm, "true");
  EXPECT_EQ(record.Int(&Args::res), 0);
  EXPECT_EQ(record.Text(&Args::exe), "argv zero");
  EXPECT_EQ(record.Text(&Args::args), Joined({"one", "", "three 3"}));
  EXPECT_EQ(record.Text(&Args::env), Joined({"HOME=/h", "EMPTY="}));
  EXPECT_EQ(record.Text(&Args::cwd), directory());
  EXPECT_EQ(record.Text(&Args::comm), "true");
  EXPECT_EQ(record.Text(&Args::exepath), real);
  EXPECT_EQ(record.Text(&Args::filename), kProgram);
  EXPECT_EQ(record.Int(&Args::tid), child_);
  EXPECT_EQ(record.Int(&Args::pid), child_);
  EXPECT_EQ(record.Int(&Args::ptid), getpid());
  EXPECT_EQ(ToTicks(record.Int(&Args::parent_start_time)), StartTicks("self"));
  EXPECT_EQ(record.Int(&Args::vpid), child_);
  EXPECT_EQ(record.Int(&Args::vtid), child_);
  EXPECT_EQ(record.Int(&Args::pgid), child_);
  EXPECT_EQ(record.Int(&Args::vpgid), child_);
  EXPECT_EQ(record.Int(&Args::sid), getsid(0));
  EXPECT_EQ(record.Int(&Args::fdlimit), static_cast<int64_t>(files.rlim_cur));
  EXPECT_EQ(record.Int(&Args::uid), geteuid());
  EXPECT_EQ(record.Int(&Args::gid), getegid());
  EXPECT_EQ(record.Int(&Args::exe_ino), static_cast<int64_t>(facts.st_ino));
  EXPECT_EQ(
      record.Int(&Args::exe_dev),
      static_cast<int64_t>(major(facts.st_dev) << 20 | minor(facts.st_dev)));
  EXPECT_EQ(record.Int(&Args::exe_ino_ctime),
            facts.st_ctim.tv_sec * 1'000'000'000 + facts.st_ctim.tv_nsec);
  EXPECT_EQ(record.Int(&Args::exe_ino_mtime),
            facts.st_mtim.tv_sec * 1'000'000'000 + facts.st_mtim.tv_nsec);
  EXPECT_GT(record.Int(&Args::vm_size), 0);
  EXPECT_GT(record.Int(&Args::pgft_min), 0);
  EXPECT_EQ(static_cast<uint64_t>(record.Int(&Args::cap_permitted)),
            OwnCapabilities("CapPrm"));
  EXPECT_EQ(static_cast<uint64_t>(record.Int(&Args::cap_effective)),
            OwnCapabilities("CapEff"));
  EXPECT_EQ(static_cast<uint64_t>(record.Int(&Args::cap_inheritable)),
            OwnCapabilities("CapInh"));
}

TEST_P(ExecEventsTest, ExecMakesANewImageOfTheSameProcess) {
  const Record record = Exec(kProgram, {"true"});
  const Record forked = Await(EYRIE_EVENT_procexit, child_);
  // Read back to the fork, which has the parent's image number.
  const eyrie_process_key image = record.header().process;
  EXPECT_EQ(forked.header().process.exec_id, image.exec_id);
  EXPECT_EQ(forked.header().process.start_time_ns, image.start_time_ns);
  EXPECT_EQ(image.exec_id, record.Int(&Args::parent_exec_id) + 1);
}

TEST_P(ExecEventsTest, ProgramFileChangedJustNowHasExactTimes) {
  // Read and changed by turns, so that the kernel marks the time as seen.
  Install(Path("p"));
  struct stat facts;
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(stat(Path("p").c_str(), &facts), 0);
    ASSERT_EQ(chmod(Path("p").c_str(), 0755), 0);
  }
  ASSERT_EQ(stat(Path("p").c_str(), &facts), 0);
  const Record record = Exec(Path("p"), {"p"});
  EXPECT_EQ(record.Int(&Args::exe_ino_ctime),
            facts.st_ctim.tv_sec * 1'000'000'000 + facts.st_ctim.tv_nsec);
}

TEST_P(ExecEventsTest, ScriptHasItsInterpreterAsExecutable) {
  WriteFile(Path("script"), "#!/bin/true -x\n");
  chmod(Path("script").c_str(), 0755);
  const Record record = Exec(Path("script"), {"name", "arg"});
  char real[PATH_MAX];
  ASSERT_NE(realpath("/bin/true", real), nullptr);
  EXPECT_EQ(record.Text(&Args::filename), Path("script"));
  EXPECT_EQ(record.Text(&Args::exepath), real);
  EXPECT_EQ(record.Text(&Args::exe), "/bin/true");
  EXPECT_EQ(record.Text(&Args::args), Joined({"-x", Path("script"), "arg"}));
}

TEST_P(ExecEventsTest, LongArgumentsAreCutAndFlagged) {
  const std::string longest(EYRIE_MAX_ARGS_BYTES - 3, 'a');
  // "x\0" and the argument with its NUL: one byte less than the limit.
  const Record fits = Exec(kProgram, {"x", longest});
  EXPECT_EQ(fits.Text(&Args::args), Joined({longest}));
  EXPECT_FALSE(fits.has_flag(EYRIE_RECORD_TRUNCATED));

  const Record cut = Exec(kProgram, {"x", longest + "bbb"});
  const std::string args = cut.Text(&Args::args);
  EXPECT_EQ(args.size(), size_t{EYRIE_MAX_ARGS_BYTES - 2});
  EXPECT_EQ(args.back(), '\0');
  EXPECT_TRUE(cut.has_flag(EYRIE_RECORD_TRUNCATED));
  EXPECT_EQ(cut.Text(&Args::exe), "x");
  EXPECT_EQ(cut.Text(&Args::filename), kProgram);
}

TEST_P(ExecEventsTest, LongArgvZeroHidesNothing) {
  const Record record = Exec(kProgram, {std::string(5000, 'z'), "--evil"});
  EXPECT_EQ(record.Text(&Args::exe), std::string(EYRIE_MAX_PATH, 'z'));
  EXPECT_EQ(record.Text(&Args::args),
            Joined({std::string(5000 - EYRIE_MAX_PATH, 'z'), "--evil"}));
  EXPECT_TRUE(record.has_flag(EYRIE_RECORD_TRUNCATED));
}

TEST_P(ExecEventsTest, LongEnvironmentIsCutAndFlagged) {
  const std::string variable = "V=" + std::string(6000, 'v');
  const Record record = Exec(kProgram, {"x"}, {"A=1", variable});
  const std::string env = record.Text(&Args::env);
  EXPECT_EQ(env.size(), size_t{EYRIE_MAX_ENV_BYTES});
  EXPECT_TRUE(absl::StartsWith(env, Joined({"A=1"}) + "V=vvv"));
  EXPECT_TRUE(record.has_flag(EYRIE_RECORD_TRUNCATED));
}

TEST_P(ExecEventsTest, EverythingAtItsLongestStillFits) {
  std::string path = directory();
  while (path.size() < 3800) {
    path += "/" + std::string(250, 'n');
    ASSERT_EQ(mkdir(path.c_str(), 0755), 0);
  }
  Install(path + "/p");
  const Record record = Exec(path + "/p", {"x", std::string(9000, 'a')},
                             {"V=" + std::string(6000, 'v')}, [&] {
                               if (chdir(path.c_str()) != 0) _exit(98);
                             });
  EXPECT_EQ(record.Text(&Args::exepath), path + "/p");
  EXPECT_TRUE(record.has_flag(EYRIE_RECORD_TRUNCATED));
  EXPECT_LE(record.header().size, uint32_t{EYRIE_MAX_RECORD_SIZE});
  EXPECT_GT(record.header().size, 19000u);
}

TEST_P(ExecEventsTest, ExecveatByDescriptor) {
  const int fd = open(kProgram, O_PATH | O_CLOEXEC);
  const pid_t child = RunInChild([&] {
    char name[] = "name";
    char* argv[] = {name, nullptr};
    char* envp[] = {nullptr};
    syscall(SYS_execveat, fd, "", argv, envp, AT_EMPTY_PATH);
    return 99;
  });
  const Record record = Await(EYRIE_EVENT_execveat, child);
  char real[PATH_MAX];
  ASSERT_NE(realpath(kProgram, real), nullptr);
  EXPECT_EQ(record.Int(&Args::res), 0);
  EXPECT_EQ(record.Text(&Args::exe), "name");
  EXPECT_EQ(record.Text(&Args::args), "");
  EXPECT_EQ(record.Text(&Args::env), "(none)");
  EXPECT_EQ(record.Text(&Args::exepath), real);
  EXPECT_EQ(record.Text(&Args::filename), absl::StrCat("/dev/fd/", fd));
  close(fd);
}

TEST_P(ExecEventsTest, ProgramInMemoryIsFlagged) {
  const int fd = memfd_create("implant", 0);
  std::ifstream from(kProgram, std::ios::binary);
  const std::string program(std::istreambuf_iterator<char>(from), {});
  ASSERT_EQ(write(fd, program.data(), program.size()),
            static_cast<ssize_t>(program.size()));
  const std::string path = absl::StrCat("/proc/self/fd/", fd);
  const Record record = Exec(path, {"x"});
  EXPECT_EQ(record.Text(&Args::exepath), "memfd:implant");
  EXPECT_NE(record.Int(&Args::flags) & EYRIE_EXEC_FROM_MEMFD, 0);
  EXPECT_EQ(record.Text(&Args::filename), path);
  close(fd);
}

TEST_P(ExecEventsTest, WritableMeansByThisUser) {
  chmod(directory().c_str(), 0755);
  Install(Path("p"), 0755);
  Install(Path("q"), 0777);
  struct Case {
    std::string program;
    int uid;
    bool is_writable;
  };
  const Case cases[] = {
      {kProgram, 0, true},        // root may write anything
      {Path("p"), 0, true},       //
      {Path("p"), kUser, false},  // 0755 of root
      {Path("q"), kUser, true},   // 0777 of root
  };
  for (const Case& c : cases) {
    const Record record = Exec(c.program, {"p"}, {}, [&] {
      if (c.uid != 0 && (setgid(c.uid) != 0 || setuid(c.uid) != 0)) _exit(98);
    });
    EXPECT_EQ((record.Int(&Args::flags) & EYRIE_EXEC_WRITABLE) != 0,
              c.is_writable)
        << c.program << " by " << c.uid;
    EXPECT_EQ(record.Int(&Args::uid), c.uid);
  }
}

TEST_P(ExecEventsTest, TerminalAndSession) {
  const int controller = posix_openpt(O_RDWR | O_NOCTTY);
  ASSERT_GE(controller, 0);
  ASSERT_EQ(grantpt(controller), 0);
  ASSERT_EQ(unlockpt(controller), 0);
  const std::string name = ptsname(controller);
  struct stat facts;
  ASSERT_EQ(stat(name.c_str(), &facts), 0);
  const Record record = Exec(kProgram, {"x"}, {}, [&] {
    setsid();
    if (open(name.c_str(), O_RDWR) < 0) _exit(98);
  });
  EXPECT_EQ(record.Int(&Args::tty), static_cast<int64_t>(facts.st_rdev));
  EXPECT_EQ(record.Int(&Args::sid), child_);
  close(controller);
  const Record without = Exec(kProgram, {"x"}, {}, [] { setsid(); });
  EXPECT_EQ(without.Int(&Args::tty), 0);
}

TEST_P(ExecEventsTest, ThreadThatCallsExecBecomesTheLeader) {
  int status = 0;
  const pid_t child = RunInChild(
      [] {
        std::thread([] {
          execl(kProgram, "by thread", nullptr);
          _exit(99);
        }).detach();
        pause();
        return 98;
      },
      &status);
  ASSERT_EQ(status, 0);
  const Record record = Await(EYRIE_EVENT_execve, child);
  EXPECT_EQ(record.header().tid, static_cast<uint32_t>(child));
  EXPECT_EQ(record.Text(&Args::exe), "by thread");
  EXPECT_EQ(record.header().process.exec_id,
            record.Int(&Args::parent_exec_id) + 1);
}

TEST_P(ExecEventsTest, FailedExecDescribesTheCaller) {
  const pid_t child = RunInChild([&] {
    if (chdir(directory().c_str()) != 0) return 98;
    execl("./no such program", "x", nullptr);
    return 0;
  });
  const Record record = Await(EYRIE_EVENT_execve, child);
  EXPECT_EQ(record.Int(&Args::res), -ENOENT);
  EXPECT_EQ(record.header().result, -ENOENT);
  EXPECT_EQ(record.Text(&Args::filename), "./no such program");
  EXPECT_EQ(record.Text(&Args::cwd), directory());
  char real[PATH_MAX];
  const ssize_t size = readlink("/proc/self/exe", real, sizeof(real));
  EXPECT_EQ(record.Text(&Args::exepath), std::string(real, size));
  EXPECT_TRUE(record.has_flag(EYRIE_RECORD_UNVERIFIED));
  EXPECT_EQ(record.header().process.exec_id, record.Int(&Args::parent_exec_id));
}

TEST_P(ExecEventsTest, FailedExecveatIsReported) {
  const pid_t child = RunInChild([] {
    char* none[] = {nullptr};
    syscall(SYS_execveat, AT_FDCWD, "/dev/null", none, none, 0);
    return 0;
  });
  const Record record = Await(EYRIE_EVENT_execveat, child);
  EXPECT_EQ(record.Int(&Args::res), -EACCES);
  EXPECT_EQ(record.Text(&Args::filename), "/dev/null");
}

TEST_P(ExecEventsTest, CgroupPathIsTheOneOfTheContainerRuntime) {
  // The default hierarchy, or where that is "/", a version 1 controller.
  std::ifstream file("/proc/self/cgroup");
  std::string line, unified;
  std::vector<std::string> others;
  while (std::getline(file, line)) {
    const std::string path = line.substr(line.rfind(':') + 1);
    if (absl::StartsWith(line, "0::")) {
      unified = path;
    } else if (path != "/") {
      others.push_back(path);
    }
  }
  const std::string path = Exec(kProgram, {"x"}).Text(&Args::cgroup);
  if (unified != "/" || others.empty()) {
    EXPECT_EQ(path, unified);
  } else {
    EXPECT_NE(std::find(others.begin(), others.end(), path), others.end())
        << path;
  }
}

}  // namespace
}  // namespace eyrie::testing
