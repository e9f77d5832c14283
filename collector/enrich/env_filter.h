// SPDX-License-Identifier: Apache-2.0
//
// Which environment variables leave the node: many hold secrets.

#ifndef EYRIE_COLLECTOR_ENRICH_ENV_FILTER_H_
#define EYRIE_COLLECTOR_ENRICH_ENV_FILTER_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "proto/record_view.h"

namespace eyrie::collector {

// Thread safety: const methods may be called from any thread.
class EnvFilter {
 public:
  // Keeps everything.
  EnvFilter() : EnvFilter({"*"}) {}
  // Keeps variables of these names; a name that ends with `*` stands for all
  // that begin so. An empty name is none.
  explicit EnvFilter(std::vector<std::string> names);

  // Removes what is not kept from `environment`, which is NAME=value, each
  // ended by a NUL.
  void Apply(std::string* environment) const;

  // A copy of `record` in `buffer` without what is not kept; `record` itself if
  // it is of a type that carries no environment.
  RecordView Apply(const RecordView& record, std::string* buffer) const;

 private:
  bool Keeps(absl::string_view variable) const;

  std::vector<std::string> names_;
  bool keeps_all_;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_ENRICH_ENV_FILTER_H_
