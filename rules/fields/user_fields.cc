// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/user_fields.h"

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "eyrie/v1/process.pb.h"

#include "rules/check/types.h"
#include "rules/fields/event.h"
#include "rules/fields/extractor.h"
#include "rules/fields/field.h"
#include "rules/fields/id_names.h"

namespace eyrie::rules {
namespace {

uint32_t EffectiveUser(const Event& event) {
  return event.record.header().euid;
}

uint32_t LoginUser(const Event& event) {
  return event.record.header().loginuid;
}

Extracted UserId(const Event& event) { return Number(EffectiveUser(event)); }

Extracted UserNameOf(const Event& event) {
  return Text(UserName(event, EffectiveUser(event)));
}

Extracted Home(const Event& event) {
  const uint32_t uid = EffectiveUser(event);
  const v1::User* user = FindUser(event, uid);
  if (user != nullptr && !user->home().empty()) return Text(user->home());
  return Text(uid == 0 ? "/root" : kNoName);
}

Extracted Shell(const Event& event) {
  const v1::User* user = FindUser(event, EffectiveUser(event));
  const bool is_known = user != nullptr && !user->shell().empty();
  return Text(is_known ? absl::string_view(user->shell()) : kNoName);
}

Extracted LoginUserId(const Event& event) {
  // -1 if it is not set.
  return Signed(static_cast<int32_t>(LoginUser(event)));
}

Extracted LoginName(const Event& event) {
  return Text(UserName(event, LoginUser(event)));
}

Extracted GroupId(const Event& event) {
  return Number(event.record.header().egid);
}

Extracted GroupNameOf(const Event& event) {
  return Text(GroupName(event, event.record.header().egid));
}

const FieldInfo kFields[] = {
    {.name = "user.uid",
     .type = FieldType::kUint64,
     .doc = "Effective user id.",
     .read = Read<UserId>,
     .bits = 32},
    {.name = "user.name",
     .type = FieldType::kString,
     .doc = "Name of the effective user; the text <NA> if it has none.",
     .read = Read<UserNameOf>},
    {.name = "user.homedir",
     .type = FieldType::kString,
     .doc = "Home directory of the effective user; the text <NA> if it has "
            "none.",
     .read = Read<Home>},
    {.name = "user.shell",
     .type = FieldType::kString,
     .doc = "Shell of the effective user; the text <NA> if it has none.",
     .read = Read<Shell>},
    {.name = "user.loginuid",
     .type = FieldType::kInt64,
     .doc = "User id of the login, kept through su and sudo; -1 if unset.",
     .read = Read<LoginUserId>},
    {.name = "user.loginname",
     .type = FieldType::kString,
     .doc = "Name of the login's user; the text <NA> if it has none.",
     .read = Read<LoginName>},
    {.name = "group.gid",
     .type = FieldType::kUint64,
     .doc = "Effective group id.",
     .read = Read<GroupId>,
     .bits = 32},
    {.name = "group.name",
     .type = FieldType::kString,
     .doc = "Name of the effective group; the text <NA> if it has none.",
     .read = Read<GroupNameOf>},
};

}  // namespace

absl::Span<const FieldInfo> UserFields() { return kFields; }

}  // namespace eyrie::rules
