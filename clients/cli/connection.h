// SPDX-License-Identifier: Apache-2.0
//
// The server's API without gRPC in sight.

#ifndef EYRIE_CLIENTS_CLI_CONNECTION_H_
#define EYRIE_CLIENTS_CLI_CONNECTION_H_

#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eyrie/v1/event_service.pb.h"
#include "eyrie/v1/incident_service.pb.h"
#include "eyrie/v1/node_service.pb.h"
#include "eyrie/v1/rule_service.pb.h"
#include "eyrie/v1/server_service.pb.h"

#include "clients/cli/options.h"

namespace eyrie::cli {

// One method for each request of the API. A failed one says in one sentence
// what the server, or the way to it, had against it, and what to do;
// kUnavailable and kDeadlineExceeded mean that there was no answer.
//
// Watches call `on_open` once the server is there and `on_response` for each
// message; they end when that returns false, when CancelWatches() is called
// (both return OK), or with an error.
//
// Thread safety: one thread, but for CancelWatches().
class Connection {
 public:
  // Reads the certificates; does not contact the server. kInvalidArgument for
  // an address that is none, kFailedPrecondition for plain text to another
  // machine without --insecure.
  static absl::StatusOr<std::unique_ptr<Connection>> Create(
      const GlobalOptions& options);
  ~Connection();

  absl::StatusOr<v1::ListIncidentsResponse> ListIncidents(
      const v1::ListIncidentsRequest& request);
  absl::StatusOr<v1::Incident> GetIncident(
      const v1::GetIncidentRequest& request);
  absl::StatusOr<v1::Incident> UpdateIncident(
      const v1::UpdateIncidentRequest& request);
  absl::StatusOr<v1::ListDetectionsResponse> ListDetections(
      const v1::ListDetectionsRequest& request);
  absl::StatusOr<v1::ListCoverageGapsResponse> ListCoverageGaps(
      const v1::ListCoverageGapsRequest& request);
  absl::StatusOr<v1::ListRulesResponse> ListRules(
      const v1::ListRulesRequest& request);
  absl::StatusOr<v1::Rule> GetRule(const v1::GetRuleRequest& request);
  absl::StatusOr<v1::ApplyRulesResponse> ApplyRules(
      const v1::ApplyRulesRequest& request);
  absl::StatusOr<v1::Rule> SetRuleEnabled(
      const v1::SetRuleEnabledRequest& request);
  absl::StatusOr<v1::ListNodesResponse> ListNodes(
      const v1::ListNodesRequest& request);
  absl::StatusOr<v1::Node> GetNode(const v1::GetNodeRequest& request);
  absl::StatusOr<v1::ListContainersResponse> ListContainers(
      const v1::ListContainersRequest& request);
  absl::StatusOr<v1::ServerInfo> GetServerInfo(
      const v1::GetServerInfoRequest& request);
  // Waits a little longer than --timeout: the server itself waits for its disk.
  absl::StatusOr<v1::IngestResponse> IngestEvents(
      const v1::IngestRequest& request);
  // Waits as long as it takes: a backup copies the database.
  absl::StatusOr<v1::CreateBackupResponse> CreateBackup(
      const v1::CreateBackupRequest& request);

  absl::Status WatchIncidents(
      const v1::WatchIncidentsRequest& request,
      const std::function<void()>& on_open,
      const std::function<bool(const v1::WatchIncidentsResponse&)>&
          on_response);
  absl::Status WatchEvents(
      const v1::WatchEventsRequest& request,
      const std::function<void()>& on_open,
      const std::function<bool(const v1::WatchEventsResponse&)>& on_response);

  // Ends the watch that runs and every later one. Any thread.
  void CancelWatches();

 private:
  struct Stubs;
  explicit Connection(std::unique_ptr<Stubs> stubs);

  std::unique_ptr<Stubs> stubs_;
};

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_CONNECTION_H_
