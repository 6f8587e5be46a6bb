/** Programs that should not be reached from outside, by their images. */
import type { ExampleResource, Inventory, Judgement } from "@plimsoll/core";
import { ownWorkloads } from "../identity/place.ts";

type Kind = "admin" | "data";

const interfaces: readonly (readonly [kind: Kind, pattern: RegExp, name: string])[] = [
  [
    "admin",
    /(^|\/)kubernetesui\/dashboard[\w-]*$|(^|\/)kubernetes-dashboard[\w-]*$/,
    "The Kubernetes dashboard",
  ],
  ["admin", /(^|\/)weaveworks\/scope$/, "Weave Scope"],
  ["admin", /(^|\/)(argoproj\/)?argocd$/, "Argo CD"],
  ["admin", /(^|\/)argoproj\/argocli$|(^|\/)argo-workflows-server$/, "Argo Workflows"],
  ["admin", /(^|\/)jenkins\/jenkins$|(^|\/)jenkins$/, "Jenkins"],
  ["admin", /(^|\/)(kubeflow[\w-]*|ml-pipeline)\/[\w-]*(centraldashboard|frontend)$/, "Kubeflow"],
  ["admin", /(^|\/)(jupyter|jupyterhub)\/[\w-]+$/, "Jupyter"],
  ["admin", /(^|\/)apache\/airflow$/, "Airflow"],
  ["admin", /(^|\/)rancher\/rancher$/, "Rancher"],
  ["admin", /(^|\/)portainer\/portainer-(ce|ee)$/, "Portainer"],
  ["admin", /(^|\/)(headlamp-k8s|kinvolk)\/headlamp$/, "Headlamp"],
  [
    "admin",
    /(^|\/)(dpage\/pgadmin4|phpmyadmin\/phpmyadmin|phpmyadmin|adminer|mongo-express)$/,
    "A database console",
  ],
  ["admin", /(^|\/)prom(etheus)?\/(prometheus|alertmanager|pushgateway)$/, "Prometheus"],
  ["admin", /(^|\/)(longhornio\/longhorn-ui|minio\/console)$/, "A storage console"],
  ["data", /(^|\/)(redis|valkey|redis-stack-server|keydb|dragonfly)$/, "Redis"],
  ["data", /(^|\/)(memcached)$/, "Memcached"],
  ["data", /(^|\/)(mongo|mongodb|mongodb-community-server|percona-server-mongodb)$/, "MongoDB"],
  [
    "data",
    /(^|\/)(postgres|postgresql|postgis|timescaledb|cloudnative-pg\/postgresql|spilo-\d+)$/,
    "PostgreSQL",
  ],
  ["data", /(^|\/)(mysql|mariadb|percona|percona-server|mysql-server|community-server)$/, "MySQL"],
  ["data", /(^|\/)(elasticsearch|opensearch)$/, "Elasticsearch"],
  [
    "data",
    /(^|\/)(cassandra|scylla|couchdb|couchbase|influxdb|neo4j|clickhouse-server|clickhouse)$/,
    "A database",
  ],
  ["data", /(^|\/)(mssql\/server)$/, "SQL Server"],
  ["data", /(^|\/)(rabbitmq|nats|kafka|cp-kafka|zookeeper|activemq[\w-]*)$/, "A message queue"],
  ["data", /(^|\/)etcd$/, "etcd"],
  ["data", /(^|\/)(hashicorp\/)?(vault|consul)$/, "Vault or Consul"],
];

/** What an image is, where it is one of those; the image's name without tag and digest decides. */
export function interfaceOf(image: string, kind: Kind): string | undefined {
  const name = image.replace(/@.*$/, "").replace(/:[^/]*$/, "");
  return interfaces.find(([own, pattern]) => own === kind && pattern.test(name))?.[2];
}

/** A pod of an image, and the Service that leads to it. */
export function exposedExample(image: string, type: "ClusterIP" | "NodePort"): readonly ExampleResource[] {
  const metadata = { name: "web", namespace: "shop", labels: { app: "web" } };
  return [
    { apiVersion: "v1", kind: "Pod", metadata, spec: { containers: [{ name: "web", image }] } },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "web", namespace: "shop" },
      spec: { type, selector: { app: "web" }, ports: [{ port: 80 }] },
    },
  ];
}

/** Whether the workloads that run an interface of a kind are reached from outside the cluster. */
export function* judgePublished(inventory: Inventory, kind: Kind): Generator<Judgement> {
  for (const workload of ownWorkloads(inventory)) {
    const what = workload.containers
      .map(({ image }) => interfaceOf(image, kind))
      .find((name) => name !== undefined);
    if (what === undefined) continue;
    const { level, because, unsure } = inventory.exposureOf(workload);
    const resource = workload.ref;
    if (level === "unknown") {
      // Files may leave out what publishes it; in a cluster something was not read.
      yield inventory.server.kind === "files"
        ? { resource, result: "skip", because: `what publishes ${what} is not among these files` }
        : { resource, result: "unknown", because: `${what}: ${unsure[0] ?? "its exposure was not read"}` };
      continue;
    }
    const open = level === "internet" || level === "external";
    yield {
      resource,
      result: open ? "fail" : "pass",
      because: open
        ? `${what} is reached from outside by ${because[0] ?? "its exposure"}`
        : `${what} is not published`,
    };
  }
}
