// SPDX-License-Identifier: Apache-2.0
//
// CRI-O, or any other runtime that speaks nothing but the CRI.

#ifndef EYRIE_COLLECTOR_CONTAINERS_CRIO_API_H_
#define EYRIE_COLLECTOR_CONTAINERS_CRIO_API_H_

#include <memory>
#include <string>

#include "collector/containers/runtime_api.h"

namespace eyrie::collector {

std::unique_ptr<RuntimeApi> MakeCrioApi(const std::string& socket);

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_CONTAINERS_CRIO_API_H_
