// SPDX-License-Identifier: Apache-2.0
//
// Events out of files, to be judged again.

#ifndef EYRIE_CLIENTS_CLI_RECORDED_EVENT_H_
#define EYRIE_CLIENTS_CLI_RECORDED_EVENT_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "rules/fields/event.h"

namespace eyrie::cli {

// One event with all that it borrows.
//
// Thread safety: immutable.
class RecordedEvent {
 public:
  virtual ~RecordedEvent() = default;
  virtual const rules::Event& event() const = 0;
};

// Reads one event, in either form of docs/rule_tests.md:
//
// - what `eyrie events watch -o json` prints,
// - a test case, in JSON or YAML, of which `rule`, `name` and `expect` are not
//   needed.
//
// Returns kInvalidArgument if it is neither. Messages give places in `name`.
absl::StatusOr<std::unique_ptr<const RecordedEvent>> ReadEvent(
    const std::string& name, absl::string_view text);

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_RECORDED_EVENT_H_
