// SPDX-License-Identifier: Apache-2.0

#include "rules/json/k8s_pod_fields.h"

#include <gtest/gtest.h>

#include <string>

#include "rules/check/reference_catalog.h"
#include "rules/json/k8s_audit_fields.h"
#include "rules/json/testing/read_json_field.h"

namespace eyrie::rules {
namespace {

using testing::ExpectJsonFields;
using testing::MakeJsonEvent;

const JsonCatalog& Catalog() {
  static const JsonCatalog* const catalog = [] {
    auto* const made = new JsonCatalog;
    AddK8sAuditFields(*made);
    return made;
  }();
  return *catalog;
}

// A request that makes a pod with this spec.
JsonEvent PodEvent(const std::string& spec) {
  return MakeJsonEvent("{\"requestObject\":{\"spec\":" + spec + "}}");
}

TEST(K8sPodFieldsTest, ListsWhatContainersHave) {
  const JsonEvent event = PodEvent(R"({"containers": [
    {"name": "web", "image": "registry.example:5000/shop/web:1.2@sha256:ab",
     "command": ["sh", "-c"], "args": ["sleep 1", 7],
     "ports": [{"containerPort": 80, "hostPort": 8080}, {"containerPort": 90}]},
    {"name": "log"},
    {"name": "db", "image": "redis:7",
     "securityContext": {"privileged": true, "allowPrivilegeEscalation": false,
       "readOnlyRootFilesystem": true, "runAsUser": 7, "runAsGroup": 8,
       "procMount": "Unmasked",
       "capabilities": {"add": ["NET_ADMIN", "SYS_PTRACE"]}}}]})");
  const std::string prefix = "ka.req.pod.containers.";
  ExpectJsonFields(
      Catalog(), event,
      {{prefix + "name", "web | log | db"},
       // One without an image takes nothing from the others, and does not
       // shift them.
       {prefix + "image",
        "registry.example:5000/shop/web:1.2@sha256:ab | redis:7"},
       {prefix + "image[1]", "<absent>"},
       {prefix + "image[2]", "redis:7"},
       // The reference gives registry.example.
       {prefix + "image.repository", "registry.example:5000/shop/web | redis"},
       {prefix + "image.repository[2]", "redis"},
       {prefix + "privileged", "true"},
       {prefix + "privileged[0]", "<absent>"},
       {prefix + "privileged[2]", "true"},
       {prefix + "allow_privilege_escalation", "false"},
       {prefix + "read_only_fs", "true"},
       {prefix + "run_as_user", "7"},
       {prefix + "run_as_group", "8"},
       {prefix + "proc_mount", "Unmasked"},
       {prefix + "add_capabilities", "NET_ADMIN | SYS_PTRACE"},
       {prefix + "add_capabilities[0]", "<absent>"},
       {prefix + "command", "sh -c"},
       {prefix + "args", "sleep 1 7"},
       {prefix + "host_port", "8080 | 90"},
       {prefix + "host_port[2]", "<absent>"},
       {"ka.req.container.image",
        "registry.example:5000/shop/web:1.2@sha256:ab"},
       {"ka.req.container.image.repository", "registry.example:5000/shop/web"},
       {"ka.req.container.privileged", "true"},
       {"ka.req.pod.initContainers.name", "<absent>"}});
}

TEST(K8sPodFieldsTest, KeepsTheKindsOfContainersApart) {
  const JsonEvent event = PodEvent(R"({
    "containers": [{"name": "a", "image": "x"}],
    "initContainers": [{"name": "b", "image": "reg:1/y:2",
                        "securityContext": {"privileged": true}}],
    "ephemeralContainers": [{"name": "c", "image": "z@sha256:1"}]})");
  ExpectJsonFields(Catalog(), event,
                   {{"ka.req.pod.containers.name", "a"},
                    {"ka.req.pod.containers.privileged", "<absent>"},
                    {"ka.req.container.privileged", "false"},
                    {"ka.req.pod.initContainers.name", "b"},
                    {"ka.req.pod.initContainers.privileged", "true"},
                    {"ka.req.pod.initContainers.image.repository", "reg:1/y"},
                    {"ka.req.pod.ephemeralContainers.name", "c"},
                    {"ka.req.pod.ephemeralContainers.image.repository", "z"}});
}

// The reference looks beside securityContext and always says 0.
TEST(K8sPodFieldsTest, FindsTheIdsThatCount) {
  ExpectJsonFields(
      Catalog(), PodEvent(R"({
        "securityContext": {"runAsUser": 1000, "fsGroup": 5,
                            "supplementalGroups": [6, 7]},
        "containers": [{"securityContext": {"runAsUser": 0}}, {},
                       {"securityContext": {"runAsGroup": 3}}]})"),
      {{"ka.req.pod.containers.eff_run_as_user", "0 | 1000 | 1000"},
       {"ka.req.pod.containers.eff_run_as_user[1]", "1000"},
       {"ka.req.pod.containers.eff_run_as_user[3]", "<absent>"},
       {"ka.req.pod.containers.eff_run_as_group", "0 | 0 | 3"},
       {"ka.req.pod.run_as_user", "1000"},
       {"ka.req.pod.run_as_group", "<absent>"},
       {"ka.req.pod.fs_group", "5"},
       {"ka.req.pod.supplemental_groups", "6 | 7"}});
}

TEST(K8sPodFieldsTest, TellsOfTheNode) {
  ExpectJsonFields(
      Catalog(),
      PodEvent(R"({"hostPID": true, "hostIPC": false, "hostNetwork": true,
        "volumes": [{"name": "a", "hostPath": {"path": "/var/run"}},
                    {"name": "b", "configMap": {"name": "c"}},
                    {"name": "d", "flexVolume": {"driver": "x/y"}},
                    {"name": "e", "hostPath": {"path": "/etc"}}]})"),
      {{"ka.req.pod.host_pid", "true"},
       {"ka.req.pod.host_ipc", "false"},
       {"ka.req.pod.host_network", "true"},
       {"ka.req.container.host_network", "true"},
       {"ka.req.pod.volumes.hostpath", "/var/run | /etc"},
       {"ka.req.pod.volumes.hostpath[1]", "<absent>"},
       {"ka.req.pod.volumes.hostpath[3]", "/etc"},
       {"ka.req.pod.volumes.flexvolume_driver", "x/y"},
       {"ka.req.pod.volumes.volume_type",
        "hostPath | configMap | flexVolume | hostPath"},
       {"ka.req.volume.hostpath[/etc]", "true"},
       {"ka.req.volume.hostpath[/et]", "false"},
       {"ka.req.volume.hostpath[/var*]", "true"},
       {"ka.req.volume.hostpath[*]", "true"},
       // The reference ends itself.
       {"ka.req.volume.hostpath[]",
        "error: `ka.req.volume.hostpath` wants a path in brackets, or the "
        "beginning of one with `*` behind it"}});
  ExpectJsonFields(Catalog(), PodEvent("{}"),
                   {{"ka.req.pod.host_pid", "<absent>"},
                    {"ka.req.volume.hostpath[/etc]", "<absent>"},
                    {"ka.req.container.privileged", "<absent>"}});
}

TEST(K8sPodFieldsTest, CutsAtTheFirstColonAsTheReferenceIfAsked) {
  const ReferenceCatalog in_reference(Catalog());
  const JsonEvent event =
      PodEvent(R"({"containers": [{"image": "host:5000/x:1"}, )"
               R"({"image": "nginx@sha256:ab"}]})");
  ExpectJsonFields(
      in_reference, event,
      {{"ka.req.pod.containers.image.repository", "host | nginx"},
       {"ka.req.pod.containers.image.repository[0]", "host"},
       {"ka.req.container.image.repository", "host"},
       {"ka.req.pod.containers.image", "host:5000/x:1 | nginx@sha256:ab"}});
}

}  // namespace
}  // namespace eyrie::rules
