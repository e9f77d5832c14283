// SPDX-License-Identifier: Apache-2.0
//
// Parses arbitrary output templates and fills them in: one line of valid text
// within its limit, whatever the template is.

#include <sys/stat.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "rules/check/default_catalog.h"
#include "rules/diagnostics.h"
#include "rules/fields/testing/event_builder.h"
#include "rules/output/output_template.h"
#include "rules/source.h"

namespace eyrie::rules {
namespace {

// An open whose path and arguments hold what must not reach a terminal.
const Event& HostileOpen() {
  static auto* const builder = [] {
    auto* const made = new testing::EventBuilder("openat");
    made->Command({"cat", "\x1b[2J", "\xff\xfe", "a\nb"})
        .Ancestors({"bash", "sshd"})
        .Result(3)
        .Set("name", "/tmp/a\nb\x1b[31m\xff")
        .Set("realpath", "/tmp/\u202e")
        .Set("kind", S_IFREG);
    return made;
  }();
  return builder->Build();
}

void Check(std::string text) {
  Diagnostics diagnostics;
  const auto file = std::make_shared<SourceFile>("output", std::move(text));
  const OutputTemplate output = OutputTemplate::Parse(
      LocatedText::FromFile(file), DefaultCatalog(), diagnostics);
  diagnostics.ToString();
  if (diagnostics.has_errors()) return;
  const FormattedOutput formatted = output.Format(HostileOpen());
  if (formatted.text.size() > kMaxOutputBytes) std::abort();
  for (const char c : formatted.text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) std::abort();
  }
}

}  // namespace
}  // namespace eyrie::rules

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  eyrie::rules::Check(std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}
