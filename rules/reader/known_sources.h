// SPDX-License-Identifier: Apache-2.0
//
// Sources and plugins that rule files may name.

#ifndef EYRIE_RULES_READER_KNOWN_SOURCES_H_
#define EYRIE_RULES_READER_KNOWN_SOURCES_H_

#include <string>
#include <vector>

namespace eyrie::rules {

// EventSources::Known() gives those of the product.
struct KnownSources {
  // Rules of others are skipped.
  std::vector<std::string> sources = {"syscall"};
  // Whose fields are built in; they satisfy every version.
  std::vector<std::string> plugins;
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_READER_KNOWN_SOURCES_H_
