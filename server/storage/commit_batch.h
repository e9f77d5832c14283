// SPDX-License-Identifier: Apache-2.0
//
// Turns a Commit into one atomic write.

#ifndef EYRIE_SERVER_STORAGE_COMMIT_BATCH_H_
#define EYRIE_SERVER_STORAGE_COMMIT_BATCH_H_

#include <rocksdb/write_batch.h>

#include <cstdint>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"

#include "server/storage/database.h"
#include "server/storage/store.h"

namespace eyrie::server {

// Collects the changes of one commit: primary values, and index entries that
// the new versions add and the stored ones leave behind.
//
// REQUIRES: database->write_mutex() is held from construction until batch() is
// written, as what is written depends on what is read.
class CommitBatch {
 public:
  CommitBatch(const Database* database, absl::Time now);

  // kInvalidArgument if an id is none: then nothing of `commit` may be written.
  absl::Status Add(const Commit& commit);

  rocksdb::WriteBatch& batch() { return batch_; }
  uint64_t detections() const { return detections_; }
  uint64_t duplicate_detections() const { return duplicate_detections_; }
  uint64_t incidents() const { return incidents_; }

 private:
  absl::Status AddDetection(const v1::Detection& detection);
  absl::Status AddIncident(const v1::Incident& incident);
  absl::Status AddGap(const std::string& key, const v1::CoverageGap& gap);
  absl::Status AddAck(const AckMark& ack);
  absl::Status ForgetFingerprint(const v1::Incident& incident);

  absl::Status Put(Family family, const std::string& key,
                   const std::string& value);
  absl::Status Delete(Family family, const std::string& key);

  const Database* const database_;
  const absl::Time now_;
  rocksdb::WriteBatch batch_;
  uint64_t detections_ = 0;
  uint64_t duplicate_detections_ = 0;
  uint64_t incidents_ = 0;
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_STORAGE_COMMIT_BATCH_H_
