/** Workloads that do something, each of another kind: they are observed, and live on under what is generated of it. */
import type { JsonObject, Resource } from "@plimsoll/core";

export const namespaces = ["gen-front", "gen-back"] as const;

export interface Doer {
  readonly namespace: (typeof namespaces)[number];
  readonly name: string;
  /** The port at which it is asked, from its node. */
  readonly port: number;
  /** The container that is to get a profile. */
  readonly container: "app";
}

export const doers: readonly Doer[] = [
  { namespace: "gen-back", name: "server", port: 8080, container: "app" },
  { namespace: "gen-back", name: "low", port: 80, container: "app" },
  { namespace: "gen-front", name: "client", port: 8080, container: "app" },
  { namespace: "gen-front", name: "writer", port: 8080, container: "app" },
  { namespace: "gen-front", name: "caller", port: 8080, container: "app" },
];

const answer = "#!/bin/sh\nprintf 'Content-Type: text/plain\\r\\n\\r\\n'\nexec 2>&1\nset -e\n";
const asks = (host: string): string =>
  `printf 'GET /cgi-bin/do HTTP/1.0\\r\\n\\r\\n' | nc -w 3 ${host}.gen-back.svc.cluster.local 80 | grep -q ^ok$`;

/** What each does when it is asked. */
const scripts: { readonly [name: string]: string } = {
  server: "true",
  low: "true",
  client: `${asks("server")}\n${asks("low")}`,
  writer: "mkdir -p /data/kept\ndate >/data/kept/new\nmv /data/kept/new /data/kept/last",
};

/** Asks for its settings and for who is there; on `/delete` for what it never did while it was observed. */
const caller = `import http.server, ssl, urllib.request, urllib.error
folder = "/var/run/secrets/kubernetes.io/serviceaccount"
context = ssl.create_default_context(cafile=folder + "/ca.crt")
def call(verb, path):
    token = open(folder + "/token").read()
    url = "https://kubernetes.default.svc.cluster.local/api/v1/namespaces/gen-front/" + path
    request = urllib.request.Request(url, method=verb, headers={"Authorization": "Bearer " + token})
    try:
        return urllib.request.urlopen(request, context=context, timeout=5).status
    except urllib.error.HTTPError as error:
        return error.code
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            if self.path == "/delete":
                text = str(call("DELETE", "configmaps/settings?dryRun=All"))
            else:
                codes = [call("GET", "configmaps/settings"), call("GET", "pods")]
                text = "ok" if codes == [200, 200] else str(codes)
        except Exception as error:
            text = repr(error)
        self.send_response(200)
        self.end_headers()
        self.wfile.write((text + "\\n").encode())
http.server.HTTPServer(("", 8080), Answer).serve_forever()
`;

export function worldOf(): readonly Resource[] {
  return [
    ...namespaces.map((name): Resource => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } })),
    account("caller"),
    { ...object("v1", "ConfigMap", "gen-front", "settings"), data: { colour: "blue" } },
    // Far more than it needs: one binding of its own, one that it shares with another account.
    binding("ClusterRoleBinding", "", "gen-caller", "view", ["caller"]),
    binding("RoleBinding", "gen-front", "shared", "edit", ["caller", "default"]),
    ...doers.flatMap(({ namespace, name, port }) => [
      { ...object("v1", "ConfigMap", namespace, name), data: filesOf(name) },
      deployment(namespace, name, port),
    ]),
    service("server", [{ port: 80, targetPort: "http" }]),
    service("low", [{ port: 80 }]),
    {
      ...object("v1", "Pod", "gen-front", "stranger"),
      metadata: { name: "stranger", namespace: "gen-front", labels: { app: "stranger" } },
      spec: {
        terminationGracePeriodSeconds: 0,
        containers: [{ ...image("probe:1"), command: ["sleep", "3600"] }],
      },
    },
  ];
}

function filesOf(name: string): { readonly [file: string]: string } {
  return name === "caller" ? { "app.py": caller } : { do: `${answer}${scripts[name]!}\necho ok\n` };
}

function object(apiVersion: string, kind: string, namespace: string, name: string): Resource {
  return { apiVersion, kind, metadata: namespace === "" ? { name } : { name, namespace } };
}

function image(name: string): JsonObject {
  return { name: "app", image: `plimsoll.test/${name}`, imagePullPolicy: "Never" };
}

function account(name: string): Resource {
  return object("v1", "ServiceAccount", "gen-front", name);
}

function binding(
  kind: string,
  namespace: string,
  name: string,
  role: string,
  accounts: readonly string[],
): Resource {
  return {
    ...object("rbac.authorization.k8s.io/v1", kind, namespace, name),
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
    subjects: accounts.map((each) => ({ kind: "ServiceAccount", namespace: "gen-front", name: each })),
  };
}

function service(name: string, ports: readonly JsonObject[]): Resource {
  return { ...object("v1", "Service", "gen-back", name), spec: { selector: { app: name }, ports } };
}

function deployment(namespace: string, name: string, port: number): Resource {
  const isCaller = name === "caller";
  const probe = { httpGet: { path: "/cgi-bin/do", port: "http" }, periodSeconds: 2 };
  const data = name === "writer" ? [{ name: "data", emptyDir: {} }] : [];
  const item = isCaller ? { key: "app.py", path: "app.py" } : { key: "do", path: "cgi-bin/do" };
  const spec: JsonObject = {
    terminationGracePeriodSeconds: 0,
    automountServiceAccountToken: isCaller,
    ...(isCaller ? { serviceAccountName: "caller" } : {}),
    containers: [
      {
        ...image(isCaller ? "python:3.11" : "probe:1"),
        command: isCaller ? ["python3.11", "/srv/app.py"] : ["sh", "-ec", `exec httpd -f -p ${port} -h /srv`],
        ports: [{ name: "http", containerPort: port }],
        ...(name === "server" ? { readinessProbe: probe, livenessProbe: probe } : {}),
        volumeMounts: [
          { name: "srv", mountPath: "/srv" },
          ...data.map(() => ({ name: "data", mountPath: "/data" })),
        ],
      },
    ],
    volumes: [{ name: "srv", configMap: { name, defaultMode: 0o755, items: [item] } }, ...data],
  };
  return {
    ...object("apps/v1", "Deployment", namespace, name),
    spec: {
      selector: { matchLabels: { app: name } },
      strategy: { type: "Recreate" },
      template: { metadata: { labels: { app: name } }, spec },
    },
  };
}
