/* Does what it is told, a counted number of times, so that what the agent says can be held against what was done. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/limits.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void check(long result, const char *what)
{
	if (result >= 0) return;
	perror(what);
	exit(1);
}

static void pause_for(long microseconds)
{
	struct timespec time = { .tv_sec = microseconds / 1000000, .tv_nsec = microseconds % 1000000 * 1000 };
	nanosleep(&time, 0);
}

/* `make FOLDER COUNT`: that many files. */
static void make(const char *folder, int count)
{
	char path[PATH_MAX];
	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%d", folder, i);
		int fd = open(path, O_CREAT | O_WRONLY, 0644);
		check(fd, path);
		close(fd);
	}
}

static double seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

/* `open FOLDER DISTINCT TIMES [RATE]`: each file in turn, TIMES opens in all, so many a second or as quickly as it goes. */
static void open_files(const char *folder, int distinct, int times, int rate)
{
	char path[PATH_MAX];
	double began = seconds();
	for (int i = 0; i < times; i++) {
		snprintf(path, sizeof(path), "%s/%d", folder, i % distinct);
		int fd = open(path, O_RDONLY);
		check(fd, path);
		close(fd);
		double early = rate && i % 50 == 0 ? began + (double)i / rate - seconds() : 0;
		if (early > 0) pause_for(early * 1e6);
	}
}

/* `exec PROGRAM COUNT MICROSECONDS`: begins a program with its number as argument, so often, so far apart. */
static void exec_programs(const char *program, int count, long apart)
{
	for (int i = 0; i < count; i++) {
		char number[16];
		snprintf(number, sizeof(number), "%d", i);
		pid_t child = vfork();
		check(child, "vfork");
		if (child == 0) {
			execl(program, program, number, "--password=hunter2hunter2", (char *)0);
			_exit(127);
		}
		waitpid(child, 0, 0);
		pause_for(apart);
	}
}

/* `flood PROGRAM COUNT`: begins a program as often and as quickly as it goes, with four kilobytes of arguments. */
static void flood(const char *program, int count)
{
	char big[4097];
	memset(big, 'a', sizeof(big) - 1);
	big[4096] = 0;
	for (int i = 0; i < count; i++) {
		pid_t child = vfork();
		check(child, "vfork");
		if (child == 0) {
			execl(program, program, "still", big, (char *)0);
			_exit(127);
		}
		waitpid(child, 0, 0);
	}
}

/* `names FOLDER`: each way to make, change and remove a name. */
static void names(const char *folder)
{
	check(chdir(folder), folder);
	check(mkdir("made", 0755), "mkdir");
	int fd = open("made/file", O_CREAT | O_RDWR, 0640);
	check(fd, "create");
	close(fd);
	check(chmod("made/file", 0600), "chmod");
	check(rename("made/file", "made/renamed"), "rename");
	check(link("made/renamed", "made/linked"), "link");
	check(symlink("renamed", "made/pointer"), "symlink");
	check(unlink("made/linked"), "unlink");
	check(truncate("made/renamed", 0), "truncate");
	struct sockaddr_un door = { .sun_family = AF_UNIX, .sun_path = "made/door" };
	check(bind(socket(AF_UNIX, SOCK_STREAM, 0), (void *)&door, sizeof(door)), "bind");
	check(rmdir("made") < 0 && errno == ENOTEMPTY ? 0 : -1, "rmdir of a full directory");
}

/* `refused PATH`: a write where none is allowed. */
static void refused(const char *path)
{
	int fd = open(path, O_CREAT | O_WRONLY, 0644);
	if (fd >= 0 || (errno != EROFS && errno != EACCES)) exit(1);
}

/* `connect PORT`: to a server of its own over TCP, and a datagram with a DNS question to port 53. */
static void connections(int port)
{
	int server = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port),
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int one = 1;
	setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	check(bind(server, (void *)&address, sizeof(address)), "bind");
	check(listen(server, 8), "listen");
	check(connect(client, (void *)&address, sizeof(address)), "connect");
	check(accept(server, 0, 0), "accept");
	static const char question[] = "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
				       "\x03" "www" "\x07" "example" "\x03" "com" "\x00\x00\x01\x00\x01";
	int datagram = socket(AF_INET, SOCK_DGRAM, 0);
	address.sin_port = htons(53);
	sendto(datagram, question, sizeof(question) - 1, 0, (void *)&address, sizeof(address));
}

/* `idle COUNT`: a call that nobody is interested in, so often. Prints the nanoseconds of its processor time for each. */
static void idle(long count)
{
	struct timespec from, to;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	for (long i = 0; i < count; i++) syscall(SYS_getppid);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	printf("%.1f\n", ((to.tv_sec - from.tv_sec) * 1e9 + (to.tv_nsec - from.tv_nsec)) / count);
}

/* `ask`: a DNS question by write(2), to a socket that is connected: as Go's resolver and busybox ask. */
static void ask(void)
{
	static const char question[] = "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
				       "\x02" "go" "\x07" "example" "\x03" "com" "\x00\x00\x1c\x00\x01";
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(53),
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int datagram = socket(AF_INET, SOCK_DGRAM, 0);
	check(connect(datagram, (void *)&address, sizeof(address)), "connect");
	check(write(datagram, question, sizeof(question) - 1), "write");
}

/* `calls`: each harmless system call that asks little, exactly once. Prints their numbers. */
static void calls(void)
{
	static const long numbers[] = { SYS_getpid, SYS_getppid, SYS_getuid, SYS_getgid, SYS_geteuid, SYS_getegid,
		SYS_gettid, SYS_getpgrp, SYS_sched_yield, SYS_sync, SYS_getpriority, SYS_sched_getscheduler,
		SYS_sched_get_priority_max, SYS_sched_get_priority_min, SYS_alarm, SYS_umask, SYS_times, SYS_getsid,
		SYS_getpgid, SYS_sched_getparam, SYS_inotify_init, SYS_epoll_create, SYS_eventfd, SYS_timerfd_create,
		SYS_personality, SYS_sysinfo, SYS_uname, SYS_getcpu, SYS_membarrier, SYS_pkey_free };
	for (unsigned i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		char room[512] = {};
		syscall(numbers[i], numbers[i] == SYS_sysinfo || numbers[i] == SYS_uname || numbers[i] == SYS_times
			? (long)room : 1L, 0L, 0L);
		printf("%ld\n", numbers[i]);
	}
}

/* `memory PROGRAM`: a program that is only in memory. */
static void in_memory(const char *program)
{
	char *arguments[] = { "hidden", 0 }, *environment[] = { 0 };
	int from = open(program, O_RDONLY), to = memfd_create("hidden", 0);
	char bytes[65536];
	for (ssize_t n; (n = read(from, bytes, sizeof(bytes))) > 0;) check(write(to, bytes, n), "write");
	check(fexecve(to, arguments, environment), "fexecve");
}

/* `orphan PROGRAM`: a program begun by a grandchild whose parent is gone. */
static void orphan(const char *program)
{
	if (fork() == 0) {
		if (fork() == 0) {
			pause_for(100000);
			execl(program, program, "orphan", (char *)0);
		}
		_exit(0);
	}
	wait(0);
	pause_for(400000);
}

/* `nobpf ERROR PROGRAM ARGUMENTS…`: runs it where bpf(2) is refused: by EPERM as runtimes do, by others as kernels do. */
static void without_bpf(int error, char **arguments)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_bpf, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = sizeof(filter) / sizeof(*filter), .filter = filter };
	check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl");
	check(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), "seccomp");
	check(execvp(arguments[0], arguments), arguments[0]);
}

/* `unreadable`: puts a record of eight zero bytes, which no sensor of ours writes, into the ring that is descriptor 3. */
static void unreadable(void)
{
	struct bpf_insn code[] = {
		{ BPF_LD | BPF_DW | BPF_IMM, BPF_REG_1, BPF_PSEUDO_MAP_FD, 0, 3 }, { 0 },
		{ BPF_ST | BPF_MEM | BPF_DW, BPF_REG_10, 0, -8, 0 },
		{ BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_2, BPF_REG_10, 0, 0 },
		{ BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_2, 0, 0, -8 },
		{ BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_3, 0, 0, 8 },
		{ BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_4, 0, 0, 0 },
		{ BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_ringbuf_output },
		{ BPF_JMP | BPF_EXIT, 0, 0, 0, 0 },
	};
	union bpf_attr load = { .prog_type = BPF_PROG_TYPE_SOCKET_FILTER, .insns = (unsigned long)code,
				.insn_cnt = sizeof(code) / sizeof(*code), .license = (unsigned long)"GPL" };
	int program = syscall(SYS_bpf, BPF_PROG_LOAD, &load, sizeof(load));
	char frame[64] = { 0 };
	union bpf_attr run = { .test = { .prog_fd = program, .data_in = (unsigned long)frame, .data_size_in = sizeof(frame) } };
	if (program < 0 || syscall(SYS_bpf, BPF_PROG_TEST_RUN, &run, sizeof(run)) || run.test.retval) {
		perror("unreadable");
		exit(1);
	}
}

int main(int count, char **arguments)
{
	if (count < 2) return 0;
	const char *deed = arguments[1];
	if (!strcmp(deed, "make")) make(arguments[2], atoi(arguments[3]));
	else if (!strcmp(deed, "open")) open_files(arguments[2], atoi(arguments[3]), atoi(arguments[4]), count > 5 ? atoi(arguments[5]) : 0);
	else if (!strcmp(deed, "exec")) exec_programs(arguments[2], atoi(arguments[3]), atol(arguments[4]));
	else if (!strcmp(deed, "flood")) flood(arguments[2], atoi(arguments[3]));
	else if (!strcmp(deed, "names")) names(arguments[2]);
	else if (!strcmp(deed, "refused")) refused(arguments[2]);
	else if (!strcmp(deed, "connect")) connections(atoi(arguments[2]));
	else if (!strcmp(deed, "idle")) idle(atol(arguments[2]));
	else if (!strcmp(deed, "ask")) ask();
	else if (!strcmp(deed, "calls")) calls();
	else if (!strcmp(deed, "memory")) in_memory(arguments[2]);
	else if (!strcmp(deed, "nobpf")) without_bpf(atoi(arguments[2]), arguments + 3);
	else if (!strcmp(deed, "orphan")) orphan(arguments[2]);
	else if (!strcmp(deed, "unreadable")) unreadable();
	return 0;
}
