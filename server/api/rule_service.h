// SPDX-License-Identifier: Apache-2.0
//
// RuleService of the API.

#ifndef EYRIE_SERVER_API_RULE_SERVICE_H_
#define EYRIE_SERVER_API_RULE_SERVICE_H_

#include "eyrie/v1/rule_service.grpc.pb.h"

#include "server/rules/rule_store.h"

namespace eyrie::server {

// Thread safety: all methods may be called from any thread.
class RuleService : public v1::RuleService::Service {
 public:
  // Borrows `rules`.
  explicit RuleService(RuleStore* rules) : rules_(rules) {}

  grpc::Status ListRules(grpc::ServerContext* context,
                         const v1::ListRulesRequest* request,
                         v1::ListRulesResponse* response) override;
  grpc::Status GetRule(grpc::ServerContext* context,
                       const v1::GetRuleRequest* request,
                       v1::Rule* response) override;
  grpc::Status ApplyRules(grpc::ServerContext* context,
                          const v1::ApplyRulesRequest* request,
                          v1::ApplyRulesResponse* response) override;
  grpc::Status SetRuleEnabled(grpc::ServerContext* context,
                              const v1::SetRuleEnabledRequest* request,
                              v1::Rule* response) override;

 private:
  RuleStore* const rules_;
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_API_RULE_SERVICE_H_
