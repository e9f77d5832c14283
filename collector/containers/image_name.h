// SPDX-License-Identifier: Apache-2.0
//
// The parts of an image's name.

#ifndef EYRIE_COLLECTOR_CONTAINERS_IMAGE_NAME_H_
#define EYRIE_COLLECTOR_CONTAINERS_IMAGE_NAME_H_

#include "absl/strings/string_view.h"
#include "eyrie/v1/process.pb.h"

namespace eyrie::collector {

// Parts of "REPOSITORY[:TAG][@DIGEST]", as parts of the text. The repository
// may have a port: "registry:5000/team/app".
struct ImageName {
  absl::string_view repository;
  absl::string_view tag;     // empty if there is none
  absl::string_view digest;  // "sha256:..."; empty if there is none
};

// A text that is only an id ("sha256:..." or 64 hex digits) has no parts.
ImageName ParseImageName(absl::string_view text);

// Sets `image` and what its name tells: repository, tag, and digest unless that
// is set.
void SetImage(absl::string_view name, v1::Container* container);

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_CONTAINERS_IMAGE_NAME_H_
