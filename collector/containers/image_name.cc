// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/image_name.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace eyrie::collector {
namespace {

constexpr size_t kHexDigestDigits = 64;

bool IsId(absl::string_view text) {
  if (absl::StartsWith(text, "sha256:")) return true;
  return text.size() == kHexDigestDigits &&
         std::all_of(text.begin(), text.end(), absl::ascii_isxdigit);
}

}  // namespace

ImageName ParseImageName(absl::string_view text) {
  ImageName name;
  if (IsId(text)) return name;
  const size_t at = text.find('@');
  if (at != absl::string_view::npos) {
    name.digest = text.substr(at + 1);
    text = text.substr(0, at);
  }
  // A colon before a slash is that of a port.
  const size_t colon = text.rfind(':');
  const size_t slash = text.rfind('/');
  const bool has_tag = colon != absl::string_view::npos &&
                       (slash == absl::string_view::npos || colon > slash);
  name.repository = has_tag ? text.substr(0, colon) : text;
  if (has_tag) name.tag = text.substr(colon + 1);
  return name;
}

void SetImage(absl::string_view name, v1::Container* container) {
  const ImageName parts = ParseImageName(name);
  container->set_image(std::string(name));
  container->set_image_repository(std::string(parts.repository));
  container->set_image_tag(std::string(parts.tag));
  if (!parts.digest.empty() && container->image_digest().empty()) {
    container->set_image_digest(std::string(parts.digest));
  }
}

}  // namespace eyrie::collector
