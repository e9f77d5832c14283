// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/connection.h"

#include <chrono>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "eyrie/v1/event_service.grpc.pb.h"
#include "eyrie/v1/incident_service.grpc.pb.h"
#include "eyrie/v1/node_service.grpc.pb.h"
#include "eyrie/v1/rule_service.grpc.pb.h"
#include "eyrie/v1/server_service.grpc.pb.h"
#include "grpcpp/create_channel.h"

#include "common/address.h"
#include "common/status_macros.h"
#include "common/tls.h"
#include "common/version.h"

namespace eyrie::cli {
namespace {

// A page of a thousand detections with their process trees can be larger than
// gRPC's default of 4 MiB; a server that sends more than this is broken.
constexpr int kMaxResponseBytes = 256 << 20;

// How long the server may wait for its turn and its disk.
constexpr absl::Duration kIngestWait = absl::Seconds(15);

// The server takes pings every 5 s and more seldom ones.
constexpr int kKeepaliveMs = 20'000;

// gRPC's own reason for a failed connection, the last of its nested ones.
std::string ConnectFailure(const std::string& message) {
  const size_t last = message.rfind(": ");
  return absl::StrContains(message, "failed to connect") &&
                 last != std::string::npos
             ? message.substr(last + 2)
             : message;
}

// What `status` means to somebody who asked the server at `address`.
absl::Status Explain(const grpc::Status& status, const std::string& address,
                     absl::Duration timeout) {
  if (status.ok()) return absl::OkStatus();
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  const std::string& message = status.error_message();
  switch (code) {
    case absl::StatusCode::kUnavailable:
      return absl::UnavailableError(absl::StrCat(
          "server unreachable at ", address, " (", ConnectFailure(message),
          "): is eyrie-server running there, and are --server and the --tls "
          "flags right?"));
    case absl::StatusCode::kDeadlineExceeded:
      return absl::DeadlineExceededError(absl::StrCat(
          "server at ", address, " did not answer within ",
          absl::FormatDuration(timeout), "; try again, or raise --timeout"));
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kPermissionDenied:
      return absl::Status(
          code, absl::StrCat("server at ", address, " refuses: ", message,
                             "; see --tls-cert and --tls-key"));
    case absl::StatusCode::kUnimplemented:
      return absl::UnimplementedError(
          absl::StrCat("server at ", address,
                       " does not know this request; is it older "
                       "than this program (",
                       Version(), ")?"));
    default:
      return absl::Status(code, message);
  }
}

std::chrono::system_clock::time_point DeadlineIn(absl::Duration timeout) {
  return std::chrono::system_clock::now() + absl::ToChronoNanoseconds(timeout);
}

}  // namespace

struct Connection::Stubs {
  std::string address;
  absl::Duration timeout;
  std::shared_ptr<grpc::Channel> channel;
  std::unique_ptr<v1::IncidentService::Stub> incidents;
  std::unique_ptr<v1::RuleService::Stub> rules;
  std::unique_ptr<v1::NodeService::Stub> nodes;
  std::unique_ptr<v1::EventService::Stub> events;
  std::unique_ptr<v1::ServerService::Stub> server;

  absl::Mutex mutex;
  bool is_cancelled ABSL_GUARDED_BY(mutex) = false;
  // The watch that runs; null if there is none.
  grpc::ClientContext* watch ABSL_GUARDED_BY(mutex) = nullptr;

  // Calls `method` of `stub` and waits at most `wait`.
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(
      Stub& stub,
      grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                   Response*),
      const Request& request, absl::Duration wait) {
    grpc::ClientContext context;
    if (wait != absl::InfiniteDuration()) {
      context.set_deadline(DeadlineIn(wait));
    }
    Response response;
    EYRIE_RETURN_IF_ERROR(
        Explain((stub.*method)(&context, request, &response), address, wait));
    return response;
  }

  // Whether a watch with `context` may begin.
  bool BeginWatch(grpc::ClientContext* context) {
    absl::MutexLock lock(&mutex);
    if (is_cancelled) return false;
    watch = context;
    return true;
  }

  // Whether the watch was cancelled.
  bool EndWatch() {
    absl::MutexLock lock(&mutex);
    watch = nullptr;
    return is_cancelled;
  }

  template <typename Response, typename Open>
  absl::Status Watch(const Open& open, const std::function<void()>& on_open,
                     const std::function<bool(const Response&)>& on_response) {
    grpc::ClientContext context;
    if (!BeginWatch(&context)) return absl::OkStatus();
    auto reader = open(&context);
    // Returns on failure too; then the channel is not ready.
    reader->WaitForInitialMetadata();
    if (channel->GetState(false) == GRPC_CHANNEL_READY) on_open();
    Response response;
    bool is_enough = false;
    while (!is_enough && reader->Read(&response)) {
      is_enough = !on_response(response);
    }
    if (is_enough) context.TryCancel();
    const grpc::Status status = reader->Finish();
    const bool is_cancelled_here = EndWatch();
    if (is_enough || is_cancelled_here) return absl::OkStatus();
    return Explain(status, address, timeout);
  }
};

Connection::Connection(std::unique_ptr<Stubs> stubs)
    : stubs_(std::move(stubs)) {}
Connection::~Connection() = default;

absl::StatusOr<std::unique_ptr<Connection>> Connection::Create(
    const GlobalOptions& options) {
  EYRIE_ASSIGN_OR_RETURN(const Address address, ParseAddress(options.server));
  TlsOptions tls;
  tls.ca = options.tls_ca;
  tls.cert = options.tls_cert;
  tls.key = options.tls_key;
  tls.is_insecure_allowed = options.insecure;
  EYRIE_ASSIGN_OR_RETURN(const auto credentials,
                         MakeChannelCredentials(options.server, tls));
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxResponseBytes);
  // A watch may be quiet for long: notices that the server's machine is gone.
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  arguments.SetUserAgentPrefix(absl::StrCat("eyrie-cli/", Version()));
  const auto channel =
      grpc::CreateCustomChannel(address.ToString(), credentials, arguments);
  auto stubs = std::make_unique<Stubs>();
  stubs->address = address.ToString();
  stubs->timeout = options.timeout;
  stubs->channel = channel;
  stubs->incidents = v1::IncidentService::NewStub(channel);
  stubs->rules = v1::RuleService::NewStub(channel);
  stubs->nodes = v1::NodeService::NewStub(channel);
  stubs->events = v1::EventService::NewStub(channel);
  stubs->server = v1::ServerService::NewStub(channel);
  return std::unique_ptr<Connection>(new Connection(std::move(stubs)));
}

absl::StatusOr<v1::IngestResponse> Connection::IngestEvents(
    const v1::IngestRequest& request) {
  return stubs_->Call(*stubs_->events, &v1::EventService::Stub::Ingest, request,
                      stubs_->timeout + kIngestWait);
}

absl::StatusOr<v1::ListIncidentsResponse> Connection::ListIncidents(
    const v1::ListIncidentsRequest& request) {
  return stubs_->Call(*stubs_->incidents,
                      &v1::IncidentService::Stub::ListIncidents, request,
                      stubs_->timeout);
}

absl::StatusOr<v1::Incident> Connection::GetIncident(
    const v1::GetIncidentRequest& request) {
  return stubs_->Call(*stubs_->incidents,
                      &v1::IncidentService::Stub::GetIncident, request,
                      stubs_->timeout);
}

absl::StatusOr<v1::Incident> Connection::UpdateIncident(
    const v1::UpdateIncidentRequest& request) {
  return stubs_->Call(*stubs_->incidents,
                      &v1::IncidentService::Stub::UpdateIncident, request,
                      stubs_->timeout);
}

absl::StatusOr<v1::ListDetectionsResponse> Connection::ListDetections(
    const v1::ListDetectionsRequest& request) {
  return stubs_->Call(*stubs_->incidents,
                      &v1::IncidentService::Stub::ListDetections, request,
                      stubs_->timeout);
}

absl::StatusOr<v1::ListCoverageGapsResponse> Connection::ListCoverageGaps(
    const v1::ListCoverageGapsRequest& request) {
  return stubs_->Call(*stubs_->incidents,
                      &v1::IncidentService::Stub::ListCoverageGaps, request,
                      stubs_->timeout);
}

absl::StatusOr<v1::ListRulesResponse> Connection::ListRules(
    const v1::ListRulesRequest& request) {
  return stubs_->Call(*stubs_->rules, &v1::RuleService::Stub::ListRules,
                      request, stubs_->timeout);
}

absl::StatusOr<v1::Rule> Connection::GetRule(
    const v1::GetRuleRequest& request) {
  return stubs_->Call(*stubs_->rules, &v1::RuleService::Stub::GetRule, request,
                      stubs_->timeout);
}

absl::StatusOr<v1::ApplyRulesResponse> Connection::ApplyRules(
    const v1::ApplyRulesRequest& request) {
  return stubs_->Call(*stubs_->rules, &v1::RuleService::Stub::ApplyRules,
                      request, stubs_->timeout);
}

absl::StatusOr<v1::Rule> Connection::SetRuleEnabled(
    const v1::SetRuleEnabledRequest& request) {
  return stubs_->Call(*stubs_->rules, &v1::RuleService::Stub::SetRuleEnabled,
                      request, stubs_->timeout);
}

absl::StatusOr<v1::ListNodesResponse> Connection::ListNodes(
    const v1::ListNodesRequest& request) {
  return stubs_->Call(*stubs_->nodes, &v1::NodeService::Stub::ListNodes,
                      request, stubs_->timeout);
}

absl::StatusOr<v1::Node> Connection::GetNode(
    const v1::GetNodeRequest& request) {
  return stubs_->Call(*stubs_->nodes, &v1::NodeService::Stub::GetNode, request,
                      stubs_->timeout);
}

absl::StatusOr<v1::ListContainersResponse> Connection::ListContainers(
    const v1::ListContainersRequest& request) {
  return stubs_->Call(*stubs_->nodes, &v1::NodeService::Stub::ListContainers,
                      request, stubs_->timeout);
}

absl::StatusOr<v1::ServerInfo> Connection::GetServerInfo(
    const v1::GetServerInfoRequest& request) {
  return stubs_->Call(*stubs_->server, &v1::ServerService::Stub::GetServerInfo,
                      request, stubs_->timeout);
}

absl::StatusOr<v1::CreateBackupResponse> Connection::CreateBackup(
    const v1::CreateBackupRequest& request) {
  return stubs_->Call(*stubs_->server, &v1::ServerService::Stub::CreateBackup,
                      request, absl::InfiniteDuration());
}

absl::Status Connection::WatchIncidents(
    const v1::WatchIncidentsRequest& request,
    const std::function<void()>& on_open,
    const std::function<bool(const v1::WatchIncidentsResponse&)>& on_response) {
  return stubs_->Watch(
      [&](grpc::ClientContext* context) {
        return stubs_->incidents->WatchIncidents(context, request);
      },
      on_open, on_response);
}

absl::Status Connection::WatchEvents(
    const v1::WatchEventsRequest& request, const std::function<void()>& on_open,
    const std::function<bool(const v1::WatchEventsResponse&)>& on_response) {
  return stubs_->Watch(
      [&](grpc::ClientContext* context) {
        return stubs_->events->WatchEvents(context, request);
      },
      on_open, on_response);
}

void Connection::CancelWatches() {
  absl::MutexLock lock(&stubs_->mutex);
  stubs_->is_cancelled = true;
  if (stubs_->watch != nullptr) stubs_->watch->TryCancel();
}

}  // namespace eyrie::cli
