// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/gaps.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "eyrie/v1/incident_service.pb.h"

#include "clients/cli/names.h"
#include "clients/cli/paged_list.h"
#include "clients/cli/table_printer.h"
#include "clients/cli/time_text.h"
#include "common/proto_time.h"
#include "common/status_macros.h"

namespace eyrie::cli {
namespace {

constexpr int64_t kDefaultLimit = 100;

std::string Why(const v1::CoverageGap& gap) {
  std::vector<std::string> parts;
  for (const v1::LossReport& loss : gap.losses()) {
    parts.push_back(absl::StrCat(
        loss.count(), " by ", ReasonText(loss.reason()),
        loss.event_type().empty() ? ""
                                  : absl::StrCat(" of ", loss.event_type())));
  }
  return absl::StrJoin(parts, ", ");
}

class ListGaps : public Command {
 public:
  void AddFlags(FlagSet* flags) override {
    flags->Add("since",
               "Only gaps since then: an age such as 1h or 2d, or a time.",
               &since_);
    flags->Add("node", "Only of this node.", &node_);
    flags->Add("limit", "Shows at most so many; 0 is all.", &limit_, 0);
  }

  absl::Status Check(const std::vector<std::string>& words,
                     const Session& session) override {
    EYRIE_RETURN_IF_ERROR(CheckWords(words, 0, 0, ""));
    request_.set_node(node_);
    if (since_.empty()) return absl::OkStatus();
    const auto since = ReadTime(since_, session.Now(), session.zone());
    if (!since.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("flag --since: ", since.status().message()));
    }
    *request_.mutable_since() = ToProtoTime(*since);
    return absl::OkStatus();
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    EYRIE_ASSIGN_OR_RETURN(Connection* const connection, session.Connect());
    TablePrinter table({"NODE", "FROM", "TO", "LOST EVENTS"});
    PagedList<v1::CoverageGap> list;
    list.limit = limit_;
    list.fetch = [&](uint32_t page_size, const std::string& token) {
      return Fetch(*connection, page_size, token);
    };
    list.row = [&](const v1::CoverageGap& gap) { return Row(gap, session); };
    list.plural = "gaps";
    list.none = "no coverage gaps: no events were lost";
    return PrintList(list, std::move(table), session);
  }

 private:
  absl::StatusOr<FetchedPage<v1::CoverageGap>> Fetch(Connection& connection,
                                                     uint32_t page_size,
                                                     const std::string& token) {
    request_.set_page_size(page_size);
    request_.set_page_token(token);
    EYRIE_ASSIGN_OR_RETURN(v1::ListCoverageGapsResponse response,
                           connection.ListCoverageGaps(request_));
    return FetchedPage<v1::CoverageGap>{std::move(*response.mutable_gaps()),
                                        response.next_page_token()};
  }

  static std::vector<std::string> Row(const v1::CoverageGap& gap,
                                      const Session& session) {
    return {gap.node(),
            TimeText(FromProtoTime(gap.first_seen()), session.zone()),
            TimeText(FromProtoTime(gap.last_seen()), session.zone()), Why(gap)};
  }

  std::string since_;
  std::string node_;
  int64_t limit_ = kDefaultLimit;
  v1::ListCoverageGapsRequest request_;
};

}  // namespace

std::vector<CommandInfo> GapCommands() {
  return {
      {"gaps",
       "list",
       "",
       "Lists times when a node lost events.",
       "What happened in such a coverage gap, rules may not have seen.",
       {"eyrie gaps list --since 1d", "eyrie gaps list --node web-1 -o json"},
       [] { return std::make_unique<ListGaps>(); }},
  };
}

}  // namespace eyrie::cli
