// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/probes.h"

#include <string>
#include <vector>

namespace eyrie::collector {
namespace {

void SetCommand(const std::vector<std::string>& command,
                v1::Container::Probe* probe) {
  probe->mutable_command()->Assign(command.begin(), command.end());
}

}  // namespace

void ReadManifestProbes(absl::string_view manifest, absl::string_view name,
                        v1::Container* container) {
  if (manifest.empty()) return;
  const absl::StatusOr<nlohmann::json> document = ParseJsonText(manifest);
  if (!document.ok()) return;
  const JsonValue pod(&*document);
  for (const JsonValue& spec : pod.At({"spec", "containers"}).Elements()) {
    if (spec["name"].Text() != name) continue;
    const std::vector<std::string> liveness =
        spec.At({"livenessProbe", "exec", "command"}).Texts();
    const std::vector<std::string> readiness =
        spec.At({"readinessProbe", "exec", "command"}).Texts();
    if (!liveness.empty()) {
      SetCommand(liveness, container->mutable_liveness_probe());
    }
    if (!readiness.empty()) {
      SetCommand(readiness, container->mutable_readiness_probe());
    }
  }
}

void ReadHealthcheck(JsonValue healthcheck, v1::Container* container) {
  std::vector<std::string> test = healthcheck["Test"].Texts();
  if (test.size() < 2) return;
  if (test[0] == "CMD-SHELL") {
    SetCommand({"/bin/sh", "-c", test[1]}, container->mutable_healthcheck());
  } else if (test[0] == "CMD") {
    test.erase(test.begin());
    SetCommand(test, container->mutable_healthcheck());
  }
}

}  // namespace eyrie::collector
