// SPDX-License-Identifier: Apache-2.0
//
// Detections and incidents for tests.

#ifndef EYRIE_SERVER_STORAGE_TESTING_SAMPLES_H_
#define EYRIE_SERVER_STORAGE_TESTING_SAMPLES_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "eyrie/v1/incident.pb.h"

namespace eyrie::server::testing {

// 2026-01-01T00:00:00Z.
absl::Time SampleTime();

// 32 hex digits that depend on `number` alone.
std::string SampleId(uint64_t number);

// What a test says of a detection; the rest follows from `number`.
struct DetectionFacts {
  uint64_t number = 0;
  absl::Time time = SampleTime();
  std::string rule = "Read of a secret";
  v1::Priority priority = v1::WARNING;
  std::string node = "n1";
  std::string container_id = "host";
  // Command that the process runs: part of the fingerprint.
  std::string comm = "cat";
  // Bytes of output that do not compress.
  size_t ballast = 0;
};

// Without incident_id. Its id is DetectionId of its place in the stream, which
// is {node, run 7, `number`, record 0}.
v1::Detection SampleDetection(const DetectionFacts& facts);

struct IncidentFacts {
  uint64_t number = 0;
  absl::Time first_seen = SampleTime();
  absl::Time last_seen = SampleTime();
  std::string rule = "Read of a secret";
  v1::Priority priority = v1::WARNING;
  std::string node = "n1";
  std::string container_id = "host";
  v1::Incident::State state = v1::Incident::OPEN;
  std::string tag = "filesystem";
};

// Id and fingerprint follow from `number`.
v1::Incident SampleIncident(const IncidentFacts& facts);

}  // namespace eyrie::server::testing

#endif  // EYRIE_SERVER_STORAGE_TESTING_SAMPLES_H_
