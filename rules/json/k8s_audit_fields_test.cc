// SPDX-License-Identifier: Apache-2.0

#include "rules/json/k8s_audit_fields.h"

#include <gtest/gtest.h>

#include "rules/json/testing/read_json_field.h"

namespace eyrie::rules {
namespace {

using testing::ExpectJsonFields;
using testing::MakeJsonEvent;
using testing::ReadJsonField;

const JsonCatalog& Catalog() {
  static const JsonCatalog* const catalog = [] {
    auto* const made = new JsonCatalog;
    AddK8sAuditFields(*made);
    return made;
  }();
  return *catalog;
}

TEST(K8sAuditFieldsTest, TellsOfTheRequest) {
  const JsonEvent event = MakeJsonEvent(R"({
    "auditID": "id-1",
    "stage": "ResponseComplete",
    "verb": "create",
    "requestURI": "/api/v1/namespaces/shop/pods/web/exec?command=cat&command=x",
    "user": {"username": "eve", "groups": ["dev", "system:authenticated"]},
    "impersonatedUser": {"username": "admin"},
    "sourceIPs": ["10.0.0.9", "10.0.0.1"],
    "userAgent": "curl/8",
    "objectRef": {"resource": "pods", "subresource": "exec",
                  "namespace": "shop", "name": "web"},
    "responseStatus": {"code": 403, "reason": "Forbidden"},
    "responseObject": {"metadata": {"name": "web"}},
    "annotations": {
      "authorization.k8s.io/decision": "forbid",
      "authorization.k8s.io/reason": "",
      "authentication.openshift.io/decision": "allow",
      "authentication.openshift.io/username": "kim",
      "validation.policy.admission.k8s.io/validation_failure": "[1]",
      "pod-security.kubernetes.io/audit-violations": "would violate",
      "cluster_name": "prod"}
  })");
  ExpectJsonFields(
      Catalog(), event,
      {{"ka.auditid", "id-1"},
       {"ka.stage", "ResponseComplete"},
       {"ka.verb", "create"},
       {"ka.uri",
        "/api/v1/namespaces/shop/pods/web/exec?command=cat&command=x"},
       {"ka.uri.param[command]", "cat"},
       {"ka.uri.param[tty]", "<absent>"},
       {"ka.uri.param", "error: `ka.uri.param` needs an argument in brackets"},
       {"ka.user.name", "eve"},
       {"ka.user.groups", "dev | system:authenticated"},
       {"ka.impuser.name", "admin"},
       // The reference looks for it in the rules of a role.
       {"ka.sourceips", "10.0.0.9 | 10.0.0.1"},
       {"ka.sourceips[1]", "10.0.0.1"},
       {"ka.useragent", "curl/8"},
       {"ka.target.resource", "pods"},
       {"ka.target.subresource", "exec"},
       {"ka.target.namespace", "shop"},
       {"ka.target.name", "web"},
       {"ka.target.pod.name", "<absent>"},
       {"ka.response.code", "403"},
       {"ka.response.reason", "Forbidden"},
       {"ka.resp.name", "web"},
       {"ka.auth.decision", "forbid"},
       {"ka.auth.reason", ""},
       {"ka.auth.openshift.decision", "allow"},
       {"ka.auth.openshift.username", "kim"},
       {"ka.validations.admission.policy.failure", "[1]"},
       {"ka.security.pod.violations", "would violate"},
       {"ka.cluster.name", "prod"}});
}

TEST(K8sAuditFieldsTest, NamesThePodThatTheServerNamed) {
  EXPECT_EQ(ReadJsonField(Catalog(), MakeJsonEvent(R"({
                "objectRef": {"resource": "pods"},
                "responseObject": {"metadata": {"name": "web-x7"}}})"),
                          "ka.target.pod.name"),
            "web-x7");
  EXPECT_EQ(ReadJsonField(Catalog(), MakeJsonEvent(R"({
                "objectRef": {"resource": "pods", "name": "web"}})"),
                          "ka.target.pod.name"),
            "web");
  EXPECT_EQ(ReadJsonField(Catalog(), MakeJsonEvent(R"({
                "objectRef": {"resource": "secrets", "name": "web"}})"),
                          "ka.target.pod.name"),
            "<absent>");
}

TEST(K8sAuditFieldsTest, TellsOfBindings) {
  const JsonEvent event = MakeJsonEvent(R"({"requestObject": {
    "roleRef": {"kind": "ClusterRole", "name": "cluster-admin"},
    "subjects": [
      {"kind": "User", "name": "eve"},
      {"kind": "Group", "name": "dev"},
      {"kind": "ServiceAccount", "name": "ci", "namespace": "build"},
      {"kind": "ServiceAccount", "name": "nowhere"},
      {"kind": "User"},
      "odd"]}})");
  ExpectJsonFields(
      Catalog(), event,
      {{"ka.req.binding.role", "cluster-admin"},
       {"ka.req.binding.subjects",
        R"({"kind":"User","name":"eve"} | {"kind":"Group","name":"dev"} | )"
        R"({"kind":"ServiceAccount","name":"ci","namespace":"build"} | )"
        R"({"kind":"ServiceAccount","name":"nowhere"} | {"kind":"User"} | )"
        "odd"},
       {"ka.req.binding.subjects.user_names", "eve"},
       {"ka.req.binding.subjects.group_names", "dev"},
       {"ka.req.binding.subjects.serviceaccount_names", "ci | nowhere"},
       {"ka.req.binding.subjects.serviceaccount_ns_names", "build:ci"},
       // The reference says true whatever the name.
       {"ka.req.binding.subject.has_name[eve]", "true"},
       {"ka.req.binding.subject.has_name[admin]", "false"}});
  ExpectJsonFields(Catalog(), MakeJsonEvent("{}"),
                   {{"ka.req.binding.subject.has_name[eve]", "<absent>"},
                    {"ka.req.binding.subjects.user_names", "<absent>"}});
}

TEST(K8sAuditFieldsTest, TellsOfRolesServicesAndConfigMaps) {
  const JsonEvent role = MakeJsonEvent(R"({"requestObject": {"rules": [
    {"apiGroups": [""], "resources": ["pods", "pods/exec"], "verbs": ["get"]},
    {"nonResourceURLs": ["/healthz"], "verbs": ["*", "get"]}]}})");
  ExpectJsonFields(Catalog(), role,
                   {{"ka.req.role.rules",
                     R"({"apiGroups":[""],"resources":["pods","pods/exec"],)"
                     R"("verbs":["get"]} | {"nonResourceURLs":["/healthz"],)"
                     R"("verbs":["*","get"]})"},
                    {"ka.req.role.rules.apiGroups", ""},
                    {"ka.req.role.rules.resources", "pods | pods/exec"},
                    {"ka.req.role.rules.resources[1]", "<absent>"},
                    {"ka.req.role.rules.verbs", "get | * | get"},
                    {"ka.req.role.rules.verbs[1]", "* | get"},
                    {"ka.req.role.rules.nonResourceURLs", "/healthz"}});
  ExpectJsonFields(
      Catalog(),
      MakeJsonEvent(R"({"requestObject": {"spec": {"type": "NodePort",
        "ports": [{"port": 80}, {"port": 443}]}}})"),
      {{"ka.req.service.type", "NodePort"},
       {"ka.req.service.ports", R"({"port":80} | {"port":443})"},
       {"ka.req.service.ports[1]", R"({"port":443})"}});
  ExpectJsonFields(Catalog(),
                   MakeJsonEvent(R"({"objectRef": {"name": "settings"},
                        "requestObject": {"data": {"key": "a\nb"}}})"),
                   {{"ka.req.configmap.name", "settings"},
                    {"ka.req.configmap.obj", R"({"key":"a\nb"})"}});
}

TEST(K8sAuditFieldsTest, AnEmptyListIsAbsent) {
  ExpectJsonFields(
      Catalog(), MakeJsonEvent(R"({"user": {"groups": []}, "sourceIPs": [null],
        "requestObject": {"subjects": [], "rules": [{"verbs": []}]}})"),
      {{"ka.user.groups", "<absent>"},
       {"ka.sourceips", "<absent>"},
       {"ka.req.binding.subjects", "<absent>"},
       {"ka.req.role.rules.verbs", "<absent>"}});
}

// Wrong types are no values, and never a crash.
TEST(K8sAuditFieldsTest, TakesAnyDocument) {
  for (const char* document :
       {"{}", "[]", "null", "7", "\"text\"", R"({"verb":null})",
        R"({"user":[],"objectRef":"x","annotations":7,"requestURI":{},
            "responseStatus":[{}],"requestObject":"raw","sourceIPs":"1"})",
        R"({"requestObject":{"subjects":{"a":1},"rules":"x","spec":[1,2],
            "roleRef":[]},"responseObject":3})",
        R"({"requestObject":{"spec":{"containers":{"image":"x"},
            "initContainers":[7,null,[],"x"],"volumes":[[],{},null,
            {"hostPath":7}],"securityContext":true}}})",
        R"({"requestObject":{"spec":{"containers":[{"ports":{},"command":"x",
            "args":[[],{},null],"securityContext":[]}]}}})"}) {
    const JsonEvent event = MakeJsonEvent(document);
    for (const FieldInfo* field : Catalog().Fields()) {
      for (const char* argument : {"", "[0]", "[x]"}) {
        // No value aborts the test; most are absent.
        EXPECT_NE(ReadJsonField(Catalog(), event,
                                std::string(field->name) + argument),
                  "<unknown>");
      }
    }
  }
}

TEST(K8sAuditFieldsTest, EveryFieldIsDescribed) {
  EXPECT_EQ(Catalog().Fields().size(), 101u);
  for (const FieldInfo* field : Catalog().Fields()) {
    EXPECT_FALSE(field->doc.empty()) << field->name;
    EXPECT_NE(field->json, nullptr) << field->name;
    EXPECT_EQ(field->owner, Owner::kCentre) << field->name;
  }
}

}  // namespace
}  // namespace eyrie::rules
