// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/nodes.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "clients/cli/diagnostic_text.h"
#include "clients/cli/labels.h"
#include "clients/cli/names.h"
#include "clients/cli/paged_list.h"
#include "clients/cli/table_printer.h"
#include "clients/cli/time_text.h"
#include "common/proto_time.h"
#include "common/status_macros.h"

namespace eyrie::cli {
namespace {

uint64_t LostEvents(const v1::Node& node) {
  uint64_t lost = 0;
  for (const v1::LossReport& loss : node.losses()) lost += loss.count();
  return lost;
}

class ListNodes : public Command {
 public:
  absl::Status Check(const std::vector<std::string>& words,
                     const Session&) override {
    return CheckWords(words, 0, 0, "");
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    EYRIE_ASSIGN_OR_RETURN(Connection* const connection, session.Connect());
    TablePrinter table({"NAME", "STATE", "LAST SEEN", "EVENTS", "DETECTIONS",
                        "LOST", "VERSION", "KERNEL"});
    for (const size_t column : {3, 4, 5}) table.AlignRight(column);
    PagedList<v1::Node> list;
    list.fetch = [&](uint32_t page_size, const std::string& token) {
      return Fetch(*connection, page_size, token);
    };
    list.row = [&](const v1::Node& node) { return Row(node, session); };
    list.plural = "nodes";
    list.none = "no nodes: no collector has connected yet";
    return PrintList(list, std::move(table), session);
  }

 private:
  static absl::StatusOr<FetchedPage<v1::Node>> Fetch(Connection& connection,
                                                     uint32_t page_size,
                                                     const std::string& token) {
    v1::ListNodesRequest request;
    request.set_page_size(page_size);
    request.set_page_token(token);
    EYRIE_ASSIGN_OR_RETURN(v1::ListNodesResponse response,
                           connection.ListNodes(request));
    return FetchedPage<v1::Node>{std::move(*response.mutable_nodes()),
                                 response.next_page_token()};
  }

  static std::vector<std::string> Row(const v1::Node& node,
                                      const Session& session) {
    const absl::Duration age = session.Now() - FromProtoTime(node.last_seen());
    return {node.name(),
            StateText(node.state()),
            absl::StrCat(AgeText(age), " ago"),
            absl::StrCat(node.events()),
            absl::StrCat(node.detections()),
            absl::StrCat(LostEvents(node)),
            node.hello().collector_version(),
            node.hello().kernel_release()};
  }
};

// "containerd 1.6.20, connected, 12 containers, /run/…": one line a runtime.
std::string RuntimeText(const v1::ContainerRuntime& runtime) {
  std::vector<std::string> parts = {
      absl::StrCat(runtime.name(), runtime.version().empty() ? "" : " ",
                   runtime.version()),
      StateText(runtime.state())};
  if (runtime.state() == v1::ContainerRuntime::CONNECTED) {
    parts.push_back(CountText(runtime.containers(), "container"));
  }
  if (!runtime.socket().empty()) parts.push_back(runtime.socket());
  if (!runtime.error().empty()) parts.push_back(runtime.error());
  return absl::StrJoin(parts, ", ");
}

std::string NodeDetails(const v1::Node& node, absl::TimeZone zone) {
  const v1::Hello& hello = node.hello();
  FieldPrinter fields;
  fields.Add("node", node.name());
  fields.Add("state", StateText(node.state()));
  fields.Add("address", node.peer());
  fields.Add("labels", LabelsText(hello.labels()));
  fields.Add("first seen", TimeText(FromProtoTime(node.first_seen()), zone));
  fields.Add("last seen", TimeText(FromProtoTime(node.last_seen()), zone));
  fields.Add("collector", hello.collector_version());
  fields.Add("kernel", hello.kernel_release());
  fields.Add("architecture", hello.architecture());
  fields.Add("processors", hello.cpus() == 0 ? "" : absl::StrCat(hello.cpus()));
  fields.Add("sensor", hello.sensor());
  fields.Add("boot id", hello.boot_id());
  fields.Add("run", absl::StrFormat("%016x", hello.run_id()));
  fields.Add("configuration", absl::StrCat(node.config_version()));
  fields.Add("batches", absl::StrCat(node.batches(), ", acknowledged up to ",
                                     node.acked_sequence()));
  fields.Add("events", absl::StrCat(node.events()));
  fields.Add("detections", absl::StrCat(node.detections()));
  fields.Add("containers", absl::StrCat(node.containers()));
  for (const v1::ContainerRuntime& runtime : node.runtimes()) {
    fields.Add("runtime", RuntimeText(runtime));
  }
  for (const v1::LossReport& loss : node.losses()) {
    fields.Add(
        "lost",
        absl::StrCat(loss.count(), " by ", ReasonText(loss.reason()),
                     loss.event_type().empty() ? "" : ", ", loss.event_type()));
  }
  return fields.ToString();
}

class GetNode : public Command {
 public:
  absl::Status Check(const std::vector<std::string>& words,
                     const Session&) override {
    EYRIE_RETURN_IF_ERROR(CheckWords(words, 1, 1, "a node's name"));
    name_ = words[0];
    return absl::OkStatus();
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    EYRIE_ASSIGN_OR_RETURN(Connection* const connection, session.Connect());
    v1::GetNodeRequest request;
    request.set_name(name_);
    EYRIE_ASSIGN_OR_RETURN(const v1::Node node, connection->GetNode(request));
    if (session.options().is_json()) {
      session.PrintJson(node);
    } else {
      session.out() << NodeDetails(node, session.zone());
    }
    return ExitCode::kDone;
  }

 private:
  std::string name_;
};

}  // namespace

std::vector<CommandInfo> NodeCommands() {
  return {
      {"nodes",
       "list",
       "",
       "Lists the nodes whose collector ever connected.",
       "",
       {"eyrie nodes list", "eyrie nodes list -o json"},
       [] { return std::make_unique<ListNodes>(); }},
      {"nodes",
       "get",
       "NAME",
       "Shows a node, its runtimes, counters and losses.",
       "",
       {"eyrie nodes get web-1", "eyrie nodes get web-1 -o json"},
       [] { return std::make_unique<GetNode>(); }},
  };
}

}  // namespace eyrie::cli
