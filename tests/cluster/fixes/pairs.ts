/**
 * Workloads and fixes with what is true of them, written before any verdict is asked. `truth.test.ts` holds each of
 * them on the real cluster: what is called harmless goes on working, what is called broken breaks, and says why.
 */
import type { JsonObject, Resource } from "@plimsoll/core";
import { namespace } from "./manifest.ts";
import { programs } from "./programs.ts";
import type { Fix, Pair, Program } from "./shape.ts";

const secure = (field: string, change: JsonObject, words?: string): Fix => ({
  field,
  ...(words === undefined ? {} : { words }),
  container: { securityContext: change },
});
const readOnly = secure("readOnlyRootFilesystem", { readOnlyRootFilesystem: true });
const dropAll = secure("capabilities.drop", { capabilities: { drop: ["ALL"] } });
const dropRaw = secure("capabilities.drop", { capabilities: { drop: ["NET_RAW"] } }, "drop-net-raw");
const noElevation = secure("allowPrivilegeEscalation", { allowPrivilegeEscalation: false });
const nonRoot = secure("runAsNonRoot", { runAsNonRoot: true });
const asUser = secure("runAsUser", { runAsUser: 10001, runAsGroup: 10001 });
const seccomp = secure("seccompProfile", { seccompProfile: { type: "RuntimeDefault" } });
const notPrivileged = secure("privileged", { privileged: false });
const noToken: Fix = { field: "automountServiceAccountToken", pod: { automountServiceAccountToken: false } };
const ownNetwork: Fix = { field: "hostNetwork", pod: { hostNetwork: false } };
const ownProcesses: Fix = { field: "hostPID", pod: { hostPID: false } };
const ownIpc: Fix = { field: "hostIPC", pod: { hostIPC: false } };
const memory = (limit: string): Fix => ({
  field: "resources.limits.memory",
  words: `memory-${limit}`,
  container: { resources: { limits: { memory: limit } } },
});
const asks = (amount: string, resource: string): Fix => ({
  field: "room",
  words: `asks-${amount}-${resource}`,
  container: { resources: { requests: { [resource]: amount } } },
});
const processor: Fix = {
  field: "resources.limits.cpu",
  container: { resources: { limits: { cpu: "200m" } } },
};
const writableAt = (path: string): Fix => ({
  field: "readOnlyRootFilesystem",
  words: `read-only-but-${path}`,
  pod: {
    volumes: [
      {
        name: "srv",
        configMap: { name: "@NAME@", defaultMode: 0o755, items: [{ key: "do", path: "cgi-bin/do" }] },
      },
      { name: "more", emptyDir: {} },
    ],
  },
  container: {
    securityContext: { readOnlyRootFilesystem: true },
    volumeMounts: [
      { name: "srv", mountPath: "/srv" },
      { name: "more", mountPath: path },
    ],
  },
});
const hostReadOnly: Fix = {
  field: "hostPath",
  words: "host-path-read-only",
  container: {
    volumeMounts: [
      { name: "srv", mountPath: "/srv" },
      { name: "host", mountPath: "/host", readOnly: true },
    ],
  },
};
const noHostPath: Fix = {
  field: "hostPath",
  words: "no-host-path",
  container: { volumeMounts: [{ name: "srv", mountPath: "/srv" }] },
};
const noHostPort: Fix = { field: "hostPort", container: { ports: [{ containerPort: 8080 }] } };
const liveness: Fix = {
  field: "livenessProbe",
  container: { livenessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1, failureThreshold: 3 } },
};
const started: Fix = {
  field: "livenessProbe",
  words: "liveness-after-startup",
  container: {
    livenessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1, failureThreshold: 3 },
    startupProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1, failureThreshold: 30 },
  },
};

type Rules = { readonly [field: string]: unknown };
const policy = (words: string, ...rules: readonly Rules[]): Fix => ({
  field: "NetworkPolicy",
  words,
  policies: (name) =>
    rules.map((spec, at): Resource => ({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: `${name}-${at}`, namespace },
      spec: { podSelector: { matchLabels: { pair: name } }, ...spec } as JsonObject,
    })),
});
const toDns = {
  to: [
    {
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
      podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
    },
  ],
  ports: [
    { protocol: "UDP", port: 53 },
    { protocol: "TCP", port: 53 },
  ],
};
const toBack = { to: [{ podSelector: { matchLabels: { app: "back" } } }], ports: [{ port: 8080 }] };
const egress = (...rules: readonly unknown[]): Rules => ({ policyTypes: ["Egress"], egress: rules });

interface Truth {
  readonly shows?: Pair["shows"];
  readonly because: string;
  readonly witness?: RegExp;
}

const harmless = (program: Program, fix: Fix, because: string, shows: Pair["shows"] = "never"): Pair => ({
  program,
  fix,
  truth: "harmless",
  shows,
  because,
});
const breaks = (program: Program, fix: Fix, { shows = "on request", ...more }: Truth): Pair => ({
  program,
  fix,
  truth: "breaks",
  shows,
  ...more,
});
const erofs = /Read-only file system/;
const eperm = /Operation not permitted|Permission denied|EPERM|EACCES|PermissionError/i;
const p = programs;

export const pairs: readonly Pair[] = [
  ...[readOnly, dropAll, noElevation, asUser, seccomp, noToken, memory("64Mi"), processor, liveness].map(
    (fix) => harmless(p.still, fix, "it writes nothing, listens above 1024 and calls nobody"),
  ),
  breaks(p.still, nonRoot, {
    shows: "at start",
    because: "its image has no other user than root",
    witness: /CreateContainerConfigError.*run as root/,
  }),
  harmless(
    p.still,
    policy("deny-all-but-asked", {
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ ports: [{ port: 8080 }] }],
    }),
    "it is asked, and asks nobody",
  ),

  breaks(p.cache, readOnly, { because: "/var/cache is on the image's disk", witness: erofs }),
  harmless(p.cache, writableAt("/var/cache"), "a volume is mounted where it writes", "on request"),
  breaks(p.cache, asUser, { because: "/var/cache is root's", witness: eperm }),
  harmless(p.cache, dropAll, "root writes to its own folder", "on request"),
  harmless(p.cacheMounted, readOnly, "a volume is mounted where it writes", "on request"),
  harmless(p.cacheMounted, asUser, "an emptyDir is everybody's", "on request"),
  breaks(p.temporary, readOnly, { because: "/tmp is on the image's disk", witness: erofs }),
  harmless(p.temporary, writableAt("/tmp"), "a volume is mounted where it writes", "on request"),
  harmless(p.temporary, asUser, "/tmp is everybody's", "on request"),
  harmless(p.shared, readOnly, "/dev/shm is a mount of its own", "on request"),
  harmless(p.tolerant, readOnly, "it goes on where it cannot write", "on request"),
  breaks(p.starts, readOnly, { shows: "at start", because: "it writes to /etc once", witness: erofs }),
  breaks(p.starts, asUser, { shows: "at start", because: "/etc is root's", witness: eperm }),
  breaks(p.rotates, readOnly, { shows: "later", because: "/var/log is on the image's disk", witness: erofs }),
  harmless(p.pause, readOnly, "it writes nothing", "later"),
  breaks(p.dump, readOnly, { shows: "when its cron runs", because: "it writes to its disk", witness: erofs }),
  harmless(p.dump, dropAll, "root makes its own folder", "when its cron runs"),
  breaks(p.gathers, memory("32Mi"), {
    shows: "when its cron runs",
    because: "each run holds 80 MiB",
    witness: /Killed|OOMKilled|137|exhausted/,
  }),
  harmless(p.gathers, memory("256Mi"), "each run holds 80 MiB", "when its cron runs"),
  breaks(p.counted, asks("2Gi", "ephemeral-storage"), {
    shows: "at start",
    because: "the quota has 1Gi to give",
    witness: /exceeded quota/,
  }),
  harmless(p.counted, asks("64Mi", "ephemeral-storage"), "the quota has as much to give", "at start"),
  breaks(p.counted, asks("4k", "cpu"), {
    shows: "at start",
    because: "no node has so many processors",
    witness: /Insufficient cpu/,
  }),
  harmless(p.counted, asks("10m", "cpu"), "the node has as much", "at start"),
  harmless(p.report, readOnly, "it writes nothing", "when its cron runs"),
  harmless(p.report, noToken, "it calls nobody", "when its cron runs"),
  breaks(p.notify, noToken, {
    shows: "when its cron runs",
    because: "it reads its token",
    witness: /No such file/,
  }),
  harmless(p.notify, readOnly, "it writes nothing", "when its cron runs"),

  breaks(p.owns, dropAll, { shows: "at start", because: "it needs CHOWN", witness: eperm }),
  harmless(p.owns, dropRaw, "it needs CHOWN, not NET_RAW", "at start"),
  breaks(
    p.ownsByInit,
    {
      field: "capabilities.drop",
      words: "init-drop-all",
      init: { securityContext: { capabilities: { drop: ["ALL"] } } },
    },
    { shows: "at start", because: "the init container needs CHOWN", witness: eperm },
  ),
  harmless(p.ownsByInit, dropAll, "the container itself needs nothing", "on request"),
  breaks(p.steps, dropAll, { shows: "at start", because: "it needs SETUID and SETGID", witness: eperm }),
  harmless(p.steps, dropRaw, "it needs SETUID and SETGID alone", "at start"),
  breaks(p.eighty, dropAll, { shows: "at start", because: "it needs NET_BIND_SERVICE", witness: eperm }),
  harmless(
    p.eighty,
    secure(
      "capabilities.drop",
      { capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] } },
      "all-but-net-bind",
    ),
    "what it needs is added again",
    "at start",
  ),
  breaks(p.eighty, asUser, { shows: "at start", because: "a port below 1024 is root's", witness: eperm }),
  harmless(p.eightyOpen, dropAll, "the pod opens low ports to everybody", "at start"),
  harmless(p.eightyOpen, asUser, "the pod opens low ports to everybody", "at start"),
  breaks(p.pings, dropRaw, { because: "ping opens a raw socket", witness: eperm }),
  harmless(p.routes, dropAll, "what it needs it adds", "at start"),
  breaks(p.routes, secure("capabilities.add", { capabilities: null }, "no-net-admin"), {
    shows: "at start",
    because: "it needs NET_ADMIN",
    witness: eperm,
  }),

  breaks(p.calls, noToken, { because: "it reads its token", witness: /No such file/ }),
  harmless(p.calls, readOnly, "it writes nothing that it needs", "on request"),
  harmless(p.calls, asUser, "its token is everybody's to read", "on request"),
  harmless(p.callsWhereItCan, noToken, "it goes on without an answer", "on request"),
  harmless(p.compiles, readOnly, "it goes on where it cannot keep what it compiled", "at start"),
  breaks(p.elevates, noElevation, {
    because: "the program is root's by its set-user-id bit",
    witness: /10001 10001/,
  }),
  harmless(p.elevates, nonRoot, "its image names a user", "on request"),
  harmless(p.elevatesNever, noElevation, "it never runs that program"),
  harmless(p.elevatesNever, dropAll, "it never runs that program"),
  breaks(p.namespaces, seccomp, { because: "the runtime's profile refuses unshare", witness: eperm }),
  harmless(p.namespaces, noElevation, "a user namespace elevates nobody", "on request"),
  breaks(p.mounts, notPrivileged, { shows: "at start", because: "it mounts", witness: /permission denied/i }),
  harmless(p.privileged, notPrivileged, "it does nothing with it"),
  breaks(p.reads, asUser, { because: "the key is root's", witness: eperm }),
  harmless(p.reads, readOnly, "it only reads", "on request"),
  harmless(p.user, readOnly, "a volume is mounted where it writes", "on request"),
  harmless(p.user, nonRoot, "it has a user of its own"),
  harmless(p.user, dropAll, "its user has no capability anyway", "on request"),

  harmless(p.hostReads, hostReadOnly, "it only reads there", "on request"),
  breaks(p.hostReads, noHostPath, { because: "it reads there", witness: /No such file/ }),
  breaks(p.hostWrites, hostReadOnly, { because: "it writes there", witness: erofs }),
  breaks(p.loopback, ownNetwork, {
    because: "the node's loopback is not the pod's",
    witness: /Connection refused/,
  }),
  harmless(p.hostNetwork, ownNetwork, "it needs no network but its own"),
  breaks(p.watches, ownProcesses, { because: "the kubelet is a process of the node", witness: /no kubelet/ }),
  harmless(p.hostPid, ownProcesses, "it looks at its own processes alone", "on request"),
  harmless(p.hostPid, ownIpc, "it shares no memory"),
  breaks(p.hostPort, noHostPort, { because: "it is asked at the node's port", witness: /ECONNREFUSED/ }),
  breaks(p.hungry, memory("32Mi"), { because: "it takes 80 MiB", witness: /Killed|OOMKilled|exhausted/ }),
  harmless(p.hungry, memory("256Mi"), "it takes 80 MiB", "on request"),
  breaks(p.holds, memory("32Mi"), {
    shows: "at start",
    because: "it holds 80 MiB",
    witness: /what it held is gone|Killed|OOMKilled/,
  }),
  harmless(p.holds, memory("256Mi"), "it holds 80 MiB", "at start"),
  harmless(p.nginx, memory("64Mi"), "it answers from a few MiB", "on request"),
  harmless(p.redisMemory, memory("64Mi"), "it keeps one key", "on request"),
  breaks(p.slow, liveness, {
    shows: "at start",
    because: "it listens after eight seconds",
    witness: /probe|137|restart/,
  }),
  harmless(p.slow, started, "it is given time to start", "at start"),

  harmless(
    p.asks,
    policy("dns-and-back", egress(toDns, toBack)),
    "it may ask both whom it asks",
    "on request",
  ),
  breaks(p.asks, policy("back-alone", egress(toBack)), {
    because: "it asks for a name first",
    witness: /bad address|resolve/,
  }),
  breaks(p.asks, policy("dns-alone", egress(toDns)), {
    because: "it asks the other service",
    witness: /unreachable|refused/,
  }),
  breaks(p.asks, policy("deny-all", { policyTypes: ["Ingress", "Egress"] }), {
    because: "it asks for a name first",
    witness: /bad address|resolve|EHOSTUNREACH|ENETUNREACH/,
  }),

  breaks(p.nginx, readOnly, { shows: "at start", because: "it makes its folders", witness: erofs }),
  breaks(p.nginx, dropAll, {
    shows: "at start",
    because: "it gives folders away, and its workers become nobody",
    witness: eperm,
  }),
  harmless(
    p.nginx,
    secure(
      "capabilities.drop",
      { capabilities: { drop: ["ALL"], add: ["CHOWN", "SETUID", "SETGID", "NET_BIND_SERVICE"] } },
      "all-but-four",
    ),
    "what it needs is added again",
    "at start",
  ),
  harmless(p.nginx, noElevation, "it becomes less, not more"),
  harmless(p.nginx, seccomp, "its calls are in the runtime's profile"),
  harmless(p.nginxMounted, readOnly, "all that it writes is in a volume", "at start"),
  harmless(p.nginxMounted, asUser, "all that it writes is in a volume", "at start"),
  breaks(p.nginxMounted, dropAll, {
    shows: "at start",
    because: "as root it gives its folders to nobody",
    witness: eperm,
  }),
  harmless(
    p.nginxMounted,
    secure(
      "capabilities.drop",
      { runAsUser: 10001, capabilities: { drop: ["ALL"] }, allowPrivilegeEscalation: false },
      "all-as-a-user",
    ),
    "as a user it gives nothing away",
    "at start",
  ),
  breaks(p.redis, readOnly, { because: "it saves to the image's disk", witness: /-ERR/ }),
  harmless(p.redis, writableAt("/home"), "a volume is mounted where it saves", "on request"),
  harmless(p.redis, dropAll, "root saves to its own folder", "on request"),
  harmless(p.redisMemory, readOnly, "it saves nothing", "on request"),
  harmless(p.redisMemory, asUser, "it saves nothing", "on request"),

  // Six services and five fixes: each cell.
  breaks(p.servesNginx, readOnly, {
    shows: "at start",
    because: "it writes beside its files",
    witness: erofs,
  }),
  breaks(p.servesNginx, asUser, { shows: "at start", because: "its folder is root's", witness: eperm }),
  breaks(p.servesNginx, dropAll, { shows: "at start", because: "it gives folders away", witness: eperm }),
  harmless(p.servesNginx, seccomp, "its calls are in the runtime's profile", "at start"),
  harmless(p.servesNginx, memory("64Mi"), "it answers from a few MiB", "on request"),
  breaks(p.servesRedis, readOnly, {
    shows: "at start",
    because: "it keeps a log in its folder",
    witness: erofs,
  }),
  breaks(p.servesRedis, asUser, { shows: "at start", because: "its folder is root's", witness: eperm }),
  harmless(p.servesRedis, dropAll, "root saves to its own folder", "on request"),
  harmless(p.servesRedis, seccomp, "its calls are in the runtime's profile", "at start"),
  harmless(p.servesRedis, memory("64Mi"), "it keeps one key", "on request"),
  breaks(p.servesPython, readOnly, { because: "it writes a note when it is asked", witness: /no answer/ }),
  breaks(p.servesPython, asUser, { because: "its folder is root's", witness: /no answer/ }),
  harmless(p.servesPython, dropAll, "root writes to its own folder", "on request"),
  harmless(p.servesPython, seccomp, "its calls are in the runtime's profile", "at start"),
  harmless(p.servesPython, memory("128Mi"), "it answers from some MiB", "on request"),
  harmless(p.servesNode, readOnly, "it writes nothing", "on request"),
  harmless(p.servesNode, asUser, "its files are everybody's to read", "on request"),
  harmless(p.servesNode, dropAll, "it needs none", "on request"),
  harmless(p.servesNode, seccomp, "its calls are in the runtime's profile", "at start"),
  breaks(p.servesNode, memory("16Mi"), {
    shows: "at start",
    because: "it holds more than 16 MiB",
    witness: /Killed|OOM|137|memory/,
  }),
  ...[readOnly, asUser, dropAll, seccomp, memory("64Mi")].map((fix) =>
    harmless(p.servesGo, fix, "it writes nothing, and needs little", "on request"),
  ),
  harmless(p.servesJava, readOnly, "it goes on where it cannot keep its counters in /tmp", "at start"),
  ...[asUser, dropAll, seccomp, memory("256Mi")].map((fix) =>
    harmless(p.servesJava, fix, "it writes to /tmp alone, and needs little", "on request"),
  ),
];
