// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/crio_api.h"

#include <memory>
#include <string>
#include <vector>

#include "collector/containers/cri_client.h"
#include "collector/containers/unix_grpc.h"
#include "common/status_macros.h"
#include "rules/fields/container_id.h"

namespace eyrie::collector {
namespace {

class CrioApi : public RuntimeApi {
 public:
  explicit CrioApi(const std::string& socket)
      : grpc_({.socket = socket, .timeout = kRuntimeCallTimeout}),
        cri_(&grpc_) {}

  bool MayKnow(const std::string& id) const override {
    return id.size() == rules::kContainerIdLength;
  }

  absl::StatusOr<RuntimeVersion> Connect() override {
    grpc_.Reconnect();
    EYRIE_ASSIGN_OR_RETURN(RuntimeVersion version, cri_.Connect());
    // Other runtimes than CRI-O say their own names.
    if (version.name == "crio") version.name = "cri-o";
    return version;
  }

  absl::Status Check() override { return cri_.Check(); }

  absl::StatusOr<std::vector<std::string>> List() override {
    return cri_.List();
  }

  absl::StatusOr<KnownContainer> Inspect(const std::string& id) override {
    KnownContainer known;
    absl::Status status = cri_.ReadContainer(id, &known);
    if (absl::IsNotFound(status)) {
      known = KnownContainer();
      status = cri_.ReadSandbox(id, &known);
    }
    if (absl::IsFailedPrecondition(status)) {
      known.is_partial = true;
    } else {
      EYRIE_RETURN_IF_ERROR(status);
    }
    known.container.set_runtime("cri-o");
    return known;
  }

  absl::Status Watch(
      const std::function<void(RuntimeEvent)>& on_event) override {
    return cri_.Watch(on_event);
  }

  void Interrupt() override { grpc_.Interrupt(); }

 private:
  UnixGrpc grpc_;
  CriClient cri_;
};

}  // namespace

std::unique_ptr<RuntimeApi> MakeCrioApi(const std::string& socket) {
  return std::make_unique<CrioApi>(socket);
}

}  // namespace eyrie::collector
