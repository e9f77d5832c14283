// SPDX-License-Identifier: Apache-2.0

#include "rules/json/image_repository.h"

namespace eyrie::rules {

absl::string_view ImageRepository(absl::string_view image) {
  image = image.substr(0, image.find('@'));
  const size_t slash = image.rfind('/');
  const size_t colon = image.rfind(':');
  const bool is_tag = colon != absl::string_view::npos &&
                      (slash == absl::string_view::npos || colon > slash);
  return is_tag ? image.substr(0, colon) : image;
}

absl::string_view ImageRepositoryInReference(absl::string_view image) {
  image = image.substr(0, image.find(':'));
  return image.substr(0, image.find('@'));
}

}  // namespace eyrie::rules
