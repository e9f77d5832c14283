// SPDX-License-Identifier: Apache-2.0
//
// Resources as JSON for programs.

#ifndef EYRIE_CLIENTS_CLI_JSON_PRINTER_H_
#define EYRIE_CLIENTS_CLI_JSON_PRINTER_H_

#include <string>

#include "google/protobuf/message.h"

namespace eyrie::cli {

// `message` as proto3 JSON in one line, without a line end.
std::string ToJsonLine(const google::protobuf::Message& message);

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_JSON_PRINTER_H_
