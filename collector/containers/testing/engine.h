// SPDX-License-Identifier: Apache-2.0
//
// Real container engines for tests: private, and gone afterwards.

#ifndef EYRIE_COLLECTOR_CONTAINERS_TESTING_ENGINE_H_
#define EYRIE_COLLECTOR_CONTAINERS_TESTING_ENGINE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "tests/testing/subprocess.h"

namespace eyrie::testing {

// The image that every engine has: a static busybox.
inline constexpr char kTestImage[] = "docker.io/local/busybox:1";

// A folder of an engine's own below /tmp (socket paths are short), and a guard:
// whatever the engine has started there is stopped and removed with the object,
// or when the test dies.
//
// Thread safety: Run() from any thread, the rest from one.
class Engine {
 public:
  enum class Kind { kContainerd, kPodman, kDocker };

  // Empty if this machine can run such an engine, or what it lacks.
  static std::string WhyNot(Kind kind);

  // Makes folder, configuration and image; starts nothing.
  static absl::StatusOr<std::unique_ptr<Engine>> Create(Kind kind);
  ~Engine();

  // Starts the daemon and waits until its socket answers; then its image is
  // there, too.
  absl::Status Start();
  // Ends the daemon at once (SIGKILL). Its containers stay.
  void Kill();

  // Runs the engine's command-line client (ctr, podman or docker). `out` has
  // all that it prints.
  absl::StatusOr<RunResult> Run(std::vector<std::string> arguments) const;
  // Starts a container in the background by the client: `options`, image,
  // `command`. Its cgroup is below cgroup_parent().
  absl::Status RunContainer(const std::string& name,
                            std::vector<std::string> options,
                            std::vector<std::string> command) const;

  Kind kind() const { return kind_; }
  const std::string& folder() const { return folder_; }
  const std::string& socket() const { return socket_; }
  // "/eyrie_test_...": also containerd's namespace of that name.
  std::string cgroup_parent() const { return "/" + token_; }
  const std::string& token() const { return token_; }
  pid_t pid() const { return daemon_->pid(); }

 private:
  Engine() = default;

  absl::Status Prepare();
  void WriteConfiguration() const;
  std::vector<std::string> DaemonCommand() const;
  std::vector<std::string> ClientCommand() const;
  absl::Status LoadImage() const;

  Kind kind_ = Kind::kContainerd;
  std::string folder_;
  std::string socket_;
  std::string token_;
  bool has_image_ = false;
  int guard_input_ = -1;
  pid_t guard_ = -1;
  std::unique_ptr<Subprocess> daemon_;
};

}  // namespace eyrie::testing

#endif  // EYRIE_COLLECTOR_CONTAINERS_TESTING_ENGINE_H_
