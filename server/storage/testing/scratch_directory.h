// SPDX-License-Identifier: Apache-2.0
//
// A directory for one test.

#ifndef EYRIE_SERVER_STORAGE_TESTING_SCRATCH_DIRECTORY_H_
#define EYRIE_SERVER_STORAGE_TESTING_SCRATCH_DIRECTORY_H_

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace eyrie::server::testing {

// Made empty; gone with everything in it when the object is.
class ScratchDirectory {
 public:
  ScratchDirectory() {
    const char* const root = std::getenv("TEST_TMPDIR");
    path_ = (root != nullptr ? std::filesystem::path(root)
                             : std::filesystem::temp_directory_path()) /
            "eyrie_store_XXXXXX";
    if (mkdtemp(path_.data()) == nullptr) std::abort();
  }
  ~ScratchDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;

  const std::string& path() const { return path_; }
  // The path of `name` inside, which need not exist.
  std::string Path(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace eyrie::server::testing

#endif  // EYRIE_SERVER_STORAGE_TESTING_SCRATCH_DIRECTORY_H_
