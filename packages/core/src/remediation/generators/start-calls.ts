/** The system calls that starting a container takes once its seccomp filter is in force. */

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

/**
 * What runc 1.1.5 was traced to call with the filter in force until its program begins, at the start of a container and at
 * an exec into one, as root and as another user, with and without `no_new_privs` (without, the filter comes before users
 * and capabilities are set). `tests/agent/start.test.ts` traces it anew and holds this list against it.
 */
export const tracedStart: readonly string[] = words(`
  capget capset chdir close epoll_ctl epoll_pwait execve faccessat2 fchown fcntl fstat fstatfs futex getcwd getdents64
  getpid getppid nanosleep newfstatat openat prctl read rt_sigreturn sched_yield setgid setgroups setuid tgkill write
`);

/**
 * What other builds of runc and of Go's runtime call there, and what a C library calls before `main` or any program at its
 * end or at a signal, which sensors that watch the program may miss. Known, not traced.
 */
export const likelyStart: readonly string[] = words(`
  brk clone close_range dup3 epoll_create1 exit exit_group fchdir getegid geteuid getgid getrandom gettid getuid ioctl lseek
  madvise mmap mprotect munmap openat2 pipe2 pread64 prlimit64 readlinkat restart_syscall rseq rt_sigaction rt_sigprocmask
  sched_getaffinity set_robust_list set_tid_address sigaltstack statfs statx umask uname
`);
