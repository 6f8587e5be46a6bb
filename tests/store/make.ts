/** Makes batches, results and parts for the store's tests, from numbers alone. */
import type { FrameworkScore, ResourceRecord, Result } from "@plimsoll/core";
import type { Batch, Change, PartChange, ResultChange, World } from "@plimsoll/server";

export const minute = 60_000;
export const day = 86_400_000;
/** 2026-03-02T00:00:00Z, a Monday. */
export const start = Date.UTC(2026, 2, 2);

const severities = ["critical", "high", "medium", "low"] as const;
const kinds = ["Deployment", "StatefulSet", "DaemonSet", "CronJob"] as const;

export function makeResult(index: number, change: Partial<Result> = {}): Result {
  const control = `control-${index % 23}`;
  const kind = kinds[index % kinds.length] ?? "Deployment";
  const namespace = `team-${index % 17}`;
  const name = `app-${index}`;
  const path = "spec.template.spec.containers[app].securityContext.privileged";
  return {
    id: `${control}:apps/v1/${kind}/${namespace}/${name}:${path}`,
    control,
    result: "fail",
    severity: severities[index % 4] ?? "low",
    resource: { apiVersion: "apps/v1", kind, namespace, name },
    container: "app",
    path,
    value: index % 2 === 0,
    because: `Container app of ${name} may do what ${control} forbids.`,
    source: { file: "cluster" },
    team: `squad-${index % 5}`,
    edit: `edit-${index % 50}`,
    fix: { operations: [{ op: "add", path: `/spec/template/spec/${index}`, value: false }] },
    ...change,
  };
}

export function putResult(
  index: number,
  change: Partial<Result> = {},
  more: Partial<ResultChange> = {},
): ResultChange {
  const result = makeResult(index, change);
  return { id: result.id, result, place: index % 10 === 0 ? "act" : "later", ...more };
}

export function makeRecord(index: number, replicas = 1): ResourceRecord {
  const kind = kinds[index % kinds.length] ?? "Deployment";
  const name = `app-${index}`;
  return {
    resource: {
      apiVersion: "apps/v1",
      kind,
      metadata: { name, namespace: `team-${index % 17}`, uid: `uid-${index}`, labels: { app: name } },
      spec: {
        replicas,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name, "app.kubernetes.io/name": name, tier: `tier-${index % 3}` } },
          spec: {
            serviceAccountName: `account-${index % 40}`,
            containers: [
              {
                name: "app",
                image: `registry.example/${name}:1.${index % 9}`,
                ports: [{ containerPort: 8080 }],
                env: [{ name: "MODE", value: `mode-${index}` }],
                resources: { limits: { memory: "128Mi" }, requests: { cpu: "10m" } },
              },
            ],
          },
        },
      },
    },
    source: { file: "cluster" },
  };
}

export function putRecord(index: number, replicas = 1, version = 1): PartChange {
  const value = makeRecord(index, replicas);
  const { kind, metadata } = value.resource;
  const key = `apps/v1/${kind}/${metadata.namespace}/${metadata.name}`;
  return { part: "resource", key, value, uid: `uid-${index}`, resourceVersion: String(version) };
}

export function dropRecord(index: number): PartChange {
  const { part, key } = putRecord(index);
  return { part, key } as PartChange;
}

export function makeWorld(at: number): World {
  return {
    header: {
      format: "plimsoll-snapshot",
      version: 1,
      takenAt: new Date(at).toISOString(),
      server: { kind: "cluster", name: "test", version: "v1.35.4" },
    },
    gaps: [],
    skipped: [],
    covered: ["apps/v1/Deployment"],
  };
}

export function makeScore(met: number, id = "cis"): FrameworkScore {
  const score = met / 10;
  return { id, title: id, score, met, failed: 10 - met, unknown: 0, accepted: 0, manual: 0, skipped: 0 };
}

export function makeChange(index: number, at: number): Change {
  const { kind, metadata } = makeRecord(index).resource;
  return {
    apiVersion: "apps/v1",
    kind,
    namespace: metadata.namespace ?? "",
    name: metadata.name ?? "",
    uid: `uid-${index}`,
    resourceVersion: String(1000 + index),
    at,
    manager: "kubectl-client-side-apply",
    verb: "modified",
  };
}

export function makeBatch(sequence: number, change: Partial<Batch> = {}): Batch {
  return { cluster: "one", sequence, term: 1, at: start + sequence * minute, ...change };
}

export function indexes(count: number, from = 0): readonly number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}
