// SPDX-License-Identifier: Apache-2.0
//
// Reads files of recorded events.

#ifndef EYRIE_CLIENTS_CLI_EVENT_FILE_H_
#define EYRIE_CLIENTS_CLI_EVENT_FILE_H_

#include <functional>
#include <istream>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "clients/cli/event_handlers.h"
#include "rules/fields/event.h"
#include "rules/json/json_event.h"
#include "rules/sources/json_source.h"

namespace eyrie::cli {

// Reads events of the kernel from the file at `path`: a line of JSON each as
// ReadEvent() takes them, or a recording as ReadRecording() does. "-" is
// `standard_input`, which cannot be a recording.
//
// Returns another status than OK if the file cannot be read.
absl::Status ReadEventFile(const std::string& path,
                           std::istream& standard_input,
                           const EventHandlers<rules::Event>& handlers);

// Reads events of `source` from the file at `path`; "-" is `standard_input`.
// Each line is a delivery of the source, one event or several; or the whole
// file is one, if its first line does not end as JSON does. Events that do not
// say when they happened get `arrival`. The place of one of several events is
// "audit.json:12[0]".
//
// Returns another status than OK if the file cannot be read.
absl::Status ReadJsonEventFile(const std::string& path,
                               std::istream& standard_input,
                               const rules::JsonSource& source,
                               absl::Time arrival,
                               const EventHandlers<rules::JsonEvent>& handlers);

// What to do with the documents of a file.
struct DocumentHandlers {
  // A document that may be moved away. Returns whether to go on.
  std::function<bool(const std::string& place, std::string& document)>
      on_document;
  // A line that is too long.
  std::function<void(const std::string& place, const absl::Status& mistake)>
      on_mistake;
};

// Reads JSON documents, unparsed, from the file at `path`, which may be packed
// with gzip; "-" is `standard_input`. Each line is one, or the whole file, as
// above.
//
// Returns another status than OK if the file cannot be read.
absl::Status ReadDocumentFile(const std::string& path,
                              std::istream& standard_input,
                              const DocumentHandlers& handlers);

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_EVENT_FILE_H_
