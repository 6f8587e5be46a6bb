/** The workloads of the drill: servers at work, a client that asks them, a cron job, and doors for the intruder. */
import type { JsonObject, Resource } from "@plimsoll/core";
import { nginxConf } from "../fixes/programs.ts";

export const namespace = "drill";

/** What the intruder sends to a server is run by its shell: a web shell, as the server's own doing. */
const shell = "#!/bin/sh\nprintf 'Content-Type: text/plain\\r\\n\\r\\n'\nexec 2>&1\nsh\necho \"ended $?\"\n";
const page =
  "#!/bin/sh\nprintf 'Content-Type: text/plain\\r\\n\\r\\n'\ncat /srv/menu\necho seen >>/tmp/visits\nwget -q -O /dev/null http://back:8080/\nnslookup back >/dev/null\n";

/** Begins with the files that a fuller image would bring. */
const serve =
  "mkdir -p /root/.ssh /mnt; echo x >/etc/shadow; echo x >/root/.ssh/id_rsa; echo x >/var/log/messages; echo x >/root/.ash_history; exec httpd -f -p 8080 -h /srv";

const asking = [
  "until wget -q -O /dev/null http://web:8080/cgi-bin/do; do sleep 1; done",
  "while sleep 1; do",
  "  wget -q -O /dev/null http://web:8080/cgi-bin/do",
  "  wget -q -O /dev/null http://priv:8080/menu",
  "  wget -q -O /dev/null http://user:8080/menu",
  "  wget -q -O /dev/null http://nginx/ || true",
  "  wget -q -O /dev/null http://python:8080/ || true",
  "  printf 'SET seen 1\\r\\nGET seen\\r\\nQUIT\\r\\n' | nc redis 6379 >/dev/null || true",
  "  echo asked",
  "done",
].join("\n");

interface Server {
  readonly name: string;
  readonly image?: string;
  readonly command: readonly string[];
  readonly port?: number;
  readonly container?: JsonObject;
}

const busybox = "plimsoll.test/busybox:1.35";
const drill = "plimsoll.test/drill:1";
const probe = {
  exec: { command: ["wget", "-q", "-O", "/tmp/alive", "http://127.0.0.1:8080/menu"] },
  periodSeconds: 3,
};
const http = { httpGet: { path: "/menu", port: 8080 }, periodSeconds: 2 };

const servers: readonly Server[] = [
  {
    name: "web",
    image: drill,
    command: ["sh", "-ec", serve],
    container: { livenessProbe: probe, readinessProbe: http },
  },
  {
    name: "priv",
    image: drill,
    command: ["sh", "-ec", serve],
    container: { securityContext: { privileged: true } },
  },
  {
    name: "user",
    image: "plimsoll.test/elevate-as-user:1",
    command: ["sh", "-ec", "exec httpd -f -p 8080 -h /srv"],
  },
  {
    name: "back",
    image: busybox,
    command: ["sh", "-ec", "mkdir /w; echo ok >/w/index.html; exec httpd -f -p 8080 -h /w"],
  },
  {
    name: "nginx",
    image: "plimsoll.test/nginx:1.22",
    command: ["sh", "-ec", "mkdir -p /var/lib/nginx /var/log/nginx /run; exec nginx -c /srv/nginx.conf"],
    port: 80,
  },
  {
    name: "redis",
    image: "plimsoll.test/redis:7.0",
    command: ["redis-server", "--bind", "0.0.0.0", "--protected-mode", "no", "--save", "", "--dir", "/tmp"],
    port: 6379,
  },
  {
    name: "python",
    image: "plimsoll.test/python:3.11",
    command: ["python3.11", "-m", "http.server", "8080"],
  },
  { name: "client", image: busybox, command: ["sh", "-c", asking] },
];

export const deployments: readonly string[] = servers.map(({ name }) => name);

function deploymentOf({ name, image, command, container = {} }: Server): Resource {
  const labels = { app: name };
  const volumes = [
    { name: "srv", configMap: { name: "srv", defaultMode: 0o755, items } },
    { name: "data", emptyDir: {} },
  ];
  const volumeMounts = [
    { name: "srv", mountPath: "/srv" },
    { name: "data", mountPath: "/data" },
  ];
  const only = { name: "app", image: image!, imagePullPolicy: "Never", command, volumeMounts, ...container };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { terminationGracePeriodSeconds: 0, containers: [only], volumes },
      },
    },
  } as Resource;
}

const items = [
  { key: "menu", path: "menu" },
  { key: "do", path: "cgi-bin/do" },
  { key: "run", path: "cgi-bin/run" },
  { key: "nginx.conf", path: "nginx.conf" },
];

function serviceOf({ name, port = 8080 }: Server): Resource {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace },
    spec: { selector: { app: name }, ports: [{ port }] },
  } as Resource;
}

const nightly = {
  containers: [
    {
      name: "app",
      image: busybox,
      imagePullPolicy: "Never",
      command: ["sh", "-ec", "wget -q -O /tmp/page http://back:8080/; gzip /tmp/page; sleep 3"],
    },
  ],
  restartPolicy: "Never",
  terminationGracePeriodSeconds: 0,
};

/** Who asks the API server: one that only looks at pods, and one that may do more than it does. */
const accounts: readonly Resource[] = ["reader", "operator"].map(
  (name) => ({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } }) as Resource,
);
const rbac = "rbac.authorization.k8s.io";
const rights: readonly Resource[] = [
  {
    apiVersion: `${rbac}/v1`,
    kind: "Role",
    metadata: { name: "look", namespace },
    rules: [
      { apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] },
      { apiGroups: [""], resources: ["pods/exec"], verbs: ["create", "get"] },
      { apiGroups: ["apps"], resources: ["deployments"], verbs: ["get"] },
    ],
  } as unknown as Resource,
  {
    apiVersion: `${rbac}/v1`,
    kind: "RoleBinding",
    metadata: { name: "look", namespace },
    roleRef: { apiGroup: rbac, kind: "Role", name: "look" },
    subjects: ["reader", "operator"].map((name) => ({ kind: "ServiceAccount", name, namespace })),
  } as unknown as Resource,
];

export const world: readonly Resource[] = [
  {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "srv", namespace },
    data: { menu: "soup\n", do: page, run: shell, "nginx.conf": nginxConf("nobody", "/run/nginx.pid", 80) },
  } as Resource,
  ...accounts,
  ...rights,
  ...servers.map(serviceOf),
  ...servers.map(deploymentOf),
  {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name: "nightly", namespace },
    spec: { schedule: "0 3 * * 0", jobTemplate: { spec: { backoffLimit: 0, template: { spec: nightly } } } },
  } as unknown as Resource,
];
