// SPDX-License-Identifier: Apache-2.0

#include "server/testing/temp_store.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstdio>
#include <string>
#include <utility>

#include "server/storage/rocksdb_store.h"

namespace eyrie::server::testing {

std::unique_ptr<Store> OpenTempStore() {
  std::string directory = ::testing::TempDir() + "/store-XXXXXX";
  if (mkdtemp(directory.data()) == nullptr) {
    std::perror("mkdtemp");
    std::abort();
  }
  RocksDbStoreOptions options;
  options.directory = directory + "/db";
  auto store = RocksDbStore::Open(std::move(options));
  if (!store.ok()) {
    std::fprintf(stderr, "%s\n", store.status().ToString().c_str());
    std::abort();
  }
  return *std::move(store);
}

}  // namespace eyrie::server::testing
