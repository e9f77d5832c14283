// SPDX-License-Identifier: Apache-2.0
//
// Every identity is the first half of a SHA-256 over its parts. A part is
// hashed as its length (8 bytes, little-endian) and its bytes, so that no two
// lists of parts give the same input; the first part says what is identified.
// fingerprint_test.cc pins values: they must never change.

#include "server/incidents/fingerprint.h"

#include <openssl/sha.h>

#include <algorithm>
#include <map>

#include "absl/strings/escaping.h"

#include "common/utf8.h"

namespace eyrie::server {
namespace {

// Bytes of the SHA-256 that are kept: 128 bits, no collision in sight.
constexpr size_t kIdBytes = 16;

class Hasher {
 public:
  explicit Hasher(absl::string_view purpose) { Add(purpose); }

  Hasher& Add(absl::string_view part) {
    AddBytes(part.size());
    input_.append(part.data(), part.size());
    return *this;
  }

  Hasher& Add(uint64_t number) {
    AddBytes(sizeof(number));
    AddBytes(number);
    return *this;
  }

  std::string Finish() const {
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256(reinterpret_cast<const unsigned char*>(input_.data()), input_.size(),
           digest);
    return absl::BytesToHexString(
        absl::string_view(reinterpret_cast<const char*>(digest), kIdBytes));
  }

 private:
  void AddBytes(uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8) {
      input_.push_back(static_cast<char>(number >> shift));
    }
  }

  std::string input_;
};

// Where it happened, so that the same thing in all replicas of a workload is
// one, and on two hosts is two.
void AddPlace(const v1::Detection& detection, Hasher& hasher) {
  const v1::Workload& workload = detection.workload();
  if (!workload.kind().empty() && !workload.name().empty()) {
    hasher.Add("workload")
        .Add(workload.namespace_())
        .Add(workload.kind())
        .Add(workload.name())
        .Add(workload.container());
    return;
  }
  const bool has_container =
      !detection.container_id().empty() && detection.container_id() != "host";
  hasher.Add(has_container ? "container" : "node")
      .Add(has_container ? detection.container_id() : detection.node());
}

// The source of the kernel's events; all others are of JSON.
constexpr absl::string_view kSyscallSource = "syscall";

std::string JsonFingerprint(const v1::Detection& detection) {
  Hasher hasher("eyrie json fingerprint 1");
  hasher.Add(detection.rule()).Add(detection.source());
  const std::map<std::string, std::string> arguments(
      detection.event().arguments().begin(),
      detection.event().arguments().end());
  for (const auto& [name, value] : arguments) hasher.Add(name).Add(value);
  return hasher.Finish();
}

std::string NameOf(const v1::Process& process) {
  return process.comm().empty() ? "?" : ToValidUtf8(process.comm());
}

}  // namespace

std::string DetectionId(absl::string_view node, uint64_t run_id,
                        uint64_t sequence, uint32_t record_index,
                        absl::string_view rule) {
  return Hasher("eyrie detection 1")
      .Add(node)
      .Add(run_id)
      .Add(sequence)
      .Add(uint64_t{record_index})
      .Add(rule)
      .Finish();
}

std::string JsonDetectionId(absl::string_view source,
                            absl::string_view occurrence,
                            absl::string_view rule) {
  return Hasher("eyrie json detection 1")
      .Add(source)
      .Add(occurrence)
      .Add(rule)
      .Finish();
}

std::vector<std::string> Lineage(const v1::Detection& detection) {
  const v1::Event& event = detection.event();
  std::vector<std::string> names;
  if (!event.has_process()) return names;
  names.push_back(NameOf(event.process()));
  const size_t ancestors = std::min<size_t>(
      static_cast<size_t>(event.ancestors_size()), kMaxLineage - 1);
  for (size_t i = 0; i < ancestors; ++i) {
    names.push_back(NameOf(event.ancestors(static_cast<int>(i))));
  }
  return names;
}

std::string Fingerprint(const v1::Detection& detection) {
  if (!detection.source().empty() && detection.source() != kSyscallSource) {
    return JsonFingerprint(detection);
  }
  Hasher hasher("eyrie fingerprint 1");
  hasher.Add(detection.rule());
  AddPlace(detection, hasher);
  hasher.Add(detection.event().process().exe_path());
  for (const std::string& name : Lineage(detection)) hasher.Add(name);
  return hasher.Finish();
}

std::string IncidentId(absl::string_view fingerprint,
                       absl::string_view first_detection_id) {
  return Hasher("eyrie incident 1")
      .Add(fingerprint)
      .Add(first_detection_id)
      .Finish();
}

}  // namespace eyrie::server
