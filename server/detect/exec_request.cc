// SPDX-License-Identifier: Apache-2.0

#include "server/detect/exec_request.h"

#include <utility>

#include "absl/strings/string_view.h"

#include "rules/json/uri_query.h"

namespace eyrie::server {
namespace {

using rules::Json;

constexpr absl::string_view kSource = "k8s_audit";

const Json* Member(const Json* object, const char* name) {
  if (object == nullptr || !object->is_object()) return nullptr;
  const auto found = object->find(name);
  return found == object->end() ? nullptr : &*found;
}

// Empty if it is no text.
absl::string_view Text(const Json* object, const char* name) {
  const Json* const member = Member(object, name);
  return member != nullptr && member->is_string()
             ? absl::string_view(member->get_ref<const std::string&>())
             : absl::string_view();
}

// Switching protocols, or done.
bool IsGranted(const Json& document) {
  const Json* const code = Member(Member(&document, "responseStatus"), "code");
  if (code == nullptr || !code->is_number_integer()) return false;
  const auto value = code->get<int64_t>();
  return value == 101 || (value >= 200 && value < 300);
}

absl::Time ReceivedAt(const rules::JsonEvent& event) {
  absl::Time time;
  std::string error;
  const absl::string_view text =
      Text(&event.document, "requestReceivedTimestamp");
  return absl::ParseTime(absl::RFC3339_full, text, &time, &error)
             ? time
             : absl::FromUnixNanos(static_cast<int64_t>(event.time_ns));
}

}  // namespace

std::optional<ExecRequest> ReadExecRequest(const rules::JsonEvent& event) {
  if (event.source != kSource) return std::nullopt;
  const Json* const object = Member(&event.document, "objectRef");
  const absl::string_view subresource = Text(object, "subresource");
  if ((subresource != "exec" && subresource != "attach") ||
      Text(object, "resource") != "pods" || !IsGranted(event.document)) {
    return std::nullopt;
  }
  const absl::string_view uri = Text(&event.document, "requestURI");
  rules::Scratch scratch;
  ExecRequest request;
  request.pod_namespace = std::string(Text(object, "namespace"));
  request.pod = std::string(Text(object, "name"));
  request.container =
      std::string(rules::QueryValue(uri, "container", scratch).value_or(""));
  request.time = ReceivedAt(event);
  if (subresource == "attach") return request;
  size_t bytes = 0;
  for (const absl::string_view word :
       rules::QueryValues(uri, "command", scratch)) {
    bytes += word.size() + 1;
    if (bytes > kMaxExecCommandBytes) break;
    request.command.emplace_back(word);
  }
  // An exec without a command is refused by the API server.
  if (request.command.empty()) return std::nullopt;
  return request;
}

}  // namespace eyrie::server
