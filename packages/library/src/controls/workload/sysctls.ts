/** The sysctls that Kubernetes holds to be safe, by the version from which on each list holds, as lists in CEL. */

const additions = {
  "1.0": [
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.ping_group_range",
    "net.ipv4.ip_unprivileged_port_start",
  ],
  "1.27": ["net.ipv4.ip_local_reserved_ports"],
  "1.29": [
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
  ],
  "1.32": ["net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"],
  "1.37": ["net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_notsent_lowat"],
} as const satisfies { readonly [version: string]: readonly string[] };

type Version = keyof typeof additions;

export const safeSysctls: { readonly [V in Version]: string } = {
  "1.0": safeIn("1.0"),
  "1.27": safeIn("1.27"),
  "1.29": safeIn("1.29"),
  "1.32": safeIn("1.32"),
  "1.37": safeIn("1.37"),
};

function safeIn(version: Version): string {
  const versions = Object.keys(additions) as Version[];
  const names = versions.slice(0, versions.indexOf(version) + 1).flatMap((entry) => additions[entry]);
  return `[${names.map((name) => `'${name}'`).join(", ")}]`;
}
