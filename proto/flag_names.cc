// SPDX-License-Identifier: Apache-2.0

#include "proto/flag_names.h"

#include <array>
#include <cstddef>
#include <iterator>

#include "absl/types/span.h"

#include "proto/event_catalog.h"
#include "proto/flag_name_tables.h"

namespace eyrie {
namespace {

constexpr ArgumentType kTypes[] = {
#define TYPE(NAME, enumerator, slot) ArgumentType::enumerator,
#include "proto/argument_types.def"
};

// Index = type.
using NamesByType = std::array<FlagNames, std::size(kTypes)>;

NamesByType IndexByType() {
  NamesByType index;
  for (const absl::Span<const TypeNames> part :
       {FileTypeNames(), MemoryTypeNames(), NetworkTypeNames(),
        ProcessTypeNames(), SystemTypeNames()}) {
    for (const TypeNames& type : part) {
      index[static_cast<size_t>(type.type)] = type.names;
    }
  }
  return index;
}

}  // namespace

const FlagNames& NamesOf(ArgumentType type) {
  static const NamesByType index = IndexByType();
  return index[static_cast<size_t>(type)];
}

}  // namespace eyrie
