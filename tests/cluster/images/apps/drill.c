/* Deeds of intruders that a shell cannot do by itself, each harmless: `drill memory`, `bpf`, `uring`, `raw`, `trace`,
   `reverse`, `spawn PROGRAM…`, `connect ADDRESS FROM TO`, `listen PORT`, `call`,
   `keyring`. Ends with 0 where it was done. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int fail(const char *what) {
  printf("%s: %s\n", what, strerrorname_np(errno));
  return 1;
}

static int wait_for(pid_t child) {
  int status = 0;
  if (waitpid(child, &status, 0) < 0) return fail("wait");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* This program again, from memory alone. */
static int memory(void) {
  struct stat facts;
  int own = open("/proc/self/exe", O_RDONLY), copy = memfd_create("drill", 0);
  if (own < 0 || copy < 0 || fstat(own, &facts) < 0) return fail("memfd");
  if (sendfile(copy, own, NULL, facts.st_size) != facts.st_size) return fail("copy");
  char *words[] = {"drill", "nothing", NULL}, *none[] = {NULL};
  fexecve(copy, words, none);
  return fail("fexecve");
}

/* A filter that lets nothing through, loaded and let go. */
static int filter(void) {
  struct bpf_insn code[] = {{.code = 0xb7}, {.code = 0x95}};
  union bpf_attr attr = {.prog_type = BPF_PROG_TYPE_SOCKET_FILTER, .insn_cnt = 2};
  attr.insns = (unsigned long)code;
  attr.license = (unsigned long)"GPL";
  return syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof attr) < 0 ? fail("bpf") : 0;
}

static int uring(void) {
  char parameters[120] = {0};
  return syscall(425, 1, parameters) < 0 ? fail("io_uring_setup") : 0;
}

static int trace(void) {
  pid_t child = fork();
  if (child == 0) _exit(ptrace(PTRACE_TRACEME, 0, 0, 0) < 0);
  return wait_for(child);
}

static int stream(const char *address, int port, int listens) {
  struct sockaddr_in end = {.sin_family = AF_INET, .sin_port = htons(port)};
  int fd = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
  inet_pton(AF_INET, address, &end.sin_addr);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (listens ? bind(fd, (struct sockaddr *)&end, sizeof end) || listen(fd, 1)
              : connect(fd, (struct sockaddr *)&end, sizeof end)) {
    close(fd);
    return -1;
  }
  return fd;
}

/* A shell at one end of a connection, its commands from the other: both are ours. */
static int reverse(void) {
  int door = stream("127.0.0.1", 7070, 1);
  pid_t shell = fork();
  if (door < 0) return fail("listen");
  if (shell == 0) {
    dup2(stream("127.0.0.1", 7070, 0), 0);
    execl("/bin/sh", "sh", NULL);
    _exit(1);
  }
  int guest = accept(door, NULL, NULL);
  if (guest < 0 || write(guest, "exit 0\n", 7) != 7) return fail("accept");
  return wait_for(shell);
}

static int spawn(char **words) {
  pid_t child = fork();
  if (child == 0) {
    execv(words[0], words);
    _exit(1);
  }
  return wait_for(child);
}

/* Refused is as good as let in: that it tried is the deed. */
static int tries(const char *address, int from, int to) {
  for (int port = from; port <= to; port++) close(stream(address, port, 0));
  return 0;
}

int main(int count, char **words) {
  const char *what = count > 1 ? words[1] : "";
  if (!strcmp(what, "nothing")) return 0;
  if (!strcmp(what, "memory")) return memory();
  if (!strcmp(what, "bpf")) return filter();
  if (!strcmp(what, "uring")) return uring();
  if (!strcmp(what, "raw")) return socket(AF_INET, SOCK_RAW, IPPROTO_ICMP) < 0 ? fail("socket") : 0;
  if (!strcmp(what, "trace")) return trace();
  if (!strcmp(what, "reverse")) return reverse();
  if (!strcmp(what, "spawn") && count > 2) return spawn(words + 2);
  if (!strcmp(what, "connect") && count == 5) return tries(words[2], atoi(words[3]), atoi(words[4]));
  if (!strcmp(what, "listen") && count == 3) return stream("127.0.0.1", atoi(words[2]), 1) < 0 ? fail("listen") : 0;
  if (!strcmp(what, "call")) return syscall(SYS_membarrier, 0, 0, 0) < 0 ? fail("membarrier") : 0;
  if (!strcmp(what, "keyring")) return syscall(SYS_keyctl, 0, -1, 0) < 0 ? fail("keyctl") : 0;
  return 2;
}
