// SPDX-License-Identifier: Apache-2.0
//
// Names of what calls on files, paths and mounts take.

#include "absl/types/span.h"

#include "proto/event_catalog.h"
#include "proto/flag_name_tables.h"
#include "proto/flag_names.h"
#include "proto/record.h"

namespace eyrie {
namespace {

// The lowest two bits are a number; 3 asks for a descriptor that neither reads
// nor writes.
constexpr FlagName kOpenFlags[] = {
    Flag(0100000, "O_LARGEFILE"), Flag(0200000, "O_DIRECTORY"),
    Flag(040000, "O_DIRECT"),     Flag(01000, "O_TRUNC"),
    Flag(04010000, "O_SYNC"),     Flag(04000, "O_NONBLOCK"),
    Flag(0200, "O_EXCL"),         Flag(010000, "O_DSYNC"),
    Flag(02000, "O_APPEND"),      Flag(0100, "O_CREAT"),
    Within(3, 2, "O_RDWR"),       Within(3, 1, "O_WRONLY"),
    Within(3, 0, "O_RDONLY"),     Flag(02000000, "O_CLOEXEC"),
    Flag(020200000, "O_TMPFILE"),
};

constexpr FlagName kFileFacts[] = {
    Flag(EYRIE_FILE_CREATED, "O_F_CREATED"),
    Flag(EYRIE_FILE_UPPER_LAYER, "FD_UPPER_LAYER"),
    Flag(EYRIE_FILE_LOWER_LAYER, "FD_LOWER_LAYER"),
};

constexpr FlagName kCreatFlags[] = {
    Flag(EYRIE_FILE_UPPER_LAYER, "FD_UPPER_LAYER_CREAT"),
    Flag(EYRIE_FILE_LOWER_LAYER, "FD_LOWER_LAYER_CREAT"),
};

// Of what makes a descriptor and opens no file. Other bits mean something else
// there, such as 1, EFD_SEMAPHORE.
constexpr FlagName kFileFlags[] = {
    Flag(040000, "O_DIRECT"),
    Flag(04000, "O_NONBLOCK"),
    Flag(02000000, "O_CLOEXEC"),
    Within(02044000, 0, "O_NONE"),
};

constexpr FlagName kResolveFlags[] = {
    Flag(0x08, "RESOLVE_BENEATH"),       Flag(0x10, "RESOLVE_IN_ROOT"),
    Flag(0x02, "RESOLVE_NO_MAGICLINKS"), Flag(0x04, "RESOLVE_NO_SYMLINKS"),
    Flag(0x01, "RESOLVE_NO_XDEV"),       Flag(0x20, "RESOLVE_CACHED"),
};

constexpr FlagName kUnlinkFlags[] = {
    Flag(0x200, "AT_REMOVEDIR"),
};

constexpr FlagName kRenameFlags[] = {
    Flag(1, "RENAME_NOREPLACE"),
    Flag(2, "RENAME_EXCHANGE"),
    Flag(4, "RENAME_WHITEOUT"),
};

// Of all calls but unlinkat(): one bit has another name there.
constexpr FlagName kAtFlags[] = {
    Flag(0x400, "AT_SYMLINK_FOLLOW"),
    Flag(0x1000, "AT_EMPTY_PATH"),
    Flag(0x800, "AT_NO_AUTOMOUNT"),
    Flag(0x100, "AT_SYMLINK_NOFOLLOW"),
    // Unknown to the reference.
    Flag(0x200, "AT_EACCESS"),
    Flag(0x2000, "AT_STATX_FORCE_SYNC"),
    Flag(0x4000, "AT_STATX_DONT_SYNC"),
    Flag(0x8000, "AT_RECURSIVE"),
};

constexpr FlagName kModes[] = {
    Flag(00001, "S_IXOTH"), Flag(00002, "S_IWOTH"), Flag(00004, "S_IROTH"),
    Flag(00010, "S_IXGRP"), Flag(00020, "S_IWGRP"), Flag(00040, "S_IRGRP"),
    Flag(00100, "S_IXUSR"), Flag(00200, "S_IWUSR"), Flag(00400, "S_IRUSR"),
    Flag(01000, "S_ISVTX"), Flag(02000, "S_ISGID"), Flag(04000, "S_ISUID"),
};

// Permissions, then the type, which is a number. No type is a regular file.
constexpr FlagName kNodeModes[] = {
    Flag(00001, "S_IXOTH"),
    Flag(00002, "S_IWOTH"),
    Flag(00004, "S_IROTH"),
    Flag(00010, "S_IXGRP"),
    Flag(00020, "S_IWGRP"),
    Flag(00040, "S_IRGRP"),
    Flag(00100, "S_IXUSR"),
    Flag(00200, "S_IWUSR"),
    Flag(00400, "S_IRUSR"),
    Flag(01000, "S_ISVTX"),
    Flag(02000, "S_ISGID"),
    Flag(04000, "S_ISUID"),
    Within(0170000, 0100000, "S_IFREG"),
    Within(0170000, 0, "S_IFREG"),
    Within(0170000, 0020000, "S_IFCHR"),
    Within(0170000, 0060000, "S_IFBLK"),
    Within(0170000, 0010000, "S_IFIFO"),
    Within(0170000, 0140000, "S_IFSOCK"),
};

constexpr FlagName kAccessModes[] = {
    Within(7, 0, "F_OK"),
    Flag(4, "R_OK"),
    Flag(2, "W_OK"),
    Flag(1, "X_OK"),
};

constexpr FlagName kXattrFlags[] = {
    Flag(1, "XATTR_CREATE"),
    Flag(2, "XATTR_REPLACE"),
};

constexpr FlagName kCloseRangeFlags[] = {
    Flag(2, "CLOSE_RANGE_UNSHARE"),
    Flag(4, "CLOSE_RANGE_CLOEXEC"),
};

constexpr FlagName kFcntlCommands[] = {
    Number(1032, "F_GETPIPE_SZ"),
    Number(1031, "F_SETPIPE_SZ"),
    Number(1026, "F_NOTIFY"),
    Number(1030, "F_DUPFD_CLOEXEC"),
    Number(1029, "F_CANCELLK"),
    Number(1025, "F_GETLEASE"),
    Number(1024, "F_SETLEASE"),
    Number(16, "F_GETOWN_EX"),
    Number(15, "F_SETOWN_EX"),
    // Of 32-bit programs.
    Number(14, "F_SETLKW64"),
    Number(13, "F_SETLK64"),
    Number(12, "F_GETLK64"),
    Number(11, "F_GETSIG"),
    Number(10, "F_SETSIG"),
    Number(9, "F_GETOWN"),
    Number(8, "F_SETOWN"),
    Number(7, "F_SETLKW"),
    Number(6, "F_SETLK"),
    Number(5, "F_GETLK"),
    Number(4, "F_SETFL"),
    Number(3, "F_GETFL"),
    Number(2, "F_SETFD"),
    Number(1, "F_GETFD"),
    Number(0, "F_DUPFD"),
    Number(36, "F_OFD_GETLK"),
    Number(37, "F_OFD_SETLK"),
    Number(38, "F_OFD_SETLKW"),
    // Unknown to the reference.
    Number(17, "F_GETOWNER_UIDS"),
    Number(1027, "F_DUPFD_QUERY"),
    Number(1028, "F_CREATED_QUERY"),
    Number(1033, "F_ADD_SEALS"),
    Number(1034, "F_GET_SEALS"),
    Number(1035, "F_GET_RW_HINT"),
    Number(1036, "F_SET_RW_HINT"),
    Number(1037, "F_GET_FILE_RW_HINT"),
    Number(1038, "F_SET_FILE_RW_HINT"),
};

constexpr FlagName kFlockOperations[] = {
    Flag(1, "LOCK_SH"), Flag(2, "LOCK_EX"),         Flag(4, "LOCK_NB"),
    Flag(8, "LOCK_UN"), Within(15, 0, "LOCK_NONE"),
};

constexpr FlagName kMountFlags[] = {
    Flag(1 << 0, "RDONLY"),
    Flag(1 << 1, "NOSUID"),
    Flag(1 << 2, "NODEV"),
    Flag(1 << 3, "NOEXEC"),
    Flag(1 << 4, "SYNCHRONOUS"),
    Flag(1 << 5, "REMOUNT"),
    Flag(1 << 6, "MANDLOCK"),
    Flag(1 << 7, "DIRSYNC"),
    Flag(1 << 10, "NOATIME"),
    Flag(1 << 11, "NODIRATIME"),
    Flag(1 << 12, "BIND"),
    Flag(1 << 13, "MOVE"),
    Flag(1 << 14, "REC"),
    Flag(1 << 15, "SILENT"),
    Flag(1 << 16, "POSIXACL"),
    Flag(1 << 17, "UNBINDABLE"),
    Flag(1 << 18, "PRIVATE"),
    Flag(1 << 19, "SLAVE"),
    Flag(1 << 20, "SHARED"),
    Flag(1 << 21, "RELATIME"),
    Flag(1 << 22, "KERNMOUNT"),
    Flag(1 << 23, "I_VERSION"),
    Flag(1 << 24, "STRICTATIME"),
    Flag(1 << 25, "LAZYTIME"),
    Flag(1 << 28, "NOSEC"),
    Flag(1 << 29, "BORN"),
    Flag(1 << 30, "ACTIVE"),
    Flag(1u << 31, "NOUSER"),
    // Unknown to the reference.
    Flag(1 << 8, "NOSYMFOLLOW"),
};

constexpr FlagName kUmountFlags[] = {
    Flag(1, "FORCE"),
    Flag(2, "DETACH"),
    Flag(4, "EXPIRE"),
    Flag(8, "NOFOLLOW"),
};

constexpr FlagName kFsconfigCommands[] = {
    Number(0, "FSCONFIG_SET_FLAG"),
    Number(1, "FSCONFIG_SET_STRING"),
    Number(2, "FSCONFIG_SET_BINARY"),
    Number(3, "FSCONFIG_SET_PATH"),
    Number(4, "FSCONFIG_SET_PATH_EMPTY"),
    Number(5, "FSCONFIG_SET_FD"),
    Number(6, "FSCONFIG_CMD_CREATE"),
    Number(7, "FSCONFIG_CMD_RECONFIGURE"),
    // Unknown to the reference.
    Number(8, "FSCONFIG_CMD_CREATE_EXCL"),
};

constexpr FlagName kSeekWhences[] = {
    Number(2, "SEEK_END"),
    Number(1, "SEEK_CUR"),
    Number(0, "SEEK_SET"),
    // Unknown to the reference.
    Number(3, "SEEK_DATA"),
    Number(4, "SEEK_HOLE"),
};

constexpr FlagName kQuotaFormats[] = {
    Number(0, "QFMT_NOT_USED"),
    Number(1, "QFMT_VFS_OLD"),
    Number(2, "QFMT_VFS_V0"),
    Number(4, "QFMT_VFS_V1"),
    // Unknown to the reference.
    Number(3, "QFMT_OCFS2"),
    Number(5, "QFMT_SHMEM"),
};

constexpr FlagName kQuotaCommands[] = {
    Number(0x800002, "Q_QUOTAON"),
    Number(0x800003, "Q_QUOTAOFF"),
    Number(0x800004, "Q_GETFMT"),
    Number(0x800005, "Q_GETINFO"),
    Number(0x800006, "Q_SETINFO"),
    Number(0x800007, "Q_GETQUOTA"),
    Number(0x800008, "Q_SETQUOTA"),
    Number(0x800001, "Q_SYNC"),
    Number(0x5801, "Q_XQUOTAON"),
    Number(0x5802, "Q_XQUOTAOFF"),
    Number(0x5803, "Q_XGETQUOTA"),
    Number(0x5804, "Q_XSETQLIM"),
    Number(0x5805, "Q_XGETQSTAT"),
    Number(0x5806, "Q_XQUOTARM"),
    Number(0x5807, "Q_XQUOTASYNC"),
    // Unknown to the reference.
    Number(0x800009, "Q_GETNEXTQUOTA"),
    Number(0x5808, "Q_XGETQSTATV"),
    Number(0x5809, "Q_XGETNEXTQUOTA"),
};

constexpr FlagName kQuotaTypes[] = {
    Number(0, "USRQUOTA"),
    Number(1, "GRPQUOTA"),
    // Unknown to the reference.
    Number(2, "PRJQUOTA"),
};

constexpr FlagName kSpliceFlags[] = {
    Flag(1, "SPLICE_F_MOVE"),
    Flag(2, "SPLICE_F_NONBLOCK"),
    Flag(4, "SPLICE_F_MORE"),
    Flag(8, "SPLICE_F_GIFT"),
};

constexpr FlagName kEpollFlags[] = {
    Flag(02000000, "EPOLL_CLOEXEC"),
};

constexpr TypeNames kTypes[] = {
    Flags(ArgumentType::kOpenFlags, kOpenFlags),
    Flags(ArgumentType::kCreatFlags, kCreatFlags),
    Flags(ArgumentType::kFileFlags, kFileFlags),
    Flags(ArgumentType::kResolveFlags, kResolveFlags),
    Flags(ArgumentType::kUnlinkFlags, kUnlinkFlags),
    Flags(ArgumentType::kRenameFlags, kRenameFlags),
    Flags(ArgumentType::kAtFlags, kAtFlags),
    Flags(ArgumentType::kMode, kModes),
    Flags(ArgumentType::kNodeMode, kNodeModes),
    Flags(ArgumentType::kAccessMode, kAccessModes),
    Flags(ArgumentType::kXattrFlags, kXattrFlags),
    Flags(ArgumentType::kCloseRangeFlags, kCloseRangeFlags),
    Enumeration(ArgumentType::kFcntlCommand, kFcntlCommands),
    Flags(ArgumentType::kFlockOperation, kFlockOperations),
    Flags(ArgumentType::kMountFlags, kMountFlags),
    Flags(ArgumentType::kUmountFlags, kUmountFlags),
    Enumeration(ArgumentType::kFsconfigCommand, kFsconfigCommands),
    Enumeration(ArgumentType::kSeekWhence, kSeekWhences),
    Enumeration(ArgumentType::kQuotaFormat, kQuotaFormats),
    Enumeration(ArgumentType::kQuotaCommand, kQuotaCommands),
    Enumeration(ArgumentType::kQuotaType, kQuotaTypes),
    Flags(ArgumentType::kSpliceFlags, kSpliceFlags),
    Flags(ArgumentType::kEpollFlags, kEpollFlags),
};

}  // namespace

absl::Span<const TypeNames> FileTypeNames() { return kTypes; }

absl::Span<const FlagName> FileFactNames() { return kFileFacts; }

}  // namespace eyrie
