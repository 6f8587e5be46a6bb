/* What a container does on purpose, for what a shell cannot say: `act handles PATH`, `act map`, `act greet SOCKET`,
   `act target`, `act write PID ADDRESS`, `act user`. Each ends with 0 and one line where it worked, else with 1. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

static int fail(const char *what) {
  printf("%s: %s\n", what, strerrorname_np(errno));
  return 1;
}

/* Opens the root of the node's disk by its handle, from a file of that disk that every container is given. */
static int handles(const char *path) {
  struct { struct file_handle head; uint32_t inode, generation; } root = {{8, 1}, 2, 0};
  char text[4096];
  int disk = open("/etc/hosts", O_RDONLY);
  int top = open_by_handle_at(disk, &root.head, O_RDONLY | O_DIRECTORY);
  if (top < 0) return fail("open_by_handle_at");
  int file = openat(top, path, O_RDONLY);
  ssize_t length = file < 0 ? -1 : read(file, text, sizeof text);
  if (length < 0) return fail(path);
  fwrite(text, 1, length, stdout);
  return 0;
}

static int map(void) {
  union bpf_attr attr = {.map_type = BPF_MAP_TYPE_HASH, .key_size = 4, .value_size = 4, .max_entries = 1};
  if (syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof attr) < 0) return fail("bpf");
  puts("a map in the kernel");
  return 0;
}

/* The first words of gRPC; an answer of the same kind proves who listens. */
static int greet(const char *path) {
  static const char hello[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0";
  unsigned char frame[9];
  struct sockaddr_un end = {.sun_family = AF_UNIX};
  struct timeval patience = {.tv_sec = 3};
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  strncpy(end.sun_path, path, sizeof end.sun_path - 1);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (connect(fd, (struct sockaddr *)&end, sizeof end)) return fail("connect");
  if (write(fd, hello, sizeof hello - 1) < 0 || recv(fd, frame, 9, MSG_WAITALL) != 9) return fail("greet");
  printf("frame of type %d\n", frame[3]);
  return frame[3] == 4 ? 0 : 1;
}

/* A process of the node: says where its word lies, and what the word has become. */
static int target(void) {
  static volatile char word[8] = "mine";
  prctl(PR_SET_PDEATHSIG, 9);
  printf("%d %lx\n", getpid(), (unsigned long)word);
  fflush(stdout);
  for (int left = 3000; left > 0 && word[0] == 'm'; left--) usleep(100000);
  printf("%s\n", (const char *)word);
  return 0;
}

static int overwrite(const char *process, const char *address) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/mem", atoi(process));
  int fd = open(path, O_WRONLY);
  if (fd < 0) return fail("open");
  if (pwrite(fd, "yours", 6, strtoul(address, NULL, 16)) != 6) return fail("write");
  puts("written");
  return 0;
}

int main(int count, char **words) {
  const char *what = count > 1 ? words[1] : "";
  if (!strcmp(what, "handles") && count == 3) return handles(words[2]);
  if (!strcmp(what, "map")) return map();
  if (!strcmp(what, "greet") && count == 3) return greet(words[2]);
  if (!strcmp(what, "target")) return target();
  if (!strcmp(what, "write") && count == 4) return overwrite(words[2], words[3]);
  if (!strcmp(what, "user")) return printf("%d %d\n", getuid(), geteuid()) < 0;
  return 2;
}
