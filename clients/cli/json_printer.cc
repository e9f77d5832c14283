// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/json_printer.h"

#include <cstdio>
#include <cstdlib>

#include "google/protobuf/util/json_util.h"

namespace eyrie::cli {

std::string ToJsonLine(const google::protobuf::Message& message) {
  std::string json;
  const auto status =
      google::protobuf::util::MessageToJsonString(message, &json);
  if (!status.ok()) {
    // Our messages hold no Any and no value without a JSON form.
    std::fprintf(stderr, "ToJsonLine: %s\n", status.ToString().c_str());
    std::abort();
  }
  return json;
}

}  // namespace eyrie::cli
