/** `plimsoll generate`: policies, roles and profiles from what was seen, each held against what was recorded first. */
import {
  counted,
  createInventory,
  isProved,
  kindsNeeded,
  locksFor,
  networkPoliciesFor,
  podSecurityPlan,
  rolesFor,
  sanitize,
  scan as judge,
  seccompFor,
  thresholds,
  UserError,
  type Generated,
  type NamespacePlan,
  type Resource,
  type Snapshot,
  type Thresholds,
} from "@plimsoll/core";
import { library } from "@plimsoll/library";
import { snapshotOf, workloadFrom, worldOptions } from "../asked.ts";
import { chosen } from "../choice.ts";
import { defineCommand, type Call } from "../command.ts";
import { loadConfig } from "../config.ts";
import { observationOptions } from "../observations.ts";
import { withToldOf } from "../poisoned.ts";
import { configOption } from "../settings.ts";
import { version } from "../version.ts";
import { yamlOf } from "@plimsoll/core";

const makers = [
  { id: "networkpolicy", make: networkPolicies },
  { id: "seccomp", make: seccomp },
  { id: "role", make: roles },
] as const;
const whats = [...makers.map(({ id }) => id), "psa"];

export const generate = defineCommand({
  id: "generate",
  summary: "policies, roles and profiles from what was seen",
  description:
    "Every recorded behaviour is run through the result and the policies that are there; where one would be refused, nothing is written and the exit code is 1. What was not seen is told in comments, with exit code 3.",
  arguments: [
    { name: "<what>", description: whats.join(", "), values: whats },
    {
      name: "[target...]",
      description:
        "a workload as [KIND/]NAMESPACE/NAME, a namespace, or for role an account; then paths or snapshots (default: the cluster)",
    },
  ],
  options: [
    { flags: "--default-deny", description: "networkpolicy: deny all else in the namespace" },
    { flags: "--cilium", description: "networkpolicy: as CiliumNetworkPolicy, hosts outside by name" },
    { flags: "--container <name>", description: "seccomp: which container (default: the only one)" },
    { flags: "--lock", description: "psa: with the admission policies that keep what each namespace meets" },
    { flags: "--unproved", description: "write it even where something recorded would be refused" },
    configOption,
    ...worldOptions,
    ...observationOptions,
  ],
  examples: [
    {
      line: "plimsoll generate networkpolicy shop --default-deny --observations hubble.json",
      means: "a policy for each workload of a namespace, and one that denies the rest",
    },
    {
      line: "plimsoll generate role shop/web --observations audit.log",
      means: "the rights that an account used, in place of those that it has",
    },
    {
      line: "plimsoll generate psa --snapshot prod.plimsoll.zst",
      means: "Pod Security labels for each namespace, and what stands in the way of more",
    },
  ],
  run,
});

async function run(call: Call): Promise<number> {
  const [what = "", ...rest] = call.arguments;
  if (what === "psa") return podSecurity(rest, call);
  const { make } = chosen(makers, what, "kind of policy", `there are ${whats.join(", ")}`);
  const [target, ...paths] = rest;
  if (target === undefined)
    throw new UserError("usage", "no target was given", `plimsoll generate ${what} NAMESPACE/NAME`);
  const kinds = [...kindsNeeded(library.controls), "v1/Endpoints", "discovery.k8s.io/v1/EndpointSlice"];
  const { cwd } = call.terminal;
  const config = await loadConfig(cwd, call.text("config"));
  const snapshot = await withToldOf(await snapshotOf(paths, kinds, call), config, cwd);
  const made = make(target, snapshot, { ...thresholds, ...config.enough }, call);
  const proved = isProved(made.proof);
  for (const line of comments(made, proved)) call.terminal.note(sanitize(line));
  const offered = proved || (call.flag("unproved") && made.proof.replayed > 0);
  if (offered) await call.terminal.out(textOf(made));
  return !proved ? 1 : made.missing.length > 0 ? 3 : 0;
}

/** A namespace, or one workload. */
function networkPolicies(target: string, snapshot: Snapshot, least: Thresholds, call: Call): Generated {
  const inventory = createInventory(snapshot);
  const workloads = target.includes("/")
    ? [workloadFrom(target, inventory)]
    : inventory.workloads.filter(({ ref, derived }) => !derived && ref.namespace === target);
  if (workloads.length === 0)
    throw new UserError("unknown-id", `there is no workload in ${sanitize(target)}`, "name a namespace");
  return networkPoliciesFor(workloads, snapshot, {
    thresholds: least,
    defaultDeny: call.flag("defaultDeny"),
    cilium: call.flag("cilium"),
  });
}

function seccomp(target: string, snapshot: Snapshot, least: Thresholds, call: Call): Generated {
  const inventory = createInventory(snapshot);
  const workload = workloadFrom(target, inventory);
  const name = call.text("container") ?? workload.containers[0]?.name;
  const container = workload.containers.find((each) => each.name === name);
  if (container === undefined || (call.text("container") === undefined && workload.containers.length > 1)) {
    const names = workload.containers.map((each) => sanitize(each.name)).join(", ");
    throw new UserError("usage", "which container is not clear", `add --container, one of ${names}`);
  }
  const { observations, watches = [], detections = [] } = snapshot;
  return seccompFor(workload, container, inventory, { observations, watches, detections }, least);
}

function roles(target: string, snapshot: Snapshot, least: Thresholds): Generated {
  const [namespace, name, ...more] = target.split("/");
  if (namespace === undefined || name === undefined || more.length > 0)
    throw new UserError("usage", `${sanitize(target)} names no account`, "write NAMESPACE/NAME");
  return rolesFor({ namespace, name }, snapshot, least);
}

/** What is to be known of it, for people: the same lines stand in the output where that can hold comments. */
function comments({ proof, notes, missing }: Generated, proved: boolean): readonly string[] {
  const { replayed, denied, undecided, admitted, seen } = proof;
  const excess =
    seen === 0 ? "" : `, ${(admitted / seen).toFixed(2)} times what was seen (${admitted} of ${seen})`;
  return [
    proved
      ? `${counted(replayed, "recorded behaviour")} replayed, 0 refused${excess}`
      : replayed === 0
        ? "nothing recorded to learn from"
        : `${counted(replayed, "recorded behaviour")} replayed, ${denied.length} refused, ${undecided.length} undecided`,
    ...denied.slice(0, 20).map((text) => `refused: ${text}`),
    ...undecided.slice(0, 20).map((text) => `undecided: ${text}`),
    ...notes,
    ...missing.map(({ text, remedy }) => `not seen: ${text} (${remedy})`),
  ];
}

function textOf(made: Generated): string {
  if (made.file !== undefined) return `${JSON.stringify(made.file, undefined, 2)}\n`;
  const head = comments(made, isProved(made.proof)).map((line) => `# ${sanitize(line)}\n`);
  return head.join("") + documents(made.resources);
}

function documents(resources: readonly Resource[]): string {
  return resources.map((resource) => `---\n${yamlOf(resource)}`).join("");
}

async function podSecurity(paths: readonly string[], call: Call): Promise<number> {
  const snapshot = await snapshotOf(paths, kindsNeeded(library.controls), call);
  const report = judge(snapshot, library, {
    frameworks: ["pss-baseline", "pss-restricted"],
    everyResult: true,
    toolVersion: version,
  });
  const plans = podSecurityPlan(report);
  const text = plans.map((plan) => planComments(plan) + documents([plan.labels])).join("");
  const locks = call.flag("lock") ? locksFor(report, library.controls) : [];
  await call.terminal.out(text + documents(locks));
  return report.coverage.complete ? 0 : 3;
}

function planComments({ namespace, now, later, edits, exemptions }: NamespacePlan): string {
  const lines = [
    `${namespace}: ${now} now${later === now ? "" : `, ${later} after ${counted(edits.length, "edit")}`}`,
    ...(later === now ? [] : edits.map((id) => `edit: ${id}`)),
    ...exemptions.slice(0, 20).map((text) => `restricted needs: ${text}`),
    ...(exemptions.length > 20 ? [`and ${exemptions.length - 20} more`] : []),
  ];
  return lines.map((line) => `# ${sanitize(line)}\n`).join("");
}
