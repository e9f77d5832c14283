// SPDX-License-Identifier: Apache-2.0
//
// Names of what calls on memory take.

#include "absl/types/span.h"

#include "proto/event_catalog.h"
#include "proto/flag_name_tables.h"
#include "proto/flag_names.h"

namespace eyrie {
namespace {

constexpr FlagName kProtFlags[] = {
    Flag(1, "PROT_READ"),
    Flag(2, "PROT_WRITE"),
    Flag(4, "PROT_EXEC"),
    Flag(8, "PROT_SEM"),
    Flag(0x01000000, "PROT_GROWSDOWN"),
    Flag(0x02000000, "PROT_GROWSUP"),
    Within(0x0300000f, 0, "PROT_NONE"),
};

constexpr FlagName kMmapFlags[] = {
    Flag(0x01, "MAP_SHARED"),
    Flag(0x02, "MAP_PRIVATE"),
    Flag(0x10, "MAP_FIXED"),
    Flag(0x20, "MAP_ANONYMOUS"),
    Flag(0x40, "MAP_32BIT"),
    Flag(0x4000, "MAP_NORESERVE"),
    Flag(0x8000, "MAP_POPULATE"),
    Flag(0x10000, "MAP_NONBLOCK"),
    Flag(0x100, "MAP_GROWSDOWN"),
    Flag(0x800, "MAP_DENYWRITE"),
    Flag(0x1000, "MAP_EXECUTABLE"),
    Flag(0x2000, "MAP_LOCKED"),
    // Unknown to the reference.
    Flag(0x08, "MAP_DROPPABLE"),
    Flag(0x80, "MAP_ABOVE4G"),
    Flag(0x20000, "MAP_STACK"),
    Flag(0x40000, "MAP_HUGETLB"),
    Flag(0x80000, "MAP_SYNC"),
    Flag(0x100000, "MAP_FIXED_NOREPLACE"),
};

constexpr FlagName kMlockallFlags[] = {
    Flag(1, "MCL_CURRENT"),
    Flag(2, "MCL_FUTURE"),
    Flag(4, "MCL_ONFAULT"),
};

constexpr FlagName kMlock2Flags[] = {
    Flag(1, "MLOCK_ONFAULT"),
};

constexpr FlagName kMemfdFlags[] = {
    Flag(0x01, "MFD_CLOEXEC"),
    Flag(0x02, "MFD_ALLOW_SEALING"),
    Flag(0x04, "MFD_HUGETLB"),
    // Unknown to the reference.
    Flag(0x08, "MFD_NOEXEC_SEAL"),
    Flag(0x10, "MFD_EXEC"),
};

// The processor's error code. A bit that is not set has a name, too.
constexpr FlagName kPageFaultFlags[] = {
    Within(1, 1, "PROTECTION_VIOLATION"),
    Within(1, 0, "PAGE_NOT_PRESENT"),
    Within(2, 2, "WRITE_ACCESS"),
    Within(2, 0, "READ_ACCESS"),
    Within(4, 4, "USER_FAULT"),
    Within(4, 0, "SUPERVISOR_FAULT"),
    Flag(8, "RESERVED_PAGE"),
    Flag(16, "INSTRUCTION_FETCH"),
    // Unknown to the reference.
    Flag(32, "PROTECTION_KEY"),
    Flag(64, "SHADOW_STACK"),
};

constexpr TypeNames kTypes[] = {
    Flags(ArgumentType::kProtFlags, kProtFlags),
    Flags(ArgumentType::kMmapFlags, kMmapFlags),
    Flags(ArgumentType::kMlockallFlags, kMlockallFlags),
    Flags(ArgumentType::kMlock2Flags, kMlock2Flags),
    Flags(ArgumentType::kMemfdFlags, kMemfdFlags),
    Flags(ArgumentType::kPageFaultFlags, kPageFaultFlags),
};

}  // namespace

absl::Span<const TypeNames> MemoryTypeNames() { return kTypes; }

}  // namespace eyrie
