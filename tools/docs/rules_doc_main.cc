// SPDX-License-Identifier: Apache-2.0
//
// Prints docs/rules.md.

#include <cstdio>
#include <cstdlib>
#include <string>

#include "tools/docs/rules_doc.h"

int main(int argc, char**) {
  if (argc > 1) {
    std::fprintf(stderr, "usage: rules_doc\n");
    return 2;
  }
  // `bazel run` starts it elsewhere and says where the tree is.
  const char* const workspace = std::getenv("BUILD_WORKSPACE_DIRECTORY");
  const auto page = eyrie::RulesDoc(
      std::string(workspace == nullptr ? "." : workspace) + "/rules/library");
  if (!page.ok()) {
    std::fprintf(stderr, "rules_doc: %s\n",
                 std::string(page.status().message()).c_str());
    return 1;
  }
  const bool is_written =
      std::fwrite(page->data(), 1, page->size(), stdout) == page->size();
  return is_written && std::fflush(stdout) == 0 ? 0 : 1;
}
