// SPDX-License-Identifier: Apache-2.0
//
// Checks that a store's indexes and its values say the same.

#ifndef EYRIE_SERVER_STORAGE_TESTING_CONSISTENCY_H_
#define EYRIE_SERVER_STORAGE_TESTING_CONSISTENCY_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "eyrie/v1/incident.pb.h"

namespace eyrie::server::testing {

// Everything in a store, by id.
struct StoreContent {
  absl::flat_hash_map<std::string, v1::Incident> incidents;
  absl::flat_hash_map<std::string, v1::Detection> detections;
  // By their keys.
  absl::flat_hash_map<std::string, v1::CoverageGap> gaps;
  // Acked sequences, by node and run.
  absl::flat_hash_map<std::pair<std::string, uint64_t>, uint64_t> acks;
};

// Reads the whole store in `directory`, which nobody has open, and checks that
// every index entry is one of a stored value, that every stored value has all
// its entries, and that exactly the live incidents are found by their
// fingerprints. kInternal names what is wrong first.
//
// Says independently of the store's own code which entries there must be.
absl::StatusOr<StoreContent> CheckConsistency(const std::string& directory);

}  // namespace eyrie::server::testing

#endif  // EYRIE_SERVER_STORAGE_TESTING_CONSISTENCY_H_
