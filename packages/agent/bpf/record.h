/* What goes through the ring: a fixed head, a body by kind, and text. All little-endian; src/record.ts reads it. */
#pragma once
#include "kernel.h"

enum kind {
	KIND_EXEC = 1,   /* a program began */
	KIND_EXIT,       /* a process ended */
	KIND_FILE,       /* a file was opened or mapped: its inode is known */
	KIND_NAME,       /* a name was made, removed or changed: known by path only */
	KIND_SOCKET,     /* a connection, or a datagram's peer */
	KIND_CAPABILITY, /* the kernel asked whether a capability is held */
	KIND_CALL,       /* a rare system call was made */
	KIND_CGROUP,     /* a cgroup was made or removed */
	KIND_DNS,        /* the first bytes of a datagram to port 53 */
	KIND_COUNT,
};

enum flag {
	FLAG_BEFORE_ENTRYPOINT = 1, /* the program's file is not of the container's mount namespace: its runtime */
	FLAG_ROOT_MOUNT = 2,        /* the file is on the container's root file system */
	FLAG_CUT = 4,               /* a path, an argument or a name was longer than what is kept */
	FLAG_MAPPED = 8,            /* mapped as code rather than opened */
	FLAG_PAST = 16,             /* found by a look at what was there already, not seen as it happened */
	FLAG_SECURE = 32,           /* the exec changed credentials (setuid, setgid or file capabilities) */
	FLAG_TERMINAL = 64,         /* the program has a terminal */
	FLAG_SOCKET = 128,          /* its standard input is a connection over the network */
};

struct head {
	u8 kind, flags;
	u16 number; /* system call, socket operation, capability: by kind */
	u32 pid;
	u64 time; /* CLOCK_BOOTTIME, nanoseconds */
	u64 cgroup;
	u32 parent, uid;
	u32 mount_ns, net_ns;
	s32 result;
	u16 text1, text2; /* lengths of the two texts at the end */
	char comm[16];
	u32 root; /* the process furthest up its line that is of the same cgroup: the entry point, or somebody's exec */
	u32 open_flags; /* of a refused open */
};

struct exec_body { u64 inode; u32 device, mode, owner, group; u64 capabilities; u32 real_user; };
struct file_body { u64 inode; u32 device, mode, owner, group, flags, parent_mode, parent_owner, parent_group; };
struct socket_body { u16 family, protocol, local_port, remote_port; u8 local[16], remote[16]; };
/* The most bytes that its memory cgroup was charged, since it was made; 0: not known. */
struct exit_body { u64 memory; };
struct call_body { u64 arguments[3]; };
/* The cgroup of who made it, and the one that it lies in. */
struct cgroup_body { u64 maker, parent; };

#define TEXT 4096
/* Room beyond the mask for the longest single write, so that the verifier sees each one inside. */
#define SCRATCH (TEXT + 2048)

struct record {
	struct head head;
	union {
		struct exec_body exec;
		struct exit_body exit;
		struct file_body file;
		struct socket_body socket;
		struct call_body call;
		struct cgroup_body cgroup;
	} body;
	char text[SCRATCH];
};
