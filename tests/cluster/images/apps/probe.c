/* Both ends of a connection test: `serve NAME tcp/80 udp/53 …` says its name to whoever connects; `connect [SOURCE]`
   reads lines `tcp 10.0.0.1 80` and, at each empty line, tries all of them at once and answers each in one line:
   `open NAME`, `error ERRNO-NAME`, or `silent` where nothing came back in time. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 400, DEADLINE_MS = 4000, RESEND_MS = 400 };

static int fail(const char *what) {
  perror(what);
  return 1;
}

static void answer_datagram(int fd, const char *name) {
  char data[64], control[256];
  struct sockaddr_in peer;
  struct iovec vector = {data, sizeof data};
  struct msghdr message = {&peer, sizeof peer, &vector, 1, control, sizeof control, 0};
  if (recvmsg(fd, &message, 0) < 0) return;
  /* The answer leaves from the address that was asked, whatever the route would choose. */
  for (struct cmsghdr *one = CMSG_FIRSTHDR(&message); one; one = CMSG_NXTHDR(&message, one))
    if (one->cmsg_level == IPPROTO_IP && one->cmsg_type == IP_PKTINFO)
      ((struct in_pktinfo *)CMSG_DATA(one))->ipi_ifindex = 0;
  vector.iov_base = (char *)name;
  vector.iov_len = strlen(name);
  sendmsg(fd, &message, 0);
}

static int serve(int count, char **words) {
  const char *name = words[0];
  struct pollfd polls[32];
  int on = 1, sockets = count - 1;
  signal(SIGPIPE, SIG_IGN);
  if (sockets < 1 || sockets > 32) return 2;
  for (int at = 0; at < sockets; at++) {
    int tcp = strncmp(words[at + 1], "tcp/", 4) == 0;
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = htons(atoi(words[at + 1] + 4))};
    int fd = socket(AF_INET, tcp ? SOCK_STREAM : SOCK_DGRAM, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (!tcp) setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&own, sizeof own) || (tcp && listen(fd, 512))) return fail(words[at + 1]);
    polls[at] = (struct pollfd){fd, POLLIN, 0};
  }
  puts("serving");
  fflush(stdout);
  for (;;) {
    if (poll(polls, sockets, -1) < 0) return fail("poll");
    for (int at = 0; at < sockets; at++) {
      if (!(polls[at].revents & POLLIN)) continue;
      if (strncmp(words[at + 1], "udp/", 4) == 0) {
        answer_datagram(polls[at].fd, name);
        continue;
      }
      int fd = accept(polls[at].fd, NULL, NULL);
      if (fd < 0) continue;
      if (write(fd, name, strlen(name)) < 0) perror("write");
      close(fd);
    }
  }
}

static struct try {
  int fd, tcp, connected, done;
  char result[96];
} tries[MOST];

static void finish(struct try *one, const char *kind, const char *text) {
  snprintf(one->result, sizeof one->result, "%s %s", kind, text);
  one->done = 1;
  if (one->fd >= 0) close(one->fd);
}

static void start(struct try *one, const char *line, const char *source) {
  char protocol[4], address[64];
  int port;
  memset(one, 0, sizeof *one);
  one->fd = -1;
  if (sscanf(line, "%3s %63s %d", protocol, address, &port) != 3) return finish(one, "error", "EINVAL");
  one->tcp = strcmp(protocol, "tcp") == 0;
  one->fd = socket(AF_INET, (one->tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK, 0);
  struct sockaddr_in own = {.sin_family = AF_INET}, peer = {.sin_family = AF_INET, .sin_port = htons(port)};
  inet_pton(AF_INET, address, &peer.sin_addr);
  if (source) {
    inet_pton(AF_INET, source, &own.sin_addr);
    if (bind(one->fd, (struct sockaddr *)&own, sizeof own)) return finish(one, "error", strerrorname_np(errno));
  }
  if (connect(one->fd, (struct sockaddr *)&peer, sizeof peer) && errno != EINPROGRESS)
    return finish(one, "error", strerrorname_np(errno));
  if (!one->tcp && send(one->fd, "?", 1, 0) < 0) finish(one, "error", strerrorname_np(errno));
}

/* What an error on the socket, or the name that it was sent, says. */
static void look(struct try *one, short events) {
  int error = 0;
  socklen_t size = sizeof error;
  char name[80];
  getsockopt(one->fd, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error) return finish(one, "error", strerrorname_np(error));
  if (events & POLLOUT) one->connected = 1;
  if (!(events & (POLLIN | POLLHUP))) return;
  ssize_t got = recv(one->fd, name, sizeof name - 1, 0);
  if (got < 0) {
    if (errno != EAGAIN) finish(one, "error", strerrorname_np(errno));
    return;
  }
  name[got] = 0;
  finish(one, "open", name);
}

static long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void run(int count) {
  struct pollfd polls[MOST];
  long began = now(), resent = began;
  for (;;) {
    int open = 0;
    for (int at = 0; at < count; at++) {
      struct try *one = &tries[at];
      polls[at] = (struct pollfd){one->done ? -1 : one->fd, one->tcp && !one->connected ? POLLOUT : POLLIN, 0};
      if (!one->done) open++;
    }
    if (!open || now() - began > DEADLINE_MS) break;
    poll(polls, count, 50);
    int again = now() - resent > RESEND_MS;
    if (again) resent = now();
    for (int at = 0; at < count; at++) {
      struct try *one = &tries[at];
      if (one->done) continue;
      if (polls[at].revents) look(one, polls[at].revents);
      else if (again && !one->tcp && send(one->fd, "?", 1, 0) < 0) finish(one, "error", strerrorname_np(errno));
    }
  }
  for (int at = 0; at < count; at++) {
    if (!tries[at].done) finish(&tries[at], "silent", "");
    printf("%s\n", tries[at].result);
  }
  printf("\n");
  fflush(stdout);
}

int main(int count, char **words) {
  char line[128];
  int tried = 0;
  /* Outside of a pod it ends with the test that started it. */
  if (getenv("PROBE_ENDS_WITH_PARENT")) prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (count > 2 && strcmp(words[1], "serve") == 0) return serve(count - 2, words + 2);
  if (count < 2 || strcmp(words[1], "connect") != 0) return 2;
  while (fgets(line, sizeof line, stdin)) {
    if (line[0] == '\n') {
      run(tried);
      tried = 0;
    } else if (tried < MOST) {
      start(&tries[tried++], line, count > 2 ? words[2] : NULL);
    } else {
      fprintf(stderr, "more than %d tries at once\n", MOST);
      return 2;
    }
  }
  return 0;
}
