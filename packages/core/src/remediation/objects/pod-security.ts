/** Labels of a namespace: those of Pod Security that enforce refuse pods that are made from then on. */
import { object, usingPod } from "./example-objects.ts";
import { clearByConstruction, unknownFor } from "../fields/judgement.ts";
import { defineObjectField, type ObjectChange, type ObjectJudgement } from "./object-field.ts";

const prefix = "pod-security.kubernetes.io/";
/** From the laxest on. */
const levels = ["privileged", "baseline", "restricted"];

function judge({ before, after }: ObjectChange): readonly ObjectJudgement[] {
  const [old, now] = [before, after].map(({ metadata }) => metadata.labels ?? {});
  const changed = [...new Set([...Object.keys(old!), ...Object.keys(now!)])].filter(
    (key) => old![key] !== now![key],
  );
  const others = changed.filter((key) => !key.startsWith(prefix));
  const name = before.metadata.name ?? "";
  const missing = [
    ...(others.length === 0
      ? []
      : [
          {
            text: `what selects namespaces by ${others.join(", ")}`,
            remedy: "look for it in network policies, webhooks and quotas",
          },
        ]),
    ...(isStricter(old!, now!)
      ? [
          {
            text: `which pods of ${name} it would refuse`,
            remedy: `kubectl label --dry-run=server --overwrite namespace ${name} ${enforced(now!)}, which names them; or plimsoll generate psa`,
          },
        ]
      : []),
  ];
  return [
    {
      judgement:
        missing.length === 0
          ? clearByConstruction("It warns and writes into the audit log, and refuses no pod")
          : unknownFor("Pods that are made from then on may be refused", missing),
    },
  ];
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

export const podSecurity = defineObjectField({
  id: "pod-security",
  title: "pods that the namespace's level forbids, when they are made anew",
  kinds: ["v1/Namespace"],
  paths: ["object.metadata.labels"],
  reach: "namespace",
  blind: ["pods that are made later and of which no template is there yet"],
  judge,
  examples: {
    clear: [
      {
        name: "it only warns",
        resources: [namespace, usingPod({})],
        operations: labelled("warn", "restricted"),
      },
    ],
    unknown: [
      {
        name: "it enforces",
        resources: [namespace, usingPod({})],
        operations: labelled("enforce", "baseline"),
      },
    ],
  },
});
