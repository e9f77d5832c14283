/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Paths from the kernel's own directory entries.
 *
 * A walk goes from an entry up to the root of the process, across mounts, and
 * collects the components; the record then takes them from the first to the last.
 * It takes no locks: a rename at the same moment can give a mixture of the old
 * and the new path.
 */
#ifndef EYRIE_BPF_PATH_BPF_H_
#define EYRIE_BPF_PATH_BPF_H_

#include "bpf/maps.bpf.h"

/* Kernel constants. */
#define S_IFMT 0170000
#define S_IFSOCK 0140000
#define OVERLAYFS_SUPER_MAGIC 0x794c7630
#define TMPFS_MAGIC 0x01021994
#define HUGETLBFS_MAGIC 0x958458f6
#define PIPEFS_MAGIC 0x50495045
#define SOCKFS_MAGIC 0x534f434b
#define ANON_INODE_FS_MAGIC 0x09041934
#define PIDFS_MAGIC 0x50494446
#define NSFS_MAGIC 0x6e736673

/* Bytes of eyrie_walk.text in front of which a path ends. */
#define WALK_END EYRIE_MAX_PATH
/* bpf_loop() is 5.17+; before, a loop that the verifier unrolls. */
#define WALK_STEPS_UNROLLED 64

/* Puts `length` bytes and a slash in front of them at the beginning. False if
 * there is no room or they cannot be read. */
static __always_inline bool walk_prepend(struct eyrie_walk *walk,
					 const void *name, __u32 length)
{
	__u32 position = walk->position;

	if (length > EYRIE_MAX_NAME)
		length = EYRIE_MAX_NAME;
	if (position < length + 1 || position > WALK_END)
		return false;
	position -= length;
	forget(position);
	if (bpf_probe_read_kernel(&walk->text[position & WALK_END],
				  length & EYRIE_MAX_NAME, name))
		return false;
	position--;
	forget(position);
	walk->text[position & WALK_END] = '/';
	walk->position = position;
	return true;
}

/* Adds a component in front of the others. False if the path gets too long. */
static __always_inline bool walk_collect(struct eyrie_walk *walk,
					 struct dentry *dentry)
{
	__u32 length = kread(dentry, d_name.len), count = walk->count;
	struct eyrie_component *component;

	if (length > EYRIE_MAX_NAME)
		length = EYRIE_MAX_NAME;
	if (walk->length + length + 1 > EYRIE_MAX_PATH)
		return false;
	forget(count);
	if (count >= EYRIE_MAX_COMPONENTS)
		return false;
	component = &walk->components[count];
	component->name = (__u64)kread(dentry, d_name.name);
	component->length = length;
	walk->length += length + 1;
	walk->count = count + 1;
	return true;
}

/* One step of a walk over directories. Returns 1 at its end. */
static long walk_dentry(__u32 index, void *context)
{
	struct eyrie_walk *walk = *(struct eyrie_walk **)context;
	__u64 node = walk->node, mount_address = walk->mount;
	struct dentry *dentry = (struct dentry *)node;
	struct mount *mount = (struct mount *)mount_address;
	struct dentry *parent;

	if (node == walk->root && mount_address == walk->root_mount) {
		walk->done = 1;
		return 1;
	}
	parent = kread(dentry, d_parent);
	if (dentry == kread(mount, mnt.mnt_root) || dentry == parent) {
		struct mount *mount_parent = kread(mount, mnt_parent);

		if (mount == mount_parent) {
			walk->done = 1;
			return 1;
		}
		walk->node = (__u64)kread(mount, mnt_mountpoint);
		walk->mount = (__u64)mount_parent;
		return 0;
	}
	if (!walk_collect(walk, dentry))
		return 1;
	walk->node = (__u64)parent;
	return 0;
}

static __always_inline struct kernfs_node *kernfs_parent(
	struct kernfs_node *node)
{
	if (bpf_core_field_exists(struct kernfs_node___hidden, __parent))
		return kread((struct kernfs_node___hidden *)node, __parent);
	return kread((struct kernfs_node___open *)node, parent);
}

/* One step of a walk over control groups. Returns 1 at its end. */
static long walk_kernfs(__u32 index, void *context)
{
	struct eyrie_walk *walk = *(struct eyrie_walk **)context;
	struct kernfs_node *node = (struct kernfs_node *)walk->node;
	struct kernfs_node *parent = kernfs_parent(node);
	long length;

	if (!parent) {
		walk->done = 1;
		return 1;
	}
	length = bpf_probe_read_kernel_str(walk->name, sizeof(walk->name),
					   kread(node, name));
	if (length < 1 || !walk_prepend(walk, walk->name, length - 1))
		return 1;
	walk->node = (__u64)parent;
	return 0;
}

/* Calls `step` with the address of a pointer to `object` up to `most` times. */
#define run_walk(most, step, object)                                         \
	do {                                                                 \
		__typeof__(object) object_ = (object);                       \
		if (bpf_core_enum_value_exists(enum bpf_func_id,             \
					       BPF_FUNC_loop)) {             \
			bpf_loop(most, step, &object_, 0);                   \
		} else {                                                     \
			for (int i_ = 0; i_ < WALK_STEPS_UNROLLED; i_++)     \
				if (step(i_, &object_))                      \
					break;                               \
		}                                                            \
	} while (0)

/* Steps of a walk: the components, and a mount that may end behind each. */
#define MAX_WALK_STEPS (2 * EYRIE_MAX_COMPONENTS)

static __always_inline void walk_start(struct eyrie_walk *walk, __u64 node)
{
	walk->node = node;
	walk->position = WALK_END;
	walk->done = 0;
	walk->count = 0;
	walk->length = 0;
}

/* An empty walk stands for the root. */
static __always_inline void walk_finish(struct eyrie_walk *walk)
{
	if (walk->position >= WALK_END) {
		walk->text[WALK_END - 1] = '/';
		walk->position = WALK_END - 1;
	}
}

static __always_inline __u64 mount_of(struct vfsmount *mount)
{
	return (__u64)mount - bpf_core_field_offset(struct mount, mnt);
}

/* Collects the components of `dentry` on `mount`, as `task` sees it; `done` is 0
 * if the first ones are missing. */
subprogram int walk_path(struct eyrie_walk *walk,
				struct task_struct *task, struct vfsmount *mount,
				struct dentry *dentry)
{
	struct fs_struct *fs = kread(task, fs);

	if (!walk)
		return 0;
	walk_start(walk, (__u64)dentry);
	walk->mount = mount_of(mount);
	walk->root = (__u64)kread(fs, root.dentry);
	walk->root_mount = mount_of(kread(fs, root.mnt));
	run_walk(MAX_WALK_STEPS, walk_dentry, walk);
	return 0;
}

/* The same without regard to the root of a process: up to the root of the mount
 * namespace. */
subprogram int walk_host_path(struct eyrie_walk *walk, struct vfsmount *mount,
			      struct dentry *dentry)
{
	if (!walk)
		return 0;
	walk_start(walk, (__u64)dentry);
	walk->mount = mount_of(mount);
	walk->root = 0;
	walk->root_mount = 0;
	run_walk(MAX_WALK_STEPS, walk_dentry, walk);
	return 0;
}

/* Most mounts on top of each other at the root. */
#define MAX_ROOT_MOUNTS 4

/* Whether the root directory of `task` is not the root of its mount namespace:
 * whether chroot() has changed it. */
static __always_inline bool has_other_root(struct task_struct *task)
{
	struct fs_struct *fs = kread(task, fs);
	struct dentry *dentry = kread(fs, root.dentry);
	struct mount *mount =
		(struct mount *)mount_of(kread(fs, root.mnt)), *parent;
	int i;

	for (i = 0; i < MAX_ROOT_MOUNTS; i++) {
		if (dentry != kread(mount, mnt.mnt_root))
			return true;
		parent = kread(mount, mnt_parent);
		if (parent == mount)
			return false;
		dentry = kread(mount, mnt_mountpoint);
		mount = parent;
	}
	return true;
}

/* Leaves the path of a control group, from the root of its hierarchy, in
 * [position, WALK_END) of walk->text; `done` is 0 if its beginning is missing. */
subprogram int walk_cgroup(struct eyrie_walk *walk,
				  struct kernfs_node *node)
{
	if (!walk)
		return 0;
	walk_start(walk, (__u64)node);
	run_walk(EYRIE_MAX_COMPONENTS, walk_kernfs, walk);
	walk_finish(walk);
	return 0;
}

/* Puts `number` in decimal in front of the text. */
static __always_inline void walk_prepend_number(struct eyrie_walk *walk,
						__u64 number)
{
	__u32 position = walk->position;
	int i;

	for (i = 0; i < 20; i++) {
		if (position == 0)
			break;
		position--;
		forget(position);
		walk->text[position & WALK_END] = '0' + number % 10;
		number /= 10;
		if (!number)
			break;
	}
	walk->position = position;
}

#define walk_prepend_literal(walk, literal)                                 \
	do {                                                                \
		char literal_[] = literal;                                  \
		__u32 position_ = (walk)->position - (sizeof(literal) - 1); \
		forget(position_);                                          \
		position_ &= WALK_END;                                      \
		__builtin_memcpy(&(walk)->text[position_], literal_,        \
				 sizeof(literal) - 1);                      \
		(walk)->position = position_;                               \
	} while (0)

static __always_inline unsigned long magic_of(struct inode *inode)
{
	return kread(kread(inode, i_sb), s_magic);
}

/* The file type bits of st_mode. stat(2) hides those of pidfds, which are regular
 * files inside since 6.9. */
static __always_inline __u32 file_kind(struct inode *inode)
{
	return magic_of(inode) == PIDFS_MAGIC ? 0 : kread(inode, i_mode) & S_IFMT;
}

/* The name of a namespace: mnt:[7]. */
static __always_inline int walk_namespace(struct eyrie_walk *walk,
					  struct inode *inode)
{
	struct ns_common *ns = kread(inode, i_private);
	char kind[16] = "";
	long size;

	size = bpf_probe_read_kernel_str(kind, sizeof(kind),
					 kread(kread(ns, ops), name));
	if (size <= 1)
		return 0;
	walk_start(walk, 0);
	walk_prepend_literal(walk, "]");
	walk_prepend_number(walk, kread(inode, i_ino));
	walk_prepend_literal(walk, ":[");
	if (!walk_prepend(walk, kind, size - 1))
		return 0;
	walk->position++; /* no slash */
	walk->done = 1;
	return 1;
}

/* The name of a file that no directory holds, in the kernel's words:
 * pipe:[7], socket:[7], mnt:[7], anon_inode:[eventpoll], memfd:name. False if
 * `dentry` is in a directory tree; the walk is untouched then. */
subprogram int walk_pseudo(struct eyrie_walk *walk,
				  struct dentry *dentry, struct inode *inode)
{
	unsigned long magic = magic_of(inode);
	__u32 length;

	if (!walk)
		return 0;
	if (magic == NSFS_MAGIC)
		return walk_namespace(walk, inode);
	if (magic == PIDFS_MAGIC) {
		walk_start(walk, 0);
		walk_prepend_literal(walk, "anon_inode:[pidfd]");
		walk->done = 1;
		return 1;
	}
	if (magic == PIPEFS_MAGIC || magic == SOCKFS_MAGIC) {
		walk_start(walk, 0);
		walk_prepend_literal(walk, "]");
		walk_prepend_number(walk, kread(inode, i_ino));
		if (magic == PIPEFS_MAGIC)
			walk_prepend_literal(walk, "pipe:[");
		else
			walk_prepend_literal(walk, "socket:[");
		walk->done = 1;
		return 1;
	}
	/* Only files without a directory are their own parent and not "/". */
	if ((magic != TMPFS_MAGIC && magic != HUGETLBFS_MAGIC &&
	     magic != ANON_INODE_FS_MAGIC) ||
	    kread(dentry, d_parent) != dentry || kread(inode, i_nlink) > 1)
		return 0;
	length = kread(dentry, d_name.len);
	if (length <= 1)
		return 0;
	walk_start(walk, 0);
	if (!walk_prepend(walk, kread(dentry, d_name.name), length))
		return 0;
	walk->position++; /* no slash */
	if (magic == ANON_INODE_FS_MAGIC)
		walk_prepend_literal(walk, "anon_inode:");
	walk->done = 1;
	return 1;
}

/* Whether `inode` is a memory file: on one of the internal file systems and
 * called memfd:. */
static __always_inline bool is_memfd(struct dentry *dentry,
				     struct inode *inode)
{
	char name[8] = {};

	unsigned long magic = magic_of(inode);

	if ((magic != TMPFS_MAGIC && magic != HUGETLBFS_MAGIC) ||
	    kread(dentry, d_parent) != dentry)
		return false;
	bpf_probe_read_kernel(name, 6, kread(dentry, d_name.name));
	return *(__u64 *)name == 0x3a64666d656dull; /* "memfd:" */
}

/* EYRIE_FILE_UPPER_LAYER or EYRIE_FILE_LOWER_LAYER for a file on an overlay,
 * else 0. */
static __always_inline __u64 overlay_layer(struct inode *inode)
{
	struct dentry *upper = NULL;
	__u64 address;

	if (kread(kread(inode, i_sb), s_magic) != OVERLAYFS_SUPER_MAGIC)
		return 0;
	/* The overlay module's types may be unknown; upper follows inode. */
	if (bpf_core_type_exists(struct ovl_inode))
		address = (__u64)inode -
			  bpf_core_field_offset(struct ovl_inode, vfs_inode) +
			  bpf_core_field_offset(struct ovl_inode,
						__upperdentry);
	else
		address = (__u64)inode + bpf_core_type_size(struct inode);
	bpf_probe_read_kernel(&upper, sizeof(upper), (void *)address);
	return upper ? EYRIE_FILE_UPPER_LAYER : EYRIE_FILE_LOWER_LAYER;
}

/* Whether no name leads to the file any more. */
static __always_inline bool is_deleted(struct dentry *dentry,
				       struct inode *inode)
{
	return kread(inode, i_nlink) == 0 ||
	       (!kread(dentry, d_hash.pprev) &&
		kread(dentry, d_parent) != dentry);
}

#endif /* EYRIE_BPF_PATH_BPF_H_ */
