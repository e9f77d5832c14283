// SPDX-License-Identifier: Apache-2.0
//
// Methods are called by their names and with bytes, through the generic stub:
// two versions of an interface with the same messages need no code of their
// own.

#include "collector/containers/unix_grpc.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/proto_buffer_reader.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"

namespace eyrie::collector {
namespace {

grpc::ByteBuffer Serialize(const google::protobuf::MessageLite& message) {
  const grpc::Slice slice(message.SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

bool Parse(grpc::ByteBuffer* bytes, google::protobuf::MessageLite* message) {
  grpc::ProtoBufferReader reader(bytes);
  message->Clear();
  return reader.status().ok() && message->ParseFromZeroCopyStream(&reader);
}

absl::Status ToAbsl(const grpc::Status& status, const GrpcMethod& method) {
  if (status.ok()) return absl::OkStatus();
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()),
                      absl::StrCat(method.name, ": ", status.error_message()));
}

// Waits for the one operation that is under way.
bool WaitFor(grpc::CompletionQueue* queue) {
  void* tag;
  bool is_ok = false;
  return queue->Next(&tag, &is_ok) && is_ok;
}

// A queue that is drained at its end, as gRPC demands.
class OwnedQueue {
 public:
  ~OwnedQueue() {
    queue_.Shutdown();
    void* tag;
    bool is_ok;
    while (queue_.Next(&tag, &is_ok)) {
    }
  }
  grpc::CompletionQueue* get() { return &queue_; }

 private:
  grpc::CompletionQueue queue_;
};

}  // namespace

struct UnixGrpc::State {
  explicit State(UnixGrpcOptions given) : options(std::move(given)) {}

  const UnixGrpcOptions options;
  absl::Mutex mutex;
  std::shared_ptr<grpc::Channel> channel ABSL_GUARDED_BY(mutex);
  absl::flat_hash_set<grpc::ClientContext*> calls ABSL_GUARDED_BY(mutex);
  bool is_interrupted ABSL_GUARDED_BY(mutex) = false;

  // A call's context while it is under way: what Interrupt() cancels.
  class Registration {
   public:
    Registration(State* state, const GrpcMethod& method) : state_(state) {
      if (!method.containerd_namespace.empty()) {
        context.AddMetadata("containerd-namespace",
                            method.containerd_namespace);
      }
      absl::MutexLock lock(&state->mutex);
      state->calls.insert(&context);
      if (state->is_interrupted) context.TryCancel();
      channel = state->channel;
    }
    ~Registration() {
      absl::MutexLock lock(&state_->mutex);
      state_->calls.erase(&context);
    }

    grpc::ClientContext context;
    std::shared_ptr<grpc::Channel> channel;

   private:
    State* const state_;
  };
};

UnixGrpc::UnixGrpc(UnixGrpcOptions options)
    : state_(std::make_unique<State>(std::move(options))) {
  Reconnect();
}

UnixGrpc::~UnixGrpc() = default;

void UnixGrpc::Reconnect() {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetMaxReceiveMessageSize(state_->options.max_bytes);
  std::shared_ptr<grpc::Channel> channel =
      grpc::CreateCustomChannel(absl::StrCat("unix:", state_->options.socket),
                                grpc::InsecureChannelCredentials(), arguments);
  absl::MutexLock lock(&state_->mutex);
  state_->channel = std::move(channel);
}

absl::Status UnixGrpc::Call(const GrpcMethod& method,
                            const google::protobuf::MessageLite& request,
                            google::protobuf::MessageLite* response) {
  State::Registration call(state_.get(), method);
  call.context.set_deadline(
      absl::ToChronoTime(absl::Now() + state_->options.timeout));
  grpc::GenericStub stub(call.channel);
  OwnedQueue queue;
  grpc::ByteBuffer answer;
  grpc::Status status;
  const auto reader = stub.PrepareUnaryCall(&call.context, method.name,
                                            Serialize(request), queue.get());
  reader->StartCall();
  reader->Finish(&answer, &status, nullptr);
  WaitFor(queue.get());
  if (!status.ok()) return ToAbsl(status, method);
  if (Parse(&answer, response)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(method.name, ": the answer does not decode"));
}

absl::Status UnixGrpc::Stream(const GrpcMethod& method,
                              const google::protobuf::MessageLite& request,
                              google::protobuf::MessageLite* response,
                              const std::function<void()>& on_response) {
  State::Registration call(state_.get(), method);
  grpc::GenericStub stub(call.channel);
  OwnedQueue queue;
  const auto stream = stub.PrepareCall(&call.context, method.name, queue.get());
  stream->StartCall(nullptr);
  bool is_good = WaitFor(queue.get());
  if (is_good) {
    stream->WriteLast(Serialize(request), grpc::WriteOptions(), nullptr);
    is_good = WaitFor(queue.get());
  }
  while (is_good) {
    grpc::ByteBuffer answer;
    stream->Read(&answer, nullptr);
    is_good = WaitFor(queue.get());
    if (!is_good) break;
    if (!Parse(&answer, response)) {
      call.context.TryCancel();
      break;
    }
    on_response();
  }
  grpc::Status status;
  stream->Finish(&status, nullptr);
  WaitFor(queue.get());
  return ToAbsl(status, method);
}

void UnixGrpc::Interrupt() {
  absl::MutexLock lock(&state_->mutex);
  state_->is_interrupted = true;
  for (grpc::ClientContext* const call : state_->calls) call->TryCancel();
}

}  // namespace eyrie::collector
