// SPDX-License-Identifier: Apache-2.0
//
// Prints docs/events.md, or with --golden the event catalogue as
// proto/testdata/golden holds it.

#include <cstdio>
#include <string>

#include "absl/strings/string_view.h"
#include "tools/docs/events_doc.h"

#include "proto/event_catalog.h"

int main(int argc, char** argv) {
  const bool is_golden = argc == 2 && absl::string_view(argv[1]) == "--golden";
  if (argc > 1 && !is_golden) {
    std::fprintf(stderr, "usage: events_doc [--golden]\n");
    return 2;
  }
  const std::string text =
      is_golden ? eyrie::EventCatalogText() : eyrie::EventsDoc();
  const bool is_written =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  return is_written && std::fflush(stdout) == 0 ? 0 : 1;
}
