/** Records of Inspektor Gadget's gadgets, and what they become. */
import type { SensorExample } from "@plimsoll/core";

const digest = `sha256:${"2919d0172f7524b2".repeat(4)}`;
const shared = {
  k8s: {
    containerName: "app",
    hostnetwork: false,
    namespace: "shop",
    node: "worker-1",
    owner: { kind: "Deployment", name: "web" },
    podLabels: "app=web",
    podName: "web-6f776c8fb5-wwtqz",
  },
  proc: { comm: "cat", creds: { gid: 0, uid: 1000 }, parent: { comm: "sh", pid: 42_678 }, pid: 53_660 },
  runtime: { containerImageDigest: digest, containerImageName: "shop/web:1", runtimeName: "containerd" },
  timestamp: "2026-09-01T13:37:35.312976962Z",
  timestamp_raw: 1_788_269_855_312e6,
};
const where = {
  pod: "web-6f776c8fb5-wwtqz",
  namespace: "shop",
  container: "app",
  workload: "web",
  workloadKind: "Deployment",
  node: "worker-1",
  image: digest,
};
const event = { part: "event", where, time: "2026-09-01T13:37:35.312Z", trust: "kernel" } as const;

export const examples: readonly SensorExample[] = [
  {
    title: "trace_open",
    record: {
      ...shared,
      error: "",
      error_raw: 0,
      fd: 3,
      flags_raw: 577,
      fname: "/var/log/app.log",
      mode_raw: 420,
    },
    gives: [{ ...event, detail: { kind: "file", operation: "create", path: "/var/log/app.log" } }],
  },
  {
    title: "trace_open of a file that is not there, by an older release",
    record: {
      ...shared,
      timestamp_raw: undefined,
      error: "ENOENT",
      fname: "/etc/missing",
      flags: "O_RDONLY",
    },
    gives: [
      {
        ...event,
        time: "2026-09-01T13:37:35.312976962Z",
        detail: { kind: "file", operation: "open", path: "/etc/missing", refused: true },
      },
    ],
  },
  {
    title: "trace_exec",
    record: {
      ...shared,
      error_raw: 0,
      args: ["/bin/sh", "-c", "mysqldump --password=hunter2hunter2 shop"],
      exepath: "/bin/dash",
      cwd: "/",
    },
    gives: [
      {
        ...event,
        detail: {
          kind: "exec",
          path: "/bin/dash",
          args: ["-c", "mysqldump --password=<password> shop"],
          user: 1000,
        },
      },
    ],
  },
  {
    title: "trace_tcp, a connection",
    record: {
      ...shared,
      type: "connect",
      error_raw: 0,
      src: { addr: "10.0.1.4", port: 40_122, proto: "TCP" },
      dst: { addr: "10.0.2.7", port: 5432, proto: "TCP" },
    },
    gives: [
      {
        ...event,
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
    title: "trace_tcp, an end that is accepted",
    record: {
      ...shared,
      type: "accept",
      error_raw: 0,
      src: { addr: "10.0.1.4", port: 8080, proto: "TCP" },
      dst: { addr: "10.0.9.9", port: 51_000, proto: "TCP" },
    },
    gives: [
      {
        ...event,
        detail: {
          kind: "connection",
          operation: "accept",
          direction: "in",
          protocol: "TCP",
          port: 8080,
          peer: { address: "10.0.9.9" },
        },
      },
    ],
  },
  {
    title: "trace_bind",
    record: { ...shared, error_raw: 0, addr: { addr: "::", port: 8080, proto: "TCP" } },
    gives: [
      {
        ...event,
        detail: { kind: "connection", operation: "listen", direction: "in", protocol: "TCP", port: 8080 },
      },
    ],
  },
  {
    title: "trace_dns",
    record: { ...shared, name: "Api.Example.", qtype: "AAAA", qr: "Q", rcode: "Success" },
    gives: [{ ...event, detail: { kind: "dns", question: "api.example", type: "AAAA" } }],
  },
  {
    title: "trace_capabilities, asked by the kernel on its own account",
    record: { ...shared, cap: "CAP_SYS_ADMIN", capable: true, audit: 0, syscall: "SYS_EXECVE" },
    gives: [
      {
        ...event,
        detail: {
          kind: "capability",
          name: "SYS_ADMIN",
          syscall: "execve",
          granted: true,
          opportunistic: true,
        },
      },
    ],
  },
  {
    title: "a container that Kubernetes does not know",
    record: { ...shared, k8s: { podName: "", namespace: "" }, fname: "/dev/null", fd: 3 },
    gives: [{ part: "rejected", why: "no-container" }],
  },
];
