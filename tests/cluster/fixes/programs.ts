/** The programs of the truth suite: each does one thing that some fix may refuse. */
import type { Resource } from "@plimsoll/core";
import { home, services } from "../oracle/services.ts";
import { namespace } from "./manifest.ts";
import type { Program } from "./shape.ts";

const program = (id: string, does: string, more: Omit<Program, "id" | "does"> = {}): Program => ({
  id,
  does,
  ...more,
});
const scratch = (path: string): Pick<Program, "pod" | "container"> => ({
  pod: { volumes: [{ name: "scratch", emptyDir: {} }] },
  container: { volumeMounts: [{ name: "scratch", mountPath: path }] },
});
/** One of the six services of the oracle, as root in a root that it may write to; what is asked of it and what it answers. */
const serves = (id: string, asked: string, expects: RegExp): Program => {
  const { image, port, program: file, arguments: words } = services.find((service) => service.id === id)!;
  return program(`serves-${id}`, `is the service in ${id}, asked as its users do`, {
    image,
    port,
    command: [file, ...words],
    container: { workingDir: home },
    talk: { sends: asked.startsWith("/") ? `GET ${asked} HTTP/1.0\r\n\r\n` : asked, expects },
  });
};
const as = (user: number): NonNullable<Program["container"]> => ({ securityContext: { runAsUser: user } });

export const programs = {
  still: program("still", "answers from files that are mounted, and needs nothing"),
  cache: program("cache", "keeps what it was asked in /var/cache", {
    request: "mkdir -p /var/cache/app; date >/var/cache/app/last",
  }),
  cacheMounted: program("cache-mounted", "keeps what it was asked in a volume at /var/cache", {
    request: "date >/var/cache/last",
    ...scratch("/var/cache"),
  }),
  temporary: program("temporary", "sorts in /tmp", {
    request: "date >/tmp/sorted; sort /tmp/sorted >/dev/null",
  }),
  shared: program("shared", "writes to /dev/shm", { request: "date >/dev/shm/app" }),
  tolerant: program("tolerant", "writes a log where it can, and goes on where it cannot", {
    request: "date >>/var/log/app || true",
  }),
  starts: program("starts", "writes its settings once, before it listens", {
    start: "date >/etc/app.conf",
  }),
  rotates: program("rotates", "rotates its log every few seconds", {
    later: { seconds: 4, script: "date >>/var/log/app; mv /var/log/app /var/log/app.1" },
  }),
  pause: program("pause", "does nothing but wait, and counts in memory", {
    later: { seconds: 4, script: "true" },
  }),
  dump: program("dump", "dumps to its own disk once a week", {
    cron: "mkdir -p /backup; date >/backup/dump",
  }),
  report: program("report", "counts once a week and writes nothing", { cron: "sort /etc/passwd | wc -l" }),
  notify: program("notify", "tells the API server once a week that it ran", {
    image: "plimsoll.test/python:3.11",
    cron: "exec python3.11 /srv/call.py",
    files: { "call.py": callOnce() },
  }),
  gathers: program("gathers", "holds 80 MiB for three seconds of each run", {
    cron: "set -o pipefail; dd if=/dev/zero bs=80M count=1 | (sleep 3; cat >/dev/null)",
  }),
  counted: program("counted", "runs where a quota counts the room on disk that pods ask for", {
    beside: (name) => [
      {
        apiVersion: "v1",
        kind: "ResourceQuota",
        metadata: { name, namespace },
        spec: { hard: { "requests.ephemeral-storage": "1Gi" } },
      },
    ],
  }),
  owns: program("owns", "gives a folder to its user before it listens", {
    start: "mkdir -p /data; chown 10001 /data",
  }),
  ownsByInit: program("owns-by-init", "has a folder given to its user by an init container", {
    ...scratch("/data"),
    pod: {
      volumes: [{ name: "scratch", emptyDir: {} }],
      initContainers: [
        {
          name: "own",
          image: "plimsoll.test/busybox:1.35",
          imagePullPolicy: "Never",
          command: ["chown", "10001", "/data"],
          volumeMounts: [{ name: "scratch", mountPath: "/data" }],
        },
      ],
    },
    request: "ls -ld /data | grep -q 10001",
  }),
  steps: program("steps-down", "becomes nobody before it listens", {
    image: "plimsoll.test/python:3.11",
    command: [
      "python3.11",
      "-c",
      "import os; os.setgroups([]); os.setgid(65534); os.setuid(65534); os.execvp('httpd', ['httpd', '-f', '-p', '8080', '-h', '/srv'])",
    ],
  }),
  eighty: program("eighty", "listens on port 80 as root", { port: 80 }),
  eightyOpen: program("eighty-open", "listens on port 80, which the pod opens to everybody", {
    port: 80,
    pod: { securityContext: { sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: "0" }] } },
  }),
  pings: program("pings", "pings its neighbours", { request: "ping -c 1 -W 2 127.0.0.1" }),
  routes: program("routes", "adds an address to its own network", {
    start: "ip addr add 192.0.2.1/32 dev lo",
    container: { securityContext: { capabilities: { add: ["NET_ADMIN"] } } },
  }),
  calls: program("calls", "asks the API server who it is, when it is asked", {
    image: "plimsoll.test/python:3.11",
    command: ["python3.11", "/srv/app.py"],
    files: { "app.py": server("told()"), "call.py": callOnce() },
  }),
  callsWhereItCan: program("calls-where-it-can", "uses the API server's answer if it gets one", {
    image: "plimsoll.test/python:3.11",
    command: ["python3.11", "/srv/app.py"],
    files: { "app.py": server("told_or_not()"), "call.py": callOnce() },
  }),
  compiles: program("compiles", "is Python, which keeps what it compiled where it can", {
    image: "plimsoll.test/python:3.11",
    command: ["python3.11", "/srv/app.py"],
    container: { env: [{ name: "PYTHONPYCACHEPREFIX", value: "/var/pyc" }] },
    files: { "app.py": server("True"), "call.py": callOnce() },
  }),
  elevates: program("elevates", "runs a program that is root's, as another user", {
    image: "plimsoll.test/elevate-as-user:1",
    request: "act user | grep ' 0$' || { act user; false; }",
  }),
  elevatesNever: program("elevates-never", "has a program that is root's, and does not run it", {
    image: "plimsoll.test/elevate-as-user:1",
  }),
  namespaces: program("namespaces", "makes a user namespace for what it runs", {
    request: "unshare -U true",
  }),
  mounts: program("mounts", "mounts a file system of its own, privileged", {
    start: "mkdir -p /m; mount -t tmpfs none /m",
    container: { securityContext: { privileged: true } },
  }),
  privileged: program("privileged-for-nothing", "is privileged, and nobody knows why", {
    container: { securityContext: { privileged: true } },
  }),
  reads: program("reads-its-key", "reads a key that only root may read", {
    request: "cat /key/key; echo",
    pod: { volumes: [{ name: "key", secret: { secretName: "@NAME@", defaultMode: 0o400 } }] },
    container: { volumeMounts: [{ name: "key", mountPath: "/key" }] },
    beside: (name): readonly Resource[] => [
      { apiVersion: "v1", kind: "Secret", metadata: { name, namespace }, stringData: { key: "no key" } },
    ],
  }),
  user: program("user", "runs as a user of its own and writes to its volume", {
    request: "date >/data/last",
    pod: { volumes: [{ name: "scratch", emptyDir: {} }] },
    container: { ...as(10001), volumeMounts: [{ name: "scratch", mountPath: "/data" }] },
  }),
  hostReads: program("host-reads", "reads the node's host name", {
    request: "cat /host/hostname",
    pod: { volumes: [{ name: "host", hostPath: { path: "/etc" } }] },
    container: { volumeMounts: [{ name: "host", mountPath: "/host" }] },
  }),
  hostWrites: program("host-writes", "writes to a folder of the node", {
    request: "date >/host/last",
    pod: {
      volumes: [{ name: "host", hostPath: { path: "@STATE@/volumes/fixes", type: "DirectoryOrCreate" } }],
    },
    container: { volumeMounts: [{ name: "host", mountPath: "/host" }] },
  }),
  loopback: program("loopback", "asks what listens on the node's loopback", {
    request: "nc -w 2 127.0.0.1 2381 </dev/null",
    port: 18431,
    pod: { hostNetwork: true },
  }),
  hostNetwork: program("host-network-for-nothing", "uses the node's network, and needs none of it", {
    port: 18432,
    pod: { hostNetwork: true },
  }),
  watches: program("watches", "watches the node's kubelet", {
    request: "pidof kubelet || { echo no kubelet; false; }",
    pod: { hostPID: true },
  }),
  hostPid: program("host-pid-for-nothing", "is among the node's processes, and looks at its own", {
    request: "ls /proc/self",
    pod: { hostPID: true, hostIPC: true },
  }),
  hostPort: program("host-port", "is asked at a port of the node", {
    container: { ports: [{ containerPort: 8080, hostPort: 18433 }] },
    at: "node",
  }),
  hungry: program("hungry", "takes 80 MiB when it is asked", {
    request: "dd if=/dev/zero of=/dev/null bs=80M count=1",
  }),
  holds: program("holds", "holds 80 MiB as long as it runs", {
    start: "(dd if=/dev/zero bs=80M count=1 | sleep 100000) &",
    request: "pidof dd || { echo what it held is gone; false; }",
  }),
  slow: program("slow", "takes eight seconds before it listens", { start: "sleep 8" }),
  asks: program("asks", "asks another service by its name", {
    request: "printf 'GET /cgi-bin/do HTTP/1.0\\r\\n\\r\\n' | nc -w 3 $BACK 8080 | grep -q ok",
    container: { env: [{ name: "BACK", value: "back.fixes.svc.cluster.local" }] },
  }),
  nginx: program("nginx", "is nginx as it is installed: a root that starts workers as nobody", {
    image: "plimsoll.test/nginx:1.22",
    command: ["sh", "-ec", "mkdir -p /var/lib/nginx /var/log/nginx /run; exec nginx -c /srv/nginx.conf"],
    files: { "nginx.conf": nginxConf("nobody", "/run/nginx.pid", 80) },
    port: 80,
  }),
  nginxMounted: program("nginx-mounted", "is nginx for an unprivileged user, all that it writes in /tmp", {
    image: "plimsoll.test/nginx:1.22",
    command: ["nginx", "-c", "/srv/nginx.conf", "-e", "/dev/stderr"],
    files: { "nginx.conf": nginxConf("", "/tmp/nginx.pid", 8080) },
    ...scratch("/tmp"),
  }),
  redis: program("redis", "is Redis that saves to its folder", {
    image: "plimsoll.test/redis:7.0",
    command: ["redis-server", "--dir", "/home", "--protected-mode", "no", "--save", ""],
    port: 6379,
    talk: { sends: "SET a b\r\nSAVE\r\n", expects: /^\+OK\r\n\+OK/ },
  }),
  servesNginx: serves("nginx", "/index.html", /^hello$/),
  servesRedis: serves("redis", "SET a b\r\nSAVE\r\n", /^\+OK\r\n\+OK/),
  servesPython: serves("python", "/write", /"path": "\/write"/),
  servesNode: serves("node", "/run", /url: \/run/),
  servesGo: serves("go", "/run", /^\/run serves-go/),
  servesJava: serves("java", "/run", /^serves-java/),
  redisMemory: program("redis-memory", "is Redis that keeps all in memory", {
    image: "plimsoll.test/redis:7.0",
    command: ["redis-server", "--protected-mode", "no", "--save", ""],
    port: 6379,
    talk: { sends: "SET a b\r\nGET a\r\n", expects: /^\+OK\r\n\$1\r\nb/ },
  }),
} satisfies { readonly [name: string]: Program };

export function nginxConf(user: string, pid: string, port: number): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const places = user === "" ? temporary.map((kind) => `${kind}_temp_path /tmp/${kind};`).join(" ") : "";
  const whose = user === "" ? "" : `user ${user} nogroup;`;
  return `${whose} daemon off; pid ${pid}; error_log /dev/stderr;
events {}
http { access_log off; ${places} server { listen ${port}; location / { return 200 "ok\\n"; } } }
`;
}

/** Asks the API server who it is, with the token that every pod is given. */
function callOnce(): string {
  return `import json, ssl, urllib.request
folder = "/var/run/secrets/kubernetes.io/serviceaccount"
def told():
    token = open(folder + "/token").read()
    body = json.dumps({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}).encode()
    url = "https://kubernetes.default.svc/apis/authentication.k8s.io/v1/selfsubjectreviews"
    headers = {"Authorization": "Bearer " + token, "Content-Type": "application/json"}
    request = urllib.request.Request(url, body, headers)
    context = ssl.create_default_context(cafile=folder + "/ca.crt")
    return urllib.request.urlopen(request, context=context, timeout=5).status == 201
def told_or_not():
    try:
        return told()
    except OSError:
        return True
if __name__ == "__main__":
    raise SystemExit(0 if told() else 1)
`;
}

function server(what: string): string {
  return `import http.server
from call import told, told_or_not
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            text = "ok" if ${what} else "failed"
        except Exception as error:
            text = repr(error)
        self.send_response(200)
        self.end_headers()
        self.wfile.write((text + "\\n").encode())
http.server.HTTPServer(("", 8080), Answer).serve_forever()
`;
}
