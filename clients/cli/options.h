// SPDX-License-Identifier: Apache-2.0
//
// Flags that every command takes.

#ifndef EYRIE_CLIENTS_CLI_OPTIONS_H_
#define EYRIE_CLIENTS_CLI_OPTIONS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "common/flag_set.h"

namespace eyrie::cli {

struct GlobalOptions {
  std::string server = "127.0.0.1:7443";
  std::string output = "table";
  absl::Duration timeout = absl::Seconds(10);
  std::string tls_ca;
  std::string tls_cert;
  std::string tls_key;
  bool insecure = false;

  bool is_json() const { return output == "json"; }
};

// Adds the global flags to `flags`, with `options` as their variables.
void AddGlobalFlags(GlobalOptions* options, FlagSet* flags);

// Whether `word`, as "--server" or "-o", is a global flag whose value is the
// next word. For finding the noun among flags before it.
bool TakesNextWord(absl::string_view word);

// kInvalidArgument, naming the flag, if `options` cannot be.
absl::Status CheckGlobalOptions(const GlobalOptions& options);

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_OPTIONS_H_
