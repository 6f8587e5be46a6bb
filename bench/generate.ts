/** Seeded manifests of a made-up company: varied workloads, RBAC, policies and services, templates shared as in real clusters. */
import type { Json, Resource } from "@plimsoll/core";

type Fields = { readonly [key: string]: Json };

/** A small seeded generator (mulberry32): the same seed gives the same cluster on every machine. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const teams = ["payments", "search", "catalog", "platform", "data", "mobile", "growth", "risk"];
const names = ["api", "web", "worker", "gateway", "cache", "ingest", "report", "auth", "billing", "feed"];

/** `count` objects, streamed: about half workloads, the rest what surrounds them. */
export function* generate(count: number, seed = 1): Generator<Resource> {
  const next = random(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
  const namespaces = Math.max(1, Math.floor(count / 80));
  let made = 0;
  for (let index = 0; index < namespaces && made < count; index += 1, made += 1)
    yield namespaceOf(index, pick(teams), next);
  for (let serial = 0; made < count; serial += 1) {
    const namespace = `team-${Math.floor(next() * namespaces)}`;
    const name = `${pick(names)}-${serial}`;
    for (const resource of bundle(name, namespace, next, pick)) {
      if (made >= count) return;
      made += 1;
      yield resource;
    }
  }
}

function namespaceOf(index: number, team: string, next: () => number): Resource {
  const labels: { [key: string]: string } = { team };
  if (next() < 0.3) labels["pod-security.kubernetes.io/enforce"] = next() < 0.5 ? "baseline" : "restricted";
  return { apiVersion: "v1", kind: "Namespace", metadata: { name: `team-${index}`, labels } };
}

type Pick = <T>(list: readonly T[]) => T;

function* bundle(name: string, namespace: string, next: () => number, pick: Pick): Generator<Resource> {
  const meta = (more: Fields = {}): Fields => ({
    name,
    namespace,
    labels: { app: name, team: pick(teams) },
    ...more,
  });
  yield workload(name, meta(), next, pick);
  if (next() < 0.6)
    yield make("v1", "Service", meta(), {
      spec: {
        type: pick(["ClusterIP", "ClusterIP", "NodePort", "LoadBalancer"]),
        selector: { app: name },
        ports: [{ port: 80, targetPort: 8080 }],
      },
    });
  if (next() < 0.4)
    yield make("v1", "ServiceAccount", meta(), next() < 0.5 ? { automountServiceAccountToken: false } : {});
  if (next() < 0.3)
    yield make("v1", "ConfigMap", meta(), {
      data: { "app.properties": "level=info\n".repeat(8), mode: "production" },
    });
  if (next() < 0.15)
    yield make("networking.k8s.io/v1", "NetworkPolicy", meta(), {
      spec: {
        podSelector: { matchLabels: { app: name } },
        policyTypes: ["Ingress"],
        ingress: [{ from: [{ podSelector: {} }] }],
      },
    });
  if (next() < 0.12)
    yield make("networking.k8s.io/v1", "Ingress", meta(), {
      spec: {
        rules: [
          {
            host: `${name}.example.com`,
            http: {
              paths: [
                { path: "/", pathType: "Prefix", backend: { service: { name, port: { number: 80 } } } },
              ],
            },
          },
        ],
      },
    });
  if (next() < 0.25) yield* access(name, namespace, meta, next, pick);
}

function* access(
  name: string,
  namespace: string,
  meta: () => Fields,
  next: () => number,
  pick: Pick,
): Generator<Resource> {
  const rule = {
    apiGroups: [""],
    resources: [pick(["pods", "configmaps", "secrets", "services"])],
    verbs: next() < 0.1 ? ["*"] : ["get", "list", "watch"],
  };
  yield make("rbac.authorization.k8s.io/v1", "Role", meta(), { rules: [rule] });
  yield make("rbac.authorization.k8s.io/v1", "RoleBinding", meta(), {
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
    subjects: [{ kind: "ServiceAccount", name, namespace }],
  });
}

function make(apiVersion: string, kind: string, metadata: Fields, body: Fields): Resource {
  return { apiVersion, kind, metadata, ...body } as Resource;
}

function workload(name: string, metadata: Fields, next: () => number, pick: Pick): Resource {
  const kind = pick(["Deployment", "Deployment", "Deployment", "StatefulSet", "DaemonSet", "CronJob"]);
  const template = { metadata: { labels: { app: name } }, spec: podSpec(name, next, pick) };
  if (kind === "CronJob") {
    const spec = { ...template.spec, restartPolicy: "OnFailure" };
    return make("batch/v1", kind, metadata, {
      spec: { schedule: "0 3 * * *", jobTemplate: { spec: { template: { ...template, spec } } } },
    });
  }
  const more: Fields = kind === "DaemonSet" ? {} : { replicas: 1 + Math.floor(next() * 4) };
  const serviceName: Fields = kind === "StatefulSet" ? { serviceName: name } : {};
  return make("apps/v1", kind, metadata, {
    spec: { ...more, ...serviceName, selector: { matchLabels: { app: name } }, template },
  });
}

function podSpec(name: string, next: () => number, pick: Pick): Fields {
  const hardened = next() < 0.3;
  const container: { [key: string]: Json } = {
    name: "app",
    image: `registry.example.com/${pick(teams)}/${pick(names)}:${pick(["latest", "1.2.3", "2.0.1", "3.4.0"])}`,
    ports: [{ name: "http", containerPort: 8080 }],
    env: Array.from({ length: 4 + Math.floor(next() * 8) }, (_, index) => ({
      name: `SETTING_${index}`,
      value: pick(["true", "8080", "info", "eu-west-1"]),
    })),
  };
  if (next() < 0.7)
    container["resources"] = { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } };
  if (next() < 0.5)
    container["livenessProbe"] = { httpGet: { path: "/healthz", port: 8080 }, periodSeconds: 10 };
  if (hardened)
    container["securityContext"] = {
      allowPrivilegeEscalation: false,
      runAsNonRoot: true,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
      seccompProfile: { type: "RuntimeDefault" },
    };
  else if (next() < 0.05) container["securityContext"] = { privileged: true };
  const containers: Json[] = [container];
  if (next() < 0.25)
    containers.push({
      name: "proxy",
      image: "registry.example.com/platform/proxy:1.9.0",
      args: ["--config=/etc/proxy.yaml", "--level=info"],
    });
  return {
    ...(next() < 0.4 ? { serviceAccountName: name } : {}),
    ...(next() < 0.03 ? { hostNetwork: true } : {}),
    ...(next() < 0.2
      ? {
          initContainers: [
            {
              name: "migrate",
              image: "registry.example.com/data/migrate:2.0.1",
              command: ["/migrate", "up"],
            },
          ],
        }
      : {}),
    containers,
    volumes: [
      { name: "tmp", emptyDir: {} },
      ...(next() < 0.04 ? [{ name: "host", hostPath: { path: "/var/log" } }] : []),
    ],
  };
}

/** Run as a program: `node bench/generate.ts COUNT [yaml|json]` writes to standard output. */
if (import.meta.filename === process.argv[1]) {
  const { stringify } = await import("yaml");
  const [count = "1000", format = "yaml"] = process.argv.slice(2);
  const write = (text: string): Promise<void> =>
    new Promise((resolve) =>
      process.stdout.write(text) ? resolve() : process.stdout.once("drain", resolve),
    );
  for (const resource of generate(Number(count))) {
    await write(
      format === "json"
        ? `${JSON.stringify(resource)}\n`
        : `---\n${stringify(resource, { lineWidth: 0, aliasDuplicateObjects: false })}`,
    );
  }
}
