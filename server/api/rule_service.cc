// SPDX-License-Identifier: Apache-2.0

#include "server/api/rule_service.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "proto/event_catalog.h"
#include "server/api/grpc_status.h"
#include "server/api/page.h"

namespace eyrie::server {
namespace {

v1::Rule ToProto(const LoadedRules& loaded, size_t number) {
  const rules::Rule& rule = loaded.set->rules()[number];
  v1::Rule proto;
  proto.set_name(rule.name);
  proto.set_description(rule.description);
  proto.set_condition(rule.condition);
  proto.set_output(rule.output.text());
  proto.set_priority(static_cast<v1::Priority>(rule.priority));
  proto.set_source(rule.source);
  for (const std::string& tag : rule.tags) proto.add_tags(tag);
  proto.set_enabled(rule.enabled);
  if (rule.range.file != nullptr) {
    proto.set_file(rule.range.file->name());
    proto.set_line(rule.range.file->At(rule.range.begin).line);
  }
  if (!rule.matches_all_types) {
    for (const uint16_t type : rule.event_types) {
      const EventInfo* info = FindEvent(type);
      if (info != nullptr) proto.add_event_types(std::string(info->name));
    }
  }
  proto.set_detections(loaded.detections[number].load());
  return proto;
}

v1::Diagnostic ToProto(const rules::Diagnostic& diagnostic) {
  v1::Diagnostic proto;
  switch (diagnostic.severity) {
    case rules::Severity::kError:
      proto.set_severity(v1::Diagnostic::ERROR_SEVERITY);
      break;
    case rules::Severity::kWarning:
      proto.set_severity(v1::Diagnostic::WARNING_SEVERITY);
      break;
    case rules::Severity::kNote:
      proto.set_severity(v1::Diagnostic::NOTE_SEVERITY);
      break;
  }
  proto.set_code(diagnostic.code);
  if (diagnostic.range.file != nullptr) {
    proto.set_file(diagnostic.range.file->name());
    const auto position = diagnostic.range.file->At(diagnostic.range.begin);
    proto.set_line(position.line);
    proto.set_column(position.column);
    proto.set_excerpt(rules::FormatExcerpt(diagnostic.range));
  }
  proto.set_message(diagnostic.message);
  proto.set_hint(diagnostic.hint);
  return proto;
}

bool Selected(const rules::Rule& rule, const v1::ListRulesRequest& request) {
  if (!request.source().empty() && rule.source != request.source()) {
    return false;
  }
  return request.tag().empty() || std::find(rule.tags.begin(), rule.tags.end(),
                                            request.tag()) != rule.tags.end();
}

}  // namespace

grpc::Status RuleService::ListRules(grpc::ServerContext*,
                                    const v1::ListRulesRequest* request,
                                    v1::ListRulesResponse* response) {
  const auto loaded = rules_->Current();
  const auto all = loaded->set->rules();
  std::vector<size_t> order;
  for (size_t i = 0; i < all.size(); ++i) {
    if (Selected(all[i], *request) && all[i].name > request->page_token()) {
      order.push_back(i);
    }
  }
  std::sort(order.begin(), order.end(),
            [&all](size_t a, size_t b) { return all[a].name < all[b].name; });
  const size_t size = PageSize(request->page_size());
  if (order.size() > size) {
    order.resize(size);
    response->set_next_page_token(all[order.back()].name);
  }
  for (const size_t i : order) *response->add_rules() = ToProto(*loaded, i);
  return grpc::Status::OK;
}

grpc::Status RuleService::GetRule(grpc::ServerContext*,
                                  const v1::GetRuleRequest* request,
                                  v1::Rule* response) {
  const auto loaded = rules_->Current();
  const rules::Rule* rule = loaded->set->FindRule(request->name());
  if (rule == nullptr) {
    return ToGrpcStatus(absl::NotFoundError(
        absl::StrCat("no rule is called \"", request->name(), "\"")));
  }
  *response = ToProto(*loaded, rule - loaded->set->rules().data());
  return grpc::Status::OK;
}

grpc::Status RuleService::ApplyRules(grpc::ServerContext*,
                                     const v1::ApplyRulesRequest* request,
                                     v1::ApplyRulesResponse* response) {
  rules::Diagnostics diagnostics;
  absl::Status status;
  size_t count = 0;
  if (request->files().empty()) {
    if (request->validate_only()) {
      return ToGrpcStatus(absl::InvalidArgumentError(
          "validate_only needs files: there is nothing to check"));
    }
    status = rules_->Reload(diagnostics);
    count = rules_->Current()->set->rules().size();
  } else {
    std::vector<std::shared_ptr<const rules::SourceFile>> files;
    for (const v1::RuleFile& file : request->files()) {
      files.push_back(std::make_shared<const rules::SourceFile>(
          file.name(), file.content()));
    }
    status =
        rules_->Apply(files, request->validate_only(), diagnostics, &count);
  }
  // Mistakes of the files are the answer; anything else is a failure.
  if (!status.ok() && !diagnostics.has_errors()) return ToGrpcStatus(status);
  response->set_applied(status.ok());
  response->set_rule_count(static_cast<uint32_t>(count));
  for (const rules::Diagnostic& diagnostic : diagnostics.entries()) {
    *response->add_diagnostics() = ToProto(diagnostic);
  }
  return grpc::Status::OK;
}

grpc::Status RuleService::SetRuleEnabled(
    grpc::ServerContext* context, const v1::SetRuleEnabledRequest* request,
    v1::Rule* response) {
  const absl::Status status =
      rules_->SetEnabled(request->name(), request->enabled());
  if (!status.ok()) return ToGrpcStatus(status);
  v1::GetRuleRequest get;
  get.set_name(request->name());
  return GetRule(context, &get, response);
}

}  // namespace eyrie::server
