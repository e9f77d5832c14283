// SPDX-License-Identifier: Apache-2.0
//
// What the domain names of rules mean, for fields that only the centre knows.

#ifndef EYRIE_RULES_FIELDS_DOMAIN_TABLE_H_
#define EYRIE_RULES_FIELDS_DOMAIN_TABLE_H_

#include <string>

#include "absl/types/span.h"

#include "rules/check/value.h"

namespace eyrie::rules {

// The names that rules mention (RuleSet::domain_names()) by the addresses that
// they resolve to. Nothing is asked about addresses themselves: whoever owns
// one can give it any name.
//
// Thread safety: immutable.
class DomainTable {
 public:
  virtual ~DomainTable() = default;

  // The names that resolve to `address`, as rules write them, ascending; empty
  // if none does. An IPv4 address is not looked for in its IPv6 form. Valid as
  // long as the table.
  virtual absl::Span<const std::string> NamesOf(
      const IpAddress& address) const = 0;
  // Whether every name has been asked for. Before that, further names of an
  // address are unknown.
  virtual bool is_complete() const = 0;
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_DOMAIN_TABLE_H_
