// SPDX-License-Identifier: Apache-2.0
//
// Keys of the store: the only place where they are encoded and decoded.
//
// docs/storage_format.md shows every key with an example. Keys compare bytewise
// as what they are made of:
//
//   number     big-endian
//   time       nanoseconds since 1970, offset by 2^63, big-endian
//   ~time      all bits of `time` inverted: newest first
//   string     bytes, 00 as 00 FF, ended by 00 01: no string's encoding is the
//              beginning of another's
//   id         32 hex digits, as they are
//
// An index key is `kind`, the indexed value, `~time`, the id of what it points
// to; its value is empty. All keys with the same kind and value (a *posting
// list*) are therefore sorted newest first, and by the same last part, the
// *position*, in every index of the column family.

#ifndef EYRIE_SERVER_STORAGE_KEYS_H_
#define EYRIE_SERVER_STORAGE_KEYS_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "server/storage/store.h"

namespace eyrie::server::keys {

// Length of the ids of incidents and detections, and of fingerprints.
inline constexpr size_t kIdSize = 32;

// Whether `text` is 32 lower-case hex digits.
bool IsId(absl::string_view text);

// What a posting list collects. The bytes are part of the format.
enum class Index : char {
  kTime = 't',       // everything
  kRule = 'r',       // by rule: string
  kPriority = 'p',   // by priority: one byte
  kNode = 'n',       // by node: string
  kContainer = 'c',  // by container id: string
  kTag = 'g',        // incidents only, by tag: string
  kState = 's',      // incidents only, by state: one byte
  kIncident = 'i',   // detections only, by incident: id
  kNamespace = 'k',  // by Kubernetes namespace: string
  kWorkload = 'w',   // by the name of the workload: string
  kImage = 'm',      // by image: string
  kLabel = 'l',      // incidents only, by "key=value": string; "" is others
};

// The beginning of every key of one posting list.
std::string TimeList();
std::string StringList(Index index, absl::string_view value);
std::string ByteList(Index index, uint8_t value);
std::string IncidentList(absl::string_view incident_id);
// The beginning of every key of the posting lists whose string starts with
// `value_prefix`.
std::string StringLists(Index index, absl::string_view value_prefix);

// The last part of an index key. Positions sort newest first.
std::string Position(absl::Time time, absl::string_view id);
// The first position that is not newer than `time`; the first one of all for
// absl::InfiniteFuture().
std::string FirstPosition(absl::Time time);

// An index key, taken apart.
struct IndexKey {
  Index index = Index::kTime;
  std::string value;  // string or id; empty for kTime and bytes
  uint8_t byte = 0;   // for kPriority and kState
  absl::Time time;
  std::string id;
};
// kDataLoss if `key` is not an index key.
absl::StatusOr<IndexKey> DecodeIndexKey(absl::string_view key);

struct PositionParts {
  absl::Time time;
  std::string id;
};
// kDataLoss if `position` is not a position of an incident or detection.
absl::StatusOr<PositionParts> DecodePosition(absl::string_view position);

// Column family `acks`.
std::string Ack(absl::string_view node, uint64_t run_id);
struct AckKey {
  std::string node;
  uint64_t run_id = 0;
};
absl::StatusOr<AckKey> DecodeAck(absl::string_view key);
struct AckValue {
  uint64_t sequence = 0;
  absl::Time update_time;
};
std::string EncodeAckValue(const AckValue& value);
absl::StatusOr<AckValue> DecodeAckValue(absl::string_view value);

// Column family `held`.
std::string Held(const RecordPlace& place);
absl::StatusOr<RecordPlace> DecodeHeld(absl::string_view key);

// Column family `gaps`. What identifies a gap does not change as it grows.
struct GapId {
  std::string node;
  uint64_t run_id = 0;
  absl::Time first_seen;
};
// The gap itself.
std::string Gap(const GapId& id);
// The beginning of the keys of all gaps themselves.
std::string Gaps();
// Posting lists of gaps, of all nodes and of one.
std::string GapTimeList();
std::string GapNodeList(absl::string_view node);
// The last part of a gap's index key.
std::string GapPosition(absl::Time last_seen, const GapId& id);
struct GapPositionParts {
  absl::Time last_seen;
  GapId id;
};
absl::StatusOr<GapPositionParts> DecodeGapPosition(absl::string_view position);
absl::StatusOr<GapId> DecodeGap(absl::string_view key);

// The first key that is greater than every key that starts with `prefix`; empty
// if there is none.
std::string PrefixEnd(absl::string_view prefix);

// Building blocks, public for tests of their order.
void AppendString(absl::string_view value, std::string* key);
void AppendTime(absl::Time time, std::string* key);
void AppendNewestFirst(absl::Time time, std::string* key);
void AppendNumber(uint64_t number, std::string* key);

}  // namespace eyrie::server::keys

#endif  // EYRIE_SERVER_STORAGE_KEYS_H_
