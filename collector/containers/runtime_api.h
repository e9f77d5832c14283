// SPDX-License-Identifier: Apache-2.0
//
// The calls that one kind of container runtime answers.

#ifndef EYRIE_COLLECTOR_CONTAINERS_RUNTIME_API_H_
#define EYRIE_COLLECTOR_CONTAINERS_RUNTIME_API_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "collector/containers/container_runtime.h"

namespace eyrie::collector {

// A runtime on the same host answers in milliseconds; one that starts a
// container may keep others waiting for some hundred.
inline constexpr absl::Duration kRuntimeCallTimeout = absl::Seconds(2);

struct RuntimeVersion {
  std::string name;     // as v1::ContainerRuntime
  std::string version;  // as the runtime writes it
};

struct RuntimeEvent {
  enum class Kind {
    kChanged,  // it was made, started or changed
    kEnded,    // it runs no more, or is gone
  };
  Kind kind;
  std::string id;
};

// Every call but Watch() ends within kRuntimeCallTimeout: kDeadlineExceeded if
// the runtime did not answer, kUnavailable if nobody is there, kCancelled after
// Interrupt(), kInvalidArgument or kResourceExhausted for an answer that cannot
// be read or is too large. Some make a few calls of the runtime, each with its
// own limit.
//
// Thread safety: all methods may be called from any thread.
class RuntimeApi {
 public:
  virtual ~RuntimeApi() = default;

  // Whether the runtime may have a container of that id.
  virtual bool MayKnow(const std::string& id) const = 0;

  // Begins anew with a runtime that was not there or did not answer; says what
  // it is. Must succeed before the calls below.
  virtual absl::StatusOr<RuntimeVersion> Connect() = 0;
  // Ok if it still answers.
  virtual absl::Status Check() = 0;
  // Ids of those that run.
  virtual absl::StatusOr<std::vector<std::string>> List() = 0;
  // kNotFound if it has no such container.
  virtual absl::StatusOr<KnownContainer> Inspect(const std::string& id) = 0;
  // Gives events until the runtime ends them, and returns why.
  // kUnimplemented: it tells none.
  virtual absl::Status Watch(
      const std::function<void(RuntimeEvent)>& on_event) = 0;
  // Ends all calls, now and from now on.
  virtual void Interrupt() = 0;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_CONTAINERS_RUNTIME_API_H_
