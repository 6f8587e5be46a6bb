/** `plimsoll paths`: how an attacker gets from where he may come in to what he must not get, and what cuts it. */
import {
  counted,
  createInventory,
  kindsNeeded,
  connectivityKinds,
  rbacKinds,
  sanitize,
  scan as judge,
  UserError,
  type AttackPaths,
  type Edit,
  type GraphOptions,
  type Inventory,
  type Snapshot,
  type Subject,
  type Vertex,
} from "@plimsoll/core";
import { library } from "@plimsoll/library";
import { missingName, nodeFrom, snapshotOf, subjectFrom, workloadFrom, worldOptions } from "../asked.ts";
import { chosen } from "../choice.ts";
import { defineCommand, type Call } from "../command.ts";
import { loadConfig } from "../config.ts";
import { dotOf, mermaidOf } from "../drawing.ts";
import { gapLines, isIncomplete } from "../gate.ts";
import { imageOptions } from "../images.ts";
import { observationOptions } from "../observations.ts";
import { configOption, settledBy } from "../settings.ts";
import { version } from "../version.ts";

const writers = [
  { id: "text", write: textOf },
  { id: "json", write: (paths: AttackPaths): string => `${JSON.stringify(paths, undefined, 2)}\n` },
  { id: "dot", write: (paths: AttackPaths): string => dotOf(paths.top) },
  { id: "mermaid", write: (paths: AttackPaths): string => mermaidOf(paths.top) },
] as const;
const formats = writers.map(({ id }) => id).join(", ");
const ends =
  "[KIND/]NAMESPACE/NAME, ServiceAccount:NAMESPACE/NAME, User:NAME, Group:NAME, node/NAME, secret/NAMESPACE/NAME";

export const paths = defineCommand({
  id: "paths",
  summary: "attack paths, and the edits that cut them",
  description:
    "From exposed workloads and from everybody to the cluster, its nodes, secrets, data and what the label plimsoll.dev/crown-jewel names, in at most six hops.",
  arguments: [{ name: "[path...]", description: "files, folders or saved snapshots (default: the cluster)" }],
  options: [
    {
      flags: "--from <end>",
      description: `only from here, taken as compromised: ${ends}; or only from internet, outside, exploited (a package with a known exploit), anybody`,
    },
    { flags: "--to <end>", description: "only to here: the same, or cluster, node, secrets" },
    { flags: "--most <count>", description: "how many pairs are told, or drawn (default: 20)" },
    { flags: "-f, --format <id>", description: `${formats} (default: text)` },
    configOption,
    ...worldOptions,
    ...observationOptions,
    ...imageOptions,
  ],
  examples: [
    {
      line: "plimsoll paths --snapshot prod.plimsoll.zst",
      means: "the gravest paths of a cluster, without it",
    },
    {
      line: "plimsoll paths --from shop/web --to cluster deploy/",
      means: "if that workload were taken over",
    },
    {
      line: "plimsoll paths --from ServiceAccount:ci/runner prod.plimsoll.zst",
      means: "if its token leaked",
    },
    {
      line: "plimsoll paths --from exploited --images trivy.json --images kev.json prod.plimsoll.zst",
      means: "where attackers have an exploit",
    },
    { line: "plimsoll paths --format mermaid deploy/", means: "a drawing for a page or a pull request" },
    {
      line: "plimsoll paths --format dot --most 1000 deploy/",
      means: "the graph of all paths, for Graphviz",
    },
  ],
  run,
});

const kinds = [
  ...kindsNeeded(library.controls),
  ...Object.values(rbacKinds),
  ...connectivityKinds,
  "v1/ServiceAccount",
  "v1/Secret",
  "v1/Node",
];

async function run(call: Call): Promise<number> {
  const writer = chosen(writers, call.text("format") ?? "text", "format", `formats are ${formats}`);
  const most = countFrom(call.text("most"));
  const snapshot = await snapshotOf(call.arguments, [...new Set(kinds)].sort(), call);
  const { paths: found, edits } = judge(snapshot, library, {
    ...settledBy(await loadConfig(call.terminal.cwd, call.text("config"))),
    paths: { ...endsFrom(call, snapshot), ...(most === undefined ? {} : { most }) },
    toolVersion: version,
  });
  const told = found ?? nowhere;
  const missing = [...told.missing, ...unexamined(call, snapshot)];
  const head = found === undefined && writer.id === "text" ? noPaths : "";
  await call.terminal.out(head + writer.write({ ...told, missing }, edits));
  for (const line of gapLines(snapshot.gaps)) call.terminal.note(line);
  const isBlind = unexamined(call, snapshot).length > 0;
  return found?.partial === true || isBlind || isIncomplete(snapshot) ? 3 : 0;
}

/** Where nobody looked into images, that none is exploited is not known. */
function unexamined(call: Call, { images }: Snapshot): readonly string[] {
  const isAsked = call.text("from") === "exploited";
  const isKnown = images.some(({ vulnerabilities }) => vulnerabilities !== undefined);
  return isAsked && !isKnown
    ? ["no image was looked into: give what a scanner says of them with --images"]
    : [];
}

function countFrom(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,5}$/.test(text))
    throw new UserError("usage", `"${sanitize(text)}" is no count`, "write a number from 1 to 999999");
  return Number(text);
}

const nowhere: AttackPaths = {
  top: [],
  pairs: 0,
  cut: 0,
  narrowed: 0,
  chokePoints: [],
  smallestCut: { edits: 0, exact: true, partial: false },
  uncut: [],
  uncutCount: 0,
  partial: false,
  missing: [],
};
const noPaths = "No way in, or nothing to get: no attack path could be looked for here.\n";

/** Words for all entries of some kinds. What is known to be exploited comes from outside as well. */
const entryWords: { readonly [word: string]: NonNullable<GraphOptions["kinds"]> } = {
  internet: ["vulnerable", "internet"],
  outside: ["vulnerable", "internet", "external", "unknown"],
  exploited: ["vulnerable"],
  anybody: ["anonymous", "authenticated"],
};

function endsFrom(call: Call, snapshot: Snapshot): GraphOptions {
  const [from, to] = [call.text("from"), call.text("to")];
  if (from === undefined && to === undefined) return {};
  const inventory = createInventory(snapshot);
  const kinds = from === undefined ? undefined : entryWords[from];
  return {
    ...(kinds === undefined ? {} : { kinds }),
    ...(from === undefined || kinds !== undefined ? {} : { from: [vertexFrom(from, inventory)] }),
    ...(to === undefined ? {} : { to: [vertexFrom(to, inventory)] }),
  };
}

function vertexFrom(text: string, inventory: Inventory): Vertex {
  const [first = "", ...rest] = text.split("/");
  if (text === "cluster") return { kind: "cluster" };
  if (text === "node") return { kind: "any", of: "node", namespace: "" };
  if (text === "secrets") return { kind: "any", of: "secret", namespace: "" };
  if (first === "node" && rest.length === 1) return { kind: "node", name: nodeFrom(rest[0]!, inventory) };
  if (first === "secret" && rest.length === 2) return secretFrom(rest[0]!, rest[1]!, inventory);
  if (/^(user|group|serviceaccount|sa|system):/i.test(text))
    return { kind: "subject", subject: knownSubject(subjectFrom(text), inventory) };
  if (rest.length === 0)
    throw new UserError(
      "usage",
      `${sanitize(text)} names no end of a path`,
      `write ${ends}, or of targets cluster, node, secrets`,
    );
  return { kind: "workload", ref: workloadFrom(text, inventory).root };
}

function secretFrom(namespace: string, name: string, inventory: Inventory): Vertex {
  const names = inventory
    .ofKind("v1/Secret")
    .map(({ resource: { metadata } }) => `${metadata.namespace || "default"}/${metadata.name ?? ""}`);
  const wanted = `${namespace}/${name}`;
  if (names.length > 0 && inventory.covers("v1/Secret", namespace) && !names.includes(wanted))
    missingName("Secret", wanted, names);
  return { kind: "secret", namespace, name };
}

/** Users and groups are listed nowhere; an account that neither stands nor runs nor is bound is a slip of the pen. */
function knownSubject(subject: Subject, inventory: Inventory): Subject {
  if (subject.kind !== "ServiceAccount" || subject.name === "default") return subject;
  if (!inventory.covers("v1/ServiceAccount", subject.namespace)) return subject;
  const names = new Set([
    ...inventory
      .ofKind("v1/ServiceAccount")
      .map(({ resource: { metadata } }) => `${metadata.namespace || "default"}/${metadata.name ?? ""}`),
    ...inventory.workloads.map(
      ({ serviceAccount: { namespace, name } }) => `${namespace || "default"}/${name}`,
    ),
    ...inventory.bindings.flatMap(({ subjects }) =>
      subjects.flatMap(({ kind, namespace, name }) =>
        kind === "ServiceAccount" ? [`${namespace}/${name}`] : [],
      ),
    ),
  ]);
  const wanted = `${subject.namespace}/${subject.name}`;
  return names.has(wanted) ? subject : missingName("ServiceAccount", wanted, [...names]);
}

function textOf(paths: AttackPaths, edits: readonly Edit[]): string {
  const titles = new Map(
    edits.map((edit) => [edit.id, `${edit.title} (${edit.resource.kind} ${nameOf(edit)})`]),
  );
  const title = (id: string): string => sanitize(titles.get(id) ?? id);
  const lines = [
    `${counted(paths.pairs, "connected pair")} of a way in and a target; the edits to act on cut ${paths.cut}.`,
    ...paths.top.flatMap(({ entry, target, certain, steps, cutBy }, index) => [
      "",
      `${index + 1}. ${sanitize(entry)} → ${sanitize(target)}${certain ? "" : "  (may not lead there after all)"}`,
      ...steps.flatMap(({ to, title: words, because, unsure, seen }) => [
        `   → ${sanitize(to)}: ${sanitize(words)}`,
        ...because.map((reason) => `       ${sanitize(reason)}`),
        ...(seen === undefined ? [] : [`       ${sanitize(seen)}`]),
        ...unsure.map((doubt) => `       not known: ${sanitize(doubt)}`),
      ]),
      ...(cutBy.length === 0
        ? ["   no finding here breaks it"]
        : cutBy.map((id) => `   cut by: ${title(id)}`)),
    ]),
    ...chokeLines(paths, title),
    ...narrowedLines(paths),
    ...uncutLines(paths),
    ...(paths.partial ? ["", "The search ended before all was looked at: there may be more."] : []),
    ...paths.missing.map((text) => `not known: ${sanitize(text)}`),
  ];
  return `${lines.join("\n")}\n`;
}

/** Not every narrowing will do: who needs the connection keeps it. */
function narrowedLines({ narrowed }: AttackPaths): readonly string[] {
  if (narrowed === 0) return [];
  return [
    "",
    `Of the pairs that are cut, ${narrowed} are only where a connection or a way in is narrowed that somebody may need; who does was not observed.`,
  ];
}

function nameOf({ resource: { namespace, name } }: Edit): string {
  return namespace === "" ? name : `${namespace}/${name}`;
}

function chokeLines(
  { chokePoints, smallestCut, cut }: AttackPaths,
  title: (id: string) => string,
): readonly string[] {
  const last = chokePoints.at(-1);
  if (last === undefined || cut === 0) return [];
  const count = chokePoints.reduce((sum, { edits }) => sum + edits.length, 0);
  const { edits: all, exact, partial } = smallestCut;
  const how = partial ? ", some of which may not be needed" : exact ? ", and no cheaper ones do" : "";
  return [
    "",
    `Choke points: ${count === 1 ? "this edit cuts" : `these ${count} edits cut`} ${Math.floor((last.cut / cut) * 100)} % of the pairs that can be cut`,
    ...chokePoints.map(
      ({ edits, cut: pairs }) => `  ${String(pairs).padStart(4)}  ${together(edits, title)}`,
    ),
    ...(last.cut === cut ? [] : [`  ${counted(all, "edit")} cut them all${how}`]),
  ];
}

const named = 4;

function together(edits: readonly string[], title: (id: string) => string): string {
  const more = edits.length > named ? [`${edits.length - named} more`] : [];
  return [...edits.slice(0, named).map(title), ...more].join(" and ");
}

/** By target: what leads there from one entry mostly does from all. */
function uncutLines({ uncut, uncutCount }: AttackPaths): readonly string[] {
  if (uncutCount === 0) return [];
  const groups = [...Map.groupBy(uncut, ({ target, because }) => `${target}: ${because}`)];
  const listed = groups.slice(0, 10).map(([text, pairs]) => {
    const from = pairs.length === 1 ? pairs[0]!.entry : `${pairs.length} entries, ${pairs[0]!.entry} first`;
    return `  ${sanitize(`${text}; from ${from}`)}`;
  });
  const rest = uncutCount - groups.slice(0, 10).reduce((sum, [, pairs]) => sum + pairs.length, 0);
  return [
    "",
    `Not cut by any edit: ${counted(uncutCount, "pair")}`,
    ...listed,
    ...(rest > 0 ? [`  and ${counted(rest, "more pair")}: --format json has the first 50`] : []),
  ];
}
