// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/testing/engine.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "absl/time/clock.h"

#include "common/status_macros.h"

namespace eyrie::testing {
namespace {

constexpr char kHere[] = "collector/containers/testing/";
constexpr char kPauseImage[] = "docker.io/local/pause:1";

// $0 is the folder. oom_score_adj is not lowered, apparmor not used: test
// machines may not.
constexpr char kContainerdConfiguration[] = R"(version = 2
root = "$0/root"
state = "$0/state"
[grpc]
  address = "$0/engine.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "docker.io/local/pause:1"
  disable_apparmor = true
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$0/cni"
)";

constexpr char kNetworkConfiguration[] = R"({
  "cniVersion": "0.4.0", "name": "eyrie-test",
  "plugins": [{"type": "bridge", "bridge": "eyrietest0",
    "isGateway": true, "ipMasq": false,
    "ipam": {"type": "host-local", "dataDir": "$0/ipam",
             "ranges": [[{"subnet": "10.213.0.0/24"}]]}}]
})";

// Hard limits may not be raised, and crun wants the unified hierarchy alone.
constexpr char kPodmanConfiguration[] = R"([containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
apparmor_profile = ""
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
)";

const char* DaemonPath(Engine::Kind kind) {
  switch (kind) {
    case Engine::Kind::kContainerd:
      return "/usr/bin/containerd";
    case Engine::Kind::kPodman:
      return "/usr/bin/podman";
    case Engine::Kind::kDocker:
      return "/usr/sbin/dockerd";
  }
  return "";
}

void WriteText(const std::string& path, const std::string& text) {
  std::ofstream(path) << text;
}

}  // namespace

std::string Engine::WhyNot(Kind kind) {
  if (geteuid() != 0) return "not root";
  for (const char* const path : {DaemonPath(kind), "/usr/sbin/runc",
                                 "/bin/busybox", "/usr/bin/python3"}) {
    if (access(path, X_OK) != 0) return absl::StrCat("no ", path);
  }
  return "";
}

absl::StatusOr<std::unique_ptr<Engine>> Engine::Create(Kind kind) {
  char folder[] = "/tmp/eyrie_test_XXXXXX";
  if (mkdtemp(folder) == nullptr) {
    return absl::ErrnoToStatus(errno, "making a folder below /tmp");
  }
  std::unique_ptr<Engine> engine(new Engine);
  engine->kind_ = kind;
  engine->folder_ = folder;
  engine->token_ = engine->folder_.substr(sizeof("/tmp/") - 1);
  engine->socket_ = absl::StrCat(folder, "/engine.sock");
  EYRIE_RETURN_IF_ERROR(engine->Prepare());
  return engine;
}

absl::Status Engine::Prepare() {
  int input[2];
  if (pipe2(input, O_CLOEXEC) != 0) return absl::ErrnoToStatus(errno, "pipe");
  const std::string script = BuiltFile(absl::StrCat(kHere, "stop_engine.sh"));
  guard_ = fork();
  if (guard_ == 0) {
    setsid();
    dup2(input[0], STDIN_FILENO);
    execl(script.c_str(), script.c_str(), folder_.c_str(), token_.c_str(),
          nullptr);
    _exit(127);
  }
  close(input[0]);
  guard_input_ = input[1];
  WriteConfiguration();
  for (const auto& [file, name] : {std::pair("image.tar", kTestImage),
                                   std::pair("pause.tar", kPauseImage)}) {
    EYRIE_ASSIGN_OR_RETURN(
        const RunResult made,
        testing::Run({"/usr/bin/python3",
                      BuiltFile(absl::StrCat(kHere, "make_image.py")),
                      absl::StrCat(folder_, "/", file), name, "/bin/sleep",
                      "1000000"}));
    if (made.exit_code != 0) return absl::InternalError(made.err);
  }
  return absl::OkStatus();
}

void Engine::WriteConfiguration() const {
  mkdir(absl::StrCat(folder_, "/cni").c_str(), 0755);
  WriteText(absl::StrCat(folder_, "/containerd.toml"),
            absl::Substitute(kContainerdConfiguration, folder_));
  WriteText(absl::StrCat(folder_, "/cni/10-test.conflist"),
            absl::Substitute(kNetworkConfiguration, folder_));
  WriteText(absl::StrCat(folder_, "/containers.conf"), kPodmanConfiguration);
  WriteText(absl::StrCat(folder_, "/docker.json"), "{}");
}

Engine::~Engine() {
  close(guard_input_);
  waitpid(guard_, nullptr, 0);
}

std::vector<std::string> Engine::DaemonCommand() const {
  // In a network of its own: bridges stay there.
  std::vector<std::string> command = {"/usr/bin/unshare", "--net",
                                      DaemonPath(kind_)};
  const auto add = [&command](std::vector<std::string> arguments) {
    command.insert(command.end(), arguments.begin(), arguments.end());
  };
  switch (kind_) {
    case Kind::kContainerd:
      add({"--config", absl::StrCat(folder_, "/containerd.toml")});
      break;
    case Kind::kPodman: {
      const std::vector<std::string> client = ClientCommand();
      command.resize(2);
      add(client);
      add({"system", "service", "--time", "0",
           absl::StrCat("unix://", socket_)});
      break;
    }
    case Kind::kDocker:
      add({"--data-root", absl::StrCat(folder_, "/root"), "--exec-root",
           absl::StrCat(folder_, "/exec"), "--host",
           absl::StrCat("unix://", socket_), "--pidfile",
           absl::StrCat(folder_, "/pid"), "--iptables=false",
           "--ip6tables=false", "--bridge=none", "--cgroup-parent",
           cgroup_parent(), "--config-file",
           absl::StrCat(folder_, "/docker.json")});
      break;
  }
  return command;
}

std::vector<std::string> Engine::ClientCommand() const {
  switch (kind_) {
    case Kind::kContainerd:
      return {"/usr/bin/ctr", "--address", socket_};
    case Kind::kPodman:
      return {"/usr/bin/env",
              absl::StrCat("CONTAINERS_CONF=", folder_, "/containers.conf"),
              "/usr/bin/podman",
              "--root",
              absl::StrCat(folder_, "/root"),
              "--runroot",
              absl::StrCat(folder_, "/run"),
              "--tmpdir",
              absl::StrCat(folder_, "/tmp"),
              "--events-backend",
              "file"};
    case Kind::kDocker:
      return {"/usr/bin/docker", "--host", absl::StrCat("unix://", socket_)};
  }
  return {};
}

absl::Status Engine::Start() {
  EYRIE_ASSIGN_OR_RETURN(daemon_, Subprocess::Start(DaemonCommand()));
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  while (true) {
    const std::string question = kind_ == Kind::kContainerd ? "version" : "ps";
    const absl::StatusOr<RunResult> answer = Run({question});
    const bool is_there = access(socket_.c_str(), F_OK) == 0;
    if (is_there && answer.ok() && answer->exit_code == 0) break;
    if (absl::Now() > deadline || !daemon_->running()) {
      return absl::UnavailableError(absl::StrCat("the engine does not start: ",
                                                 daemon_->standard_error()));
    }
    absl::SleepFor(absl::Milliseconds(50));
  }
  if (has_image_) return absl::OkStatus();
  has_image_ = true;
  return LoadImage();
}

void Engine::Kill() {
  daemon_->Signal(SIGKILL);
  (void)daemon_->Wait(absl::Seconds(10));
}

absl::Status Engine::LoadImage() const {
  std::vector<std::vector<std::string>> commands;
  for (const char* const file : {"/image.tar", "/pause.tar"}) {
    const std::string path = absl::StrCat(folder_, file);
    if (kind_ == Kind::kContainerd) {
      commands.push_back({"-n", "k8s.io", "images", "import", path});
      commands.push_back({"-n", token_, "images", "import", path});
    } else {
      commands.push_back({"load", "-i", path});
    }
  }
  for (const auto& command : commands) {
    EYRIE_ASSIGN_OR_RETURN(const RunResult result, Run(command));
    if (result.exit_code != 0) return absl::InternalError(result.out);
  }
  return absl::OkStatus();
}

absl::StatusOr<RunResult> Engine::Run(
    std::vector<std::string> arguments) const {
  // By way of a file: what the client leaves running would keep a pipe open.
  static std::atomic<int> number{0};
  const std::string output = absl::StrCat(folder_, "/out", ++number);
  std::vector<std::string> command = {
      "/bin/sh", "-c", "out=$0; exec \"$@\" >\"$out\" 2>&1 </dev/null", output};
  for (std::string& part : ClientCommand()) command.push_back(std::move(part));
  command.insert(command.end(), arguments.begin(), arguments.end());
  EYRIE_ASSIGN_OR_RETURN(RunResult result, testing::Run(command));
  std::ifstream file(output);
  result.out.assign(std::istreambuf_iterator<char>(file), {});
  unlink(output.c_str());
  return result;
}

absl::Status Engine::RunContainer(const std::string& name,
                                  std::vector<std::string> options,
                                  std::vector<std::string> command) const {
  std::vector<std::string> all;
  if (kind_ == Kind::kContainerd) {
    all = {"-n", token_, "run", "-d"};
  } else {
    all = {"run", "-d", "--network", "none", "--name", name};
    if (kind_ == Kind::kPodman) {
      all.insert(all.end(),
                 {"--pull", "never", "--cgroup-parent", cgroup_parent()});
    }
  }
  all.insert(all.end(), options.begin(), options.end());
  all.push_back(kTestImage);
  if (kind_ == Kind::kContainerd) all.push_back(name);
  all.insert(all.end(), command.begin(), command.end());
  EYRIE_ASSIGN_OR_RETURN(const RunResult result, Run(all));
  if (result.exit_code == 0) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat("running container ", name, ": ", result.out));
}

}  // namespace eyrie::testing
