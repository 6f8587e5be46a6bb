/** `plimsoll profile`: what a workload was seen to do, and what could not be seen. */
import {
  atLeast,
  counted,
  coverageText,
  createInventory,
  createLedgers,
  detailText,
  expectations,
  kindWords,
  observationKinds,
  profilesOf,
  sanitize,
  workloadKinds,
  type Behaviour,
  type ContainerKey,
  type Enough,
  type Inventory,
  type Lack,
  type Ledger,
  type ObservationKind,
  type Profile,
  type Seen,
  type Snapshot,
  type Workload,
} from "@plimsoll/core";
import { snapshotOf, workloadFrom, worldOptions } from "../asked.ts";
import { chosen } from "../choice.ts";
import { columns } from "../columns.ts";
import { defineCommand, type Call } from "../command.ts";
import { loadConfig } from "../config.ts";
import { observationOptions } from "../observations.ts";
import { withToldOf } from "../poisoned.ts";
import { configOption } from "../settings.ts";

interface Part {
  /** Of the pod as a whole where it is `""`. */
  readonly container: ContainerKey;
  readonly observed: boolean;
  /** Why nothing was observed. */
  readonly because?: string;
  readonly remedy?: string;
  readonly behaviours: readonly Behaviour[];
  readonly ledger: Ledger;
  readonly detections: Profile["detections"];
}

interface Told {
  readonly workload: string;
  readonly parts: readonly Part[];
}

const writers = [
  { id: "text", write: textOf },
  { id: "json", write: (told: Told): string => `${JSON.stringify(told, undefined, 2)}\n` },
] as const;
const formats = writers.map(({ id }) => id).join(", ");
const shown = 20;

export const profile = defineCommand({
  id: "profile",
  summary: "what a workload was seen to do, and what could not be seen",
  description:
    "From observations in the snapshot or given with --observations. Exits with 3 where none of its containers was observed.",
  arguments: [
    { name: "<workload>", description: "as [KIND/]NAMESPACE/NAME" },
    { name: "[path...]", description: "files, folders or saved snapshots (default: the cluster)" },
  ],
  options: [
    { flags: "-f, --format <id>", description: `${formats} (default: text)`, values: ["text", "json"] },
    { flags: "--all", description: `every behaviour, not the first ${shown} of each kind` },
    configOption,
    ...worldOptions,
    ...observationOptions,
  ],
  examples: [
    {
      line: "plimsoll profile shop/web --observations tetragon.log",
      means: "a workload of the cluster, by what Tetragon recorded",
    },
    {
      line: "plimsoll profile deployment/shop/web --snapshot prod.plimsoll.zst --format json",
      means: "for another program, by a snapshot that holds observations",
    },
  ],
  run,
});

async function run(call: Call): Promise<number> {
  const writer = chosen(writers, call.text("format") ?? "text", "format", `formats are ${formats}`);
  const [name = "", ...paths] = call.arguments;
  const config = await loadConfig(call.terminal.cwd, call.text("config"));
  const read = await snapshotOf(paths, [...workloadKinds, "v1/Service"], call);
  const snapshot = await withToldOf(read, config, call.terminal.cwd);
  const inventory = createInventory(snapshot);
  const named = workloadFrom(name, inventory);
  const workload =
    inventory.workloads.find(
      ({ ref }) =>
        ref.name === named.root.name &&
        ref.kind === named.root.kind &&
        ref.namespace === named.root.namespace,
    ) ?? named;
  const told: Told = {
    workload: `${workload.ref.kind} ${workload.ref.namespace}/${workload.ref.name}`,
    parts: partsOf(workload, inventory, snapshot, atLeast(config.enough)),
  };
  await call.terminal.out(writer.write(told, call.terminal.width, call.flag("all")));
  return told.parts.some(({ observed }) => observed) ? 0 : 3;
}

/** Each container of the workload, under each image that it was seen with; the pod as a whole and its account where seen. */
function partsOf(
  workload: Workload,
  inventory: Inventory,
  snapshot: Snapshot,
  enough: Enough,
): readonly Part[] {
  const seen: Seen = {
    observations: snapshot.observations,
    watches: snapshot.watches ?? [],
    detections: snapshot.detections ?? [],
  };
  const expectedOf = expectations(inventory);
  const { ref, serviceAccount } = workload;
  const place = { namespace: ref.namespace, workloadKind: ref.kind, workload: ref.name };
  const account = { ...serviceAccount, kind: "ServiceAccount" };
  const isIts = ({ container }: Profile): boolean =>
    (container.namespace === place.namespace &&
      container.workloadKind === place.workloadKind &&
      container.workload === place.workload) ||
    (container.workloadKind === account.kind &&
      container.workload === account.name &&
      container.namespace === account.namespace);
  const found = profilesOf(seen, { expectedOf, enough }).filter(isIts);
  const names = new Set(found.map(({ container }) => container.container));
  const ledgers = createLedgers(seen, expectedOf, enough);
  const unseen = workload.containers
    .filter(({ name, role }) => !names.has(name) && role !== "ephemeral")
    .map(({ name }): Part => {
      const container = { ...place, container: name };
      return partOf({ container, behaviours: [], ledger: ledgers(container), detections: [] });
    });
  return [...found.map(partOf), ...unseen];
}

function partOf({ container, behaviours, ledger, detections }: Profile): Part {
  const observed = behaviours.length > 0;
  const [lack] = observationKinds.flatMap((kind) => ledger.kinds[kind].lacks);
  const why = observed
    ? {}
    : lack === undefined
      ? { because: "nothing was seen while it was watched", remedy: "let it work while a sensor runs" }
      : { because: lack.text, remedy: lack.remedy };
  return { container, observed, ...why, behaviours, ledger, detections };
}

function textOf({ workload, parts }: Told, width: number, all: boolean): string {
  return [sanitize(workload), ...parts.map((part) => partText(part, width, all))].join("\n\n").concat("\n");
}

function partText(part: Part, width: number, all: boolean): string {
  const { container, observed, because, remedy, ledger, behaviours, detections } = part;
  const title = titleOf(container);
  if (!observed) return [title, `  not observed: ${because}`, `    → ${remedy}`].map(sanitize).join("\n");
  const kinds = observationKinds.filter((kind) => behaviours.some(({ detail }) => detail.kind === kind));
  const flagged = behaviours.filter(({ learned }) => !learned).length;
  return [
    sanitize(title),
    ...kinds.map((kind) => kindText(kind, part, width, all)),
    ...(flagged === 0 ? [] : [`  ! ${counted(flagged, "behaviour")} flagged, and not taken as normal`]),
    ...detections.map(({ rule, severity, support }) =>
      sanitize(`  ! detection (${severity}): ${rule}, in ${support.map(({ pod }) => pod).join(", ")}`),
    ),
    ...unseenText(ledger),
  ].join("\n");
}

function titleOf({ workloadKind, namespace, workload, container, image }: ContainerKey): string {
  if (workloadKind === "ServiceAccount") return `account ${namespace}/${workload}, whichever pod used it`;
  const name = container === "" ? "the pod as a whole" : `container ${container}`;
  return image === undefined ? name : `${name} · image ${image}`;
}

function kindText(kind: ObservationKind, { behaviours, ledger }: Part, width: number, all: boolean): string {
  const own = behaviours.filter(({ detail }) => detail.kind === kind);
  const listed = all ? own : own.slice(0, shown);
  const rows = listed.map(({ detail, patterns, replicas, replicasWatched, flags, learned }) => [
    learned ? "   " : "  !",
    `${replicas}/${replicasWatched}`,
    `${detailText(detail, patterns)}${flags.length === 0 ? "" : `  (${flags.map(({ text }) => text).join("; ")})`}`,
  ]);
  const more =
    own.length > listed.length ? [`       and ${own.length - listed.length} more: --all lists them`] : [];
  const head = `  ${kindWords[kind]}: ${counted(own.length, "behaviour")} ${coverageText(ledger.kinds[kind])}`;
  return [sanitize(head), columns(rows, width).trimEnd(), ...more].join("\n");
}

/** What was not seen, one line a lack, kinds that share it together. */
function unseenText({ kinds }: Ledger): readonly string[] {
  const groups = new Map<string, { readonly lack: Lack; readonly of: string[] }>();
  for (const kind of observationKinds) {
    for (const lack of kinds[kind].lacks) {
      const key = lack.id === "blind" ? `${lack.text} ${lack.remedy}` : `${lack.id} ${lack.text}`;
      const group = groups.get(key) ?? { lack, of: [] };
      group.of.push(kindWords[kind]);
      groups.set(key, group);
    }
  }
  const blind = [...groups.values()].filter(({ lack }) => lack.id === "blind");
  const others = [...groups.values()].filter(({ lack }) => lack.id !== "blind");
  return [
    ...(groups.size === 0 ? [] : ["  not seen:"]),
    ...others.map(({ lack, of }) => sanitize(`    ${of.join(", ")}: ${lack.text} → ${lack.remedy}`)),
    ...(blind.length === 0
      ? []
      : [
          sanitize(
            `    ${blind.flatMap(({ of }) => of).join(", ")}: no attached sensor sees them → bring the records of one that does`,
          ),
        ]),
  ];
}
