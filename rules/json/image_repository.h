// SPDX-License-Identifier: Apache-2.0
//
// Takes the repository out of the name of a container's image.

#ifndef EYRIE_RULES_JSON_IMAGE_REPOSITORY_H_
#define EYRIE_RULES_JSON_IMAGE_REPOSITORY_H_

#include "absl/strings/string_view.h"

namespace eyrie::rules {

// "docker.io/library/nginx" of "docker.io/library/nginx:1.25@sha256:...": no
// tag, no digest. A port of the registry stays.
absl::string_view ImageRepository(absl::string_view image);

// The image up to its first colon and its first at sign, as the reference cuts
// it: of a registry with a port its host alone.
absl::string_view ImageRepositoryInReference(absl::string_view image);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_JSON_IMAGE_REPOSITORY_H_
