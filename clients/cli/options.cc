// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/options.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"

namespace eyrie::cli {

void AddGlobalFlags(GlobalOptions* options, FlagSet* flags) {
  flags->Add("server", "HOST:PORT or unix:PATH of the server.",
             &options->server);
  flags->Add("output", "table for people, json for programs.",
             &options->output);
  flags->AddShort('o', "output");
  flags->Add("timeout", "How long to wait for an answer.", &options->timeout);
  flags->Add("tls-ca",
             "File with the certificates that sign the server's; turns TLS on, "
             "with --tls-cert and --tls-key.",
             &options->tls_ca);
  flags->Add("tls-cert", "File with the certificate to show to the server.",
             &options->tls_cert);
  flags->Add("tls-key", "File with the private key of --tls-cert.",
             &options->tls_key);
  flags->Add("insecure",
             "Allows plain text to a server on another machine. Anybody on the "
             "way can then read and change what is sent.",
             &options->insecure);
}

bool TakesNextWord(absl::string_view word) {
  constexpr absl::string_view kFlags[] = {"--server",  "--output", "-o",
                                          "--timeout", "--tls-ca", "--tls-cert",
                                          "--tls-key", "--config"};
  return std::find(std::begin(kFlags), std::end(kFlags), word) !=
         std::end(kFlags);
}

absl::Status CheckGlobalOptions(const GlobalOptions& options) {
  if (options.output != "table" && options.output != "json") {
    return absl::InvalidArgumentError(absl::StrCat(
        "flag --output: \"", options.output, "\" is neither table nor json"));
  }
  if (options.timeout <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError("flag --timeout must be more than 0");
  }
  return absl::OkStatus();
}

}  // namespace eyrie::cli
