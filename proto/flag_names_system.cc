// SPDX-License-Identifier: Apache-2.0
//
// Names of what futex(), bpf(), io_uring and kernel modules take.

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "proto/event_catalog.h"
#include "proto/flag_name_tables.h"
#include "proto/flag_names.h"

namespace eyrie {
namespace {

constexpr FlagName FutexOperation(uint64_t number, absl::string_view name) {
  return Within(127, number, name);
}

// Flags, then a number in the lowest seven bits.
constexpr FlagName kFutexOperations[] = {
    Flag(256, "FUTEX_CLOCK_REALTIME"),
    Flag(128, "FUTEX_PRIVATE_FLAG"),
    FutexOperation(12, "FUTEX_CMP_REQUEUE_PI"),
    FutexOperation(11, "FUTEX_WAIT_REQUEUE_PI"),
    FutexOperation(10, "FUTEX_WAKE_BITSET"),
    FutexOperation(9, "FUTEX_WAIT_BITSET"),
    FutexOperation(8, "FUTEX_TRYLOCK_PI"),
    FutexOperation(7, "FUTEX_UNLOCK_PI"),
    FutexOperation(6, "FUTEX_LOCK_PI"),
    FutexOperation(5, "FUTEX_WAKE_OP"),
    FutexOperation(4, "FUTEX_CMP_REQUEUE"),
    FutexOperation(3, "FUTEX_REQUEUE"),
    FutexOperation(2, "FUTEX_FD"),
    FutexOperation(1, "FUTEX_WAKE"),
    FutexOperation(0, "FUTEX_WAIT"),
    // Unknown to the reference.
    FutexOperation(13, "FUTEX_LOCK_PI2"),
};

constexpr FlagName kFinitModuleFlags[] = {
    Flag(1, "MODULE_INIT_IGNORE_MODVERSIONS"),
    Flag(2, "MODULE_INIT_IGNORE_VERMAGIC"),
    Flag(4, "MODULE_INIT_COMPRESSED_FILE"),
};

constexpr FlagName kDeleteModuleFlags[] = {
    Flag(04000, "O_NONBLOCK"),
    Flag(01000, "O_TRUNC"),
};

constexpr FlagName kBpfCommands[] = {
    Number(0, "BPF_MAP_CREATE"),
    Number(1, "BPF_MAP_LOOKUP_ELEM"),
    Number(2, "BPF_MAP_UPDATE_ELEM"),
    Number(3, "BPF_MAP_DELETE_ELEM"),
    Number(4, "BPF_MAP_GET_NEXT_KEY"),
    Number(5, "BPF_PROG_LOAD"),
    Number(6, "BPF_OBJ_PIN"),
    Number(7, "BPF_OBJ_GET"),
    Number(8, "BPF_PROG_ATTACH"),
    Number(9, "BPF_PROG_DETACH"),
    Number(10, "BPF_PROG_TEST_RUN"),
    Number(10, "BPF_PROG_RUN"),
    Number(11, "BPF_PROG_GET_NEXT_ID"),
    Number(12, "BPF_MAP_GET_NEXT_ID"),
    Number(13, "BPF_PROG_GET_FD_BY_ID"),
    Number(14, "BPF_MAP_GET_FD_BY_ID"),
    Number(15, "BPF_OBJ_GET_INFO_BY_FD"),
    Number(16, "BPF_PROG_QUERY"),
    Number(17, "BPF_RAW_TRACEPOINT_OPEN"),
    Number(18, "BPF_BTF_LOAD"),
    Number(19, "BPF_BTF_GET_FD_BY_ID"),
    Number(20, "BPF_TASK_FD_QUERY"),
    Number(21, "BPF_MAP_LOOKUP_AND_DELETE_ELEM"),
    Number(22, "BPF_MAP_FREEZE"),
    Number(23, "BPF_BTF_GET_NEXT_ID"),
    Number(24, "BPF_MAP_LOOKUP_BATCH"),
    Number(25, "BPF_MAP_LOOKUP_AND_DELETE_BATCH"),
    Number(26, "BPF_MAP_UPDATE_BATCH"),
    Number(27, "BPF_MAP_DELETE_BATCH"),
    Number(28, "BPF_LINK_CREATE"),
    Number(29, "BPF_LINK_UPDATE"),
    Number(30, "BPF_LINK_GET_FD_BY_ID"),
    Number(31, "BPF_LINK_GET_NEXT_ID"),
    Number(32, "BPF_ENABLE_STATS"),
    Number(33, "BPF_ITER_CREATE"),
    Number(34, "BPF_LINK_DETACH"),
    Number(35, "BPF_PROG_BIND_MAP"),
    // Unknown to the reference.
    Number(36, "BPF_TOKEN_CREATE"),
    Number(37, "BPF_PROG_STREAM_READ_BY_FD"),
};

// ATTACH_RW is what the reference calls IORING_SETUP_ATTACH_WQ.
constexpr FlagName kIoUringSetupFlags[] = {
    Flag(1 << 0, "IORING_SETUP_IOPOLL"),
    Flag(1 << 1, "IORING_SETUP_SQPOLL"),
    Flag(1 << 2, "IORING_SETUP_SQ_AFF"),
    Flag(1 << 3, "IORING_SETUP_CQSIZE"),
    Flag(1 << 4, "IORING_SETUP_CLAMP"),
    Flag(1 << 5, "IORING_SETUP_ATTACH_RW"),
    Flag(1 << 6, "IORING_SETUP_R_DISABLED"),
    // Unknown to the reference.
    Flag(1 << 7, "IORING_SETUP_SUBMIT_ALL"),
    Flag(1 << 8, "IORING_SETUP_COOP_TASKRUN"),
    Flag(1 << 9, "IORING_SETUP_TASKRUN_FLAG"),
    Flag(1 << 10, "IORING_SETUP_SQE128"),
    Flag(1 << 11, "IORING_SETUP_CQE32"),
    Flag(1 << 12, "IORING_SETUP_SINGLE_ISSUER"),
    Flag(1 << 13, "IORING_SETUP_DEFER_TASKRUN"),
    Flag(1 << 14, "IORING_SETUP_NO_MMAP"),
    Flag(1 << 15, "IORING_SETUP_REGISTERED_FD_ONLY"),
    Flag(1 << 16, "IORING_SETUP_NO_SQARRAY"),
    Flag(1 << 17, "IORING_SETUP_HYBRID_IOPOLL"),
    Flag(1 << 18, "IORING_SETUP_CQE_MIXED"),
};

// ENTER_EXT_ARG is what the reference calls IORING_FEAT_EXT_ARG.
constexpr FlagName kIoUringFeatures[] = {
    Flag(1 << 0, "IORING_FEAT_SINGLE_MMAP"),
    Flag(1 << 1, "IORING_FEAT_NODROP"),
    Flag(1 << 2, "IORING_FEAT_SUBMIT_STABLE"),
    Flag(1 << 3, "IORING_FEAT_RW_CUR_POS"),
    Flag(1 << 4, "IORING_FEAT_CUR_PERSONALITY"),
    Flag(1 << 5, "IORING_FEAT_FAST_POLL"),
    Flag(1 << 6, "IORING_FEAT_POLL_32BITS"),
    Flag(1 << 7, "IORING_FEAT_SQPOLL_NONFIXED"),
    Flag(1 << 8, "IORING_FEAT_ENTER_EXT_ARG"),
    Flag(1 << 9, "IORING_FEAT_NATIVE_WORKERS"),
    Flag(1 << 10, "IORING_FEAT_RSRC_TAGS"),
    // Unknown to the reference.
    Flag(1 << 11, "IORING_FEAT_CQE_SKIP"),
    Flag(1 << 12, "IORING_FEAT_LINKED_FILE"),
    Flag(1 << 13, "IORING_FEAT_REG_REG_RING"),
    Flag(1 << 14, "IORING_FEAT_RECVSEND_BUNDLE"),
    Flag(1 << 15, "IORING_FEAT_MIN_TIMEOUT"),
    Flag(1 << 16, "IORING_FEAT_RW_ATTR"),
    Flag(1 << 17, "IORING_FEAT_NO_IOWAIT"),
};

constexpr FlagName kIoUringEnterFlags[] = {
    Flag(1 << 0, "IORING_ENTER_GETEVENTS"),
    Flag(1 << 1, "IORING_ENTER_SQ_WAKEUP"),
    Flag(1 << 2, "IORING_ENTER_SQ_WAIT"),
    Flag(1 << 3, "IORING_ENTER_EXT_ARG"),
    // Unknown to the reference.
    Flag(1 << 4, "IORING_ENTER_REGISTERED_RING"),
    Flag(1 << 5, "IORING_ENTER_ABS_TIMER"),
    Flag(1 << 6, "IORING_ENTER_EXT_ARG_REG"),
    Flag(1 << 7, "IORING_ENTER_NO_IOWAIT"),
};

// Without bit 31, which says how the ring is named.
constexpr FlagName RegisterOperation(uint64_t number, absl::string_view name) {
  return Within(0x7fffffff, number, name);
}

constexpr FlagName kIoUringOperations[] = {
    RegisterOperation(0, "IORING_REGISTER_BUFFERS"),
    RegisterOperation(1, "IORING_UNREGISTER_BUFFERS"),
    RegisterOperation(2, "IORING_REGISTER_FILES"),
    RegisterOperation(3, "IORING_UNREGISTER_FILES"),
    RegisterOperation(4, "IORING_REGISTER_EVENTFD"),
    RegisterOperation(5, "IORING_UNREGISTER_EVENTFD"),
    RegisterOperation(6, "IORING_REGISTER_FILES_UPDATE"),
    RegisterOperation(7, "IORING_REGISTER_EVENTFD_ASYNC"),
    RegisterOperation(8, "IORING_REGISTER_PROBE"),
    RegisterOperation(9, "IORING_REGISTER_PERSONALITY"),
    RegisterOperation(10, "IORING_UNREGISTER_PERSONALITY"),
    RegisterOperation(11, "IORING_REGISTER_RESTRICTIONS"),
    RegisterOperation(12, "IORING_REGISTER_ENABLE_RINGS"),
    RegisterOperation(13, "IORING_REGISTER_FILES2"),
    RegisterOperation(14, "IORING_REGISTER_FILES_UPDATE2"),
    RegisterOperation(15, "IORING_REGISTER_BUFFERS2"),
    RegisterOperation(16, "IORING_REGISTER_BUFFERS_UPDATE"),
    RegisterOperation(17, "IORING_REGISTER_IOWQ_AFF"),
    RegisterOperation(18, "IORING_UNREGISTER_IOWQ_AFF"),
    RegisterOperation(19, "IORING_REGISTER_IOWQ_MAX_WORKERS"),
    RegisterOperation(20, "IORING_REGISTER_RING_FDS"),
    RegisterOperation(21, "IORING_UNREGISTER_RING_FDS"),
    // Unknown to the reference.
    RegisterOperation(22, "IORING_REGISTER_PBUF_RING"),
    RegisterOperation(23, "IORING_UNREGISTER_PBUF_RING"),
    RegisterOperation(24, "IORING_REGISTER_SYNC_CANCEL"),
    RegisterOperation(25, "IORING_REGISTER_FILE_ALLOC_RANGE"),
    RegisterOperation(26, "IORING_REGISTER_PBUF_STATUS"),
    RegisterOperation(27, "IORING_REGISTER_NAPI"),
    RegisterOperation(28, "IORING_UNREGISTER_NAPI"),
    RegisterOperation(29, "IORING_REGISTER_CLOCK"),
    RegisterOperation(30, "IORING_REGISTER_CLONE_BUFFERS"),
    RegisterOperation(31, "IORING_REGISTER_SEND_MSG_RING"),
    RegisterOperation(32, "IORING_REGISTER_ZCRX_IFQ"),
    RegisterOperation(33, "IORING_REGISTER_RESIZE_RINGS"),
    RegisterOperation(34, "IORING_REGISTER_MEM_REGION"),
    RegisterOperation(35, "IORING_REGISTER_QUERY"),
};

constexpr TypeNames kTypes[] = {
    Flags(ArgumentType::kFutexOperation, kFutexOperations),
    Flags(ArgumentType::kFinitModuleFlags, kFinitModuleFlags),
    Flags(ArgumentType::kDeleteModuleFlags, kDeleteModuleFlags),
    Enumeration(ArgumentType::kBpfCommand, kBpfCommands),
    Flags(ArgumentType::kIoUringSetupFlags, kIoUringSetupFlags),
    Flags(ArgumentType::kIoUringFeatures, kIoUringFeatures),
    Flags(ArgumentType::kIoUringEnterFlags, kIoUringEnterFlags),
    Enumeration(ArgumentType::kIoUringOperation, kIoUringOperations),
};

}  // namespace

absl::Span<const TypeNames> SystemTypeNames() { return kTypes; }

}  // namespace eyrie
