/** `plimsoll vulns`: flaws of images by whether their code is loaded and reached, the few that matter first. */
import {
  atLeast,
  counted,
  createInventory,
  exposureKinds,
  flawsIn,
  rungs,
  sanitize,
  unlookedImages,
  UserError,
  workloadKinds,
  type FlawUse,
  type Snapshot,
} from "@plimsoll/core";
import { snapshotOf, worldOptions } from "../asked.ts";
import { chosen } from "../choice.ts";
import { defineCommand, type Call } from "../command.ts";
import { loadConfig } from "../config.ts";
import { imageOptions } from "../images.ts";
import { observationOptions, recordedIn, type Service } from "../observations.ts";
import { configOption } from "../settings.ts";

const shown = 15;
const writers = [
  { id: "text", write: textOf },
  { id: "json", write: (flaws: readonly FlawUse[]): string => `${JSON.stringify(flaws, undefined, 2)}\n` },
] as const;

export const vulns = defineCommand({
  id: "vulns",
  summary: "flaws of images, by whether their code is loaded and reached",
  description:
    "Each flaw stands on a ladder: installed, touched, loaded, executed. Those of packages that were watched completely and " +
    "never loaded are set aside; what could not be seen stays. With --from-service and nothing else to look at, the service tells " +
    "them itself.",
  arguments: [{ name: "[path...]", description: "files, folders or saved snapshots (default: the cluster)" }],
  options: [
    { flags: "-f, --format <id>", description: "text or json (default: text)", values: ["text", "json"] },
    { flags: "--all", description: `every flaw, not the first ${shown} and none that is set aside` },
    configOption,
    ...worldOptions,
    ...imageOptions,
    ...observationOptions,
  ],
  examples: [
    {
      line: "plimsoll vulns --images trivy.json --observations seen.jsonl",
      means: "the cluster's flaws, by what was seen loaded",
    },
    {
      line: "plimsoll vulns --from-service https://plimsoll.example --service-token token",
      means: "as a running service knows them: scanners' reports, what was handed in, what its agents saw",
    },
    {
      line: "plimsoll vulns deploy/ --images sbom.cdx.json --images known_exploited_vulnerabilities.json",
      means: "by a bill of materials and CISA's list of what attackers use",
    },
  ],
  run,
});

async function run(call: Call): Promise<number> {
  const writer = chosen(writers, call.text("format") ?? "text", "format", "text and json are there");
  const { service } = recordedIn(call);
  if (service !== undefined && isAllThere(call)) return tellOf(service, writer.write, call);
  const snapshot = await snapshotOf(call.arguments, [...workloadKinds, ...exposureKinds], call);
  for (const line of unreadIn(snapshot, call)) call.terminal.note(line);
  if (!snapshot.images.some(({ vulnerabilities }) => vulnerabilities !== undefined))
    throw new UserError(
      "usage",
      "nobody looked for flaws in the images",
      "bring what a scanner found: trivy image --format json --list-all-pkgs IMAGE > trivy.json, then --images trivy.json",
    );
  const { enough } = await loadConfig(call.terminal.cwd, call.text("config"));
  const inventory = createInventory(snapshot);
  const flaws = flawsIn(snapshot, inventory, atLeast(enough));
  await call.terminal.out(writer.write(flaws, call.flag("all")));
  const unlooked = unlookedImages(
    inventory.workloads.filter(({ derived }) => !derived),
    snapshot.images,
  );
  if (unlooked.length > 0) call.terminal.note(`${unlookedText(unlooked)}bring what one finds: --images FILE`);
  return 0;
}

/** What is not known of the world, and what of the files that were given could not be taken. */
function unreadIn({ gaps }: Snapshot, call: Call): readonly string[] {
  const given = new Set(["images", "observations"].flatMap((name) => call.list(name)).map(sanitize));
  return gaps
    .filter(({ blocking, source }) => blocking !== false || given.has(sanitize(source)))
    .map(({ source, message }) =>
      sanitize(`not read: ${message.startsWith(source) ? message : `${source}: ${message}`}`),
    );
}

function unlookedText(unlooked: readonly string[]): string {
  return sanitize(
    `not known: no scanner told of ${counted(unlooked.length, "image")} that workloads run: ${fewOf(unlooked)}; `,
  );
}

/** Nothing else is named to be looked at. */
function isAllThere(call: Call): boolean {
  const others = ["snapshot", "context", "kubeconfig", "auditPolicy"].map((name) => call.text(name));
  const lists = ["images", "observations", "values", "set"].flatMap((name) => call.list(name));
  return call.arguments.length + lists.length === 0 && others.every((value) => value === undefined);
}

async function tellOf(
  service: Service,
  write: (flaws: readonly FlawUse[], all: boolean) => string,
  { terminal, flag }: Call,
): Promise<number> {
  const { readFlaws } = await import("@plimsoll/cluster");
  terminal.progress(sanitize(`asking ${service.url}`));
  const { flaws, unlooked, unread, blind } = await readFlaws({ ...service, cwd: terminal.cwd });
  terminal.progress("");
  await terminal.out(write(flaws, flag("all")));
  const note = (line: string): void => terminal.note(sanitize(line));
  if (unlooked.length > 0)
    note(`${unlookedText(unlooked)}hand in what one finds: POST /api/v1/sources/scanner`);
  for (const [why, group] of Map.groupBy(unread, (each) => each.why))
    note(`not read: which files packages have, in ${fewOf(group.map(({ image }) => image))}: ${why}`);
  for (const kind of blind) note(`not read: the service cannot see ${kind}`);
  terminal.note("not told: flaws of workloads that the owner of the token may not see");
  return 0;
}

function fewOf(names: readonly string[]): string {
  const more = names.length > 5 ? ` and ${names.length - 5} more` : "";
  return `${names.slice(0, 5).join(", ")}${more}`;
}

function textOf(flaws: readonly FlawUse[], all: boolean): string {
  const aside = flaws.filter(({ loaded }) => loaded === "not-observed");
  const open = all ? flaws : flaws.filter(({ loaded }) => loaded !== "not-observed");
  const listed = all ? open : open.slice(0, shown);
  const more = open.length - listed.length;
  return `${[
    ...headOf(flaws, aside.length),
    ...listed.flatMap(linesOf),
    ...(more > 0 ? ["", `${more} more: --all shows them`] : []),
  ].join("\n")}\n`;
}

function headOf(flaws: readonly FlawUse[], aside: number): readonly string[] {
  const count = (is: (flaw: FlawUse) => boolean): number => flaws.filter(is).length;
  const share = flaws.length === 0 ? "" : ` (${Math.round((100 * aside) / flaws.length)} %)`;
  const images = new Set(flaws.map(({ image }) => image)).size;
  const unknown = count(({ loaded }) => loaded === "unknown");
  return [
    `${counted(flaws.length, "flaw")} in ${counted(images, "image")}: ${aside}${share} set aside, never loaded while watched completely`,
    `  ${rungs.map((rung) => `${rung} ${count((flaw) => flaw.rung === rung)}`).join(" → ")} · exposed ${count(
      (flaw) => flaw.exposed === "yes" && flaw.loaded === "observed",
    )} of those loaded · used by attackers ${count(({ exploited }) => exploited)}`,
    ...(unknown === 0
      ? []
      : [`  of ${unknown} it is not known whether they are loaded: they are not set aside`]),
  ];
}

function linesOf(flaw: FlawUse): readonly string[] {
  const marks = [
    ...(flaw.severity === undefined ? [] : [flaw.severity]),
    ...(flaw.exploited ? ["used by attackers"] : []),
    flaw.loaded === "observed"
      ? flaw.rung
      : flaw.loaded === "unknown"
        ? "not known whether loaded"
        : "never loaded",
    ...(flaw.exposed === "yes"
      ? ["exposed"]
      : flaw.exposed === "unknown"
        ? ["not known whether exposed"]
        : []),
    flaw.fixedIn === undefined ? "no fix is published" : `fixed in ${flaw.fixedIn}`,
  ];
  const who = flaw.workloads.map(({ kind, namespace, name }) => `${kind.toLowerCase()} ${namespace}/${name}`);
  return [
    "",
    sanitize(`${flaw.id}  ${flaw.package}  ${marks.join(" · ")}`),
    sanitize(
      `  ${flaw.image}${who.length === 0 ? "" : `, run by ${who.slice(0, 3).join(", ")}${who.length > 3 ? ` and ${who.length - 3} more` : ""}`}`,
    ),
    sanitize(`  ${flaw.because}`),
  ];
}
