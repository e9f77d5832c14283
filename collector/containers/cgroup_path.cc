// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/cgroup_path.h"

#include <array>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

#include "rules/fields/container_id.h"

namespace eyrie::collector {
namespace {

// Names of systemd's units end so; containers' could, but not those that a
// runtime makes by itself.
constexpr std::array<absl::string_view, 6> kUnitSuffixes = {
    ".slice", ".service", ".scope", ".mount", ".socket", ".swap"};

// What stands before an id in its part of the path.
constexpr std::pair<absl::string_view, absl::string_view> kPrefixes[] = {
    {"docker-", "docker"},
    {"cri-containerd-", "containerd"},
    {"cri-containerd:", "containerd"},
    {"crio-", "cri-o"},
    {"libpod-", "podman"},
};

// The part of the path above a bare id.
constexpr std::pair<absl::string_view, absl::string_view> kParents[] = {
    {"docker", "docker"},
    {"k8s.io", "containerd"},
    {"libpod_parent", "podman"},
};

bool IsUnit(absl::string_view name) {
  for (const absl::string_view suffix : kUnitSuffixes) {
    if (absl::EndsWith(name, suffix)) return true;
  }
  return false;
}

// The runtime whose way of naming a cgroup this is. `before` is the path up to
// the id.
absl::string_view RuntimeBefore(absl::string_view before) {
  const size_t slash = before.rfind('/');
  const absl::string_view prefix =
      slash == absl::string_view::npos ? before : before.substr(slash + 1);
  for (const auto& [text, runtime] : kPrefixes) {
    if (absl::EndsWith(prefix, text)) return runtime;
  }
  if (slash == absl::string_view::npos || !prefix.empty()) return {};
  const absl::string_view above = before.substr(0, slash);
  const absl::string_view parent = above.substr(above.rfind('/') + 1);
  for (const auto& [text, runtime] : kParents) {
    if (parent == text) return runtime;
  }
  return {};
}

// systemd writes what a name may not hold as \xNN.
std::string Unescape(absl::string_view name) {
  std::string text;
  for (size_t i = 0; i < name.size(); ++i) {
    if (name.size() - i >= 4 && name[i] == '\\' && name[i + 1] == 'x') {
      const std::string byte =
          absl::HexStringToBytes(std::string(name.substr(i + 2, 2)));
      if (byte.size() == 1 && byte[0] != '\0') {
        text += byte;
        i += 3;
        continue;
      }
    }
    text += name[i];
  }
  return text;
}

// The name in a part of the path that systemd-machined made; empty if it is
// none of a container.
std::string MachineName(absl::string_view part) {
  if (absl::ConsumePrefix(&part, "systemd-nspawn@")) {
    if (!absl::ConsumeSuffix(&part, ".service")) return {};
    return Unescape(part);
  }
  if (!absl::ConsumePrefix(&part, "machine-") ||
      !absl::ConsumeSuffix(&part, ".scope")) {
    return {};
  }
  const std::string name = Unescape(part);
  return absl::StartsWith(name, "qemu-") ? std::string() : name;
}

// The container that parts[i] names, seen with its neighbors.
CgroupOwner NamedBy(const std::vector<absl::string_view>& parts, size_t i) {
  absl::string_view part = parts[i];
  if (absl::ConsumePrefix(&part, "lxc.payload.") && !part.empty()) {
    return {std::string(part), "lxc", true};
  }
  const absl::string_view parent = i == 0 ? absl::string_view() : parts[i - 1];
  if ((parent == "lxc" || parent == "lxc.payload") && !IsUnit(parts[i])) {
    return {std::string(parts[i]), "lxc", true};
  }
  if (parent != "machine.slice") return {};
  if (i + 1 < parts.size() && parts[i + 1] == "supervisor") return {};
  std::string name = MachineName(parts[i]);
  if (name.empty()) return {};
  return {std::move(name), "systemd-nspawn", true};
}

}  // namespace

CgroupOwner ReadCgroupPath(absl::string_view path) {
  const absl::string_view id = rules::FullContainerId(path);
  // The part of the id comes before those of names: only further in counts.
  const size_t id_begin =
      id.empty() ? 0 : static_cast<size_t>(id.data() - path.data());
  const std::vector<absl::string_view> parts =
      absl::StrSplit(path, '/', absl::SkipEmpty());
  for (size_t i = parts.size(); i-- > 0;) {
    const auto begin = static_cast<size_t>(parts[i].data() - path.data());
    if (!id.empty() && begin <= id_begin) break;
    CgroupOwner owner = NamedBy(parts, i);
    if (!owner.id.empty()) return owner;
  }
  if (id.empty()) return {};
  return {std::string(id), RuntimeBefore(path.substr(0, id_begin)), false};
}

CgroupCandidate ReadCgroupCandidate(absl::string_view path) {
  if (!absl::StartsWith(path, "/")) return {};
  const size_t second = path.find('/', 1);
  if (second == absl::string_view::npos) return {};
  const size_t end = path.find('/', second + 1);
  const absl::string_view prefix = path.substr(0, end);
  const absl::string_view space = path.substr(1, second - 1);
  const absl::string_view id = prefix.substr(second + 1);
  if (space.empty() || id.empty() || IsUnit(space) || IsUnit(id)) return {};
  return {prefix, id};
}

}  // namespace eyrie::collector
