// SPDX-License-Identifier: Apache-2.0
//
// Who takes the events of a file.

#ifndef EYRIE_CLIENTS_CLI_EVENT_HANDLERS_H_
#define EYRIE_CLIENTS_CLI_EVENT_HANDLERS_H_

#include <functional>
#include <string>

#include "absl/status/status.h"

namespace eyrie::cli {

// What to do with what a file has. Places are "events.jsonl:12".
template <typename AnyEvent>
struct EventHandlers {
  // An event, borrowed for the call. evt.num counts the file's events. Returns
  // whether to go on.
  std::function<bool(const std::string& place, const AnyEvent& event)> on_event;
  // What is there but is no event.
  std::function<void(const std::string& place, const absl::Status& mistake)>
      on_mistake;
};

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_EVENT_HANDLERS_H_
