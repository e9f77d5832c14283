// SPDX-License-Identifier: Apache-2.0
//
// Single facts of an event's container as field values.

#ifndef EYRIE_RULES_FIELDS_CONTAINER_FACTS_H_
#define EYRIE_RULES_FIELDS_CONTAINER_FACTS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "eyrie/v1/process.pb.h"

#include "rules/check/value.h"
#include "rules/fields/container.h"
#include "rules/fields/event.h"
#include "rules/fields/extractor.h"

namespace eyrie::rules {

// `text`, or why there is none.
inline Extracted TextOrMissing(const v1::Container& container,
                               absl::string_view text) {
  if (text.empty()) return {MissingFact(container), {}};
  return Text(text);
}

// F of the event's container, if something is known of it.
template <Extracted (*F)(const v1::Container&)>
Extracted OfContainer(const Event& event) {
  const KnownContainer container = ContainerOf(event);
  if (container.facts == nullptr) return {container.presence, {}};
  return F(*container.facts);
}
template <Extracted (*F)(const v1::Container&, Scratch&)>
Extracted OfContainer(const Event& event, Scratch& scratch) {
  const KnownContainer container = ContainerOf(event);
  if (container.facts == nullptr) return {container.presence, {}};
  return F(*container.facts, scratch);
}

// A text of the event's container: `OfContainer<&v1::Container::name>`.
template <const std::string& (v1::Container::*F)() const>
Extracted OfContainer(const Event& event) {
  const KnownContainer container = ContainerOf(event);
  if (container.facts == nullptr) return {container.presence, {}};
  return TextOrMissing(*container.facts, (container.facts->*F)());
}

// Its primary address: the first IPv4 one, else the first one.
inline Extracted PrimaryIp(const v1::Container& container) {
  for (const std::string& address : container.ip_addresses()) {
    if (address.find(':') == std::string::npos) return Text(address);
  }
  if (container.ip_addresses_size() > 0) return Text(container.ip_addresses(0));
  return {MissingFact(container), {}};
}

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_CONTAINER_FACTS_H_
