// SPDX-License-Identifier: Apache-2.0

#include "tests/benchmarks/applications.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"

#include "common/status_macros.h"
#include "tests/testing/subprocess.h"

namespace eyrie::testing {
namespace {

constexpr absl::Duration kStartTimeout = absl::Seconds(10);
constexpr absl::Duration kRunTimeout = absl::Minutes(5);
constexpr int kConnections = 16;

using Command = std::vector<std::string>;

// Path of an installed program, or which package has it.
absl::StatusOr<std::string> Installed(const std::string& program,
                                      const std::string& package) {
  for (const char* folder : {"/usr/bin", "/usr/sbin"}) {
    const std::string path = absl::StrCat(folder, "/", program);
    if (access(path.c_str(), X_OK) == 0) return path;
  }
  return absl::NotFoundError(absl::StrCat(program,
                                          " is not installed; apt-get install "
                                          "--no-install-recommends ",
                                          package));
}

sockaddr_in Loopback(int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

// A port that nobody listened on a moment ago.
int FreePort() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = Loopback(0);
  socklen_t size = sizeof(address);
  int port = 0;
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
      getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0) {
    port = ntohs(address.sin_port);
  }
  close(fd);
  return port;
}

// Waits until somebody listens there.
absl::Status WaitForPort(int port, Subprocess* server) {
  const absl::Time deadline = absl::Now() + kStartTimeout;
  const sockaddr_in address = Loopback(port);
  while (server->running() && absl::Now() < deadline) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool is_there =
        connect(fd, reinterpret_cast<const sockaddr*>(&address),
                sizeof(address)) == 0;
    close(fd);
    if (is_there) return absl::OkStatus();
    absl::SleepFor(absl::Milliseconds(10));
  }
  return absl::DeadlineExceededError(
      absl::StrCat("nobody listens on port ", port, ": ",
                   server->standard_output(), server->standard_error()));
}

// CPU time of a running process so far.
absl::Duration CpuOf(pid_t pid) {
  clockid_t clock;
  timespec time = {};
  if (clock_getcpuclockid(pid, &clock) == 0) clock_gettime(clock, &time);
  return absl::DurationFromTimespec(time);
}

// Of all children that were waited for.
absl::Duration CpuOfChildren() {
  rusage usage;
  getrusage(RUSAGE_CHILDREN, &usage);
  return absl::DurationFromTimeval(usage.ru_utime) +
         absl::DurationFromTimeval(usage.ru_stime);
}

// Programs that are run one after the other, and maybe a server that they talk
// to.
class Programs : public Application {
 public:
  Programs(std::vector<Command> commands, std::unique_ptr<Subprocess> server)
      : commands_(std::move(commands)), server_(std::move(server)) {}

  absl::StatusOr<ApplicationRun> Run() override {
    const absl::Time start = absl::Now();
    const absl::Duration cpu = Cpu();
    for (const Command& command : commands_) {
      EYRIE_ASSIGN_OR_RETURN(const RunResult result,
                             testing::Run(command, kRunTimeout));
      if (result.exit_code != 0) {
        return absl::InternalError(absl::StrCat(
            command[0], " ended with ", result.exit_code, ": ", result.err));
      }
    }
    return ApplicationRun{absl::Now() - start, Cpu() - cpu};
  }

 private:
  absl::Duration Cpu() const {
    return CpuOfChildren() +
           (server_ == nullptr ? absl::ZeroDuration() : CpuOf(server_->pid()));
  }

  const std::vector<Command> commands_;
  const std::unique_ptr<Subprocess> server_;
};

void WriteWebSite(const std::string& folder, int port) {
  std::filesystem::create_directories(folder + "/site");
  std::ofstream(folder + "/site/page") << std::string(1024, 'x');
  std::ofstream(folder + "/nginx.conf")
      << "daemon off; master_process off; user root;\n"
      << "pid nginx.pid; error_log error.log;\n"
      << "events {}\n"
      << "http {\n"
      << "  access_log off;\n"
      << "  keepalive_requests 1000000;\n"
      << "  client_body_temp_path body; proxy_temp_path proxy;\n"
      << "  fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi;\n"
      << "  scgi_temp_path scgi;\n"
      << "  server { listen 127.0.0.1:" << port << "; root site; }\n"
      << "}\n";
}

void WriteSource(const std::string& path) {
  std::ofstream(path) << "#include <algorithm>\n#include <map>\n"
                         "#include <string>\n#include <vector>\n"
                         "int Count(const std::vector<std::string>& words) {\n"
                         "  std::map<std::string, int> counts;\n"
                         "  for (const auto& word : words) ++counts[word];\n"
                         "  return static_cast<int>(counts.size());\n"
                         "}\n";
}

}  // namespace

absl::StatusOr<std::unique_ptr<Application>> KeyValueServer(
    const ApplicationOptions& options) {
  EYRIE_ASSIGN_OR_RETURN(const std::string program,
                         Installed("redis-server", "redis-server"));
  EYRIE_ASSIGN_OR_RETURN(const std::string load,
                         Installed("redis-benchmark", "redis-tools"));
  const int port = FreePort();
  const std::string port_text = absl::StrCat(port);
  EYRIE_ASSIGN_OR_RETURN(
      std::unique_ptr<Subprocess> server,
      Subprocess::Start({program, "--port", port_text, "--bind", "127.0.0.1",
                         "--save", "", "--dir", options.folder}));
  EYRIE_RETURN_IF_ERROR(WaitForPort(port, server.get()));
  const Command command = {load,  "-h",      "127.0.0.1",
                           "-p",  port_text, "-t",
                           "get", "-n",      absl::StrCat(options.operations),
                           "-q"};
  return std::make_unique<Programs>(std::vector<Command>{command},
                                    std::move(server));
}

absl::StatusOr<std::unique_ptr<Application>> WebServer(
    const ApplicationOptions& options) {
  EYRIE_ASSIGN_OR_RETURN(const std::string program,
                         Installed("nginx", "nginx-light"));
  EYRIE_ASSIGN_OR_RETURN(const std::string load,
                         Installed("ab", "apache2-utils"));
  const int port = FreePort();
  WriteWebSite(options.folder, port);
  EYRIE_ASSIGN_OR_RETURN(
      std::unique_ptr<Subprocess> server,
      Subprocess::Start({program, "-p", options.folder, "-c", "nginx.conf"}));
  EYRIE_RETURN_IF_ERROR(WaitForPort(port, server.get()));
  const Command command = {load,
                           "-q",
                           "-k",
                           "-c",
                           absl::StrCat(kConnections),
                           "-n",
                           absl::StrCat(options.operations),
                           absl::StrCat("http://127.0.0.1:", port, "/page")};
  return std::make_unique<Programs>(std::vector<Command>{command},
                                    std::move(server));
}

absl::StatusOr<std::unique_ptr<Application>> CompileJob(
    const ApplicationOptions& options) {
  EYRIE_ASSIGN_OR_RETURN(const std::string program, Installed("g++", "g++"));
  std::vector<Command> commands;
  for (int i = 0; i < options.operations; ++i) {
    const std::string source = absl::StrCat(options.folder, "/", i, ".cc");
    WriteSource(source);
    commands.push_back({program, "-O1", "-c", source, "-o", source + ".o"});
  }
  return std::make_unique<Programs>(std::move(commands), nullptr);
}

}  // namespace eyrie::testing
