// SPDX-License-Identifier: Apache-2.0
//
// Names of the node's user and group ids.

#ifndef EYRIE_COLLECTOR_ENRICH_USER_RESOLVER_H_
#define EYRIE_COLLECTOR_ENRICH_USER_RESOLVER_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "eyrie/v1/process.pb.h"

namespace eyrie::collector {

// Reads /etc/passwd and /etc/group itself: NSS would load libraries into the
// collector and may ask the network. Names that only LDAP or a container knows
// stay unknown.
//
// Thread safety: none; one thread.
class UserResolver {
 public:
  // More entries than this in a file are left out: a node with more local users
  // takes them from a directory.
  static constexpr size_t kMaxEntries = 65'536;
  // A longer file is not read at all.
  static constexpr size_t kMaxFileBytes = 16 << 20;
  // Longer names, homes and shells count as unknown.
  static constexpr size_t kMaxTextBytes = 256;

  // `root` is the folder that holds `etc/passwd` and `etc/group`: "/", or where
  // the host's is mounted.
  explicit UserResolver(std::string root = "/");

  // Reads the files that have changed since they were last read. A file that
  // cannot be read counts as empty.
  void Refresh();

  // Null if the id has no name. Valid until the next Refresh().
  const v1::User* FindUser(uint32_t uid) const;
  const v1::Group* FindGroup(uint32_t gid) const;

  // Entries that were left out by the limits, since the start.
  uint64_t left_out() const { return left_out_; }

 private:
  // What tells one version of a file from the next.
  struct Version {
    uint64_t inode = 0;
    int64_t modified_ns = 0;
    int64_t size = -1;
    friend bool operator==(const Version&, const Version&) = default;
  };

  static Version VersionOf(const std::string& path);
  // Whether `path` has changed; then `text` has its content.
  static bool ReadIfChanged(const std::string& path, Version* version,
                            std::string* text);
  void ParseUsers(absl::string_view text);
  void ParseGroups(absl::string_view text);

  const std::string passwd_path_;
  const std::string group_path_;
  Version passwd_version_;
  Version group_version_;
  absl::flat_hash_map<uint32_t, v1::User> users_;
  absl::flat_hash_map<uint32_t, v1::Group> groups_;
  uint64_t left_out_ = 0;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_ENRICH_USER_RESOLVER_H_
