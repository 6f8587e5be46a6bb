/* Where things are kept in the kernel: the ring, the verdicts, what was told already, the counters, the bitmaps. */
#pragma once
#include "record.h"

#define VERDICT_WATCH 1
#define VERDICT_IGNORE 2

/* Filled by the loader before the programs are verified: dead branches vanish. */
const volatile u8 legacy_cgroups = 0; /* containers are told apart by the pids hierarchy of cgroup v1 */
const volatile u8 only_watched = 0;   /* unknown cgroups are not told */
const volatile u32 own_process = 0;   /* the agent does not watch itself */

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 8 << 20);
} ring SEC(".maps");

/* What the agent said of a cgroup. One that is not in it yet is told, so that nothing of its start is lost. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, u64);
	__type(value, u8);
} verdicts SEC(".maps");

struct fact {
	u64 cgroup, a, b;
	u32 c;
	u16 number;
	u8 kind, epoch;
	u32 mount_ns; /* what the runtime does before a container has one of its own is another fact */
	u32 unused;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, struct fact);
	__type(value, u8);
} told SEC(".maps");

enum counter { COUNT_TOLD, COUNT_LOST, COUNT_REPEATED, COUNT_SPARED, COUNTERS };

/* counts[kind * COUNTERS + counter], one per processor: nothing is lost that is not counted here. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, KIND_COUNT * COUNTERS);
	__type(key, u32);
	__type(value, u64);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct record);
} scratch SEC(".maps");

/* Raised by the agent now and then, so that what goes on is told again and old behaviour does not look finished. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u8);
} epochs SEC(".maps");

struct sparing { u64 cgroup, kind; };

/*
 * What the agent has no time for: reads (KIND_FILE) or programs (KIND_EXEC) of a cgroup, and how many were left out since it
 * said so. Of programs each file is told once, whatever its arguments.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, struct sparing);
	__type(value, u64);
} spared SEC(".maps");

struct bitmap { u64 words[8]; };

/* Which system calls a cgroup made: filled only while the recorder is attached. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, u64);
	__type(value, struct bitmap);
} calls SEC(".maps");

/* Mount namespaces of those who make cgroups and are in no container: runtimes, and what made them. The agent forgets them. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 256);
	__type(key, u32);
	__type(value, u8);
} makers SEC(".maps");

/* Processes with a datagram socket connected to port 53: Go's and busybox's questions go by plain write(2). */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, u32);
	__type(value, u8);
} askers SEC(".maps");

static __always_inline void count(u32 kind, u32 counter)
{
	u32 key = kind * COUNTERS + counter;
	u64 *value = bpf_map_lookup_elem(&counts, &key);
	if (value) *value += 1;
}

static __always_inline u64 cgroup_of(struct task_struct *task)
{
	if (!legacy_cgroups) return BPF_CORE_READ(task, cgroups, dfl_cgrp, kn, id);
	u32 pids = bpf_core_enum_value(enum cgroup_subsys_id, pids_cgrp_id);
	struct css_set *set = BPF_CORE_READ(task, cgroups);
	struct cgroup_subsys_state *state = 0;
	bpf_core_read(&state, sizeof(state), &set->subsys[pids]);
	return BPF_CORE_READ(state, cgroup, kn, id);
}

static __always_inline int watched(u64 cgroup)
{
	u8 *verdict = bpf_map_lookup_elem(&verdicts, &cgroup);
	if (!verdict) return !only_watched;
	return *verdict == VERDICT_WATCH;
}

static __always_inline u8 epoch_now(void)
{
	u32 zero = 0;
	u8 *epoch = bpf_map_lookup_elem(&epochs, &zero);
	return epoch ? *epoch : 0;
}

static __always_inline u64 *sparing_of(u64 cgroup, u64 kind)
{
	struct sparing key = { .cgroup = cgroup, .kind = kind };
	return bpf_map_lookup_elem(&spared, &key);
}

static __always_inline void spare(u64 *left, u32 kind)
{
	__sync_fetch_and_add(left, 1);
	count(kind, COUNT_SPARED);
}

#define SPARED_FACT 0x80

/* Whether it is left out: counted once each, as it would be told once each. It is told when it happens after that is over. */
static __always_inline int is_spared(struct fact *fact)
{
	u8 one = 1;
	u64 *left = sparing_of(fact->cgroup, fact->kind);
	if (!left) return 0;
	u32 kind = fact->kind;
	fact->kind |= SPARED_FACT;
	if (bpf_map_lookup_elem(&told, fact)) {
		count(kind, COUNT_REPEATED);
		return 1;
	}
	bpf_map_update_elem(&told, fact, &one, BPF_ANY);
	spare(left, kind);
	return 1;
}

/*
 * True the first time, and where that is not left out; the caller takes it back when the record found no room. `sparing`:
 * it may be left out.
 */
static __always_inline int first_time_of(struct fact *fact, int sparing)
{
	u8 one = 1;
	struct task_struct *task = (struct task_struct *)bpf_get_current_task_btf();
	fact->epoch = epoch_now();
	/* A connection comes in while any task may be current. */
	if (fact->kind != KIND_SOCKET) fact->mount_ns = BPF_CORE_READ(task, nsproxy, mnt_ns, ns.inum);
	if (bpf_map_lookup_elem(&told, fact)) {
		count(fact->kind, COUNT_REPEATED);
		return 0;
	}
	if (sparing && is_spared(fact)) return 0;
	bpf_map_update_elem(&told, fact, &one, BPF_ANY);
	return 1;
}

static __always_inline int first_time(struct fact *fact) { return first_time_of(fact, 0); }

#define GENERATIONS 24

/*
 * The process furthest up the line of parents that is of the same cgroup: `own` where no parent is. Verified on its own,
 * so the parent comes as a number.
 */
__noinline int root_of(u64 parent_address, u64 cgroup, int own)
{
	struct task_struct *task = (void *)parent_address;
	int root = own;
	for (int generation = 0; generation < GENERATIONS; generation++) {
		if (!task || cgroup_of(task) != cgroup) return root;
		root = BPF_CORE_READ(task, tgid);
		if (root <= 1) return root;
		task = BPF_CORE_READ(task, real_parent);
	}
	return root;
}

static __always_inline struct record *blank(u8 kind, u16 number, struct task_struct *task, u64 cgroup)
{
	u32 zero = 0;
	struct record *record = bpf_map_lookup_elem(&scratch, &zero);
	if (!record) return 0;
	struct head *head = &record->head;
	head->kind = kind;
	head->flags = 0;
	head->number = number;
	head->time = bpf_ktime_get_boot_ns();
	head->cgroup = cgroup;
	head->pid = BPF_CORE_READ(task, tgid);
	head->parent = BPF_CORE_READ(task, real_parent, tgid);
	head->uid = BPF_CORE_READ(task, cred, euid.val);
	head->mount_ns = BPF_CORE_READ(task, nsproxy, mnt_ns, ns.inum);
	head->net_ns = BPF_CORE_READ(task, nsproxy, net_ns, ns.inum);
	head->result = 0;
	head->root = root_of((u64)BPF_CORE_READ(task, real_parent), cgroup, head->pid);
	head->open_flags = 0;
	head->text1 = head->text2 = 0;
	bpf_core_read(&head->comm, sizeof(head->comm), &task->comm);
	__builtin_memset(&record->body, 0, sizeof(record->body));
	return record;
}

/* Hands the record over. `fact` may be null; else it is forgotten when the ring is full, so that it is told later. */
static __always_inline void tell(struct record *record, struct fact *fact)
{
	u32 size = sizeof(struct head) + sizeof(record->body) + ((u32)record->head.text1 & (TEXT - 1)) +
		   ((u32)record->head.text2 & (TEXT - 1));
	if (size > sizeof(*record)) size = sizeof(*record);
	u32 kind = record->head.kind;
	if (bpf_ringbuf_output(&ring, record, size, 0) == 0) {
		count(kind, COUNT_TOLD);
		return;
	}
	count(kind, COUNT_LOST);
	if (fact) bpf_map_delete_elem(&told, fact);
}
