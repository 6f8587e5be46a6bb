/** Labels of a namespace: those of Pod Security that enforce refuse pods that are made from then on. */
import { workloadKinds } from "../../inventory/podspec.ts";
import type { Inventory } from "../../inventory/inventory.ts";
import { minorOf, newestVersion } from "../../controls/version.ts";
import type { Resource } from "../../model/resource.ts";
import type { Missing } from "../../model/verdict.ts";
import type { Judgement, MeasuredWitness } from "../fields/field.ts";
import { clearByConstruction, unknownFor } from "../fields/judgement.ts";
import { object, usingPod } from "./example-objects.ts";
import { defineObjectField, type ObjectChange, type ObjectJudgement } from "./object-field.ts";
import { nameOf, workloadsIn } from "./object-ground.ts";
import { violationsOf, type StandardLevel, type Violation } from "./pod-security-standards.ts";

const prefix = "pod-security.kubernetes.io/";
/** From the laxest on. */
const levels = ["privileged", "baseline", "restricted"];

function judge({ before, after, ground }: ObjectChange): readonly ObjectJudgement[] {
  const [old, now] = [before, after].map(({ metadata }) => metadata.labels ?? {});
  const changed = [...new Set([...Object.keys(old!), ...Object.keys(now!)])].filter(
    (key) => old![key] !== now![key],
  );
  const others = changed.filter((key) => !key.startsWith(prefix));
  const name = before.metadata.name ?? "";
  const missing: readonly Missing[] =
    others.length === 0
      ? []
      : [
          {
            text: `what selects namespaces by ${others.join(", ")}`,
            remedy: "look for it in network policies, webhooks and quotas",
          },
        ];
  if (isStricter(old!, now!)) return [{ judgement: enforcing(name, now!, ground, missing) }];
  return [
    {
      judgement:
        missing.length === 0
          ? clearByConstruction("It warns and writes into the audit log, and refuses no pod")
          : unknownFor("Pods that are made from then on may be refused", missing),
    },
  ];
}

/** Pods that run stay; those that are made from then on are refused where they do not comply. */
function enforcing(
  name: string,
  labels: Labels,
  { inventory, standards }: ObjectChange["ground"],
  more: readonly Missing[],
): Judgement {
  const level: StandardLevel = levelOf(labels) === 1 ? "baseline" : "restricted";
  const remedy = `kubectl label --dry-run=server --overwrite namespace ${name} ${enforced(labels)}, which names them; or plimsoll generate psa`;
  const which: Missing = { text: `which pods of ${name} it would refuse`, remedy };
  const may = "Pods that are made from then on may be refused";
  if (standards === undefined) return unknownFor(may, [...more, which]);
  const pods = workloadsIn(inventory, name);
  const version = versionOf(labels);
  const found = violationsOf(pods, level, version, standards, inventory);
  const refused = found.filter(({ outcome }) => outcome === "fail");
  if (refused.length > 0)
    return {
      verdict: "breaks",
      basis: "construction",
      because: `Pods that are made from then on would be refused by the level ${level}`,
      witnesses: refused.map(witnessOf),
      missing: [],
    };
  const missing = [...more, ...unread(name, inventory, which), ...untold(found), ...newer(labels, inventory)];
  if (missing.length > 0)
    return unknownFor(`${may}; of the ${pods.length} that were read none is seen to`, missing);
  return clearByConstruction(
    pods.length === 0
      ? `${name} has no pod and no pod template`
      : `All pods and pod templates of ${name} (${pods.length}) meet the level ${level}`,
  );
}

function witnessOf(violation: Violation): MeasuredWitness {
  const { because, control } = violation;
  return {
    text: `${whoOf(violation)}: ${because} (${control})`,
    replicas: 1,
    replicasWatched: 1,
    first: "",
    last: "",
    sensors: [],
    flags: [],
  };
}

function whoOf({ workload, container }: Violation): string {
  return container === undefined ? nameOf(workload) : `${nameOf(workload)}, container ${container}`;
}

/** Kinds that were not read may hold pods; files tell of no pods but their own. */
function unread(name: string, { server, covers }: Inventory, which: Missing): readonly Missing[] {
  if (server.kind === "files") return [{ ...which, text: `pods of ${name} that other files make` }];
  const kinds = workloadKinds.filter((kind) => !covers(kind, name));
  return kinds.length === 0 ? [] : [{ ...which, text: `${kinds.join(", ")} of ${name}` }];
}

function untold(found: readonly Violation[]): readonly Missing[] {
  return found.map((violation) => ({
    text: `whether ${whoOf(violation)} meets ${violation.control}`,
    remedy: `it could not be told: ${violation.because}`,
  }));
}

/** A server that is newer than the checks known here may check more. */
function newer(labels: Labels, { server }: Inventory): readonly Missing[] {
  const version = versionOf(labels) ?? server.version;
  return minorOf(version) <= minorOf(newestVersion)
    ? []
    : [
        {
          text: `what Pod Security checks in ${version} and not in ${newestVersion}`,
          remedy: `label ${prefix}enforce-version=v${newestVersion}, or a newer plimsoll`,
        },
      ];
}

/** `latest`, or what is no version, is that of the server. */
function versionOf(labels: Labels): string | undefined {
  return /^v(1\.\d{1,3})$/.exec(labels[`${prefix}enforce-version`] ?? "")?.[1];
}

type Labels = { readonly [key: string]: string };

/** A level that is no level is taken for `restricted`, as the API server does. */
function levelOf(labels: Labels): number {
  const level = labels[`${prefix}enforce`];
  return level === undefined ? 0 : levels.includes(level) ? levels.indexOf(level) : 2;
}

/** Another version may check more. */
function isStricter(old: Labels, now: Labels): boolean {
  const version = `${prefix}enforce-version`;
  return levelOf(now) > levelOf(old) || (levelOf(now) > 0 && old[version] !== now[version]);
}

function enforced(labels: Labels): string {
  return Object.entries(labels)
    .filter(([key]) => key.startsWith(`${prefix}enforce`))
    .map(([key, value]) => `${key}=${value}`)
    .join(" ");
}

const namespace = object("v1", "Namespace", "shop", {}, "");
const labelled = (key: string, value: string) =>
  [{ op: "add", path: "/metadata/labels", value: { [`${prefix}${key}`]: value } }] as const;

const elsewhere = object("v1", "Pod", "node-tool", { spec: { hostNetwork: true, containers: [] } }, "other");
/** As a webhook made it of the template. */
const injected: Resource = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name: "web-1",
    namespace: "shop",
    ownerReferences: [{ apiVersion: "apps/v1", kind: "Deployment", name: "web", uid: "d", controller: true }],
  },
  spec: { hostNetwork: true, containers: [{ name: "app", image: "shop/web:1" }] },
} as Resource;

export const podSecurity = defineObjectField({
  id: "pod-security",
  title: "pods that the namespace's level forbids, when they are made anew",
  kinds: ["v1/Namespace"],
  paths: ["object.metadata.labels"],
  reach: "cluster",
  blind: [
    "pods that are made later and of which no template is there yet",
    "whom the API server's own settings exempt from Pod Security",
  ],
  judge,
  examples: {
    clear: [
      {
        name: "it only warns",
        resources: [namespace, usingPod({})],
        operations: labelled("warn", "restricted"),
      },
      {
        name: "all its pods meet the level",
        resources: [namespace, usingPod({})],
        operations: labelled("enforce", "baseline"),
      },
      { name: "it has no pods", resources: [namespace], operations: labelled("enforce", "restricted") },
      {
        name: "who violates the level is in another namespace",
        resources: [namespace, usingPod({}), elsewhere],
        operations: labelled("enforce", "baseline"),
      },
    ],
    breaks: [
      {
        name: "a pod template violates the level",
        resources: [namespace, usingPod({ hostNetwork: true })],
        operations: labelled("enforce", "baseline"),
      },
      {
        name: "a template that meets the baseline violates what is no level, which stands for restricted",
        resources: [namespace, usingPod({})],
        operations: labelled("enforce", "strict"),
      },
      {
        name: "a pod violates it by what its template does not say",
        resources: [namespace, usingPod({}), injected],
        operations: labelled("enforce", "baseline"),
      },
    ],
    unknown: [
      {
        name: "files alone were read",
        resources: [namespace, usingPod({})],
        operations: labelled("enforce", "baseline"),
        server: { kind: "files", name: "test" },
      },
      {
        name: "pods were not read",
        resources: [namespace, usingPod({})],
        operations: labelled("enforce", "baseline"),
        unread: ["v1/Pod"],
      },
      {
        name: "the server is newer than the checks that are known",
        resources: [namespace, usingPod({})],
        operations: labelled("enforce", "baseline"),
        server: { kind: "cluster", name: "test", version: "1.99" },
      },
      {
        name: "another label changes with it",
        resources: [namespace, usingPod({})],
        operations: [
          { op: "add", path: "/metadata/labels", value: { [`${prefix}enforce`]: "baseline", team: "web" } },
        ],
      },
    ],
  },
});
