/** Records as Tetragon exports them, and what they become. */
import type { SensorExample } from "@plimsoll/core";

const image = `sha256:${"c3839dd800b9eb76".repeat(4)}`;
const process = {
  exec_id: "d29ya2VyLTE6MTI4NDI3ODMzNTA2ODQ6NzM4NjA=",
  pid: 73_860,
  uid: 0,
  cwd: "/",
  binary: "/usr/bin/curl",
  arguments: "--user admin:hunter2secret https://billing.example/pay",
  flags: "execve rootcwd",
  start_time: "2026-09-01T02:18:02.240856427Z",
  pod: {
    namespace: "shop",
    name: "web-6f776c8fb5-wwtqz",
    container: {
      id: "containerd://6b742e38",
      name: "app",
      image: { id: `docker.io/shop/web@${image}`, name: "docker.io/shop/web:1" },
      start_time: "2026-09-01T02:17:46Z",
      pid: 12,
    },
    workload: "web",
    workload_kind: "Deployment",
  },
};
const parent = { pid: 1, binary: "/app/server", pod: process.pod };
const where = {
  pod: "web-6f776c8fb5-wwtqz",
  namespace: "shop",
  container: "app",
  image,
  workload: "web",
  workloadKind: "Deployment",
  node: "worker-1",
};
const [time, node_name] = ["2026-09-01T02:18:14.376304204Z", "worker-1"];
const shared = { part: "event", where, time, trust: "kernel" } as const;

function kprobe(function_name: string, args: readonly unknown[], more: object = {}): unknown {
  return { process_kprobe: { process, parent, function_name, args, ...more }, node_name, time };
}

export const examples: readonly SensorExample[] = [
  {
    title: "a program run",
    record: { process_exec: { process, parent }, node_name, time },
    gives: [
      {
        ...shared,
        detail: {
          kind: "exec",
          path: "/usr/bin/curl",
          args: ["--user", "<password>", "https://billing.example/pay"],
          parents: ["/app/server"],
          user: 0,
        },
      },
    ],
  },
  {
    title: "the container's first process",
    record: {
      process_exec: {
        process: {
          ...process,
          binary: "/app/server",
          arguments: "",
          cap: { effective: ["CAP_NET_BIND_SERVICE", "CAP_CHOWN"] },
          pod: { ...process.pod, container: { ...process.pod.container, pid: 1 } },
        },
        parent: { binary: "/usr/bin/containerd-shim-runc-v2" },
      },
      node_name,
      time,
    },
    gives: [
      {
        ...shared,
        origin: "entrypoint",
        start: true,
        detail: {
          kind: "exec",
          path: "/app/server",
          args: [],
          user: 0,
          capabilities: ["CHOWN", "NET_BIND_SERVICE"],
        },
      },
    ],
  },
  {
    title: "somebody's exec into the container",
    record: {
      process_exec: {
        process: { ...process, binary: "/bin/sh", arguments: "" },
        parent: { binary: "/usr/bin/containerd-shim-runc-v2" },
      },
      node_name,
      time,
    },
    gives: [{ ...shared, origin: "exec", detail: { kind: "exec", path: "/bin/sh", args: [], user: 0 } }],
  },
  {
    title: "a file opened for writing",
    record: kprobe("security_file_permission", [{ file_arg: { path: "/etc/passwd" } }, { int_arg: 2 }], {
      return: { int_arg: 0 },
    }),
    gives: [{ ...shared, detail: { kind: "file", operation: "write", path: "/etc/passwd" } }],
  },
  {
    title: "a connection",
    record: kprobe("tcp_connect", [
      {
        sock_arg: {
          family: "AF_INET",
          type: "SOCK_STREAM",
          protocol: "IPPROTO_TCP",
          saddr: "10.0.1.4",
          daddr: "10.0.2.7",
          sport: 40_122,
          dport: 5432,
        },
      },
    ]),
    gives: [
      {
        ...shared,
        detail: {
          kind: "connection",
          operation: "connect",
          direction: "out",
          protocol: "TCP",
          port: 5432,
          peer: { address: "10.0.2.7" },
        },
      },
    ],
  },
  {
    title: "a capability that was refused",
    record: kprobe("cap_capable", [{ capability_arg: { value: 34, name: "CAP_SYSLOG" } }], {
      return: { int_arg: -1 },
    }),
    gives: [
      { ...shared, detail: { kind: "capability", name: "SYSLOG", granted: false, opportunistic: false } },
    ],
  },
  {
    title: "a library loaded",
    record: { process_loader: { process, path: "/usr/lib/libssl.so.3" }, node_name, time },
    gives: [{ ...shared, detail: { kind: "library", path: "/usr/lib/libssl.so.3" } }],
  },
  {
    title: "an older release's word for a listening port",
    record: { process_listen: { process, ip: "0.0.0.0", port: 9080, protocol: "TCP" }, node_name, time },
    gives: [
      {
        ...shared,
        detail: { kind: "connection", operation: "listen", direction: "in", protocol: "TCP", port: 9080 },
      },
    ],
  },
  {
    title: "the end of a program",
    record: { process_exit: { process, status: 1 }, node_name, time },
    gives: [{ ...shared, detail: { kind: "exit", path: "/usr/bin/curl", code: 1 } }],
  },
  {
    title: "a program of the node",
    record: { process_exec: { process: { binary: "/usr/sbin/sshd", pid: 1 } }, node_name, time },
    gives: [{ part: "rejected", why: "no-container" }],
  },
  {
    title: "a hook that is not read",
    record: kprobe("tcp_close", []),
    gives: [{ part: "rejected", why: "unknown-event" }],
  },
];
