// SPDX-License-Identifier: Apache-2.0
//
// The containers that a node has heard of, bounded.

#ifndef EYRIE_COLLECTOR_CONTAINERS_CONTAINER_ENTRIES_H_
#define EYRIE_COLLECTOR_CONTAINERS_CONTAINER_ENTRIES_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "eyrie/v1/process.pb.h"

namespace eyrie::collector {

struct ContainerEntry {
  enum class State : uint8_t {
    kPending,  // asked for and not yet told; or told, but not all, and to be
               // asked for once somebody wants it
    kKnown,    // a runtime told
    kUnknown,  // no runtime knows it, or those that could do not answer
  };

  State state = State::kPending;
  // Never null: what the path says, until a runtime says more.
  std::shared_ptr<const v1::Container> container;
  int runtime = -1;  // number of the one that told; -1: none
  bool is_second_hand = false;
  // Whether the id is a name in a path of LXC or systemd-nspawn.
  bool is_name = false;
  // Whether there may be no such container: its path only looks like one.
  bool is_candidate = false;
  std::string cgroup_path;  // as KnownContainer; empty: the path has the id
  uint32_t waiting = 0;     // a bit for each runtime that has not answered
  bool has_failed = false;  // whether one of those asked could not say
  uint64_t generation = 0;  // of the registry, when a runtime last told
  uint64_t last_used = 0;
  absl::Time asked;
  absl::Time used;
  absl::Time ended = absl::InfiniteFuture();

  bool has_ended() const { return ended != absl::InfiniteFuture(); }
};

struct ContainerEntriesOptions {
  // 500 containers are many for a node; the rest is for those that have ended,
  // and a bound on who makes cgroups with ids for names.
  size_t max_containers = 4096;
  // Events come late by the time that a full ring takes to be read, and are
  // held back for seconds: a minute is beyond all of these.
  absl::Duration keep_ended = absl::Minutes(1);
  // Of containers that no runtime knows nobody tells the end.
  absl::Duration keep_unused = absl::Minutes(10);
};

// Thread safety: none; the registry's mutex guards it.
class ContainerEntries {
 public:
  explicit ContainerEntries(const ContainerEntriesOptions& options)
      : options_(options) {}

  // Null if there is none. Valid until the next change.
  ContainerEntry* Find(absl::string_view id);
  // The id of the container whose cgroup `path` is or is below; empty if no
  // runtime told of one there. Valid until the next change.
  absl::string_view FindByPath(absl::string_view path) const;

  // Makes an entry. If there are too many, one goes first: of those that ended
  // the one that did so first, else the one used least recently; its id is
  // appended to `evicted`. REQUIRES: there is none of that id.
  ContainerEntry* Insert(const std::string& id,
                         std::vector<std::string>* evicted);
  // Sets where the entry's cgroup is.
  void SetPath(const std::string& id, ContainerEntry* entry,
               const std::string& path);
  // Forgets what has ended or was not used for long enough; appends the ids.
  void Expire(absl::Time now, std::vector<std::string>* expired);

  const absl::flat_hash_map<std::string, ContainerEntry>& all() const {
    return entries_;
  }
  absl::flat_hash_map<std::string, ContainerEntry>& all() { return entries_; }
  // Entries that went to make room.
  uint64_t evicted() const { return evicted_; }

 private:
  void Erase(const std::string& id);
  std::string Victim() const;

  const ContainerEntriesOptions options_;
  absl::flat_hash_map<std::string, ContainerEntry> entries_;
  absl::flat_hash_map<std::string, std::string> ids_by_path_;
  uint64_t evicted_ = 0;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_CONTAINERS_CONTAINER_ENTRIES_H_
