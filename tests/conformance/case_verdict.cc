// SPDX-License-Identifier: Apache-2.0

#include "tests/conformance/case_verdict.h"

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"

#include "rules/eval/given_json.h"

namespace eyrie::rules {
namespace {

std::string TruthText(const absl::StatusOr<Truth>& truth) {
  if (!truth.ok()) return absl::StrCat("bad value: ", truth.status().message());
  return *truth == Truth::kTrue    ? "true"
         : *truth == Truth::kFalse ? "false"
                                   : "unknown";
}

}  // namespace

std::string Verdict(const Condition* compiled, const nlohmann::json& fields) {
  const auto given = ReadGivenFields(fields);
  if (!given.ok())
    return absl::StrCat("bad fields: ", given.status().message());
  if (compiled == nullptr) return "error";
  const std::string verdict = TruthText(compiled->Evaluate(*given));
  const std::string reference =
      TruthText(compiled->EvaluateByReference(*given));
  if (verdict == reference) return verdict;
  return absl::StrCat(verdict, ", but ", reference,
                      " by the reference evaluator");
}

}  // namespace eyrie::rules
