// SPDX-License-Identifier: Apache-2.0
//
// A delivery is admitted, read, judged and stored, each whole before the next:
// a mistake in its last event leaves nothing of it behind. Its events count as
// seen only once they are durable. Between the two the same events may come by
// another way; their detections have the same ids, and the writer keeps one.

#include "server/ingest/json_ingest.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"

#include "common/status_macros.h"
#include "rules/json/json_parser.h"
#include "rules/sources/event_identity.h"
#include "server/incidents/fingerprint.h"

namespace eyrie::server {
namespace {

constexpr absl::Duration kShortestDelay = absl::Seconds(1);

// What a batch's `done` tells. Outlives the one who waits, if he gives up.
struct Outcome {
  absl::Notification is_done;
  absl::Status status;
};

// Submits and waits until it is durable.
absl::Status WriteBefore(absl::Time deadline, JudgedBatch batch,
                         IncidentWriter& writer,
                         std::shared_ptr<Outcome>* pending) {
  auto outcome = std::make_shared<Outcome>();
  batch.done = [outcome](const absl::Status& status) {
    outcome->status = status;
    outcome->is_done.Notify();
  };
  if (!writer.SubmitBefore(deadline, std::move(batch))) {
    return absl::UnavailableError(
        "too much waits to be written to the server's disk; send it again "
        "later");
  }
  *pending = std::move(outcome);
  return absl::OkStatus();
}

absl::Status AwaitBefore(absl::Time deadline, Outcome& outcome) {
  const absl::Duration left = deadline - absl::Now();
  if (!outcome.is_done.WaitForNotificationWithTimeout(
          std::max(left, absl::ZeroDuration()))) {
    return absl::UnavailableError(
        "the server's disk did not take it in time; send it again");
  }
  if (outcome.status.ok()) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat("storing failed: ", outcome.status.message()));
}

// Adds which of the events was meant.
absl::Status AtEvent(const absl::Status& status, size_t documents,
                     size_t document, std::optional<size_t> event) {
  std::string place;
  if (documents > 1) absl::StrAppend(&place, "document ", document);
  if (event.has_value()) {
    absl::StrAppend(&place, place.empty() ? "" : ", ", "event ", *event);
  }
  return absl::InvalidArgumentError(
      absl::StrCat(place, place.empty() ? "" : ": ", status.message()));
}

}  // namespace

struct JsonIngest::Delivery {
  IngestResult result;
  std::vector<EventKey> keys;  // of what was judged
  std::vector<v1::Detection> detections;
  // Requests to run something, with the fingerprints of their detections.
  std::vector<std::pair<ExecRequest, std::vector<std::string>>> requests;
};

JsonIngest::JsonIngest(const JsonIngestDeps& deps,
                       const JsonIngestOptions& options)
    : deps_(deps),
      options_(options),
      bucket_(options.max_events_per_second, deps.clock),
      seen_(options.max_seen_events) {}

absl::Duration JsonIngest::RetryDelay() const {
  return std::max(bucket_.Delay(), kShortestDelay);
}

absl::StatusOr<IngestResult> JsonIngest::Ingest(
    absl::string_view source, absl::Span<const absl::string_view> documents) {
  EYRIE_RETURN_IF_ERROR(CheckSize(documents));
  {
    absl::MutexLock lock(&mutex_);
    if (under_way_ >= options_.max_under_way) return Busy();
    ++under_way_;
  }
  const absl::Cleanup leave = [this] {
    absl::MutexLock lock(&mutex_);
    --under_way_;
  };
  return IngestUnderWay(source, documents);
}

absl::Status JsonIngest::Busy() {
  deps_.metrics->CountRefusal(IngestRefusal::kBusy);
  return absl::UnavailableError(
      "too many deliveries come at this time; send it again later");
}

absl::StatusOr<IngestResult> JsonIngest::IngestUnderWay(
    absl::string_view source, absl::Span<const absl::string_view> documents) {
  const absl::Time start = absl::Now();
  const absl::Time deadline = start + options_.timeout;
  EYRIE_RETURN_IF_ERROR(Admit(deadline));
  absl::StatusOr<Delivery> delivery = ReadAndJudge(source, documents);
  {
    absl::MutexLock lock(&mutex_);
    --deliveries_;
  }
  EYRIE_RETURN_IF_ERROR(delivery.status());
  const IngestResult result = delivery->result;
  if (const absl::Status status = Store(*std::move(delivery), deadline);
      !status.ok()) {
    deps_.metrics->CountRefusal(IngestRefusal::kStore);
    return status;
  }
  deps_.metrics->CountDelivery(source, result, absl::Now() - start);
  return result;
}

absl::Status JsonIngest::Admit(absl::Time deadline) {
  if (bucket_.Delay() > absl::ZeroDuration()) {
    deps_.metrics->CountRefusal(IngestRefusal::kRate);
    return absl::ResourceExhaustedError(
        absl::StrCat("events come faster than ", options_.max_events_per_second,
                     " a second (--ingest-max-rate); send it again later"));
  }
  // Rather than judge what cannot be stored.
  if (deps_.writer->is_blocked()) {
    deps_.metrics->CountRefusal(IngestRefusal::kStore);
    return absl::UnavailableError(
        "the server's disk cannot be written; send it again later");
  }
  absl::MutexLock lock(&mutex_);
  const auto has_room = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return deliveries_ < options_.max_deliveries;
  };
  if (!mutex_.AwaitWithDeadline(absl::Condition(&has_room), deadline)) {
    return Busy();
  }
  ++deliveries_;
  return absl::OkStatus();
}

absl::StatusOr<JsonIngest::Delivery> JsonIngest::ReadAndJudge(
    absl::string_view source, absl::Span<const absl::string_view> documents) {
  const std::shared_ptr<const LoadedRules> rules = deps_.rules->Current();
  const rules::JsonSource* const described = rules->sources->Find(source);
  if (described == nullptr) {
    deps_.metrics->CountRefusal(IngestRefusal::kUnknownSource);
    return absl::NotFoundError(absl::StrCat(
        "no source of JSON events is called \"", source, "\"; there are ",
        rules->sources->NamesText(), " (--source-file describes more)"));
  }
  std::vector<rules::JsonEvent> events;
  if (const absl::Status status = Read(documents, *described, &events);
      !status.ok()) {
    bucket_.Pay(1);
    deps_.metrics->CountRefusal(IngestRefusal::kMalformed);
    return status;
  }
  bucket_.Pay(std::max<double>(1, static_cast<double>(events.size())));
  Delivery delivery;
  Judge(events, *described, rules, delivery);
  return delivery;
}

absl::Status JsonIngest::CheckSize(
    absl::Span<const absl::string_view> documents) const {
  size_t bytes = 0;
  for (const absl::string_view document : documents) bytes += document.size();
  if (bytes <= options_.max_delivery_bytes) return absl::OkStatus();
  deps_.metrics->CountRefusal(IngestRefusal::kTooLarge);
  return absl::InvalidArgumentError(
      absl::StrCat("a delivery has at most ", options_.max_delivery_bytes,
                   " bytes (--http-max-body), this one has ", bytes));
}

absl::Status JsonIngest::Read(absl::Span<const absl::string_view> documents,
                              const rules::JsonSource& source,
                              std::vector<rules::JsonEvent>* events) {
  const auto arrival_ns =
      static_cast<uint64_t>(absl::ToUnixNanos(deps_.clock->Now()));
  rules::JsonLimits limits;
  limits.max_bytes = options_.max_delivery_bytes;
  uint64_t cut = 0;
  for (size_t i = 0; i < documents.size(); ++i) {
    auto delivery = rules::ParseJsonCut(documents[i], limits, &cut);
    if (!delivery.ok()) {
      return AtEvent(delivery.status(), documents.size(), i, std::nullopt);
    }
    rules::JsonEvents made =
        source.MakeEvents(*std::move(delivery), arrival_ns);
    if (made.rejected > 0) {
      return AtEvent(absl::InvalidArgumentError("an event is an object"),
                     documents.size(), i, made.first_rejected);
    }
    for (size_t j = 0; j < made.events.size(); ++j) {
      const absl::Status status = rules::CheckEvent(source, made.events[j]);
      if (!status.ok()) return AtEvent(status, documents.size(), i, j);
      made.events[j].hostname = options_.node;
      made.events[j].number = events->size() + 1;
      events->push_back(std::move(made.events[j]));
    }
  }
  deps_.metrics->CountCut(cut);
  return absl::OkStatus();
}

void JsonIngest::Judge(const std::vector<rules::JsonEvent>& events,
                       const rules::JsonSource& source,
                       std::shared_ptr<const LoadedRules> rules,
                       Delivery& delivery) {
  JsonDetector detector(std::move(rules), source, options_.node);
  absl::flat_hash_set<EventKey> in_delivery;
  for (const rules::JsonEvent& event : events) {
    const EventKey key =
        MakeEventKey(source.name, rules::EventIdentity(source, event));
    if (seen_.Has(key) || !in_delivery.insert(key).second) {
      ++delivery.result.duplicates;
      continue;
    }
    delivery.keys.push_back(key);
    ++delivery.result.events;
    const size_t before = detector.detections().size();
    delivery.result.detections += detector.Judge(event);
    const size_t after = detector.detections().size();
    if (after == before || deps_.linker == nullptr) continue;
    std::optional<ExecRequest> request = ReadExecRequest(event);
    if (!request.has_value()) continue;
    request->id = JsonDetectionId(
        source.name, rules::EventOccurrence(source, event), /*rule=*/"");
    std::vector<std::string> fingerprints;
    for (size_t i = before; i < after; ++i) {
      fingerprints.push_back(Fingerprint(detector.detections()[i]));
    }
    delivery.requests.emplace_back(*std::move(request),
                                   std::move(fingerprints));
  }
  delivery.detections = std::move(detector.detections());
  deps_.metrics->CountLeftOut(detector.dropped(),
                              detector.documents_left_out());
}

absl::Status JsonIngest::Store(Delivery delivery, absl::Time deadline) {
  if (!delivery.detections.empty()) {
    JudgedBatch batch;
    batch.detections = std::move(delivery.detections);
    std::shared_ptr<Outcome> detections;
    EYRIE_RETURN_IF_ERROR(
        WriteBefore(deadline, std::move(batch), *deps_.writer, &detections));
    // From here on a process that comes finds the request, and its link goes to
    // the writer behind the incident.
    JudgedBatch links;
    links.links = LinkRequests(delivery);
    if (!links.links.empty()) {
      std::shared_ptr<Outcome> linked;
      EYRIE_RETURN_IF_ERROR(
          WriteBefore(deadline, std::move(links), *deps_.writer, &linked));
      EYRIE_RETURN_IF_ERROR(AwaitBefore(deadline, *linked));
    }
    EYRIE_RETURN_IF_ERROR(AwaitBefore(deadline, *detections));
  }
  seen_.Add(delivery.keys);
  return absl::OkStatus();
}

std::vector<ProcessLink> JsonIngest::LinkRequests(Delivery& delivery) {
  std::vector<ProcessLink> links;
  for (auto& [request, fingerprints] : delivery.requests) {
    for (ProcessLink& link :
         deps_.linker->OnRequest(std::move(request), std::move(fingerprints))) {
      links.push_back(std::move(link));
    }
  }
  return links;
}

}  // namespace eyrie::server
