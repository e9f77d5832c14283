// SPDX-License-Identifier: Apache-2.0
//
// Most fields are a place in the event, and so a row of a table. What a null
// or a missing member means is the same for all: the field is absent.

#include "rules/json/k8s_audit_fields.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "rules/json/json_text.h"
#include "rules/json/k8s_pod_fields.h"
#include "rules/json/uri_query.h"

namespace eyrie::rules {
namespace {

// A field that is one place. A list has a star in its path; the first star
// takes the index, where one is allowed.
struct PlaceRow {
  absl::string_view name;
  absl::string_view path;
  absl::string_view doc;
};

constexpr PlaceRow kScalarRows[] = {
    {"ka.auditid", "/auditID", "Id of the audit event."},
    {"ka.stage", "/stage",
     "How far the request is: RequestReceived, ResponseStarted, "
     "ResponseComplete or Panic."},
    {"ka.auth.decision", "/annotations/authorization.k8s.io~1decision",
     "allow or forbid."},
    {"ka.auth.reason", "/annotations/authorization.k8s.io~1reason",
     "What the decision rests on."},
    {"ka.auth.openshift.decision",
     "/annotations/authentication.openshift.io~1decision",
     "Decision of OpenShift's login server."},
    {"ka.auth.openshift.username",
     "/annotations/authentication.openshift.io~1username",
     "Who logs in at OpenShift's login server."},
    {"ka.cluster.name", "/annotations/cluster_name",
     "Name of the cluster, where a cloud adds it."},
    {"ka.impuser.name", "/impersonatedUser/username",
     "User as whom the request is made."},
    {"ka.req.binding.role", "/requestObject/roleRef/name",
     "Role that a binding gives."},
    {"ka.req.configmap.name", "/objectRef/name", "Name of the config map."},
    {"ka.req.configmap.obj", "/requestObject/data",
     "Data of the config map, JSON."},
    {"ka.req.service.type", "/requestObject/spec/type",
     "Type of the service: NodePort."},
    {"ka.resp.name", "/responseObject/metadata/name",
     "Name of the object in the response."},
    {"ka.response.code", "/responseStatus/code",
     "Status code as a text of digits; `<` and the like compare numbers."},
    {"ka.response.reason", "/responseStatus/reason",
     "Why the request failed: Forbidden."},
    {"ka.security.pod.violations",
     "/annotations/pod-security.kubernetes.io~1audit-violations",
     "What the pod's security standard finds."},
    {"ka.target.name", "/objectRef/name",
     "Name of the object; absent where the server makes it."},
    {"ka.target.namespace", "/objectRef/namespace", "Namespace of the object."},
    {"ka.target.resource", "/objectRef/resource",
     "Kind of the object in the plural: pods."},
    {"ka.target.subresource", "/objectRef/subresource",
     "Part of the object: exec, attach, portforward, log."},
    {"ka.uri", "/requestURI", "URI of the request."},
    {"ka.user.name", "/user/username", "Who makes the request."},
    {"ka.useragent", "/userAgent", "Program that makes the request."},
    {"ka.validations.admission.policy.failure",
     "/annotations/validation.policy.admission.k8s.io~1validation_failure",
     "What an admission policy finds, JSON."},
    {"ka.verb", "/verb",
     "create, get, list, watch, update, patch, delete or deletecollection."},
};

constexpr PlaceRow kListRows[] = {
    {"ka.req.binding.subjects", "/requestObject/subjects/*",
     "Subjects of a binding, each as JSON."},
    {"ka.req.role.rules", "/requestObject/rules/*",
     "Rules of a role, each as JSON."},
    {"ka.user.groups", "/user/groups/*", "Groups of the user."},
};

constexpr PlaceRow kIndexedListRows[] = {
    {"ka.req.role.rules.apiGroups", "/requestObject/rules/*/apiGroups/*",
     "API groups of all rules of a role; [N] of one rule."},
    {"ka.req.role.rules.nonResourceURLs",
     "/requestObject/rules/*/nonResourceURLs/*",
     "URLs of all rules of a role; [N] of one rule."},
    {"ka.req.role.rules.resources", "/requestObject/rules/*/resources/*",
     "Resources of all rules of a role; [N] of one rule."},
    {"ka.req.role.rules.verbs", "/requestObject/rules/*/verbs/*",
     "Verbs of all rules of a role; [N] of one rule."},
    {"ka.req.service.ports", "/requestObject/spec/ports/*",
     "Ports of a service, each as JSON."},
    {"ka.sourceips", "/sourceIPs/*",
     "Where the request comes from: the client's address, then proxies'."},
};

// The text of a member; empty if there is none.
absl::string_view Member(const Json& object, const char* name,
                         Scratch& scratch) {
  if (!object.is_object()) return {};
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? absl::string_view()
                                                   : JsonText(*found, scratch);
}

// The member, or a null.
const Json& MemberOf(const Json& object, const char* name) {
  static const Json null;
  if (!object.is_object()) return null;
  const auto found = object.find(name);
  return found == object.end() ? null : *found;
}

void ReadUriParameter(const JsonEvent& event, const FieldArgument& argument,
                      Scratch& scratch, FieldValues& out) {
  const std::optional<absl::string_view> value = QueryValue(
      Member(event.document, "requestURI", scratch), argument.key, scratch);
  if (value.has_value()) out.Add(Value::Text(*value));
}

// The name the API server gave counts: a request may leave it to the server.
void ReadTargetPod(const JsonEvent& event, const FieldArgument&,
                   Scratch& scratch, FieldValues& out) {
  const Json& target = MemberOf(event.document, "objectRef");
  if (Member(target, "resource", scratch) != "pods" ||
      !Member(target, "subresource", scratch).empty()) {
    return;
  }
  const Json& response = MemberOf(event.document, "responseObject");
  absl::string_view name =
      Member(MemberOf(response, "metadata"), "name", scratch);
  if (name.empty()) name = Member(target, "name", scratch);
  if (!name.empty()) out.Add(Value::Text(name));
}

const Json& Subjects(const JsonEvent& event) {
  return MemberOf(MemberOf(event.document, "requestObject"), "subjects");
}

// "true" or "false": whether a binding has a subject of this name.
void ReadHasName(const JsonEvent& event, const FieldArgument& argument,
                 Scratch& scratch, FieldValues& out) {
  const Json& subjects = Subjects(event);
  if (!subjects.is_array()) return;
  for (const Json& subject : subjects) {
    if (Member(subject, "name", scratch) != argument.key) continue;
    out.Set(Value::Text("true"));
    return;
  }
  out.Set(Value::Text("false"));
}

// Names of a binding's subjects of one kind.
class SubjectNames : public JsonReader {
 public:
  SubjectNames(absl::string_view kind, bool has_namespace)
      : kind_(kind), has_namespace_(has_namespace) {}

  void Read(const JsonEvent& event, const FieldArgument&, Scratch& scratch,
            FieldValues& out) const override {
    const Json& subjects = Subjects(event);
    if (!subjects.is_array()) return;
    for (const Json& subject : subjects) {
      if (Member(subject, "kind", scratch) != kind_) continue;
      absl::string_view name = Member(subject, "name", scratch);
      if (name.empty()) continue;
      if (has_namespace_) {
        const absl::string_view place = Member(subject, "namespace", scratch);
        if (place.empty()) continue;
        name = scratch.Concat({place, ":", name});
      }
      out.Add(Value::Text(name));
    }
  }

 private:
  const absl::string_view kind_;
  const bool has_namespace_;
};

JsonFieldSpec Spec(absl::string_view name, absl::string_view doc) {
  JsonFieldSpec spec;
  spec.name = std::string(name);
  spec.doc = std::string(doc);
  return spec;
}

void AddSubjectNames(absl::string_view name, absl::string_view kind,
                     bool has_namespace, absl::string_view doc,
                     JsonCatalog& catalog) {
  JsonFieldSpec spec = Spec(name, doc);
  spec.is_list = true;
  catalog
      .Add(std::move(spec), std::make_unique<SubjectNames>(kind, has_namespace))
      .IgnoreError();  // The names differ.
}

void AddKeyed(absl::string_view name, absl::string_view doc,
              JsonFunction::Function function, JsonCatalog& catalog) {
  JsonFieldSpec spec = Spec(name, doc);
  spec.argument_rule = ArgumentRule::kRequired;
  spec.argument_kind = ArgumentKind::kKey;
  catalog.Add(std::move(spec), std::make_unique<JsonFunction>(function))
      .IgnoreError();  // The names differ.
}

}  // namespace

void AddK8sAuditFields(JsonCatalog& catalog) {
  for (const PlaceRow& row : kScalarRows) {
    catalog.AddPath(Spec(row.name, row.doc), row.path).IgnoreError();
  }
  for (const PlaceRow& row : kListRows) {
    JsonFieldSpec spec = Spec(row.name, row.doc);
    spec.is_list = true;
    catalog.AddPath(std::move(spec), row.path).IgnoreError();
  }
  for (const PlaceRow& row : kIndexedListRows) {
    AddK8sListField(row.name, row.path, row.doc, catalog);
  }
  AddKeyed("ka.uri.param",
           "First value of a parameter of ka.uri, decoded: "
           "ka.uri.param[command].",
           ReadUriParameter, catalog);
  AddKeyed("ka.req.binding.subject.has_name",
           "true or false: whether a binding has a subject of this name.",
           ReadHasName, catalog);
  catalog
      .Add(Spec("ka.target.pod.name",
                "Name of the pod that the request is about, also where the "
                "server made it; absent for subresources."),
           std::make_unique<JsonFunction>(ReadTargetPod))
      .IgnoreError();
  AddSubjectNames("ka.req.binding.subjects.group_names", "Group", false,
                  "Groups that a binding names.", catalog);
  AddSubjectNames("ka.req.binding.subjects.serviceaccount_names",
                  "ServiceAccount", false,
                  "Service accounts that a binding names.", catalog);
  AddSubjectNames(
      "ka.req.binding.subjects.serviceaccount_ns_names", "ServiceAccount", true,
      "Service accounts that a binding names, as namespace:name.", catalog);
  AddSubjectNames("ka.req.binding.subjects.user_names", "User", false,
                  "Users that a binding names.", catalog);
  AddK8sPodFields(catalog);
}

}  // namespace eyrie::rules
