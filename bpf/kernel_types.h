/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The kernel structures that the sensor reads, by hand.
 *
 * Only the fields that are read, in any order: offsets come from the running
 * kernel's BTF when the programs are loaded (CO-RE). A name with a suffix
 * ___x is another shape of the same structure; use it only behind
 * bpf_core_field_exists().
 */
#ifndef EYRIE_BPF_KERNEL_TYPES_H_
#define EYRIE_BPF_KERNEL_TYPES_H_

#include <linux/types.h>

#ifndef __bool_true_false_are_defined
typedef _Bool bool;
#define true 1
#define false 0
#endif

#define NULL ((void*)0)

#pragma clang attribute push(__attribute__((preserve_access_index)), \
                             apply_to = record)

struct kuid {
  __u32 val;
};

struct kernel_cap {
  __u64 val; /* u32[2] before 6.3: the same 8 bytes */
};

struct atomic {
  int counter;
};

/* ---- files ----------------------------------------------------------------
 */

struct qstr {
  union {
    struct {
      __u32 hash;
      __u32 len;
    };
    __u64 hash_len;
  };
  const unsigned char* name;
};

struct hlist_bl_node {
  void* pprev;
};

struct file_system_type {
  const char* name;
};

struct user_namespace;

struct super_block {
  __u32 s_dev;
  unsigned long s_flags;
  unsigned long s_magic;
  struct user_namespace* s_user_ns;
};

struct timespec64 {
  __s64 tv_sec;
  long tv_nsec;
};

struct inode {
  __u16 i_mode;
  struct kuid i_uid;
  struct kuid i_gid;
  unsigned int i_flags;
  struct super_block* i_sb;
  unsigned long i_ino;
  unsigned int i_nlink;
  __u32 i_rdev;
  void* i_private;
};

/* 6.11 and later */
struct inode___sec {
  __s64 i_mtime_sec;
  __s64 i_ctime_sec;
  __u32 i_mtime_nsec;
  __u32 i_ctime_nsec;
};

/* 6.7 to 6.10; 6.6 has only the first */
struct inode___private {
  struct timespec64 __i_ctime;
  struct timespec64 __i_mtime;
};

/* up to 6.5; 6.6 has only the second */
struct inode___public {
  struct timespec64 i_ctime;
  struct timespec64 i_mtime;
};

struct dentry {
  struct hlist_bl_node d_hash;
  struct dentry* d_parent;
  struct qstr d_name;
  struct inode* d_inode;
  struct super_block* d_sb;
};

struct vfsmount {
  struct dentry* mnt_root;
  struct super_block* mnt_sb;
  int mnt_flags;
};

struct mount {
  struct mount* mnt_parent;
  struct dentry* mnt_mountpoint;
  struct vfsmount mnt;
};

struct path {
  struct vfsmount* mnt;
  struct dentry* dentry;
};

struct file {
  struct path f_path;
  struct inode* f_inode;
  unsigned int f_mode;
  unsigned int f_flags;
  void* private_data;
};

struct ovl_inode {
  struct inode vfs_inode;
  struct dentry* __upperdentry;
};

struct fs_struct {
  struct path root;
  struct path pwd;
};

struct fdtable {
  unsigned int max_fds;
  struct file** fd;
};

struct files_struct {
  struct fdtable* fdt;
};

/* ---- namespaces, control groups -------------------------------------------
 */

struct proc_ns_operations {
  const char* name;
};

struct ns_common {
  struct proc_ns_operations* ops;
  unsigned int inum;
};

struct task_struct;

struct pid_namespace {
  struct task_struct* child_reaper;
  unsigned int level;
  struct ns_common ns;
};

struct mnt_namespace {
  struct ns_common ns;
};

struct net {
  struct ns_common ns;
};

struct user_namespace {
  struct ns_common ns;
};

struct nsproxy {
  struct mnt_namespace* mnt_ns;
  struct net* net_ns;
};

struct kernfs_node {
  const char* name;
  __u64 id;
};

/* 6.15 and later */
struct kernfs_node___hidden {
  struct kernfs_node* __parent;
};

/* up to 6.14 */
struct kernfs_node___open {
  struct kernfs_node* parent;
};

struct cgroup {
  struct kernfs_node* kn;
};

struct cgroup_subsys_state {
  struct cgroup* cgroup;
};

struct css_set {
  struct cgroup_subsys_state* subsys[4];
  struct cgroup* dfl_cgrp;
};

/* ---- processes --------------------------------------------------------------
 */

struct upid {
  int nr;
  struct pid_namespace* ns;
};

struct pid {
  unsigned int level;
  struct upid numbers[1];
};

struct group_info {
  int ngroups;
  struct kuid gid[1];
};

struct cred {
  struct kuid uid;
  struct kuid gid;
  struct kuid euid;
  struct kuid egid;
  struct kuid fsuid;
  struct kuid fsgid;
  struct kernel_cap cap_inheritable;
  struct kernel_cap cap_permitted;
  struct kernel_cap cap_effective;
  struct user_namespace* user_ns;
  struct group_info* group_info;
};

struct percpu_counter {
  __s64 count;
};

struct mm_struct {
  unsigned long total_vm;
  unsigned long arg_start;
  unsigned long arg_end;
  unsigned long env_start;
  unsigned long env_end;
  struct file* exe_file;
};

/* 6.2 and later */
struct mm_struct___percpu {
  struct percpu_counter rss_stat[4];
};

struct tty_driver {
  int major;
  int minor_start;
};

struct tty_struct {
  int index;
  struct tty_driver* driver;
};

struct rlimit {
  unsigned long rlim_cur;
};

struct signal_struct {
  struct atomic live;
  int group_exit_code;
  unsigned int flags;
  unsigned int is_child_subreaper : 1;
  unsigned int has_child_subreaper : 1;
  struct pid* pids[4];
  struct tty_struct* tty;
  unsigned long min_flt;
  unsigned long maj_flt;
  struct rlimit rlim[16];
};

struct thread_info {
  unsigned long flags;
  __u32 status; /* x86 */
};

struct task_struct {
  struct thread_info thread_info;
  void* stack;
  unsigned int flags;
  struct mm_struct* mm;
  int exit_code;
  int pid;
  int tgid;
  struct task_struct* real_parent;
  struct task_struct* group_leader;
  struct pid* thread_pid;
  __u64 start_boottime;
  unsigned long min_flt;
  unsigned long maj_flt;
  struct cred* real_cred;
  struct cred* cred;
  char comm[16];
  struct fs_struct* fs;
  struct files_struct* files;
  struct nsproxy* nsproxy;
  struct signal_struct* signal;
  struct kuid loginuid; /* with CONFIG_AUDIT */
  __u64 self_exec_id;   /* u32 before 5.7 */
  struct css_set* cgroups;
};

struct linux_binprm {
  const char* filename;
  const char* fdpath; /* 5.9 and later */
};

/* ---- signals ----------------------------------------------------------------
 */

struct sigfields_kill {
  int _pid;
};

union __sifields {
  struct sigfields_kill _kill;
};

struct kernel_siginfo {
  int si_signo;
  int si_errno;
  int si_code;
  union __sifields _sifields;
};

/* ---- io_uring ---------------------------------------------------------------
 */

struct filename {
  const char* name;
};

struct io_cqe {
  __s32 res;
  int fd;
};

struct io_uring_cqe {
  __s32 res;
};

struct io_uring_task {
  struct task_struct* task;
};

/* The beginning of a request is the operation's own struct: io_open, … */
struct io_kiocb {
  struct file* file;
  __u8 opcode;
  struct io_cqe cqe;
};

/* 6.13 and later */
struct io_kiocb___tctx {
  struct io_uring_task* tctx;
};

/* up to 6.12 */
struct io_kiocb___task {
  struct task_struct* task;
};

struct open_how {
  __u64 flags;
  __u64 mode;
  __u64 resolve;
};

struct io_open {
  int dfd;
  __u32 file_slot;
  struct filename* filename;
  struct open_how how;
};

struct io_statx {
  int dfd;
  unsigned int mask;
  unsigned int flags;
  struct filename* filename;
};

struct io_unlink {
  int dfd;
  int flags;
  struct filename* filename;
};

struct io_mkdir {
  int dfd;
  __u16 mode;
  struct filename* filename;
};

struct io_rename {
  int old_dfd;
  int new_dfd;
  struct filename* oldpath;
  struct filename* newpath;
  int flags;
};

/* linkat and symlinkat */
struct io_link {
  int old_dfd;
  int new_dfd;
  struct filename* oldpath;
  struct filename* newpath;
  int flags;
};

struct io_close {
  int fd;
};

struct io_accept {
  int flags;
};

struct io_socket {
  int domain;
  int type;
  int protocol;
  int flags;
};

struct io_connect {
  void* addr;
  int addr_len;
};

struct io_listen {
  int backlog;
};

struct io_shutdown {
  int how;
};

struct io_rw {
  __u64 addr;
  __u32 len;
};

struct io_sr_msg {
  void* buf; /* a struct msghdr of sendmsg, recvmsg */
  int len;
};

/* ---- sockets ----------------------------------------------------------------
 */

struct in6_addr {
  union {
    __u8 u6_addr8[16];
  } in6_u;
};

struct sock_common {
  __u32 skc_daddr;
  __u32 skc_rcv_saddr;
  __u16 skc_dport;
  __u16 skc_num;
  unsigned short skc_family;
  unsigned char skc_state;
  int skc_bound_dev_if;
  struct in6_addr skc_v6_daddr;
  struct in6_addr skc_v6_rcv_saddr;
};

struct sock {
  struct sock_common __sk_common;
  __u16 sk_type;
  __u16 sk_protocol;
  __u8 sk_userlocks : 4;
  __u32 sk_ack_backlog;
  __u32 sk_max_ack_backlog;
};

struct ipv6_pinfo {
  int mcast_oif;
};

struct inet_sock {
  struct sock sk;
  struct ipv6_pinfo* pinet6;
  int mc_index;
};

/* with CONFIG_MPTCP */
struct mptcp_sock {
  struct sock* first;
};

struct socket {
  short type;
  struct sock* sk;
};

struct sockaddr_un {
  __u16 sun_family;
  char sun_path[108];
};

struct unix_address {
  int len;
  struct sockaddr_un name[1];
};

struct unix_sock {
  struct sock sk;
  struct unix_address* addr;
  struct sock* peer;
};

/* ---- contexts ---------------------------------------------------------------
 */

#if defined(__TARGET_ARCH_x86)
struct pt_regs {
  unsigned long bp;
  unsigned long bx;
  unsigned long r10;
  unsigned long r9;
  unsigned long r8;
  unsigned long cx;
  unsigned long dx;
  unsigned long si;
  unsigned long di;
  unsigned long orig_ax;
  unsigned long ip;
};
#elif defined(__TARGET_ARCH_arm64)
struct pt_regs {
  __u64 regs[31];
  __u64 pc;
  __u64 orig_x0;
  __s32 syscallno;
};
#endif

struct seq_file;

struct bpf_iter_meta {
  struct seq_file* seq;
};

struct bpf_iter__task {
  struct bpf_iter_meta* meta;
  struct task_struct* task;
};

#pragma clang attribute pop

enum cgroup_subsys_id {
  cpu_cgrp_id,
  memory_cgrp_id,
  pids_cgrp_id,
};

#endif /* EYRIE_BPF_KERNEL_TYPES_H_ */
