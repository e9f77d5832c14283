// SPDX-License-Identifier: Apache-2.0
//
// Names of user and group ids.

#ifndef EYRIE_RULES_FIELDS_ID_NAMES_H_
#define EYRIE_RULES_FIELDS_ID_NAMES_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "eyrie/v1/process.pb.h"

#include "rules/fields/event.h"

namespace eyrie::rules {

// What stands for a name that is not there: a value like others, as in the
// reference.
inline constexpr absl::string_view kNoName = "<NA>";

// Null if the id has no name.
inline const v1::User* FindUser(const Event& event, uint32_t uid) {
  return event.names == nullptr ? nullptr : event.names->FindUser(uid);
}

// Id 0 is root whatever the tables say.
inline absl::string_view UserName(const Event& event, uint32_t uid) {
  if (uid == 0) return "root";
  const v1::User* user = FindUser(event, uid);
  return user == nullptr || user->name().empty()
             ? kNoName
             : absl::string_view(user->name());
}

inline absl::string_view GroupName(const Event& event, uint32_t gid) {
  if (gid == 0) return "root";
  const v1::Group* group =
      event.names == nullptr ? nullptr : event.names->FindGroup(gid);
  return group == nullptr || group->name().empty()
             ? kNoName
             : absl::string_view(group->name());
}

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_ID_NAMES_H_
