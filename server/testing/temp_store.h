// SPDX-License-Identifier: Apache-2.0
//
// A real store in a folder of its own, for tests.

#ifndef EYRIE_SERVER_TESTING_TEMP_STORE_H_
#define EYRIE_SERVER_TESTING_TEMP_STORE_H_

#include <memory>

#include "server/storage/store.h"

namespace eyrie::server::testing {

// Opens an empty store below the test's temporary folder. Aborts with the error
// if it cannot.
std::unique_ptr<Store> OpenTempStore();

}  // namespace eyrie::server::testing

#endif  // EYRIE_SERVER_TESTING_TEMP_STORE_H_
