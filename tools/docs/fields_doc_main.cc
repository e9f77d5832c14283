// SPDX-License-Identifier: Apache-2.0
//
// Prints docs/fields.md.

#include <cstdio>
#include <string>

#include "tools/docs/fields_doc.h"

int main(int argc, char**) {
  if (argc > 1) {
    std::fprintf(stderr, "usage: fields_doc\n");
    return 2;
  }
  const std::string page = eyrie::FieldsDoc();
  const bool is_written =
      std::fwrite(page.data(), 1, page.size(), stdout) == page.size();
  return is_written && std::fflush(stdout) == 0 ? 0 : 1;
}
