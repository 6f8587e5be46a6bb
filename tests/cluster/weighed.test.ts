/**
 * What was seen of workloads weighs what they are found with, by the product that the manifest installs: a capability that is
 * used and one that is not, a Service behind which somebody listens and one behind which nobody does. Minutes do not
 * prove that something is never done, and the service says what is missing; once the same has gone on for eight days,
 * the same snapshot says so, and what is to be done first follows.
 */
import {
  scan,
  type Edit,
  type FindingEvidence,
  type Priorities,
  type Report,
  type Result,
  type Snapshot,
} from "@plimsoll/core";
import { library } from "@plimsoll/library";
import { afterAll, beforeAll, expect, test } from "vitest";
import { kubeconfigOf, openApi, until } from "./api.ts";
import { apply, install, run, type Installed } from "./installed.ts";

const api = openApi(kubeconfigOf("admin"));
const namespace = "weighed";
let installed: Installed;

/** `does`: after the start; `open`: from outside, at a node's port. */
function workload(name: string, capabilities: readonly string[], does: string, open: boolean): void {
  const labels = { app: name };
  const container = {
    name: "app",
    image: "plimsoll.test/busybox:1.35",
    imagePullPolicy: "Never",
    command: ["/bin/sh", "-ec", does],
    securityContext: { capabilities: { add: capabilities } },
  };
  apply({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { terminationGracePeriodSeconds: 0, containers: [container] },
      },
    },
  });
  if (open)
    apply({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace },
      spec: { type: "NodePort", selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
    });
}

beforeAll(async () => {
  apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  installed = await install(api);
  workload("mounts", ["SYS_ADMIN", "SYS_MODULE"], "mount -t tmpfs none /srv; exec sleep 100000", false);
  workload("ears", ["SYS_MODULE"], "exec httpd -f -p 8080", true);
  workload("deaf", ["SYS_MODULE"], "exec sleep 100000", true);
  for (const name of ["mounts", "ears", "deaf"])
    run("kubectl", "-n", namespace, "rollout", "status", `deployment/${name}`, "--timeout=60s");
}, 300_000);

afterAll(async () => {
  installed?.remove();
  run("kubectl", "delete", "namespace", namespace, "--timeout=60s");
  await api.close();
}, 240_000);

async function asked<T>(path: string): Promise<T> {
  const { status, body } = await installed.ask(path);
  if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
  return body as T;
}

interface Found {
  readonly place?: string;
  readonly finding: Pick<Result, "control" | "evidence" | "resource">;
}

/** What is said of a capability that a workload is given. */
function evidenceOf(
  found: readonly Found["finding"][],
  name: string,
  control: string,
): FindingEvidence | undefined {
  return found.find(({ resource, control: id }) => resource.name === name && id === control)?.evidence;
}

async function findings(): Promise<readonly Found["finding"][]> {
  const path = `/api/v1/findings?namespace=${namespace}&limit=500`;
  const { items } = await asked<{ readonly items: readonly Found[] }>(path);
  return items.map(({ finding }) => finding);
}

interface Actions {
  readonly priorities: Priorities;
  readonly edits: readonly Edit[];
}

/** Why the capabilities of a workload are to be taken away first; undefined where they are not. */
function reasonFor({ priorities, edits }: Actions, name: string): string | undefined {
  const own = edits.find(
    ({ id, resource }) =>
      resource.namespace === namespace && resource.name === name && id.endsWith("capabilities.add"),
  );
  const action = priorities.act.find(({ edit }) => edit === own?.id);
  return action && [action.because, ...action.steps].join("\n");
}

/** That it is led to from outside, by its own Service. */
const outside = (name: string): RegExp => new RegExp(`outside the cluster \\(Service weighed/${name} `);

test("within minutes: what is used is told, and of what is not, what is missing to say never", async () => {
  let found: readonly Found["finding"][] = [];
  const isSeen = async (): Promise<boolean> => {
    found = await findings();
    return evidenceOf(found, "mounts", "capability-sys-admin")?.state === "observed";
  };
  await until("the use of a capability", isSeen, 60).catch(() => undefined);
  const used = evidenceOf(found, "mounts", "capability-sys-admin");
  const unused = evidenceOf(found, "mounts", "capability-sys-module");
  console.log(`${used?.text}\n${unused?.text}; ${unused?.remedy}`);
  expect(used?.text).toMatch(/^granted and used: .*SYS_ADMIN.*, last on 20/);
  expect(unused).toMatchObject({
    claim: "uses the capability SYS_MODULE",
    state: "unknown",
    text: expect.stringMatching(/^granted; whether it is used is not known: .* seen, of at least 7 days$/),
    remedy: expect.stringMatching(/^wait: enough at .* if the sensor goes on$/),
  });
});

test("what is not known demotes nothing: behind both Services somebody may listen", async () => {
  let actions: Actions | undefined;
  const isHeard = async (): Promise<boolean> => {
    actions = await asked<Actions>("/api/v1/actions");
    return ["ears", "deaf"].every((name) => reasonFor(actions!, name) !== undefined);
  };
  await until("both are to be acted on", isHeard, 60);
  for (const name of ["ears", "deaf"]) expect(reasonFor(actions!, name)).toMatch(outside(name));
});

test(
  "once the same has gone on for eight days, never is said, and what is to be done first follows",
  { timeout: 150_000 },
  async () => {
    let snapshot!: Snapshot;
    const isWatched = async (): Promise<boolean> => {
      ({ snapshot } = await asked<{ readonly snapshot: Snapshot }>(`/api/v1/snapshots?at=${Date.now()}`));
      const watched = (snapshot.watches ?? []).filter(({ container }) => container.namespace === namespace);
      return ["mounts", "ears", "deaf"].every((name) =>
        watched.some(({ container }) => container.workload === name),
      );
    };
    await until("a watch of each", isWatched, 90);
    const today = judged(snapshot);
    const later = judged(agedBy(8.5 * 86_400_000, snapshot));
    const text = (report: Report, name: string, control: string): string | undefined =>
      evidenceOf(report.results, name, control)?.text;
    console.log(
      [
        text(later, "mounts", "capability-sys-module"),
        ...["ears", "deaf"].map((name) => `${name}: ${reasonFor(later, name) ?? "nothing to be done first"}`),
      ].join("\n"),
    );
    // The same snapshot says today what the service says.
    expect(text(today, "mounts", "capability-sys-module")).toMatch(
      /^granted; whether it is used is not known/,
    );
    expect(text(later, "mounts", "capability-sys-admin")).toMatch(/^granted and used: /);
    expect(text(later, "mounts", "capability-sys-module")).toMatch(
      /^granted, never used in 8 days, 1 of 1 replicas, from start-up, by plimsoll-ebpf$/,
    );
    for (const name of ["ears", "deaf"]) expect(reasonFor(today, name)).toMatch(outside(name));
    expect(reasonFor(later, "ears")).toMatch(outside("ears"));
    expect(reasonFor(later, "deaf") ?? "").not.toMatch(outside("deaf"));
  },
);

function judged(snapshot: Snapshot): Report {
  return scan(snapshot, library, { toolVersion: "test" });
}

/** As it would be had all of it begun so many milliseconds earlier, and gone on ever since. */
function agedBy(milliseconds: number, { resources, watches = [], ...rest }: Snapshot): Snapshot {
  const earlier = (time: string): string => new Date(Date.parse(time) - milliseconds).toISOString();
  const isOwn = (of: string | undefined): boolean => of === namespace;
  const instant = /"(20\d\d-\d\d-\d\dT[\d:.]+Z)"/g;
  return {
    ...rest,
    resources: resources.map((record) =>
      isOwn(record.resource.metadata.namespace)
        ? (JSON.parse(
            JSON.stringify(record).replaceAll(instant, (_, time: string) => `"${earlier(time)}"`),
          ) as typeof record)
        : record,
    ),
    watches: watches.map((watch) => {
      if (!isOwn(watch.container.namespace)) return watch;
      const whole = [{ from: earlier(watch.watched[0]!.from), to: rest.header.takenAt }];
      return { ...watch, watched: whole, heard: whole };
    }),
  };
}
