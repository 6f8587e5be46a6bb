/*
 * What containers do, told once each: programs, files, names, connections, capabilities, rare calls. Tracepoints with
 * types (tp_btf) and iterators only: they load where kprobes, fentry and LSM programs do not, and need CAP_BPF and
 * CAP_PERFMON alone.
 */
#include "kernel.h"
#include "path.h"
#include <asm/errno.h>
#include <asm/unistd.h>

char LICENSE[] SEC("license") = "Dual MIT/GPL";

#define CURRENT ((struct task_struct *)bpf_get_current_task_btf())

static __always_inline int skipped(struct task_struct *task)
{
	return own_process && BPF_CORE_READ(task, tgid) == own_process;
}

/* ── programs ── */

/* Whether one like it was told already since its container's are left out; then it is counted. */
static __always_inline int was_told(struct fact *fact, u64 *left)
{
	u8 one = 1;
	fact->epoch = epoch_now();
	if (!bpf_map_lookup_elem(&told, fact)) {
		bpf_map_update_elem(&told, fact, &one, BPF_ANY);
		return 0;
	}
	spare(left, fact->kind);
	return 1;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task, int old_pid, struct linux_binprm *bprm)
{
	u64 cgroup = cgroup_of(task);
	if (!watched(cgroup)) return 0;
	struct file *file = BPF_CORE_READ(bprm, file);
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	u64 *left = sparing_of(cgroup, KIND_EXEC);
	/* Who gains rights by it is told each time. */
	if (left && !BPF_CORE_READ_BITFIELD_PROBED(bprm, secureexec)) {
		struct fact fact = { .cgroup = cgroup, .a = BPF_CORE_READ(inode, i_ino), .b = BPF_CORE_READ(inode, i_sb, s_dev),
				     .kind = KIND_EXEC };
		if (was_told(&fact, left)) return 0;
	}
	struct record *record = blank(KIND_EXEC, 0, task, cgroup);
	if (!record) return 0;
	record->body.exec.inode = BPF_CORE_READ(inode, i_ino);
	record->body.exec.device = BPF_CORE_READ(inode, i_sb, s_dev);
	record->body.exec.mode = BPF_CORE_READ(inode, i_mode);
	record->body.exec.owner = BPF_CORE_READ(inode, i_uid.val);
	record->body.exec.group = BPF_CORE_READ(inode, i_gid.val);
	record->body.exec.capabilities = BPF_CORE_READ(task, cred, cap_effective.val);
	record->body.exec.real_user = BPF_CORE_READ(task, cred, uid.val);
	if (BPF_CORE_READ_BITFIELD_PROBED(bprm, secureexec)) record->head.flags |= FLAG_SECURE;
	if (BPF_CORE_READ(task, signal, tty)) record->head.flags |= FLAG_TERMINAL;
	if (is_connection(task, 0)) record->head.flags |= FLAG_SOCKET;
	if (before_entrypoint(task)) record->head.flags |= FLAG_BEFORE_ENTRYPOINT;
	if (BPF_CORE_READ(file, f_path.mnt) == BPF_CORE_READ(task, fs, root.mnt)) record->head.flags |= FLAG_ROOT_MOUNT;
	tell_path(record, &file->f_path, task);
	/* The second text: the name as it was called (the script, where the program is an interpreter), then the arguments. */
	u32 at = record->head.text1 & (TEXT - 1);
	if (at > TEXT - 1 - NAME) at = TEXT - 1 - NAME;
	long named = bpf_probe_read_kernel_str(&record->text[at & (TEXT - 1)], NAME, BPF_CORE_READ(bprm, filename));
	if (named < 0) named = 0;
	u32 from = at + named;
	u64 start = BPF_CORE_READ(task, mm, arg_start), end = BPF_CORE_READ(task, mm, arg_end);
	u32 length = end - start;
	if (length > 1024) {
		length = 1024;
		record->head.flags |= FLAG_CUT;
	}
	if (from > TEXT - 1 - 1024) {
		length = 0;
		record->head.flags |= FLAG_CUT;
	} else if (bpf_probe_read_user(&record->text[from & (TEXT - 1)], length & 2047, (void *)start)) {
		length = 0;
	}
	record->head.text2 = named + length;
	tell(record, 0);
	return 0;
}

#define PAGE 4096

/* A cgroup goes within moments of its last process: who ends tells what files would not tell any more. */
static __always_inline u64 memory_peak(struct task_struct *task)
{
	if (!bpf_core_enum_value_exists(enum cgroup_subsys_id, memory_cgrp_id)) return 0;
	u32 memory = bpf_core_enum_value(enum cgroup_subsys_id, memory_cgrp_id);
	struct css_set *set = BPF_CORE_READ(task, cgroups);
	struct cgroup_subsys_state *state = 0;
	bpf_core_read(&state, sizeof(state), &set->subsys[memory]);
	if (!state) return 0;
	/* The state is the first field of what it is of. */
	return (u64)BPF_CORE_READ((struct mem_cgroup *)state, memory.watermark) * PAGE;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_exit, struct task_struct *task)
{
	if (BPF_CORE_READ(task, pid) != BPF_CORE_READ(task, tgid)) return 0;
	u64 cgroup = cgroup_of(task);
	if (!watched(cgroup)) return 0;
	struct record *record = blank(KIND_EXIT, 0, task, cgroup);
	if (!record) return 0;
	u64 *left = sparing_of(cgroup, KIND_EXEC);
	/* The end of the first of a line of processes is told always: it may be the container's own. */
	if (left && record->head.root != record->head.pid) {
		struct fact fact = { .cgroup = cgroup, .c = BPF_CORE_READ(task, exit_code), .kind = KIND_EXIT };
		__builtin_memcpy(&fact.a, record->head.comm, 8);
		__builtin_memcpy(&fact.b, record->head.comm + 8, 8);
		if (was_told(&fact, left)) return 0;
	}
	record->head.result = BPF_CORE_READ(task, exit_code);
	record->body.exit.memory = memory_peak(task);
	tell(record, 0);
	return 0;
}

/* ── files ── */

static __always_inline void on_file(struct task_struct *task, u64 cgroup, u16 number, u32 fd, u8 mapped)
{
	struct file *file = file_of(task, fd);
	if (!file) return;
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	u32 access = BPF_CORE_READ(file, f_flags) & 3;
	struct fact fact = {
		.cgroup = cgroup,
		.a = BPF_CORE_READ(inode, i_ino),
		.b = BPF_CORE_READ(inode, i_sb, s_dev),
		.c = access,
		.kind = KIND_FILE,
		.number = mapped ? 1 : before_entrypoint(task) ? 2 : 0,
	};
	if (!first_time_of(&fact, !mapped && access == 0)) return;
	struct record *record = blank(KIND_FILE, number, task, cgroup);
	if (!record) return;
	if (mapped) record->head.flags |= FLAG_MAPPED;
	tell_file(record, file, task);
	tell_path(record, &file->f_path, task);
	tell(record, &fact);
}

#define AT_FDCWD -100

/*
 * A name in a directory: the directory's path, then the name as it was given (from the root where it begins with `/`),
 * then, where there is one, the other name of a link as it was given.
 */
static __always_inline void on_name(struct task_struct *task, u64 cgroup, u16 number, int directory, u64 name, s32 which,
				    u32 open_flags, u64 other)
{
	struct record *record = blank(KIND_NAME, number, task, cgroup);
	if (!record) return;
	if (before_entrypoint(task)) record->head.flags |= FLAG_BEFORE_ENTRYPOINT;
	record->head.result = which;
	record->head.open_flags = open_flags;
	if (directory == AT_FDCWD) {
		struct fs_struct *fs = BPF_CORE_READ(task, fs);
		tell_path(record, &fs->pwd, task);
	} else {
		struct file *file = file_of(task, directory);
		if (file) tell_path(record, &file->f_path, task);
	}
	u32 at = record->head.text1 & (TEXT - 1);
	if (at > TEXT - 1 - 1024) {
		record->head.flags |= FLAG_CUT;
		at = TEXT - 1 - 1024;
	}
	long length = bpf_probe_read_user_str(&record->text[at & (TEXT - 1)], 1024, (void *)name);
	if (length < 0) length = 0;
	if (other && at + length <= TEXT - 1 - 1024) {
		long more = bpf_probe_read_user_str(&record->text[(at + length) & (TEXT - 1)], 1024, (void *)other);
		if (more > 0) length += more;
	}
	record->head.text2 = length;
	u64 hash = 14695981039346656037ULL;
	for (u32 i = 0; i < 192 && i < length; i++)
		hash = (hash ^ (u8)record->text[(at + i) & (TEXT - 1)]) * 1099511628211ULL;
	struct fact fact = { .cgroup = cgroup, .a = hash, .b = (u64)BPF_CORE_READ(task, fs, pwd.dentry),
			     .c = length ^ which << 16, .kind = KIND_NAME, .number = number };
	if (first_time(&fact)) tell(record, &fact);
}

/* ── sockets ── */

enum socket_operation { SOCKET_CONNECT = 1, SOCKET_ACCEPT, SOCKET_LISTEN, SOCKET_SEND, SOCKET_RECEIVE, SOCKET_BIND };

#define AF_UNIX 1
#define AF_INET 2
#define IPPROTO_TCP 6
#define IPPROTO_MPTCP 262 /* what Go listens with by default */
#define AF_INET6 10

static __always_inline u16 swapped(u16 value) { return value >> 8 | value << 8; }

static __always_inline void tell_socket(struct socket_body *body, const struct sock *sk)
{
	body->family = BPF_CORE_READ(sk, __sk_common.skc_family);
	body->protocol = BPF_CORE_READ(sk, sk_protocol);
	if (body->protocol == IPPROTO_MPTCP) body->protocol = IPPROTO_TCP;
	body->local_port = BPF_CORE_READ(sk, __sk_common.skc_num);
	body->remote_port = swapped(BPF_CORE_READ(sk, __sk_common.skc_dport));
	if (body->family == AF_INET) {
		u32 local = BPF_CORE_READ(sk, __sk_common.skc_rcv_saddr), remote = BPF_CORE_READ(sk, __sk_common.skc_daddr);
		__builtin_memcpy(body->local, &local, 4);
		__builtin_memcpy(body->remote, &remote, 4);
	} else {
		bpf_core_read(body->local, 16, &sk->__sk_common.skc_v6_rcv_saddr);
		bpf_core_read(body->remote, 16, &sk->__sk_common.skc_v6_daddr);
	}
}

static __always_inline void once(struct record *record, u64 scope, u16 operation)
{
	struct socket_body *body = &record->body.socket;
	/* A client's own port is new each time: it is no part of the behaviour. */
	u16 port = operation == SOCKET_ACCEPT || operation == SOCKET_LISTEN || operation == SOCKET_BIND
			   ? body->local_port : body->remote_port;
	u64 low, high;
	__builtin_memcpy(&low, body->remote, 8);
	__builtin_memcpy(&high, body->remote + 8, 8);
	struct fact fact = { .cgroup = scope, .a = low, .b = high, .c = (u32)body->protocol << 16 | port,
			     .kind = KIND_SOCKET, .number = operation };
	if (first_time(&fact)) tell(record, &fact);
}

#define TCP_ESTABLISHED 1
#define TCP_SYN_SENT 2
#define TCP_SYN_RECV 3
#define TCP_LISTEN 10

/* Runs in whatever task the interrupt met: the network namespace says whose socket it is, not the current task. */
SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(on_state, const struct sock *sk, const int before, const int after)
{
	u16 operation = after == TCP_SYN_SENT ? SOCKET_CONNECT
		      : after == TCP_LISTEN ? SOCKET_LISTEN
		      : before == TCP_SYN_RECV && after == TCP_ESTABLISHED ? SOCKET_ACCEPT : 0;
	if (!operation) return 0;
	struct task_struct *task = CURRENT;
	u64 cgroup = cgroup_of(task);
	u32 net_ns = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
	if (operation != SOCKET_ACCEPT && !watched(cgroup)) return 0;
	struct record *record = blank(KIND_SOCKET, operation, task, operation == SOCKET_ACCEPT ? 0 : cgroup);
	if (!record) return 0;
	record->head.net_ns = net_ns;
	tell_socket(&record->body.socket, sk);
	once(record, operation == SOCKET_ACCEPT ? net_ns : cgroup, operation);
	return 0;
}

#define SOCK_DGRAM 2
#define DNS_BYTES 256

/* A datagram's peer: of the connected socket, or of the address that was given. */
static __always_inline void on_datagram(struct task_struct *task, u64 cgroup, u32 fd, u64 address, u64 payload, u64 size)
{
	struct file *file = file_of(task, fd);
	if (!file || (BPF_CORE_READ(file, f_inode, i_mode) & 0170000) != 0140000) return;
	struct socket *opened = BPF_CORE_READ(file, private_data);
	struct sock *sk = BPF_CORE_READ(opened, sk);
	u16 family = BPF_CORE_READ(sk, __sk_common.skc_family);
	if ((family != AF_INET && family != AF_INET6) || BPF_CORE_READ(sk, sk_type) != SOCK_DGRAM) return;
	struct record *record = blank(KIND_SOCKET, SOCKET_SEND, task, cgroup);
	if (!record) return;
	tell_socket(&record->body.socket, sk);
	if (address) {
		u16 given[14] = {};
		if (bpf_probe_read_user(given, sizeof(given), (void *)address)) return;
		record->body.socket.family = given[0];
		record->body.socket.remote_port = swapped(given[1]);
		__builtin_memset(record->body.socket.remote, 0, 16);
		if (given[0] == AF_INET) __builtin_memcpy(record->body.socket.remote, &given[2], 4);
		else __builtin_memcpy(record->body.socket.remote, &given[4], 16);
	}
	if (record->body.socket.remote_port == 0) return;
	int dns = record->body.socket.remote_port == 53 && payload;
	if (record->body.socket.remote_port == 53 && !payload) {
		u32 process = record->head.pid;
		u8 one = 1;
		bpf_map_update_elem(&askers, &process, &one, BPF_ANY);
	}
	once(record, cgroup, SOCKET_SEND);
	if (!dns) return;
	/* The question: its own record, since the peer is told only once. */
	record->head.kind = KIND_DNS;
	u32 length = size < DNS_BYTES ? size : DNS_BYTES;
	if (bpf_probe_read_user(record->text, length & (2 * DNS_BYTES - 1), (void *)payload)) return;
	u64 hash = 14695981039346656037ULL;
	for (u32 i = 12; i < DNS_BYTES && i < length; i++)
		hash = (hash ^ (u8)record->text[i & (DNS_BYTES - 1)]) * 1099511628211ULL;
	struct fact fact = { .cgroup = cgroup, .a = hash, .c = length, .kind = KIND_DNS };
	record->head.text1 = length;
	if (first_time(&fact)) tell(record, &fact);
}

#define SHORTEST_QUESTION 17
#define LONGEST_QUESTION 512

/* A write is looked at only where it may be a question: of that size, by who connected a datagram socket to port 53. */
static __always_inline int may_ask(long written)
{
	if (written < SHORTEST_QUESTION || written > LONGEST_QUESTION) return 0;
	u32 process = bpf_get_current_pid_tgid() >> 32;
	return bpf_map_lookup_elem(&askers, &process) != 0;
}

static __always_inline void on_message(struct task_struct *task, u64 cgroup, u32 fd, u64 message)
{
	u64 fields[4] = {}; /* name, name length, vector, vector length */
	u64 vector[2] = {};
	if (bpf_probe_read_user(fields, sizeof(fields), (void *)message)) return;
	if (fields[3]) bpf_probe_read_user(vector, sizeof(vector), (void *)fields[2]);
	on_datagram(task, cgroup, fd, fields[0], vector[0], vector[1]);
}

/* ── rare calls ── */

static __always_inline void on_call(struct task_struct *task, u64 cgroup, u16 number, u64 a, u64 b, u64 c, s64 result)
{
	/* Arguments that say what was done tell calls apart; those that are addresses, or whose process it was, do not. */
	switch (number) {
	case __NR_kill:
	case __NR_tkill:
		a = 0, c = 0;
		break;
	case __NR_tgkill:
		a = 0, b = 0;
		break;
	case __NR_setgroups:
	case __NR_mount:
	case __NR_move_mount:
	case __NR_umount2:
	case __NR_memfd_create:
	case __NR_init_module:
	case __NR_delete_module:
	case __NR_pivot_root:
	case __NR_chroot:
	case __NR_process_vm_readv:
	case __NR_process_vm_writev:
		a = 0, b = 0, c = 0;
		break;
	case __NR_ptrace:
	case __NR_bpf:
	case __NR_keyctl:
	case __NR_unshare:
		b = 0, c = 0;
		break;
	}
	struct fact fact = { .cgroup = cgroup, .a = a, .b = b ^ c << 32, .kind = KIND_CALL, .number = number,
			     .c = result < 0 ? 1 : 0 };
	if (!first_time(&fact)) return;
	struct record *record = blank(KIND_CALL, number, task, cgroup);
	if (!record) return;
	if (before_entrypoint(task)) record->head.flags |= FLAG_BEFORE_ENTRYPOINT;
	record->head.result = result;
	record->body.call.arguments[0] = a;
	record->body.call.arguments[1] = b;
	record->body.call.arguments[2] = c;
	tell(record, &fact);
}

#define PROT_EXEC 4
#define CLONE_NEWUSER 0x10000000

SEC("tp_btf/sys_exit")
int BPF_PROG(on_return, struct pt_regs *regs, long result)
{
	long number = SYSCALL(regs);
	switch (number) {
#ifdef __NR_open
	case __NR_open:
	case __NR_creat:
#endif
	case __NR_openat:
	case __NR_openat2:
	case __NR_mmap:
#ifdef __NR_mkdir
	case __NR_mkdir:
	case __NR_rmdir:
	case __NR_unlink:
	case __NR_rename:
	case __NR_link:
	case __NR_symlink:
	case __NR_chmod:
	case __NR_chown:
	case __NR_lchown:
	case __NR_mknod:
#endif
	case __NR_mkdirat:
	case __NR_unlinkat:
	case __NR_renameat:
	case __NR_renameat2:
	case __NR_linkat:
	case __NR_symlinkat:
	case __NR_fchmodat:
	case __NR_fchownat:
	case __NR_mknodat:
	case __NR_truncate:
	case __NR_bind:
	case __NR_connect:
	case __NR_sendto:
	case __NR_sendmsg:
	case __NR_sendmmsg:
		/* A refusal tells as much as a deed; what is simply not there does not. */
		if (result < 0 && number != __NR_connect && result != -EROFS && result != -EACCES && result != -EPERM)
			return 0;
		break;
	case __NR_write:
		if (!may_ask(result)) return 0;
		break;
	case __NR_ptrace:
	case __NR_memfd_create:
	case __NR_bpf:
	case __NR_perf_event_open:
	case __NR_init_module:
	case __NR_finit_module:
	case __NR_delete_module:
	case __NR_mount:
	case __NR_move_mount:
	case __NR_umount2:
	case __NR_unshare:
	case __NR_setns:
	case __NR_pivot_root:
	case __NR_chroot:
	case __NR_process_vm_readv:
	case __NR_process_vm_writev:
	case __NR_kexec_load:
	case __NR_keyctl:
	case __NR_userfaultfd:
	case __NR_io_uring_setup:
	case __NR_open_by_handle_at:
	case __NR_setuid:
	case __NR_setgid:
	case __NR_setreuid:
	case __NR_setregid:
	case __NR_setresuid:
	case __NR_setresgid:
	case __NR_setgroups:
	case __NR_kill:
	case __NR_tkill:
	case __NR_tgkill:
		break;
	default:
		return 0;
	}
	struct task_struct *task = CURRENT;
	u64 cgroup = cgroup_of(task);
	if (!watched(cgroup) || skipped(task)) return 0;
	/* Most name one thing; what links and renames name second is told after it. */
	int directory = AT_FDCWD;
	u64 name = ARG1(regs);
	u32 flags = 0;
	int opens = 0;
	u64 other = 0;
	switch (number) {
#ifdef __NR_open
	case __NR_creat:
		flags = 1;
		opens = 1;
		break;
	case __NR_open:
		flags = ARG2(regs);
		opens = 1;
		break;
#endif
	case __NR_openat2:
		bpf_probe_read_user(&flags, sizeof(flags), (void *)ARG3(regs));
		directory = ARG1(regs);
		name = ARG2(regs);
		opens = 1;
		break;
	case __NR_openat:
		flags = ARG3(regs);
		directory = ARG1(regs);
		name = ARG2(regs);
		opens = 1;
		break;
	case __NR_mmap:
		if (result < 0 && result >= -4095) return 0;
		if ((ARG3(regs) & PROT_EXEC) && (s32)ARG5(regs) >= 0) on_file(task, cgroup, number, ARG5(regs), 1);
		return 0;
#ifdef __NR_mkdir
	case __NR_mkdir:
	case __NR_rmdir:
	case __NR_unlink:
	case __NR_chmod:
	case __NR_chown:
	case __NR_lchown:
	case __NR_mknod:
	case __NR_rename:
		break;
	case __NR_link:
	case __NR_symlink:
		other = ARG1(regs);
		name = ARG2(regs);
		break;
#endif
	case __NR_truncate:
		break;
	case __NR_bind: {
		/* Only a socket with a path makes a name; what listens on the network is told when it listens. */
		u16 family = 0;
		u8 first = 0;
		bpf_probe_read_user(&family, sizeof(family), (void *)ARG2(regs));
		bpf_probe_read_user(&first, sizeof(first), (void *)(ARG2(regs) + sizeof(family)));
		if (family != AF_UNIX || !first) return 0;
		name = ARG2(regs) + sizeof(family);
		break;
	}
	case __NR_mkdirat:
	case __NR_unlinkat:
	case __NR_fchmodat:
	case __NR_fchownat:
	case __NR_mknodat:
	case __NR_renameat:
	case __NR_renameat2:
		directory = ARG1(regs);
		name = ARG2(regs);
		break;
	case __NR_linkat:
		other = ARG2(regs);
		directory = ARG3(regs);
		name = ARG4(regs);
		break;
	case __NR_symlinkat:
		other = ARG1(regs);
		directory = ARG2(regs);
		name = ARG3(regs);
		break;
	case __NR_connect:
		on_datagram(task, cgroup, ARG1(regs), ARG2(regs), 0, 0);
		return 0;
	case __NR_write:
		on_datagram(task, cgroup, ARG1(regs), 0, ARG2(regs), ARG3(regs));
		return 0;
	case __NR_sendto:
		on_datagram(task, cgroup, ARG1(regs), ARG5(regs), ARG2(regs), ARG3(regs));
		return 0;
	case __NR_sendmsg:
	case __NR_sendmmsg:
		on_message(task, cgroup, ARG1(regs), ARG2(regs));
		return 0;
	default:
		on_call(task, cgroup, number, ARG1(regs), ARG2(regs), ARG3(regs), result);
		return 0;
	}
	if (opens && result >= 0) {
		on_file(task, cgroup, number, result, 0);
		return 0;
	}
	on_name(task, cgroup, number, directory, name, result < 0 ? result : 0, flags, other);
	if (number == __NR_renameat || number == __NR_renameat2) {
		directory = ARG3(regs);
		name = ARG4(regs);
#ifdef __NR_rename
	} else if (number == __NR_rename) {
		name = ARG2(regs);
#endif
	} else {
		return 0;
	}
	on_name(task, cgroup, number, directory, name, result < 0 ? result : 1, 0, 0);
	return 0;
}

/* ── capabilities ── */

SEC("tp_btf/cap_capable")
int BPF_PROG(on_capability, const struct cred *cred, void *target, const void *capable, int capability, int refused)
{
	struct task_struct *task = CURRENT;
	/* overlayfs borrows its mounter's credentials: what they allow says nothing of the container. */
	if (BPF_CORE_READ(task, cred) != cred || BPF_CORE_READ(task, real_cred) != cred) return 0;
	u64 cgroup = cgroup_of(task);
	if (!watched(cgroup) || skipped(task)) return 0;
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
	u64 number = SYSCALL(regs);
	u8 early = before_entrypoint(task);
	struct fact fact = { .cgroup = cgroup, .a = capability, .b = number, .c = early << 1 | (refused ? 1 : 0),
			     .kind = KIND_CAPABILITY, .number = capability };
	if (!first_time(&fact)) return 0;
	struct record *record = blank(KIND_CAPABILITY, capability, task, cgroup);
	if (!record) return 0;
	if (early) record->head.flags |= FLAG_BEFORE_ENTRYPOINT;
	record->head.result = refused;
	record->body.call.arguments[0] = number;
	tell(record, &fact);
	return 0;
}

/* ── cgroups: a container is known before its first process ── */

/* Under cgroup v1 each hierarchy makes its own, and their ids repeat: only the one we key by counts. */
static __always_inline int of_our_hierarchy(struct cgroup *cgroup)
{
	if (!legacy_cgroups) return 1;
	u32 pids = bpf_core_enum_value(enum cgroup_subsys_id, pids_cgrp_id);
	struct cgroup_subsys_state *state = 0;
	bpf_core_read(&state, sizeof(state), &cgroup->subsys[pids]);
	return state && BPF_CORE_READ(state, cgroup) == cgroup;
}

static __always_inline void on_cgroup(struct cgroup *cgroup, const char *path, u16 number)
{
	if (!of_our_hierarchy(cgroup)) return;
	struct task_struct *task = CURRENT;
	struct record *record = blank(KIND_CGROUP, number, task, BPF_CORE_READ(cgroup, kn, id));
	if (!record) return;
	record->body.cgroup.maker = cgroup_of(task);
	record->body.cgroup.parent = BPF_CORE_READ(cgroup, self.parent, cgroup, kn, id);
	long length = bpf_probe_read_kernel_str(record->text, 1024, path);
	record->head.text1 = length > 0 ? length : 0;
	tell(record, 0);
}

SEC("tp_btf/cgroup_mkdir")
int BPF_PROG(on_cgroup_made, struct cgroup *cgroup, const char *path)
{
	struct task_struct *task = CURRENT;
	u64 own = cgroup_of(task);
	u8 *verdict = bpf_map_lookup_elem(&verdicts, &own);
	if (verdict && *verdict == VERDICT_IGNORE) {
		u32 space = BPF_CORE_READ(task, nsproxy, mnt_ns, ns.inum);
		u8 one = 1;
		bpf_map_update_elem(&makers, &space, &one, BPF_ANY);
	}
	on_cgroup(cgroup, path, 1);
	return 0;
}

SEC("tp_btf/cgroup_rmdir")
int BPF_PROG(on_cgroup_gone, struct cgroup *cgroup, const char *path)
{
	on_cgroup(cgroup, path, 2);
	return 0;
}

/* ── the recorder of system calls: a program of its own, attached only while learning ── */

SEC("tp_btf/sys_enter")
int BPF_PROG(on_enter, struct pt_regs *regs, long number)
{
	if (number < 0 || number > 511) return 0;
	struct task_struct *task = CURRENT;
	u64 cgroup = cgroup_of(task);
	if (!watched(cgroup)) return 0;
	struct bitmap *bitmap = bpf_map_lookup_elem(&calls, &cgroup);
	if (!bitmap) {
		struct bitmap empty = {};
		bpf_map_update_elem(&calls, &cgroup, &empty, BPF_NOEXIST);
		bitmap = bpf_map_lookup_elem(&calls, &cgroup);
		if (!bitmap) {
			count(KIND_CALL, COUNT_LOST);
			return 0;
		}
	}
	u64 bit = 1ULL << (number & 63);
	u64 *word = &bitmap->words[(number >> 6) & 7];
	/* What the runtime calls before it becomes the container's program is no need of the program's. */
	if (*word & bit || before_entrypoint(task)) return 0;
	u32 space = BPF_CORE_READ(task, nsproxy, mnt_ns, ns.inum);
	if (only_watched || !bpf_map_lookup_elem(&makers, &space)) __sync_fetch_and_or(word, bit);
	return 0;
}

/* ── what was there already: code mapped and sockets open before the agent came ── */

SEC("iter/task_vma")
int past_code(struct bpf_iter__task_vma *context)
{
	struct task_struct *task = context->task;
	struct vm_area_struct *area = context->vma;
	if (!task || !area) return 0;
	struct file *file = BPF_CORE_READ(area, vm_file);
	if (!file || !(BPF_CORE_READ(area, vm_flags) & 4)) return 0;
	u64 cgroup = cgroup_of(task);
	if (!watched(cgroup)) return 0;
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	struct fact fact = { .cgroup = cgroup, .a = BPF_CORE_READ(inode, i_ino), .b = BPF_CORE_READ(inode, i_sb, s_dev),
			     .kind = KIND_FILE, .number = 1 };
	if (!first_time(&fact)) return 0;
	struct record *record = blank(KIND_FILE, 0, task, cgroup);
	if (!record) return 0;
	tell_file(record, file, task);
	record->head.flags |= FLAG_MAPPED | FLAG_PAST;
	tell_path(record, &file->f_path, task);
	tell(record, &fact);
	return 0;
}

SEC("iter/task_file")
int past_files(struct bpf_iter__task_file *context)
{
	struct task_struct *task = context->task;
	struct file *file = context->file;
	if (!task || !file) return 0;
	u64 cgroup = cgroup_of(task);
	if (!watched(cgroup)) return 0;
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	u32 type = BPF_CORE_READ(inode, i_mode) & 0170000;
	if (type == 0140000) {
		struct socket *opened = BPF_CORE_READ(file, private_data);
		struct sock *sk = BPF_CORE_READ(opened, sk);
		u16 family = BPF_CORE_READ(sk, __sk_common.skc_family);
		u8 state = BPF_CORE_READ(sk, __sk_common.skc_state);
		if ((family != AF_INET && family != AF_INET6) || BPF_CORE_READ(sk, __sk_common.skc_num) == 0) return 0;
		int datagram = BPF_CORE_READ(sk, sk_type) == SOCK_DGRAM;
		u16 operation = datagram ? SOCKET_BIND : state == TCP_LISTEN ? SOCKET_LISTEN : state == TCP_ESTABLISHED ? SOCKET_CONNECT : 0;
		if (!operation) return 0;
		struct record *record = blank(KIND_SOCKET, operation, task, cgroup);
		if (!record) return 0;
		record->head.flags |= FLAG_PAST;
		tell_socket(&record->body.socket, sk);
		once(record, cgroup, operation);
	} else if (type == 0100000) {
		struct fact fact = { .cgroup = cgroup, .a = BPF_CORE_READ(inode, i_ino),
				     .b = BPF_CORE_READ(inode, i_sb, s_dev), .c = BPF_CORE_READ(file, f_flags) & 3,
				     .kind = KIND_FILE };
		if (!first_time(&fact)) return 0;
		struct record *record = blank(KIND_FILE, 0, task, cgroup);
		if (!record) return 0;
		tell_file(record, file, task);
		record->head.flags |= FLAG_PAST;
		tell_path(record, &file->f_path, task);
		tell(record, &fact);
	}
	return 0;
}
