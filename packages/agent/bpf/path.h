/* Paths as the container sees them: names from the leaf up to its root, each ended by NUL; the reader turns them round. */
#pragma once
#include "maps.h"

#define DEPTH 40
#define NAME 256
#define O_CREAT 0100
#define FMODE_CREATED (1 << 20)

static __always_inline struct mount *mount_of(struct vfsmount *mnt)
{
	return (struct mount *)((char *)mnt - bpf_core_field_offset(struct mount, mnt));
}

/*
 * Writes the names of `dentry` into the scratch record at `at`, and returns where they end. Kernel pointers come as
 * numbers because the program is verified on its own: inlined it would be verified once per caller and path.
 */
__noinline int walk(u64 dentry_address, u64 mount_address, u64 root_dentry, u64 root_mount, u32 at)
{
	u32 zero = 0;
	struct record *record = bpf_map_lookup_elem(&scratch, &zero);
	if (!record) return at;
	struct dentry *dentry = (void *)dentry_address;
	struct vfsmount *mnt = (void *)mount_address;
	for (int depth = 0; depth < DEPTH; depth++) {
		if ((u64)dentry == root_dentry && (u64)mnt == root_mount) return at;
		struct dentry *parent = BPF_CORE_READ(dentry, d_parent);
		int top = dentry == BPF_CORE_READ(mnt, mnt_root);
		if (top || (dentry == parent && depth > 0)) {
			if (!top) return at;
			struct mount *mount = mount_of(mnt);
			struct mount *above = BPF_CORE_READ(mount, mnt_parent);
			if (!above || above == mount) return at;
			dentry = BPF_CORE_READ(mount, mnt_mountpoint);
			mnt = (struct vfsmount *)((char *)above + bpf_core_field_offset(struct mount, mnt));
			continue;
		}
		at &= TEXT - 1;
		if (at > TEXT - 1 - NAME) break;
		long read = bpf_probe_read_kernel_str(&record->text[at], NAME, BPF_CORE_READ(dentry, d_name.name));
		if (read <= 0) break;
		at += read;
		dentry = parent;
	}
	record->head.flags |= FLAG_CUT;
	return at;
}

/* The path of `path` below the task's root directory, at the beginning of the record's text. */
static __always_inline void tell_path(struct record *record, struct path *path, struct task_struct *task)
{
	struct fs_struct *fs = BPF_CORE_READ(task, fs);
	int end = walk((u64)BPF_CORE_READ(path, dentry), (u64)BPF_CORE_READ(path, mnt),
		       (u64)BPF_CORE_READ(fs, root.dentry), (u64)BPF_CORE_READ(fs, root.mnt), 0);
	record->head.text1 = end & (TEXT - 1);
}

static __always_inline struct file *file_of(struct task_struct *task, u32 fd)
{
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	if (fd >= BPF_CORE_READ(table, max_fds)) return 0;
	struct file **files = BPF_CORE_READ(table, fd);
	struct file *file = 0;
	bpf_probe_read_kernel(&file, sizeof(file), &files[fd]);
	return file;
}

#define S_IFMT 0170000
#define S_IFSOCK 0140000

/* Whether a descriptor is a connection over the network, as the standard input of a shell that somebody called home with. */
static __always_inline int is_connection(struct task_struct *task, u32 fd)
{
	struct file *file = file_of(task, fd);
	if (!file || (BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK) return 0;
	struct socket *opened = BPF_CORE_READ(file, private_data);
	u16 family = BPF_CORE_READ(opened, sk, __sk_common.skc_family);
	return family == 2 || family == 10;
}

/* Whether the program's own file lies outside the mount namespace of the task: runc, before it becomes the container. */
static __always_inline int before_entrypoint(struct task_struct *task)
{
	struct vfsmount *mnt = BPF_CORE_READ(task, mm, exe_file, f_path.mnt);
	if (!mnt) return 0;
	u32 of_file = BPF_CORE_READ(mount_of(mnt), mnt_ns, ns.inum);
	return of_file != BPF_CORE_READ(task, nsproxy, mnt_ns, ns.inum);
}

static __always_inline void tell_file(struct record *record, struct file *file, struct task_struct *task)
{
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	struct inode *above = BPF_CORE_READ(file, f_path.dentry, d_parent, d_inode);
	struct file_body *body = &record->body.file;
	body->inode = BPF_CORE_READ(inode, i_ino);
	body->device = BPF_CORE_READ(inode, i_sb, s_dev);
	body->mode = BPF_CORE_READ(inode, i_mode);
	body->owner = BPF_CORE_READ(inode, i_uid.val);
	body->group = BPF_CORE_READ(inode, i_gid.val);
	/* O_CREAT is forgotten by the file; that it was made by this very opening is not. */
	body->flags = BPF_CORE_READ(file, f_flags) | (BPF_CORE_READ(file, f_mode) & FMODE_CREATED ? O_CREAT : 0);
	body->parent_mode = BPF_CORE_READ(above, i_mode);
	body->parent_owner = BPF_CORE_READ(above, i_uid.val);
	body->parent_group = BPF_CORE_READ(above, i_gid.val);
	if (BPF_CORE_READ(file, f_path.mnt) == BPF_CORE_READ(task, fs, root.mnt)) record->head.flags |= FLAG_ROOT_MOUNT;
	if (before_entrypoint(task)) record->head.flags |= FLAG_BEFORE_ENTRYPOINT;
}
