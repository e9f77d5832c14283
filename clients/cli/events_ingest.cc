// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/events_ingest.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "clients/cli/event_file.h"
#include "common/status_macros.h"

namespace eyrie::cli {
namespace {

// A request is sent once it has one of these: few enough that an answer comes
// soon, enough that the disk is not what takes the time.
constexpr size_t kMaxBatchBytes = 1 << 20;
constexpr int kMaxBatchDocuments = 500;
// What the server says to come again for is sent again after a pause that
// doubles up to the longest; for a disk that cannot be written no longer than
// this in a row.
constexpr absl::Duration kFirstPause = absl::Milliseconds(250);
constexpr absl::Duration kLongestPause = absl::Seconds(8);
constexpr int kMaxUnavailable = 5;
constexpr absl::Duration kProgressInterval = absl::Seconds(5);

// Collects documents and sends them.
class Sender {
 public:
  Sender(Session& session, Connection& connection, const std::string& source)
      : session_(session), connection_(connection), source_(source) {}

  absl::Status Add(const std::string& place, std::string document) {
    bytes_ += document.size();
    places_.push_back(place);
    batch_.add_documents(std::move(document));
    if (bytes_ < kMaxBatchBytes &&
        batch_.documents_size() < kMaxBatchDocuments) {
      return absl::OkStatus();
    }
    return Flush();
  }

  absl::Status Flush() {
    if (batch_.documents_size() == 0) return absl::OkStatus();
    batch_.set_source(source_);
    absl::Status status = Send(batch_);
    // One of them is no event: each by itself, to tell which.
    if (absl::IsInvalidArgument(status)) status = SendOneByOne();
    batch_.Clear();
    places_.clear();
    bytes_ = 0;
    return status;
  }

  void OnMistake(const std::string& place, const absl::Status& mistake) {
    ++mistakes_;
    session_.err() << place << ": " << mistake.message() << '\n';
  }

  uint64_t mistakes() const { return mistakes_; }
  const v1::IngestResponse& total() const { return total_; }

 private:
  absl::Status SendOneByOne() {
    for (int i = 0; i < batch_.documents_size(); ++i) {
      v1::IngestRequest request;
      request.set_source(source_);
      *request.add_documents() = std::move(*batch_.mutable_documents(i));
      const absl::Status status = Send(request);
      if (absl::IsInvalidArgument(status)) {
        OnMistake(places_[static_cast<size_t>(i)], status);
      } else {
        EYRIE_RETURN_IF_ERROR(status);
      }
    }
    return absl::OkStatus();
  }

  absl::Status Send(const v1::IngestRequest& request) {
    absl::Duration pause = kFirstPause;
    int unavailable = 0;
    while (true) {
      const auto response = connection_.IngestEvents(request);
      if (response.ok()) {
        Count(*response);
        return absl::OkStatus();
      }
      const bool is_too_fast = absl::IsResourceExhausted(response.status());
      if (!is_too_fast && (!absl::IsUnavailable(response.status()) ||
                           ++unavailable > kMaxUnavailable)) {
        return response.status();
      }
      absl::SleepFor(pause);
      pause = std::min(pause * 2, kLongestPause);
    }
  }

  void Count(const v1::IngestResponse& response) {
    total_.set_events(total_.events() + response.events());
    total_.set_duplicates(total_.duplicates() + response.duplicates());
    total_.set_detections(total_.detections() + response.detections());
    const absl::Time now = absl::Now();
    if (now - told_ < kProgressInterval) return;
    told_ = now;
    session_.err() << total_.events() + total_.duplicates()
                   << " events so far, " << total_.detections()
                   << " detections\n";
  }

  Session& session_;
  Connection& connection_;
  const std::string source_;
  v1::IngestRequest batch_;
  std::vector<std::string> places_;  // of the batch's documents
  size_t bytes_ = 0;
  uint64_t mistakes_ = 0;
  v1::IngestResponse total_;
  absl::Time told_ = absl::Now();
};

class IngestEvents : public Command {
 public:
  void AddFlags(FlagSet* flags) override {
    flags->Add("source", "Source that the events are of: k8s_audit.", &source_);
  }

  absl::Status Check(const std::vector<std::string>& words,
                     const Session&) override {
    if (source_.empty()) {
      return absl::InvalidArgumentError(
          "say what the files hold: --source k8s_audit");
    }
    EYRIE_RETURN_IF_ERROR(CheckWords(words, 1, SIZE_MAX, "a file of events"));
    paths_ = words;
    return absl::OkStatus();
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    EYRIE_ASSIGN_OR_RETURN(Connection* const connection, session.Connect());
    Sender sender(session, *connection, source_);
    for (const std::string& path : paths_) {
      absl::Status sent;
      EYRIE_RETURN_IF_ERROR(ReadDocumentFile(
          path, session.in(),
          {[&](const std::string& place, std::string& document) {
             sent = sender.Add(place, std::move(document));
             return sent.ok();
           },
           [&](const std::string& place, const absl::Status& mistake) {
             sender.OnMistake(place, mistake);
           }}));
      EYRIE_RETURN_IF_ERROR(sent);
    }
    EYRIE_RETURN_IF_ERROR(sender.Flush());
    PrintTotal(sender, session);
    return sender.mistakes() == 0 ? ExitCode::kDone : ExitCode::kFailed;
  }

 private:
  static void PrintTotal(const Sender& sender, Session& session) {
    const v1::IngestResponse& total = sender.total();
    if (session.options().is_json()) {
      session.PrintJson(total);
    } else {
      session.out() << total.events() << " events judged, "
                    << total.duplicates() << " known already, "
                    << total.detections() << " detections\n";
    }
    if (sender.mistakes() > 0) {
      session.err() << sender.mistakes()
                    << (sender.mistakes() == 1 ? " document" : " documents")
                    << " left out\n";
    }
  }

  std::string source_;
  std::vector<std::string> paths_;
};

}  // namespace

CommandInfo IngestEventsCommand() {
  return {
      "events",
      "ingest",
      "FILE...",
      "Sends events of a JSON source to be judged.",
      "A line of a file is an event or a list of them, as audit logs are; - is "
      "standard input, and *.gz is unpacked. What the server has judged before "
      "makes no second detection: after a failure, run it again.",
      {"eyrie events ingest --source k8s_audit /var/log/kube-audit/*.log",
       "zcat cloudtrail.json.gz | eyrie events ingest --source aws_cloudtrail "
       "-"},
      [] { return std::make_unique<IngestEvents>(); }};
}

}  // namespace eyrie::cli
