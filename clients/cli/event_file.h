// SPDX-License-Identifier: Apache-2.0
//
// Reads files of recorded events.

#ifndef EYRIE_CLIENTS_CLI_EVENT_FILE_H_
#define EYRIE_CLIENTS_CLI_EVENT_FILE_H_

#include <functional>
#include <istream>
#include <string>

#include "absl/status/status.h"

#include "rules/fields/event.h"

namespace eyrie::cli {

// What to do with what a file has. Places are "events.jsonl:12".
struct EventFileHandlers {
  // An event, borrowed for the call. evt.num counts the file's events. Returns
  // whether to go on.
  std::function<bool(const std::string& place, const rules::Event& event)>
      on_event;
  // A line that is no event.
  std::function<void(const std::string& place, const absl::Status& mistake)>
      on_mistake;
};

// Reads the events of the file at `path`, a line of JSON each as ReadEvent()
// takes them; "-" is `standard_input`.
//
// Returns another status than OK if the file cannot be read.
absl::Status ReadEventFile(const std::string& path,
                           std::istream& standard_input,
                           const EventFileHandlers& handlers);

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_EVENT_FILE_H_
