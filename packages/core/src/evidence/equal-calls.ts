/**
 * Which system calls can do no more than others: a program that used one of a family gains nothing by another, so that the
 * other is no news. Which one of a family is used hangs on a library's version, on load or on luck: nginx calls recvmsg only
 * where a second worker was begun meanwhile, recvfrom with every request. Decision 15 argues it; what each call does is told
 * by its page in section 2 of the Linux manual.
 */

/**
 * They touch the calling process alone: it waits, asks who or when it is, or keeps its own books. Whoever runs at all can do as
 * much by counting. What asks of other processes, or holds up their processors, is not among them.
 */
const own = new Set(
  (
    "exit exit_group restart_syscall sched_yield pause nanosleep clock_nanosleep futex futex_waitv " +
    "time gettimeofday clock_gettime clock_getres times getrusage getcpu getrandom uname sysinfo umask getcwd " +
    "getpid gettid getppid getpgid getpgrp getsid getuid geteuid getgid getegid getgroups getresuid getresgid capget " +
    // What the two ends of its own sockets are called: it named them itself, or was told when it accepted.
    "getsockname getpeername " +
    "getrlimit getpriority sched_getaffinity sched_getparam sched_getscheduler sched_getattr sched_get_priority_max " +
    "sched_get_priority_min sched_rr_get_interval get_mempolicy ioprio_get " +
    "set_tid_address set_robust_list get_robust_list rseq arch_prctl set_thread_area get_thread_area " +
    "rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigsuspend rt_sigtimedwait sigaltstack signalfd signalfd4 " +
    "alarm getitimer setitimer timer_create timer_settime timer_gettime timer_getoverrun timer_delete " +
    "timerfd_create timerfd_settime timerfd_gettime"
  ).split(" "),
);

/** What they change is a behaviour of its own, with its path, which tells more than the call's name: `unexpected-file`. */
const told = new Set(
  (
    "mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 link linkat symlink symlinkat mknod mknodat " +
    "truncate chmod fchmodat chown lchown fchownat"
  ).split(" "),
);

/** Each line: calls of which each can do what the others can, on the same things. */
const families: readonly string[] = [
  "read pread64 readv preadv preadv2 lseek readahead fadvise64",
  // The last move what the process could read and write itself.
  "write pwrite64 writev pwritev pwritev2 sendfile splice tee vmsplice copy_file_range",
  // Files that come with a message were opened by who sent them, and seen there.
  "recvfrom recvmsg recvmmsg",
  "sendto sendmsg sendmmsg",
  "accept accept4",
  "poll ppoll select pselect6 epoll_wait epoll_pwait epoll_pwait2 epoll_create epoll_create1 epoll_ctl",
  "open openat openat2 creat",
  "close close_range",
  "stat lstat fstat newfstatat statx access faccessat faccessat2",
  "statfs fstatfs",
  "getdents getdents64",
  "readlink readlinkat",
  "getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr",
  "setxattr lsetxattr fsetxattr",
  "removexattr lremovexattr fremovexattr",
  "chdir fchdir",
  "utime utimes utimensat futimesat",
  "ftruncate fallocate",
  "sync syncfs fsync fdatasync sync_file_range msync",
  "dup dup2 dup3",
  "pipe pipe2 socketpair eventfd eventfd2",
  "inotify_init inotify_init1 inotify_add_watch inotify_rm_watch",
  "io_setup io_destroy io_submit io_cancel io_getevents io_pgetevents",
  // mmap can ask for memory that may be run, as mprotect can.
  "brk mmap munmap mremap mprotect madvise mincore",
  "mlock mlock2 mlockall munlock munlockall",
  // clone may make namespaces as well: every library forks by it, so that it is learned all the same.
  "fork vfork clone clone3",
  "wait4 waitid",
  "kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo",
  "setrlimit prlimit64",
  "setuid setreuid setresuid setfsuid",
  "setgid setregid setresgid setfsgid",
  "shmget shmat shmctl shmdt",
  "semget semop semctl semtimedop",
  "msgget msgsnd msgrcv msgctl",
];

const familyOf = new Map(
  families.flatMap((line) => {
    const calls = line.split(" ");
    return calls.map((call) => [call, calls[0]!] as const);
  }),
);

/** The first call of its family; itself where no other can do as much; undefined where it touches the caller alone, or is told otherwise. */
export function powerOf(call: string): string | undefined {
  return own.has(call) || told.has(call) ? undefined : (familyOf.get(call) ?? call);
}
