// SPDX-License-Identifier: Apache-2.0

#include "collector/uplink/uplink.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "common/logging.h"
#include "common/status_macros.h"

namespace eyrie::collector {
namespace {

// What the server asks for is kept within sense.
constexpr absl::Duration kLeastHeartbeatInterval = absl::Milliseconds(100);
constexpr absl::Duration kMostHeartbeatInterval = absl::Minutes(10);
constexpr absl::Duration kDefaultHeartbeatInterval = absl::Seconds(10);

// Between messages of one inventory: batches go in between.
constexpr absl::Duration kInventoryPause = absl::Milliseconds(10);

absl::Duration HeartbeatInterval(uint32_t milliseconds) {
  if (milliseconds == 0) return kDefaultHeartbeatInterval;
  return std::clamp(absl::Milliseconds(milliseconds), kLeastHeartbeatInterval,
                    kMostHeartbeatInterval);
}

absl::Status EndedBeforeItsTime(const absl::Status& status) {
  if (!status.ok()) return status;
  return absl::UnavailableError("the server ended the stream");
}

}  // namespace

Uplink::Uplink(const UplinkOptions& options, Connector* connector, Spool* spool,
               std::function<void(v1::Heartbeat*)> fill_heartbeat,
               InventorySource* inventory)
    : options_(options),
      connector_(connector),
      spool_(spool),
      fill_heartbeat_(std::move(fill_heartbeat)),
      inventory_(inventory),
      backoff_(options.backoff, random_) {}

Uplink::~Uplink() {
  if (thread_.joinable()) Stop(absl::InfinitePast());
}

void Uplink::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Uplink::Wake() {
  absl::MutexLock lock(&mutex_);
  is_woken_ = true;
  woken_.Signal();
}

uint64_t Uplink::Stop(absl::Time deadline) {
  {
    absl::MutexLock lock(&mutex_);
    stop_deadline_ = deadline;
  }
  Wake();
  thread_.join();
  return spool_->stats().batches;
}

std::optional<v1::CollectorConfig> Uplink::TakeConfig() {
  if (!has_config_.load(std::memory_order_acquire)) return std::nullopt;
  absl::MutexLock lock(&mutex_);
  has_config_.store(false, std::memory_order_relaxed);
  return std::exchange(config_, std::nullopt);
}

void Uplink::AnswerConfig(v1::ConfigAck ack) {
  {
    absl::MutexLock lock(&mutex_);
    config_ack_ = std::move(ack);
  }
  Wake();
}

UplinkStats Uplink::stats() const {
  absl::MutexLock lock(&mutex_);
  return stats_;
}

// ---- the uplink's thread ---------------------------------------------------

void Uplink::Run() {
  while (!is_drained() && absl::Now() < stop_deadline()) {
    has_progress_ = false;
    const absl::Time begin = absl::Now();
    absl::Status status;
    {
      const std::unique_ptr<Stream> stream =
          connector_->Connect([this] { Wake(); });
      status = Converse(stream.get());
    }
    bool was_connected;
    {
      absl::MutexLock lock(&mutex_);
      was_connected = is_connected_.exchange(false);
      if (!was_connected) ++stats_.failed_attempts;
      config_ack_.reset();  // Of a configuration of that stream.
    }
    if (status.ok()) return;
    const bool lasted = absl::Now() - begin >= options_.good_stream;
    if (was_connected && (lasted || has_progress_)) backoff_.Reset();
    AwaitNextAttempt(status);
  }
}

absl::Status Uplink::Converse(Stream* stream) {
  EYRIE_RETURN_IF_ERROR(AwaitWelcome(stream));
  while (true) {
    EYRIE_RETURN_IF_ERROR(TakeResponses(stream));
    if (const auto ended = stream->ended()) return EndedBeforeItsTime(*ended);
    const absl::Time deadline = stop_deadline();
    if (absl::Now() >= deadline) {
      stream->Cancel();
      return absl::OkStatus();
    }
    if (!stream->is_writing()) WriteNext(stream);
    const bool is_writing = stream->is_writing();
    if (!is_writing && is_drained() && is_last_heartbeat_sent_) {
      Finish(stream, deadline);
      return absl::OkStatus();
    }
    AwaitWake(is_writing ? deadline : std::min(deadline, NextDue()));
  }
}

absl::Status Uplink::AwaitWelcome(Stream* stream) {
  v1::ConnectRequest hello;
  *hello.mutable_hello() = options_.hello;
  stream->Write(hello);
  const absl::Time deadline = absl::Now() + options_.welcome_timeout;
  while (true) {
    if (const auto response = stream->TakeResponse()) {
      if (!response->has_welcome()) {
        return absl::InternalError(
            "the server's first message is not a welcome");
      }
      return TakeWelcome(response->welcome());
    }
    if (const auto ended = stream->ended()) return EndedBeforeItsTime(*ended);
    if (is_drained()) return absl::CancelledError("nothing left to send");
    const absl::Time now = absl::Now();
    if (now >= deadline || now >= stop_deadline()) {
      return absl::DeadlineExceededError(
          absl::StrCat("no welcome within ",
                       absl::FormatDuration(options_.welcome_timeout)));
    }
    AwaitWake(std::min(deadline, stop_deadline()));
  }
}

absl::Status Uplink::TakeWelcome(const v1::Welcome& welcome) {
  EYRIE_RETURN_IF_ERROR(TakeAck(welcome.acked_sequence()));
  has_progress_ = false;
  next_sequence_ = welcome.acked_sequence() + 1;
  const uint64_t first = spool_->first_sequence();
  if (first > next_sequence_) {
    // Its storage was set back. What is gone here cannot be sent again.
    LogError("the server lost batches that it had acknowledged",
             {{"from", next_sequence_}, {"to", first - 1}});
    absl::MutexLock lock(&mutex_);
    stats_.batches_missing += first - next_sequence_;
    next_sequence_ = first;
  }
  heartbeat_interval_ = HeartbeatInterval(welcome.heartbeat_interval_ms());
  heartbeat_due_ = absl::Now();
  is_last_heartbeat_sent_ = false;
  inventory_due_ = absl::Now();
  is_inventory_begun_ = false;
  LogInfo("connected to the server",
          {{"server_version", welcome.server_version()},
           {"acked_sequence", welcome.acked_sequence()}});
  is_connected_ = true;
  absl::MutexLock lock(&mutex_);
  ++stats_.streams;
  return absl::OkStatus();
}

absl::Status Uplink::TakeResponses(Stream* stream) {
  while (auto response = stream->TakeResponse()) {
    switch (response->message_case()) {
      case v1::ConnectResponse::kEventsAck:
        EYRIE_RETURN_IF_ERROR(TakeAck(response->events_ack().sequence()));
        break;
      case v1::ConnectResponse::kConfig: {
        absl::MutexLock lock(&mutex_);
        ++stats_.configs;
        config_ = std::move(*response->mutable_config());
        has_config_.store(true, std::memory_order_release);
        break;
      }
      case v1::ConnectResponse::kWelcome:
        return absl::InternalError("the server sent a second welcome");
      case v1::ConnectResponse::MESSAGE_NOT_SET:
        break;  // Of a newer server: ignored.
    }
  }
  return absl::OkStatus();
}

absl::Status Uplink::TakeAck(uint64_t sequence) {
  if (sequence > highest_sent_) {
    // To believe it would lose batches.
    return absl::InternalError(
        absl::StrCat("the server acknowledges batch ", sequence,
                     ", but the last that was sent is ", highest_sent_));
  }
  spool_->AckThrough(sequence);
  has_progress_ = true;
  absl::MutexLock lock(&mutex_);
  ++stats_.acks;
  return absl::OkStatus();
}

void Uplink::WriteNext(Stream* stream) {
  if (WriteConfigAck(stream)) return;
  if (WriteHeartbeat(stream)) return;
  if (WriteInventory(stream)) return;
  WriteBatch(stream);
}

bool Uplink::WriteConfigAck(Stream* stream) {
  v1::ConnectRequest request;
  {
    absl::MutexLock lock(&mutex_);
    if (!config_ack_.has_value()) return false;
    *request.mutable_config_ack() = *std::exchange(config_ack_, std::nullopt);
  }
  stream->Write(request);
  return true;
}

bool Uplink::WriteHeartbeat(Stream* stream) {
  const absl::Time now = absl::Now();
  const bool is_last = is_drained() && !is_last_heartbeat_sent_;
  if (now < heartbeat_due_ && !is_last) return false;
  v1::ConnectRequest request;
  fill_heartbeat_(request.mutable_heartbeat());
  heartbeat_due_ = now + heartbeat_interval_;
  is_last_heartbeat_sent_ = is_last;
  {
    absl::MutexLock lock(&mutex_);
    ++stats_.heartbeats;
  }
  stream->Write(request);
  return true;
}

bool Uplink::WriteInventory(Stream* stream) {
  if (inventory_ == nullptr || is_stopping()) return false;
  const absl::Time now = absl::Now();
  if (now < inventory_due_) return false;
  v1::ConnectRequest request;
  if (!inventory_->NextInventory(!is_inventory_begun_,
                                 request.mutable_inventory())) {
    inventory_due_ = now + options_.inventory_interval;
    return false;
  }
  is_inventory_begun_ = true;
  inventory_due_ = now + kInventoryPause;
  {
    absl::MutexLock lock(&mutex_);
    ++stats_.inventories;
  }
  stream->Write(request);
  return true;
}

void Uplink::WriteBatch(Stream* stream) {
  std::shared_ptr<const SpooledBatch> batch = spool_->Get(next_sequence_);
  if (batch == nullptr) return;
  const bool is_again = next_sequence_ <= highest_sent_;
  highest_sent_ = std::max(highest_sent_, next_sequence_++);
  {
    absl::MutexLock lock(&mutex_);
    ++stats_.batches_sent;
    stats_.batches_resent += is_again ? 1 : 0;
    stats_.bytes_sent += batch->bytes.size();
  }
  stream->WriteBatch(std::move(batch));
}

absl::Time Uplink::NextDue() const {
  if (inventory_ == nullptr) return heartbeat_due_;
  return std::min(heartbeat_due_, inventory_due_);
}

void Uplink::Finish(Stream* stream, absl::Time deadline) {
  stream->WritesDone();
  while (!stream->ended().has_value() && absl::Now() < deadline) {
    (void)stream->TakeResponse();
    if (stream->ended().has_value()) return;
    AwaitWake(deadline);
  }
}

void Uplink::AwaitWake(absl::Time deadline) {
  absl::MutexLock lock(&mutex_);
  while (!is_woken_ && !woken_.WaitWithDeadline(&mutex_, deadline)) {
  }
  is_woken_ = false;
}

void Uplink::AwaitNextAttempt(const absl::Status& status) {
  const absl::Duration wait = backoff_.Next();
  LogWarning(
      "not connected to the server",
      {{"error", status.ToString()}, {"retry_in", absl::FormatDuration(wait)}});
  const absl::Time next = absl::Now() + wait;
  while (absl::Now() < std::min(next, stop_deadline()) && !is_drained()) {
    AwaitWake(std::min(next, stop_deadline()));
  }
}

absl::Time Uplink::stop_deadline() const {
  absl::MutexLock lock(&mutex_);
  return stop_deadline_;
}

bool Uplink::is_stopping() const {
  return stop_deadline() != absl::InfiniteFuture();
}

}  // namespace eyrie::collector
