// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/gaps.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "eyrie/v1/incident_service.pb.h"

#include "clients/cli/names.h"
#include "clients/cli/pager.h"
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
    bool is_empty = true;
    EYRIE_ASSIGN_OR_RETURN(
        const bool has_more,
        ForEachItem<v1::CoverageGap>(
            limit_,
            [&](uint32_t page_size, const std::string& token) {
              return Fetch(*connection, page_size, token);
            },
            [&](const v1::CoverageGap& gap) {
              is_empty = false;
              if (session.options().is_json()) {
                session.PrintJson(gap);
              } else {
                AddRow(gap, session, &table);
              }
              return true;
            }));
    if (!table.empty()) session.out() << table.ToString(session.out_width());
    if (is_empty) session.err() << "no coverage gaps: no events were lost\n";
    if (has_more) {
      session.out().flush();
      session.err() << "there are more gaps; use --limit\n";
    }
    return ExitCode::kDone;
  }

 private:
  absl::StatusOr<FetchedPage<v1::CoverageGap>> Fetch(Connection& connection,
                                                     uint32_t page_size,
                                                     const std::string& token) {
    request_.set_page_size(page_size);
    request_.set_page_token(token);
    EYRIE_ASSIGN_OR_RETURN(v1::ListCoverageGapsResponse response,
                           connection.ListCoverageGaps(request_));
    FetchedPage<v1::CoverageGap> page;
    page.items.Swap(response.mutable_gaps());
    page.next_page_token = response.next_page_token();
    return page;
  }

  static void AddRow(const v1::CoverageGap& gap, const Session& session,
                     TablePrinter* table) {
    table->AddRow(
        {gap.node(), TimeText(FromProtoTime(gap.first_seen()), session.zone()),
         TimeText(FromProtoTime(gap.last_seen()), session.zone()), Why(gap)});
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
