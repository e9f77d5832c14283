// SPDX-License-Identifier: Apache-2.0
//
// Batches are serialized already: they go to gRPC as bytes, behind the few that
// make a ConnectRequest of an EventBatch, without a copy. That is why the stub
// is the generic one.

#include "collector/uplink/grpc_connector.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/proto_buffer_reader.h>

#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"

#include "common/status_macros.h"

namespace eyrie::collector {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedOutputStream;

constexpr char kMethod[] = "/eyrie.v1.CollectorService/Connect";
// Responses are acknowledgements and lists of event types.
constexpr int kMaxResponseBytes = 1 << 20;

int Milliseconds(absl::Duration duration) {
  return static_cast<int>(absl::ToInt64Milliseconds(duration));
}

grpc::ByteBuffer Serialize(const v1::ConnectRequest& request) {
  const grpc::Slice slice(request.SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

// A ConnectRequest that holds `batch`, whose bytes are borrowed until gRPC has
// no more use for them.
grpc::ByteBuffer Wrap(std::shared_ptr<const SpooledBatch> batch) {
  uint8_t head[16];
  uint8_t* end = WireFormatLite::WriteTagToArray(
      v1::ConnectRequest::kEventsFieldNumber,
      WireFormatLite::WIRETYPE_LENGTH_DELIMITED, head);
  end = CodedOutputStream::WriteVarint32ToArray(
      static_cast<uint32_t>(batch->bytes.size()), end);
  auto* const owner = new std::shared_ptr<const SpooledBatch>(std::move(batch));
  const std::string& bytes = (*owner)->bytes;
  const grpc::Slice slices[] = {
      grpc::Slice(head, static_cast<size_t>(end - head)),
      grpc::Slice(
          // gRPC only reads it.
          const_cast<char*>(bytes.data()), bytes.size(),
          [](void* kept) {
            delete static_cast<std::shared_ptr<const SpooledBatch>*>(kept);
          },
          owner),
  };
  return grpc::ByteBuffer(slices, 2);
}

absl::Status ToAbsl(const grpc::Status& status) {
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()),
                      status.error_message());
}

class GrpcStream
    : public Stream,
      private grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  GrpcStream(std::shared_ptr<grpc::Channel> channel,
             std::function<void()> on_change)
      : on_change_(std::move(on_change)), stub_(std::move(channel)) {
    stub_.PrepareBidiStreamingCall(&context_, kMethod, grpc::StubOptions(),
                                   this);
    AddHold();  // Operations are begun outside of callbacks.
    StartCall();
    StartRead(&response_);
  }

  ~GrpcStream() override {
    Cancel();
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(&is_done_));
  }

  bool is_writing() const override {
    absl::MutexLock lock(&mutex_);
    return is_writing_;
  }

  void Write(const v1::ConnectRequest& request) override {
    BeginWrite(Serialize(request));
  }
  void WriteBatch(std::shared_ptr<const SpooledBatch> batch) override {
    BeginWrite(Wrap(std::move(batch)));
  }
  void WritesDone() override {
    if (is_held_) StartWritesDone();
  }

  std::optional<v1::ConnectResponse> TakeResponse() override {
    {
      absl::MutexLock lock(&mutex_);
      if (!has_response_) return std::nullopt;
      has_response_ = false;
    }
    v1::ConnectResponse response;
    grpc::ProtoBufferReader reader(&response_);
    const bool is_good =
        reader.status().ok() && response.ParseFromZeroCopyStream(&reader);
    response_.Clear();
    if (!is_good) {
      Fail(absl::InternalError("a response of the server does not decode"));
      return std::nullopt;
    }
    if (is_held_) StartRead(&response_);
    return response;
  }

  std::optional<absl::Status> ended() override {
    ReleaseIfReadEnded();
    absl::MutexLock lock(&mutex_);
    if (!is_done_) return std::nullopt;
    return failure_.ok() ? status_ : failure_;
  }

  void Cancel() override {
    context_.TryCancel();
    Release();
  }

  // Callbacks of gRPC -----------------------------------------------------

  void OnWriteDone(bool /*ok*/) override {
    {
      absl::MutexLock lock(&mutex_);
      is_writing_ = false;
    }
    on_change_();
  }

  void OnReadDone(bool ok) override {
    {
      absl::MutexLock lock(&mutex_);
      (ok ? has_response_ : has_read_end_) = true;
    }
    on_change_();
  }

  void OnDone(const grpc::Status& status) override {
    // The owner may delete this, and what the callback needs, as soon as it can
    // see that the stream is done: so nothing comes after this lock.
    absl::MutexLock lock(&mutex_);
    status_ = ToAbsl(status);
    is_done_ = true;
    on_change_();
  }

 private:
  void BeginWrite(grpc::ByteBuffer request) {
    {
      absl::MutexLock lock(&mutex_);
      is_writing_ = true;
    }
    // The stream has ended, though gRPC may not have said so yet: the call may
    // be gone any moment. The write is never done.
    if (!is_held_) return;
    request_ = std::move(request);
    StartWrite(&request_);
  }

  void Fail(const absl::Status& status) {
    {
      absl::MutexLock lock(&mutex_);
      failure_ = status;
    }
    Cancel();
  }

  // Lets gRPC finish the call once nothing will be begun any more.
  void Release() {
    if (!std::exchange(is_held_, false)) return;
    RemoveHold();
  }
  void ReleaseIfReadEnded() {
    bool has_ended;
    {
      absl::MutexLock lock(&mutex_);
      has_ended = has_read_end_;
    }
    if (has_ended) Release();
  }

  const std::function<void()> on_change_;
  grpc::ClientContext context_;
  grpc::GenericStub stub_;
  // While it is held the call exists and operations may begin.
  bool is_held_ = true;
  // Of the read and the write under way.
  grpc::ByteBuffer response_;
  grpc::ByteBuffer request_;
  mutable absl::Mutex mutex_;
  bool is_writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool has_response_ ABSL_GUARDED_BY(mutex_) = false;
  bool has_read_end_ ABSL_GUARDED_BY(mutex_) = false;
  bool is_done_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
};

class GrpcConnector : public Connector {
 public:
  GrpcConnector(const GrpcConnectorOptions& options,
                std::shared_ptr<grpc::ChannelCredentials> credentials)
      : server_(options.server), credentials_(std::move(credentials)) {
    arguments_.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments_.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
    arguments_.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS,
                      Milliseconds(options.keepalive_interval));
    arguments_.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS,
                      Milliseconds(options.keepalive_timeout));
    arguments_.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
    arguments_.SetMaxReceiveMessageSize(kMaxResponseBytes);
    arguments_.SetMaxSendMessageSize(-1);
  }

  std::unique_ptr<Stream> Connect(std::function<void()> on_change) override {
    return std::make_unique<GrpcStream>(
        grpc::CreateCustomChannel(server_, credentials_, arguments_),
        std::move(on_change));
  }

 private:
  const std::string server_;
  const std::shared_ptr<grpc::ChannelCredentials> credentials_;
  grpc::ChannelArguments arguments_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Connector>> MakeGrpcConnector(
    const GrpcConnectorOptions& options) {
  EYRIE_ASSIGN_OR_RETURN(std::shared_ptr<grpc::ChannelCredentials> credentials,
                         MakeChannelCredentials(options.server, options.tls));
  return std::make_unique<GrpcConnector>(options, std::move(credentials));
}

}  // namespace eyrie::collector
