// SPDX-License-Identifier: Apache-2.0
//
// Reads files that may be packed with gzip.

#ifndef EYRIE_CLIENTS_CLI_GZIP_FILE_H_
#define EYRIE_CLIENTS_CLI_GZIP_FILE_H_

#include <memory>
#include <streambuf>
#include <string>

#include "absl/status/statusor.h"

namespace eyrie::cli {

// The content of a file, unpacked if it begins as gzip files do. Reading what
// is damaged ends as at the end of the file, and error() tells.
//
// Thread safety: one thread.
class GzipFile : public std::streambuf {
 public:
  // The status of errno, naming the path, if it cannot be opened.
  static absl::StatusOr<std::unique_ptr<GzipFile>> Open(
      const std::string& path);
  ~GzipFile() override;

  // What went wrong while reading, naming the path.
  absl::Status error() const;

 protected:
  int_type underflow() override;

 private:
  GzipFile(const std::string& path, void* file) : path_(path), file_(file) {}

  const std::string path_;
  void* const file_;  // gzFile, owned
  char buffer_[64 << 10];
  std::string error_;
};

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_GZIP_FILE_H_
