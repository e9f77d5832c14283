// SPDX-License-Identifier: Apache-2.0
//
// The doors of HTTP through which events come in.

#ifndef EYRIE_SERVER_INGEST_HTTP_INGEST_H_
#define EYRIE_SERVER_INGEST_HTTP_INGEST_H_

#include <vector>

#include "absl/strings/string_view.h"

#include "common/http_server.h"
#include "server/ingest/ingest_auth.h"
#include "server/ingest/json_ingest.h"
#include "server/ingest/json_ingest_metrics.h"

namespace eyrie::server {

// Serves POST /k8s-audit, where API servers send their audit events, and POST
// /events/SOURCE for every JSON source. Answers 200 once what was found is
// durable, with a line of JSON that counts the events; 400 naming the event
// that is none; 401, 403; 404 for a source that nobody described; 429 and 503
// with Retry-After. Borrows all; they outlive `server`.
void ServeIngest(JsonIngest* ingest, IngestAuth* auth,
                 JsonIngestMetrics* metrics, HttpServer* server);

// The documents of a body: its lines, if its first one is complete by itself;
// else the whole.
std::vector<absl::string_view> SplitDocuments(absl::string_view body);

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_INGEST_HTTP_INGEST_H_
