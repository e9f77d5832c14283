// SPDX-License-Identifier: Apache-2.0

#include "server/storage/keys.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

#include "common/status_macros.h"

namespace eyrie::server::keys {
namespace {

// Kinds of keys in the column family `gaps`.
constexpr char kGap = 'v';
constexpr char kGapTime = 't';
constexpr char kGapNode = 'n';

constexpr char kEscape = '\x00';
constexpr char kEscapedZero = '\xFF';
constexpr char kEnd = '\x01';

// Times outside of what 64 bits of nanoseconds hold (1677 to 2262) count as the
// nearest one inside.
uint64_t TimeBits(absl::Time time) {
  const int64_t nanoseconds =
      absl::ToInt64Nanoseconds(time - absl::UnixEpoch());
  return static_cast<uint64_t>(nanoseconds) ^ (uint64_t{1} << 63);
}

absl::Time TimeOfBits(uint64_t bits) {
  return absl::UnixEpoch() +
         absl::Nanoseconds(static_cast<int64_t>(bits ^ (uint64_t{1} << 63)));
}

// Takes a key apart from its beginning.
class Reader {
 public:
  explicit Reader(absl::string_view key) : key_(key), rest_(key) {}

  absl::StatusOr<uint8_t> ReadByte() {
    if (rest_.empty()) return Damaged();
    const auto byte = static_cast<uint8_t>(rest_[0]);
    rest_.remove_prefix(1);
    return byte;
  }

  absl::StatusOr<uint64_t> ReadNumber() {
    if (rest_.size() < sizeof(uint64_t)) return Damaged();
    uint64_t number = 0;
    for (size_t i = 0; i < sizeof(number); ++i) {
      number = number << 8 | static_cast<uint8_t>(rest_[i]);
    }
    rest_.remove_prefix(sizeof(number));
    return number;
  }

  absl::StatusOr<absl::Time> ReadTime() {
    EYRIE_ASSIGN_OR_RETURN(const uint64_t bits, ReadNumber());
    return TimeOfBits(bits);
  }

  absl::StatusOr<absl::Time> ReadNewestFirst() {
    EYRIE_ASSIGN_OR_RETURN(const uint64_t bits, ReadNumber());
    return TimeOfBits(~bits);
  }

  absl::StatusOr<std::string> ReadString() {
    std::string value;
    for (size_t i = 0; i + 1 < rest_.size(); ++i) {
      if (rest_[i] != kEscape) {
        value.push_back(rest_[i]);
        continue;
      }
      ++i;
      if (rest_[i] == kEnd) {
        rest_.remove_prefix(i + 1);
        return value;
      }
      if (rest_[i] != kEscapedZero) break;
      value.push_back('\0');
    }
    return Damaged();
  }

  absl::StatusOr<std::string> ReadId() {
    const absl::string_view id = rest_.substr(0, kIdSize);
    if (!IsId(id)) return Damaged();
    rest_.remove_prefix(kIdSize);
    return std::string(id);
  }

  absl::Status ReadEnd() const {
    return rest_.empty() ? absl::OkStatus() : Damaged();
  }

  absl::Status Damaged() const {
    return absl::DataLossError(absl::StrCat(
        "the store holds a key that is damaged at byte ",
        key_.size() - rest_.size(), ": ", absl::BytesToHexString(key_)));
  }

 private:
  const absl::string_view key_;
  absl::string_view rest_;
};

absl::StatusOr<GapId> ReadGapId(Reader& reader) {
  GapId id;
  EYRIE_ASSIGN_OR_RETURN(id.node, reader.ReadString());
  EYRIE_ASSIGN_OR_RETURN(id.run_id, reader.ReadNumber());
  EYRIE_ASSIGN_OR_RETURN(id.first_seen, reader.ReadTime());
  EYRIE_RETURN_IF_ERROR(reader.ReadEnd());
  return id;
}

void AppendGapId(const GapId& id, std::string* key) {
  AppendString(id.node, key);
  AppendNumber(id.run_id, key);
  AppendTime(id.first_seen, key);
}

absl::Status ReadIndexedValue(Reader& reader, IndexKey& key) {
  switch (key.index) {
    case Index::kTime:
      return absl::OkStatus();
    case Index::kRule:
    case Index::kNode:
    case Index::kContainer:
    case Index::kTag:
    case Index::kNamespace:
    case Index::kWorkload:
    case Index::kImage:
    case Index::kLabel: {
      EYRIE_ASSIGN_OR_RETURN(key.value, reader.ReadString());
      return absl::OkStatus();
    }
    case Index::kPriority:
    case Index::kState: {
      EYRIE_ASSIGN_OR_RETURN(key.byte, reader.ReadByte());
      return absl::OkStatus();
    }
    case Index::kIncident: {
      EYRIE_ASSIGN_OR_RETURN(key.value, reader.ReadId());
      return absl::OkStatus();
    }
  }
  return reader.Damaged();
}

}  // namespace

bool IsId(absl::string_view text) {
  if (text.size() != kIdSize) return false;
  for (const char c : text) {
    if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) return false;
  }
  return true;
}

void AppendNumber(uint64_t number, std::string* key) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    key->push_back(static_cast<char>(number >> shift));
  }
}

void AppendTime(absl::Time time, std::string* key) {
  AppendNumber(TimeBits(time), key);
}

void AppendNewestFirst(absl::Time time, std::string* key) {
  AppendNumber(~TimeBits(time), key);
}

void AppendString(absl::string_view value, std::string* key) {
  for (const char c : value) {
    key->push_back(c);
    if (c == kEscape) key->push_back(kEscapedZero);
  }
  key->push_back(kEscape);
  key->push_back(kEnd);
}

std::string TimeList() {
  return std::string(1, static_cast<char>(Index::kTime));
}

std::string StringList(Index index, absl::string_view value) {
  std::string key(1, static_cast<char>(index));
  AppendString(value, &key);
  return key;
}

std::string ByteList(Index index, uint8_t value) {
  return {static_cast<char>(index), static_cast<char>(value)};
}

std::string IncidentList(absl::string_view incident_id) {
  std::string key(1, static_cast<char>(Index::kIncident));
  key.append(incident_id.data(), incident_id.size());
  return key;
}

std::string StringLists(Index index, absl::string_view value_prefix) {
  std::string key = StringList(index, value_prefix);
  key.resize(key.size() - 2);  // without the end of the string
  return key;
}

std::string Position(absl::Time time, absl::string_view id) {
  std::string key;
  AppendNewestFirst(time, &key);
  key.append(id.data(), id.size());
  return key;
}

std::string FirstPosition(absl::Time time) {
  std::string key;
  AppendNewestFirst(time, &key);
  return key;
}

absl::StatusOr<IndexKey> DecodeIndexKey(absl::string_view key) {
  Reader reader(key);
  IndexKey parts;
  EYRIE_ASSIGN_OR_RETURN(const uint8_t index, reader.ReadByte());
  parts.index = static_cast<Index>(index);
  EYRIE_RETURN_IF_ERROR(ReadIndexedValue(reader, parts));
  EYRIE_ASSIGN_OR_RETURN(parts.time, reader.ReadNewestFirst());
  EYRIE_ASSIGN_OR_RETURN(parts.id, reader.ReadId());
  EYRIE_RETURN_IF_ERROR(reader.ReadEnd());
  return parts;
}

absl::StatusOr<PositionParts> DecodePosition(absl::string_view position) {
  Reader reader(position);
  PositionParts parts;
  EYRIE_ASSIGN_OR_RETURN(parts.time, reader.ReadNewestFirst());
  EYRIE_ASSIGN_OR_RETURN(parts.id, reader.ReadId());
  EYRIE_RETURN_IF_ERROR(reader.ReadEnd());
  return parts;
}

std::string Ack(absl::string_view node, uint64_t run_id) {
  std::string key;
  AppendString(node, &key);
  AppendNumber(run_id, &key);
  return key;
}

absl::StatusOr<AckKey> DecodeAck(absl::string_view key) {
  Reader reader(key);
  AckKey parts;
  EYRIE_ASSIGN_OR_RETURN(parts.node, reader.ReadString());
  EYRIE_ASSIGN_OR_RETURN(parts.run_id, reader.ReadNumber());
  EYRIE_RETURN_IF_ERROR(reader.ReadEnd());
  return parts;
}

std::string EncodeAckValue(const AckValue& value) {
  std::string bytes;
  AppendNumber(value.sequence, &bytes);
  AppendTime(value.update_time, &bytes);
  return bytes;
}

absl::StatusOr<AckValue> DecodeAckValue(absl::string_view value) {
  Reader reader(value);
  AckValue parts;
  EYRIE_ASSIGN_OR_RETURN(parts.sequence, reader.ReadNumber());
  EYRIE_ASSIGN_OR_RETURN(parts.update_time, reader.ReadTime());
  EYRIE_RETURN_IF_ERROR(reader.ReadEnd());
  return parts;
}

std::string Held(const RecordPlace& place) {
  std::string key;
  AppendString(place.node, &key);
  AppendNumber(place.run_id, &key);
  AppendNumber(place.sequence, &key);
  AppendNumber(place.index, &key);
  return key;
}

absl::StatusOr<RecordPlace> DecodeHeld(absl::string_view key) {
  Reader reader(key);
  RecordPlace place;
  EYRIE_ASSIGN_OR_RETURN(place.node, reader.ReadString());
  EYRIE_ASSIGN_OR_RETURN(place.run_id, reader.ReadNumber());
  EYRIE_ASSIGN_OR_RETURN(place.sequence, reader.ReadNumber());
  EYRIE_ASSIGN_OR_RETURN(const uint64_t index, reader.ReadNumber());
  if (index > UINT32_MAX) return reader.Damaged();
  place.index = static_cast<uint32_t>(index);
  EYRIE_RETURN_IF_ERROR(reader.ReadEnd());
  return place;
}

std::string Gaps() { return std::string(1, kGap); }

std::string Gap(const GapId& id) {
  std::string key = Gaps();
  AppendGapId(id, &key);
  return key;
}

std::string GapTimeList() { return std::string(1, kGapTime); }

std::string GapNodeList(absl::string_view node) {
  std::string key(1, kGapNode);
  AppendString(node, &key);
  return key;
}

std::string GapPosition(absl::Time last_seen, const GapId& id) {
  std::string key;
  AppendNewestFirst(last_seen, &key);
  AppendGapId(id, &key);
  return key;
}

absl::StatusOr<GapPositionParts> DecodeGapPosition(absl::string_view position) {
  Reader reader(position);
  GapPositionParts parts;
  EYRIE_ASSIGN_OR_RETURN(parts.last_seen, reader.ReadNewestFirst());
  EYRIE_ASSIGN_OR_RETURN(parts.id, ReadGapId(reader));
  return parts;
}

absl::StatusOr<GapId> DecodeGap(absl::string_view key) {
  Reader reader(key);
  EYRIE_ASSIGN_OR_RETURN(const uint8_t kind, reader.ReadByte());
  if (kind != static_cast<uint8_t>(kGap)) return reader.Damaged();
  return ReadGapId(reader);
}

std::string PrefixEnd(absl::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && end.back() == '\xFF') end.pop_back();
  if (!end.empty()) ++end.back();
  return end;
}

}  // namespace eyrie::server::keys
