// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/recorded_event.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "eyrie/v1/event.pb.h"
#include "google/protobuf/util/json_util.h"
#include "nlohmann/json.hpp"

#include "common/proto_time.h"
#include "common/status_macros.h"
#include "proto/record_view.h"
#include "rules/diagnostics.h"
#include "rules/fields/batch_containers.h"
#include "rules/fields/batch_names.h"
#include "rules/fields/process_tree.h"
#include "rules/fields/unknown_domains.h"
#include "rules/fields/unknown_pods.h"
#include "rules/source.h"
#include "rules/testing/fixture_event.h"
#include "rules/testing/rule_fixture.h"

namespace eyrie::cli {
namespace {

// An event of `eyrie events watch`: the record with what the server knew.
class WatchedEvent : public RecordedEvent {
 public:
  // Takes the message's parts. REQUIRES: `record` views `message.record()`,
  // whose memory moves along.
  WatchedEvent(std::unique_ptr<const v1::Event> message,
               const RecordView& record)
      : message_(std::move(message)),
        processes_(Processes(*message_)),
        tree_(processes_),
        names_(message_->users(), message_->groups()),
        event_{record} {
    event_.process = tree_.Find(rules::ProcessKey(record.process()));
    event_.processes = &tree_;
    event_.names = &names_;
    if (message_->has_cgroup()) containers_.Add(&message_->cgroup());
    if (message_->has_container()) containers_.Add(&message_->container());
    event_.containers = &containers_;
    event_.pods = rules::UnknownPods::Get();
    event_.domains = rules::UnknownDomains::Get();
    event_.node = message_->node();
    event_.clock_offset_ns =
        absl::ToUnixNanos(FromProtoTime(message_->time())) -
        static_cast<int64_t>(record.time_ns());
  }

  const rules::Event& event() const override { return event_; }

 private:
  static std::vector<v1::Process> Processes(const v1::Event& message) {
    std::vector<v1::Process> processes;
    if (message.has_process()) processes.push_back(message.process());
    processes.insert(processes.end(), message.ancestors().begin(),
                     message.ancestors().end());
    return processes;
  }

  const std::unique_ptr<const v1::Event> message_;
  const std::vector<v1::Process> processes_;
  const rules::BatchProcessTree tree_;
  const rules::BatchNames names_;
  rules::BatchContainers containers_;
  rules::Event event_;
};

// The event of a test case.
class WrittenEvent : public RecordedEvent {
 public:
  explicit WrittenEvent(const rules::testing::RuleFixture& fixture)
      : builder_(rules::testing::MakeFixtureEvent(fixture)),
        event_(builder_->Build()) {}

  const rules::Event& event() const override { return event_; }

 private:
  const std::unique_ptr<rules::testing::EventBuilder> builder_;
  const rules::Event& event_;
};

absl::StatusOr<std::unique_ptr<const RecordedEvent>> ReadWatched(
    absl::string_view text) {
  auto message = std::make_unique<v1::Event>();
  google::protobuf::util::JsonParseOptions options;
  // A newer server may say more.
  options.ignore_unknown_fields = true;
  const auto status = google::protobuf::util::JsonStringToMessage(
      std::string(text), message.get(), options);
  if (!status.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("not an event of `eyrie events watch -o json`: ",
                     std::string(status.message())));
  }
  EYRIE_ASSIGN_OR_RETURN(const RecordView record,
                         RecordView::Check(message->record()));
  if (record.size() != message->record().size()) {
    return absl::InvalidArgumentError("bytes behind the event's record");
  }
  return std::make_unique<const WatchedEvent>(std::move(message), record);
}

absl::StatusOr<std::unique_ptr<const RecordedEvent>> ReadWritten(
    const std::string& name, absl::string_view text) {
  rules::Diagnostics diagnostics;
  const auto fixture = rules::testing::ReadFixtureEvent(
      std::make_shared<const rules::SourceFile>(name, std::string(text)),
      diagnostics);
  if (fixture.has_value() && diagnostics.entries().empty()) {
    return std::make_unique<const WrittenEvent>(*fixture);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("not an event of the kernel; for one of another source name "
                   "it with --source:\n",
                   diagnostics.ToString()));
}

}  // namespace

absl::StatusOr<std::unique_ptr<const RecordedEvent>> ReadEvent(
    const std::string& name, absl::string_view text) {
  const auto json = nlohmann::json::parse(text.begin(), text.end(), nullptr,
                                          /*allow_exceptions=*/false);
  if (json.is_object() && json.contains("type")) {
    if (!json.contains("record")) {
      return absl::InvalidArgumentError(
          "the event has no record, without which it cannot be judged again; "
          "`eyrie events watch -o json` prints events with it");
    }
    return ReadWatched(text);
  }
  return ReadWritten(name, text);
}

}  // namespace eyrie::cli
