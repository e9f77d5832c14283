// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/k8s_objects.h"

#include <algorithm>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"

#include "rules/check/value.h"
#include "rules/fields/event.h"
#include "rules/fields/field.h"
#include "rules/fields/label_text.h"
#include "rules/fields/pod.h"
#include "rules/fields/pod_facts.h"

namespace eyrie::rules {
namespace {

// Calls `add(service)` for each service; absent if it adds nothing.
template <typename Add>
void ForEachService(const Event& event, FieldValues& out, Add add) {
  const KnownPod pod = PodOf(event);
  out.Clear(pod.facts == nullptr ? pod.presence : Presence::kAbsent);
  if (pod.facts == nullptr) return;
  for (const std::shared_ptr<const K8sObject>& service : pod.facts->services) {
    add(*service);
  }
}

}  // namespace

const std::string* FindLabel(const K8sObject& object, absl::string_view key) {
  const auto it =
      std::lower_bound(object.labels.begin(), object.labels.end(), key,
                       [](const auto& label, absl::string_view wanted) {
                         return label.first < wanted;
                       });
  return it == object.labels.end() || it->first != key ? nullptr : &it->second;
}

void ServiceNames(const Event& event, const FieldArgument&, Scratch&,
                  FieldValues& out) {
  ForEachService(event, out, [&](const K8sObject& service) {
    out.Add(Value::Text(service.name));
  });
}

void ServiceUids(const Event& event, const FieldArgument&, Scratch&,
                 FieldValues& out) {
  ForEachService(event, out, [&](const K8sObject& service) {
    out.Add(Value::Text(service.uid));
  });
}

void ServiceLabel(const Event& event, const FieldArgument& argument, Scratch&,
                  FieldValues& out) {
  ForEachService(event, out, [&](const K8sObject& service) {
    const std::string* value = FindLabel(service, argument.key);
    if (value != nullptr) out.Add(Value::Text(*value));
  });
}

void ServiceLabels(const Event& event, const FieldArgument&, Scratch& scratch,
                   FieldValues& out) {
  ForEachService(event, out, [&](const K8sObject& service) {
    for (const auto& [key, value] : service.labels) {
      out.Add(Value::Text(LabelText(key, value, scratch)));
    }
  });
}

}  // namespace eyrie::rules
