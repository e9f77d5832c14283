// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/session.h"

#include <utility>

#include "clients/cli/json_printer.h"
#include "common/status_macros.h"

namespace eyrie::cli {

absl::StatusOr<Connection*> Session::Connect() {
  if (connection_ == nullptr) {
    auto connection = Connection::Create(options_);
    has_bad_options_ = !connection.ok();
    EYRIE_ASSIGN_OR_RETURN(connection_, std::move(connection));
  }
  return connection_.get();
}

void Session::PrintJson(const google::protobuf::Message& message) const {
  out() << ToJsonLine(message) << '\n';
}

}  // namespace eyrie::cli
