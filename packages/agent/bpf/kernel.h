/* The kernel's structures that are read, each with only the fields read: offsets are relocated at load time (CO-RE). */
#pragma once
#include <linux/types.h>
typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s32 s32;
typedef __s64 s64;
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define RELOCATED __attribute__((preserve_access_index))

enum cgroup_subsys_id { pids_cgrp_id = 255, memory_cgrp_id = 254 };

struct ns_common { unsigned int inum; } RELOCATED;
struct mnt_namespace { struct ns_common ns; } RELOCATED;
struct net { struct ns_common ns; } RELOCATED;
struct nsproxy { struct mnt_namespace *mnt_ns; struct net *net_ns; } RELOCATED;

struct kernfs_node { u64 id; } RELOCATED;
struct cgroup;
struct cgroup_subsys_state { struct cgroup *cgroup; struct cgroup_subsys_state *parent; } RELOCATED;
struct cgroup { struct cgroup_subsys_state self; struct kernfs_node *kn; struct cgroup_subsys_state *subsys[12]; } RELOCATED;
struct css_set { struct cgroup_subsys_state *subsys[12]; struct cgroup *dfl_cgrp; } RELOCATED;

struct page_counter { unsigned long watermark; } RELOCATED;
struct mem_cgroup { struct cgroup_subsys_state css; struct page_counter memory; } RELOCATED;

struct qstr { const unsigned char *name; } RELOCATED;
struct super_block { u32 s_dev; } RELOCATED;
typedef struct { u32 val; } kuid_t;
typedef struct { u32 val; } kgid_t;
struct inode {
	u16 i_mode;
	kuid_t i_uid;
	kgid_t i_gid;
	struct super_block *i_sb;
	unsigned long i_ino;
	unsigned int i_nlink;
} RELOCATED;
struct dentry { struct dentry *d_parent; struct qstr d_name; struct inode *d_inode; } RELOCATED;
struct vfsmount { struct dentry *mnt_root; } RELOCATED;
struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
	struct mnt_namespace *mnt_ns;
} RELOCATED;
struct path { struct vfsmount *mnt; struct dentry *dentry; } RELOCATED;
struct tty_struct;
struct signal_struct { struct tty_struct *tty; } RELOCATED;
struct file { struct inode *f_inode; unsigned int f_flags;
	u32 f_mode; struct path f_path; void *private_data; } RELOCATED;
struct fdtable { unsigned int max_fds; struct file **fd; } RELOCATED;
struct files_struct { struct fdtable *fdt; } RELOCATED;
struct fs_struct { struct path root; struct path pwd; } RELOCATED;

struct kernel_cap { u64 val; } RELOCATED;
typedef struct kernel_cap kernel_cap_t;
struct cred { kuid_t uid, euid; kgid_t gid; kernel_cap_t cap_effective; } RELOCATED;

struct mm_struct { struct file *exe_file; unsigned long arg_start, arg_end; } RELOCATED;
struct task_struct {
	int pid, tgid, exit_code;
	char comm[16];
	struct mm_struct *mm;
	struct task_struct *real_parent, *group_leader;
	struct nsproxy *nsproxy;
	struct fs_struct *fs;
	struct files_struct *files;
	struct signal_struct *signal;
	struct css_set *cgroups;
	const struct cred *cred, *real_cred;
} RELOCATED;
struct linux_binprm {
	struct file *file;
	struct cred *cred;
	const char *filename, *interp;
	unsigned int secureexec : 1;
} RELOCATED;

struct in6_addr { u8 bytes[16]; };
typedef struct { struct net *net; } possible_net_t;
struct sock_common {
	u32 skc_daddr, skc_rcv_saddr;
	u16 skc_dport, skc_num, skc_family;
	unsigned char skc_state;
	possible_net_t skc_net;
	struct in6_addr skc_v6_daddr, skc_v6_rcv_saddr;
} RELOCATED;
struct sock { struct sock_common __sk_common; u16 sk_protocol, sk_type; } RELOCATED;
struct socket { struct sock *sk; } RELOCATED;

#if defined(__TARGET_ARCH_x86)
struct pt_regs { unsigned long di, si, dx, r10, r8, r9, orig_ax, ax; } RELOCATED;
#define SYSCALL(regs) ((regs)->orig_ax)
#define ARG1(regs) ((regs)->di)
#define ARG2(regs) ((regs)->si)
#define ARG3(regs) ((regs)->dx)
#define ARG4(regs) ((regs)->r10)
#define ARG5(regs) ((regs)->r8)
#elif defined(__TARGET_ARCH_arm64)
struct pt_regs { u64 regs[31]; u64 orig_x0; s32 syscallno; } RELOCATED;
#define SYSCALL(regs) ((regs)->syscallno)
#define ARG1(regs) ((regs)->orig_x0)
#define ARG2(regs) ((regs)->regs[1])
#define ARG3(regs) ((regs)->regs[2])
#define ARG4(regs) ((regs)->regs[3])
#define ARG5(regs) ((regs)->regs[4])
#endif

struct vm_area_struct { struct file *vm_file; unsigned long vm_flags; } RELOCATED;
struct seq_file;
struct bpf_iter_meta { struct seq_file *seq; } RELOCATED;
struct bpf_iter__task_vma { struct bpf_iter_meta *meta; struct task_struct *task; struct vm_area_struct *vma; } RELOCATED;
struct bpf_iter__task_file { struct bpf_iter_meta *meta; struct task_struct *task; u32 fd; struct file *file; } RELOCATED;
