// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/gzip_file.h"

#include <zlib.h>

#include <cerrno>

#include "absl/strings/str_cat.h"

namespace eyrie::cli {

absl::StatusOr<std::unique_ptr<GzipFile>> GzipFile::Open(
    const std::string& path) {
  errno = 0;
  const gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) {
    return absl::ErrnoToStatus(errno, absl::StrCat("opening ", path));
  }
  return std::unique_ptr<GzipFile>(new GzipFile(path, file));
}

GzipFile::~GzipFile() { gzclose(static_cast<gzFile>(file_)); }

absl::Status GzipFile::error() const {
  if (error_.empty()) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("reading ", path_, ": ", error_));
}

GzipFile::int_type GzipFile::underflow() {
  const auto file = static_cast<gzFile>(file_);
  const int count = gzread(file, buffer_, sizeof(buffer_));
  // A file that ends too early gives what it has, and then this.
  int code = Z_OK;
  const char* const message = gzerror(file, &code);
  if (code != Z_OK && code != Z_STREAM_END) error_ = message;
  if (count <= 0) return traits_type::eof();
  setg(buffer_, buffer_, buffer_ + count);
  return traits_type::to_int_type(buffer_[0]);
}

}  // namespace eyrie::cli
