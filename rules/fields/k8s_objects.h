// SPDX-License-Identifier: Apache-2.0
//
// Reads names and labels of the Kubernetes objects that an event's pod belongs
// to.

#ifndef EYRIE_RULES_FIELDS_K8S_OBJECTS_H_
#define EYRIE_RULES_FIELDS_K8S_OBJECTS_H_

#include <memory>
#include <string>

#include "absl/strings/string_view.h"

#include "rules/check/value.h"
#include "rules/fields/event.h"
#include "rules/fields/extractor.h"
#include "rules/fields/field.h"
#include "rules/fields/label_text.h"
#include "rules/fields/pod.h"
#include "rules/fields/pod_facts.h"

namespace eyrie::rules {

// Which object of a pod: null if it has none.
inline const K8sObject* ThePod(const PodFacts& pod) { return &pod.pod; }
template <std::shared_ptr<const K8sObject> PodFacts::*M>
const K8sObject* The(const PodFacts& pod) {
  return (pod.*M).get();
}

inline Extracted NonEmpty(absl::string_view text) {
  return text.empty() ? Absent() : Text(text);
}

// The value of one label; null if the object has no such label.
const std::string* FindLabel(const K8sObject& object, absl::string_view key);

// The object that `Object` gives of the event's pod, or why there is none.
template <auto Object>
Presence ObjectOf(const Event& event, const K8sObject** object) {
  const KnownPod pod = PodOf(event);
  if (pod.facts == nullptr) return pod.presence;
  *object = Object(*pod.facts);
  return *object == nullptr ? Presence::kAbsent : Presence::kPresent;
}

template <auto Object>
Extracted NameOf(const Event& event) {
  const K8sObject* object = nullptr;
  const Presence presence = ObjectOf<Object>(event, &object);
  return object == nullptr ? Extracted{presence, {}} : NonEmpty(object->name);
}

template <auto Object>
Extracted UidOf(const Event& event) {
  const K8sObject* object = nullptr;
  const Presence presence = ObjectOf<Object>(event, &object);
  return object == nullptr ? Extracted{presence, {}} : NonEmpty(object->uid);
}

template <auto Object>
Extracted LabelOf(const Event& event, const FieldArgument& argument, Scratch&) {
  const K8sObject* object = nullptr;
  const Presence presence = ObjectOf<Object>(event, &object);
  if (object == nullptr) return {presence, {}};
  const std::string* value = FindLabel(*object, argument.key);
  return value == nullptr ? Absent() : Text(*value);
}

// All labels in one text.
template <auto Object>
Extracted LabelsOf(const Event& event, Scratch& scratch) {
  const K8sObject* object = nullptr;
  const Presence presence = ObjectOf<Object>(event, &object);
  if (object == nullptr) return {presence, {}};
  return NonEmpty(LabelsText(object->labels, scratch));
}

// Each label as a value of a list.
template <auto Object>
void LabelListOf(const Event& event, const FieldArgument&, Scratch& scratch,
                 FieldValues& out) {
  const K8sObject* object = nullptr;
  out.Clear(ObjectOf<Object>(event, &object));
  if (object == nullptr) return;
  out.Clear();
  for (const auto& [key, value] : object->labels) {
    out.Add(Value::Text(LabelText(key, value, scratch)));
  }
}

// What is said of each service that takes the event's pod, as values of a list:
// its name, its uid, one label if it has it, all its labels.
void ServiceNames(const Event& event, const FieldArgument& argument,
                  Scratch& scratch, FieldValues& out);
void ServiceUids(const Event& event, const FieldArgument& argument,
                 Scratch& scratch, FieldValues& out);
void ServiceLabel(const Event& event, const FieldArgument& argument,
                  Scratch& scratch, FieldValues& out);
void ServiceLabels(const Event& event, const FieldArgument& argument,
                   Scratch& scratch, FieldValues& out);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_K8S_OBJECTS_H_
