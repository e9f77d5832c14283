// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/runtime_options.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace eyrie::collector {
namespace {

// Each has threads of its own.
constexpr size_t kMaxSockets = 16;

constexpr std::pair<RuntimeKind, absl::string_view> kNames[] = {
    {RuntimeKind::kContainerd, "containerd"},
    {RuntimeKind::kCrio, "cri-o"},
    {RuntimeKind::kDocker, "docker"},
    {RuntimeKind::kPodman, "podman"},
};

// None below /var/run: below another root than "/", that link leads astray.
constexpr std::pair<RuntimeKind, absl::string_view> kDefaults[] = {
    {RuntimeKind::kContainerd, "/run/containerd/containerd.sock"},
    {RuntimeKind::kContainerd, "/run/k3s/containerd/containerd.sock"},
    {RuntimeKind::kCrio, "/run/crio/crio.sock"},
    {RuntimeKind::kDocker, "/run/docker.sock"},
    {RuntimeKind::kPodman, "/run/podman/podman.sock"},
};

}  // namespace

absl::string_view RuntimeName(RuntimeKind kind) {
  return std::find_if(std::begin(kNames), std::end(kNames),
                      [kind](const auto& name) { return name.first == kind; })
      ->second;
}

absl::StatusOr<RuntimeSocket> ParseRuntimeSocket(absl::string_view text) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits('=', 1));
  absl::string_view path = parts.second;
  absl::ConsumePrefix(&path, "unix://");
  if (!absl::StartsWith(path, "/")) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--container-runtime: \"", text,
        "\" is not NAME=SOCKET with the absolute path of a unix socket"));
  }
  for (const auto& [kind, name] : kNames) {
    if (parts.first == name) return RuntimeSocket{kind, std::string(path)};
  }
  return absl::InvalidArgumentError(
      absl::StrCat("--container-runtime: no runtime \"", parts.first,
                   "\"; there are containerd, cri-o, docker and podman"));
}

std::vector<RuntimeSocket> DefaultRuntimeSockets(absl::string_view host_root) {
  const absl::string_view root = absl::StripSuffix(host_root, "/");
  std::vector<RuntimeSocket> sockets;
  for (const auto& [kind, path] : kDefaults) {
    sockets.push_back({kind, absl::StrCat(root, path)});
  }
  return sockets;
}

absl::StatusOr<std::vector<RuntimeSocket>> ChooseRuntimeSockets(
    absl::string_view mode, absl::Span<const std::string> sockets,
    absl::string_view host_root) {
  if (mode != "auto" && mode != "none") {
    return absl::InvalidArgumentError(
        absl::StrCat("--container-runtimes: \"", mode,
                     "\" is neither \"auto\" nor \"none\""));
  }
  if (sockets.size() > kMaxSockets) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--container-runtime: at most ", kMaxSockets, " may be given"));
  }
  std::vector<RuntimeSocket> chosen;
  for (const std::string& text : sockets) {
    absl::StatusOr<RuntimeSocket> socket = ParseRuntimeSocket(text);
    if (!socket.ok()) return socket.status();
    chosen.push_back(*std::move(socket));
  }
  if (mode == "none") return std::vector<RuntimeSocket>();
  return chosen.empty() ? DefaultRuntimeSockets(host_root) : chosen;
}

}  // namespace eyrie::collector
