// SPDX-License-Identifier: Apache-2.0
//
// `eyrie events ingest`.

#ifndef EYRIE_CLIENTS_CLI_EVENTS_INGEST_H_
#define EYRIE_CLIENTS_CLI_EVENTS_INGEST_H_

#include "clients/cli/command.h"

namespace eyrie::cli {

CommandInfo IngestEventsCommand();

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_EVENTS_INGEST_H_
