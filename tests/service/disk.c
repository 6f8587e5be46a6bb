/*
 * Stands between a process and its disk, loaded before the C library. What is done to files under PLIMSOLL_DISK is
 * written down in PLIMSOLL_TRACE, in order; and the n-th write, flush or cut since PLIMSOLL_FAIL was set to "n errno"
 * fails. From what was written down, a test makes the disk as a power failure at any moment would have left it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

struct head {
  uint32_t op, path, data, pad;
  uint64_t at;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int trace = -2;
static char armed[64];
static long left = -1;
static int code;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int ours(int fd, char *path, size_t size) {
  const char *root = getenv("PLIMSOLL_DISK");
  char link[64];
  ssize_t length;
  if (root == NULL) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  length = readlink(link, path, size - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  return strncmp(path, root, strlen(root)) == 0;
}

/* Whether this operation is the one that is to fail. */
static int fails(void) {
  const char *wanted = getenv("PLIMSOLL_FAIL");
  int result = 0;
  pthread_mutex_lock(&lock);
  if (wanted == NULL || *wanted == 0) {
    armed[0] = 0;
    left = -1;
  } else if (strncmp(wanted, armed, sizeof armed) != 0) {
    snprintf(armed, sizeof armed, "%s", wanted);
    left = strtol(armed, NULL, 10);
    code = atoi(strchr(armed, ' ') + 1);
  }
  if (left > 0 && --left == 0) result = code;
  pthread_mutex_unlock(&lock);
  return result;
}

static void note(uint32_t op, const char *path, uint64_t at, const void *data, size_t size) {
  struct head head = {op, (uint32_t)strlen(path), (uint32_t)size, 0, at};
  pthread_mutex_lock(&lock);
  if (trace == -2) {
    const char *name = getenv("PLIMSOLL_TRACE");
    trace = name == NULL ? -1 : (int)syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  }
  if (trace >= 0) {
    syscall(SYS_write, trace, &head, sizeof head);
    syscall(SYS_write, trace, path, head.path);
    if (size > 0) syscall(SYS_write, trace, data, size);
  }
  pthread_mutex_unlock(&lock);
}

#define WRITING(name, type, declared, passed, where)                      \
  ssize_t name declared {                                                 \
    char path[4096];                                                      \
    int mine = ours(fd, path, sizeof path), why;                          \
    uint64_t at = mine ? (uint64_t)(where) : 0;                           \
    if (mine && (why = fails())) return errno = why, -1;                  \
    ssize_t done = REAL(name) passed;                                     \
    if (mine && done > 0) note('W', path, at, data, (size_t)done);        \
    return done;                                                          \
  }

WRITING(write, ssize_t, (int fd, const void *data, size_t size), (fd, data, size), lseek(fd, 0, SEEK_CUR))
WRITING(pwrite, ssize_t, (int fd, const void *data, size_t size, off_t offset), (fd, data, size, offset), offset)
WRITING(pwrite64, ssize_t, (int fd, const void *data, size_t size, off64_t offset), (fd, data, size, offset), offset)

#define FLUSHING(name)                                                    \
  int name(int fd) {                                                      \
    char path[4096];                                                      \
    int mine = ours(fd, path, sizeof path), why;                          \
    if (mine && (why = fails())) return errno = why, -1;                  \
    int done = REAL(name)(fd);                                            \
    if (mine && done == 0) note('S', path, 0, NULL, 0);                   \
    return done;                                                          \
  }

FLUSHING(fsync)
FLUSHING(fdatasync)

#define CUTTING(name, type)                                               \
  int name(int fd, type size) {                                           \
    char path[4096];                                                      \
    int mine = ours(fd, path, sizeof path), why;                          \
    if (mine && (why = fails())) return errno = why, -1;                  \
    int done = REAL(name)(fd, size);                                      \
    if (mine && done == 0) note('T', path, (uint64_t)size, NULL, 0);      \
    return done;                                                          \
  }

CUTTING(ftruncate, off_t)
CUTTING(ftruncate64, off64_t)

int rename(const char *from, const char *to) {
  const char *root = getenv("PLIMSOLL_DISK");
  int done = REAL(rename)(from, to);
  if (done == 0 && root != NULL && strncmp(from, root, strlen(root)) == 0) note('R', from, 0, to, strlen(to));
  return done;
}

int unlink(const char *path) {
  const char *root = getenv("PLIMSOLL_DISK");
  int done = REAL(unlink)(path);
  if (done == 0 && root != NULL && strncmp(path, root, strlen(root)) == 0) note('U', path, 0, NULL, 0);
  return done;
}
