// SPDX-License-Identifier: Apache-2.0
//
// Events for people.

#ifndef EYRIE_CLIENTS_CLI_EVENT_TEXT_H_
#define EYRIE_CLIENTS_CLI_EVENT_TEXT_H_

#include <string>

#include "absl/time/time.h"
#include "eyrie/v1/event.pb.h"
#include "eyrie/v1/process.pb.h"

namespace eyrie::cli {

// The process's arguments as one would type them: "cat /etc/shadow". Its name
// alone if they are not known. Not yet safe for a terminal.
std::string CommandLineText(const v1::Process& process);

// "2026-01-31 12:00:05.123 node1 openat cat[1234] fd=5 name=/etc/shadow": one
// line, safe, without a line end. Empty arguments are left out, long ones cut;
// of an exec, whose arguments are facts about the program, the command line and
// the result are shown.
std::string EventLine(const v1::Event& event, absl::TimeZone zone);

// The acting process below its ancestors, one a line, the eldest first.
std::string ProcessTreeText(const v1::Event& event);

// Everything readable about an event in lines of "name: value".
std::string EventDetails(const v1::Event& event, absl::TimeZone zone);

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_EVENT_TEXT_H_
