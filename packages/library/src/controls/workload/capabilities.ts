/** Which added capabilities have a control of their own, and which the runtime gives anyway; as lists in CEL. */

/** Those that `capability-…` controls name, in upper case, with and without the prefix that some runtimes take. */
export const ownCapabilities = celList(
  ["ALL", "SYS_ADMIN", "SYS_MODULE", "DAC_READ_SEARCH", "SYS_PTRACE", "SYS_RAWIO", "SYS_BOOT"]
    .concat(["BPF", "PERFMON", "NET_ADMIN", "NET_RAW", "SYS_TIME", "SYSLOG"])
    .flatMap((name) => (name === "ALL" ? [name] : [name, `CAP_${name}`])),
);

const takenBack = ["AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD"].concat([
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
]);

/** What the baseline Pod Security Standard lets be added: the default set of runtimes without NET_RAW. */
export const defaultCapabilities = celList([...takenBack, "NET_BIND_SERVICE"]);

/** Of those, what the restricted standard does not let be added again. */
export const restrictedCapabilities = celList(takenBack);

function celList(names: readonly string[]): string {
  return `[${names.map((name) => `'${name}'`).join(", ")}]`;
}
