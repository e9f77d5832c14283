// SPDX-License-Identifier: Apache-2.0

#include "collector/enrich/user_resolver.h"

#include <sys/stat.h>

#include <fstream>
#include <sstream>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/utf8.h"

namespace eyrie::collector {
namespace {

// Fields of a line of passwd(5) or group(5); empty for a comment, a line for
// NIS ("+::::::") and what else is not an entry.
std::vector<absl::string_view> EntryFields(absl::string_view line,
                                           size_t least) {
  if (line.empty() || line[0] == '#' || line[0] == '+' || line[0] == '-') {
    return {};
  }
  std::vector<absl::string_view> fields = absl::StrSplit(line, ':');
  const bool is_entry = fields.size() >= least && !fields[0].empty();
  return is_entry ? fields : std::vector<absl::string_view>{};
}

std::string Text(absl::string_view field) {
  return field.size() <= UserResolver::kMaxTextBytes ? ToValidUtf8(field) : "";
}

std::string Path(absl::string_view root, absl::string_view name) {
  return absl::StrCat(root, root.empty() || root.back() != '/' ? "/" : "",
                      name);
}

}  // namespace

UserResolver::UserResolver(std::string root)
    : passwd_path_(Path(root, "etc/passwd")),
      group_path_(Path(root, "etc/group")) {
  Refresh();
}

void UserResolver::Refresh() {
  std::string text;
  if (ReadIfChanged(passwd_path_, &passwd_version_, &text)) ParseUsers(text);
  if (ReadIfChanged(group_path_, &group_version_, &text)) ParseGroups(text);
}

UserResolver::Version UserResolver::VersionOf(const std::string& path) {
  struct stat file;
  if (stat(path.c_str(), &file) != 0) return {};
  return {file.st_ino,
          int64_t{file.st_mtim.tv_sec} * 1'000'000'000 + file.st_mtim.tv_nsec,
          file.st_size};
}

bool UserResolver::ReadIfChanged(const std::string& path, Version* version,
                                 std::string* text) {
  const Version found = VersionOf(path);
  if (found == *version) return false;
  *version = found;
  text->clear();
  if (found.size < 0 || static_cast<size_t>(found.size) > kMaxFileBytes) {
    return true;
  }
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  *text = content.str();
  return true;
}

void UserResolver::ParseUsers(absl::string_view text) {
  users_.clear();
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    const std::vector<absl::string_view> fields = EntryFields(line, 7);
    uint32_t uid = 0;
    if (fields.empty() || !absl::SimpleAtoi(fields[2], &uid)) continue;
    if (users_.size() >= kMaxEntries || fields[0].size() > kMaxTextBytes) {
      ++left_out_;
      continue;
    }
    // The first entry of an id is the one that getpwuid() finds.
    v1::User& user = users_[uid];
    if (!user.name().empty()) continue;
    user.set_id(uid);
    user.set_name(ToValidUtf8(fields[0]));
    user.set_home(Text(fields[5]));
    user.set_shell(Text(fields[6]));
  }
}

void UserResolver::ParseGroups(absl::string_view text) {
  groups_.clear();
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    const std::vector<absl::string_view> fields = EntryFields(line, 4);
    uint32_t gid = 0;
    if (fields.empty() || !absl::SimpleAtoi(fields[2], &gid)) continue;
    if (groups_.size() >= kMaxEntries || fields[0].size() > kMaxTextBytes) {
      ++left_out_;
      continue;
    }
    v1::Group& group = groups_[gid];
    if (!group.name().empty()) continue;
    group.set_id(gid);
    group.set_name(ToValidUtf8(fields[0]));
  }
}

const v1::User* UserResolver::FindUser(uint32_t uid) const {
  const auto it = users_.find(uid);
  return it == users_.end() ? nullptr : &it->second;
}

const v1::Group* UserResolver::FindGroup(uint32_t gid) const {
  const auto it = groups_.find(gid);
  return it == groups_.end() ? nullptr : &it->second;
}

}  // namespace eyrie::collector
