// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/containers.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "eyrie/v1/node_service.pb.h"

#include "clients/cli/labels.h"
#include "clients/cli/names.h"
#include "clients/cli/paged_list.h"
#include "clients/cli/table_printer.h"
#include "clients/cli/time_text.h"
#include "common/status_macros.h"

namespace eyrie::cli {
namespace {

constexpr int64_t kDefaultLimit = 100;

using Item = v1::ListContainersResponse::Item;

class ListContainers : public Command {
 public:
  void AddFlags(FlagSet* flags) override {
    flags->Add("node", "Only of this node.", request_.mutable_node());
    flags->Add("namespace", "Only of this Kubernetes namespace.",
               request_.mutable_namespace_());
    flags->Add("pod", "Only of the pod of this name.", request_.mutable_pod());
    flags->Add("image",
               "Only of images that begin so, with repository: "
               "docker.io/library/nginx.",
               request_.mutable_image());
    flags->Add("label",
               "Only with this label, key=value, of the container or its pod; "
               "given several times: with all of them.",
               &labels_);
    flags->Add("id", "Only of the container whose id begins so.",
               request_.mutable_id());
    flags->Add("all", "Shows the sandboxes of pods, too.", &all_);
    flags->Add("limit", "Shows at most so many; 0 is all.", &limit_, 0);
  }

  absl::Status Check(const std::vector<std::string>& words,
                     const Session&) override {
    EYRIE_RETURN_IF_ERROR(CheckWords(words, 0, 0, ""));
    EYRIE_RETURN_IF_ERROR(CheckLabels(labels_));
    for (const std::string& label : labels_) request_.add_labels(label);
    request_.set_include_sandboxes(all_);
    return absl::OkStatus();
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    EYRIE_ASSIGN_OR_RETURN(Connection* const connection, session.Connect());
    TablePrinter table(
        {"NODE", "ID", "NAME", "IMAGE", "NAMESPACE", "POD", "RUNTIME", "AGE"});
    PagedList<Item> list;
    list.limit = limit_;
    list.fetch = [&](uint32_t page_size, const std::string& token) {
      return Fetch(*connection, page_size, token);
    };
    list.row = [&](const Item& item) { return Row(item, session); };
    list.plural = "containers";
    list.none = "no containers";
    return PrintList(list, std::move(table), session);
  }

 private:
  absl::StatusOr<FetchedPage<Item>> Fetch(Connection& connection,
                                          uint32_t page_size,
                                          const std::string& token) {
    request_.set_page_size(page_size);
    request_.set_page_token(token);
    EYRIE_ASSIGN_OR_RETURN(v1::ListContainersResponse response,
                           connection.ListContainers(request_));
    return FetchedPage<Item>{std::move(*response.mutable_items()),
                             response.next_page_token()};
  }

  static std::vector<std::string> Row(const Item& item,
                                      const Session& session) {
    const v1::Container& container = item.container();
    return {
        item.node(),         ShortId(container.id()),      container.name(),
        container.image(),   container.pod_namespace(),    container.pod_name(),
        container.runtime(), Age(container, session.Now())};
  }

  // Since its start, or else since it was made; empty if neither is known.
  static std::string Age(const v1::Container& container, absl::Time now) {
    const uint64_t since_ns = container.start_time_ns() != 0
                                  ? container.start_time_ns()
                                  : container.create_time_ns();
    if (since_ns == 0) return "";
    return AgeText(now - absl::FromUnixNanos(static_cast<int64_t>(since_ns)));
  }

  v1::ListContainersRequest request_;
  std::vector<std::string> labels_;
  bool all_ = false;
  int64_t limit_ = kDefaultLimit;
};

}  // namespace

std::vector<CommandInfo> ContainerCommands() {
  return {
      {"containers",
       "list",
       "",
       "Lists the containers of the nodes, by node and id.",
       "Of the nodes that are connected, or were until some minutes ago. What "
       "a container of a pod is called, what it runs and where comes from the "
       "container runtime of its node; eyrie nodes get shows how that does.",
       {"eyrie containers list --namespace shop",
        "eyrie containers list --label app=web -o json"},
       [] { return std::make_unique<ListContainers>(); }},
  };
}

}  // namespace eyrie::cli
