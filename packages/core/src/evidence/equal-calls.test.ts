/** Families are apart, hold only calls that there are, and none that opens something new. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { powerOf } from "./equal-calls.ts";

test.each([
  ["preadv2", "read"],
  ["recvmsg", "recvfrom"],
  ["epoll_pwait2", "poll"],
  ["statx", "stat"],
  ["rt_sigreturn", undefined],
  ["clock_nanosleep", undefined],
  ["getpeername", undefined],
  ["unlinkat", undefined],
  ["membarrier", "membarrier"],
  ["connect", "connect"],
  ["setsockopt", "setsockopt"],
])("%s can do what %s can", (call, power) => expect(powerOf(call)).toBe(power));

/** What opens something: other processes, the kernel, namespaces, handles that came from nowhere. */
const opening =
  "ptrace process_vm_readv process_vm_writev process_madvise pidfd_getfd kcmp bpf perf_event_open userfaultfd init_module finit_module delete_module kexec_load kexec_file_load mount umount2 move_mount open_tree fsopen fsmount fspick pivot_root chroot unshare setns keyctl add_key request_key io_uring_setup io_uring_enter io_uring_register memfd_create memfd_secret open_by_handle_at name_to_handle_at fanotify_init quotactl reboot swapon iopl ioperm personality socket connect bind listen execve execveat ioctl prctl seccomp".split(
    " ",
  );

test("what opens something new stands alone", () => {
  expect(opening.filter((call) => powerOf(call) !== call)).toEqual([]);
});

test("each call stands in one family, and the kernel has it", () => {
  const source = readFileSync(join(import.meta.dirname, "equal-calls.ts"), "utf8");
  const written = [...source.matchAll(/^ +\(?"([a-z0-9_ ]+)"/gm)].flatMap(([, line]) =>
    line!.trim().split(" "),
  );
  expect(written.length).toBeGreaterThan(180);
  expect(written.filter((call, at) => written.indexOf(call) !== at)).toEqual([]);
  const table = readFileSync(join(import.meta.dirname, "../../../agent/src/call-names.ts"), "utf8");
  const named = new Set([...table.matchAll(/: "([a-z0-9_]+)"/g)].map(([, name]) => name!));
  expect(written.filter((call) => !named.has(call))).toEqual([]);
});
