// SPDX-License-Identifier: Apache-2.0

#include "server/ingest/http_ingest.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace eyrie::server {
namespace {

constexpr absl::string_view kAuditPath = "/k8s-audit";
constexpr absl::string_view kAuditSource = "k8s_audit";
constexpr absl::string_view kEventsPath = "/events/";

int HttpStatusOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
      return 400;
    case absl::StatusCode::kUnauthenticated:
      return 401;
    case absl::StatusCode::kPermissionDenied:
      return 403;
    case absl::StatusCode::kNotFound:
      return 404;
    case absl::StatusCode::kResourceExhausted:
      return 429;
    case absl::StatusCode::kUnavailable:
      return 503;
    default:
      return 500;
  }
}

HttpResponse ErrorResponse(const absl::Status& status,
                           const JsonIngest& ingest) {
  HttpResponse response;
  response.status = HttpStatusOf(status);
  response.body = absl::StrCat(status.message(), "\n");
  if (response.status == 429 || response.status == 503) {
    response.retry_after = ingest.RetryDelay();
  }
  return response;
}

}  // namespace

std::vector<absl::string_view> SplitDocuments(absl::string_view body) {
  const absl::string_view first =
      absl::StripAsciiWhitespace(body.substr(0, body.find('\n')));
  if (!absl::EndsWith(first, "}") && !absl::EndsWith(first, "]")) {
    return {body};
  }
  return absl::StrSplit(body, '\n', absl::SkipWhitespace());
}

void ServeIngest(JsonIngest* ingest, IngestAuth* auth,
                 JsonIngestMetrics* metrics, HttpServer* server) {
  const HttpHandler handler = [=](const HttpRequest& request) {
    if (const absl::Status status = auth->Check(request); !status.ok()) {
      metrics->CountRefusal(IngestRefusal::kUnauthorized);
      return ErrorResponse(status, *ingest);
    }
    absl::string_view source = kAuditSource;
    if (request.path != kAuditPath) {
      source = absl::StripPrefix(request.path, kEventsPath);
    }
    const auto result = ingest->Ingest(source, SplitDocuments(request.body));
    if (!result.ok()) return ErrorResponse(result.status(), *ingest);
    return HttpResponse{
        .content_type = "application/json",
        .body = absl::StrCat("{\"events\":", result->events,
                             ",\"duplicates\":", result->duplicates,
                             ",\"detections\":", result->detections, "}\n")};
  };
  server->HandlePost(kAuditPath, handler);
  server->HandlePost(kEventsPath, handler);
}

}  // namespace eyrie::server
