// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/paths.h"

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

#include "rules/fields/event.h"

namespace eyrie::rules {
namespace {

bool IsAbsolute(absl::string_view path) { return absl::StartsWith(path, "/"); }

// Whether AbsolutePath would return `path` itself.
bool IsNormal(absl::string_view path) {
  if (!IsAbsolute(path)) return false;
  if (path.size() == 1) return true;
  if (path.back() == '/') return false;
  for (size_t slash = 0; slash + 1 < path.size(); ++slash) {
    if (path[slash] != '/') continue;
    const char next = path[slash + 1];
    if (next == '/') return false;
    if (next != '.') continue;
    const absl::string_view rest = path.substr(slash + 1);
    const absl::string_view component = rest.substr(0, rest.find('/'));
    if (component == "." || component == "..") return false;
  }
  return true;
}

// Appends the components of `path` to the normal path `out`, of which the root
// is the empty string.
void AppendComponents(absl::string_view path, std::string* out) {
  size_t begin = 0;
  while (begin < path.size()) {
    size_t end = path.find('/', begin);
    if (end == absl::string_view::npos) end = path.size();
    const absl::string_view component = path.substr(begin, end - begin);
    begin = end + 1;
    if (component.empty() || component == ".") continue;
    if (component == "..") {
      out->resize(out->empty() ? 0 : out->rfind('/'));
      continue;
    }
    out->push_back('/');
    out->append(component.data(), component.size());
  }
}

}  // namespace

absl::string_view AbsolutePath(absl::string_view base, absl::string_view path,
                               Scratch& scratch) {
  if (path.empty()) return {};
  if (IsNormal(path)) return path;
  std::string& absolute = scratch.Buffer();
  if (!IsAbsolute(path)) {
    if (!IsAbsolute(base)) return {};
    AppendComponents(base, &absolute);
  }
  AppendComponents(path, &absolute);
  if (absolute.empty()) absolute = "/";
  return scratch.Keep(absolute);
}

absl::string_view Directory(absl::string_view path) {
  const size_t slash = path.rfind('/');
  if (slash == absl::string_view::npos || slash + 1 == path.size()) {
    return path;
  }
  return slash == 0 ? path.substr(0, 1) : path.substr(0, slash);
}

absl::string_view Filename(absl::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == absl::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace eyrie::rules
