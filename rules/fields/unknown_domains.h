// SPDX-License-Identifier: Apache-2.0
//
// Domain names of which nothing is known here, but elsewhere.

#ifndef EYRIE_RULES_FIELDS_UNKNOWN_DOMAINS_H_
#define EYRIE_RULES_FIELDS_UNKNOWN_DOMAINS_H_

#include <string>

#include "absl/types/span.h"

#include "rules/check/value.h"
#include "rules/fields/domain_table.h"

namespace eyrie::rules {

// For events that are judged again elsewhere or later: what a name meant when
// they happened is unknown, not absent.
//
// Thread safety: immutable.
class UnknownDomains : public DomainTable {
 public:
  absl::Span<const std::string> NamesOf(const IpAddress&) const override {
    return {};
  }
  bool is_complete() const override { return false; }

  // Lives for ever.
  static const UnknownDomains* Get() {
    static const UnknownDomains* const domains = new UnknownDomains;
    return domains;
  }
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_UNKNOWN_DOMAINS_H_
