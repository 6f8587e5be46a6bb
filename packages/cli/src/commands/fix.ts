/** `plimsoll fix`: writes fixes where the source is, those that nothing seen speaks against; by default it only shows them. */
import {
  changedSnapshot,
  counted,
  sanitize,
  UserError,
  verdictKinds,
  yamlOf,
  applyOperations,
  type Resource,
  type Snapshot,
  type VerdictKind,
} from "@plimsoll/core";
import { defineCommand, type Call } from "../command.ts";
import { gapLines } from "../gate.ts";
import { sourceOptions } from "../input.ts";
import { judging, type Judging } from "../judging.ts";
import { checkTarget, writeTarget } from "../output.ts";
import { settingOptions } from "../settings.ts";
import { chooseEdits, usual, verdictsFrom, type Passed } from "../fix/choose.ts";
import { unifiedDiff } from "../fix/diff.ts";
import { fileChanges, writeChanges, type FileChange } from "../fix/files.ts";
import { writePatches } from "../fix/kubectl.ts";
import { applied, openDoor, readRecord, recordOf, rehearsed, undone, writeRecord } from "../fix/live.ts";
import { editsIn, mergedFixes, type ResourceFix } from "../fix/merge.ts";
import { reviewed } from "../fix/review.ts";
import { isOfKustomization, kustomizeChanges, type Place } from "../fix/kustomize.ts";
import { isOfChart, valuesChanges } from "../fix/values.ts";
import { filesRecordIn, restored, writeFilesRecord } from "../fix/undo-files.ts";
import { editLines, outcomeLine, outcomeOf, passedLine, pullRequestBody } from "../fix/told.ts";

export const fix = defineCommand({
  id: "fix",
  summary: "write fixes where the source is, those that nothing seen speaks against",
  description:
    "Without --write, --apply or --patches it shows a diff and changes nothing. A fix that something seen speaks against is never made unless it is named with --breaking; one that was not seen enough is made only where it is named, asked for with --only, or answered yes on a terminal.",
  arguments: [
    {
      name: "[path...]",
      description: "files and folders, as for scan; without one, the cluster of the current context",
    },
  ],
  options: [
    { flags: "--write", description: "write the files: all or none, and only as they were read" },
    { flags: "--apply", description: "change the cluster; the server rehearses everything first" },
    { flags: "--patches <folder>", description: "write JSON patches there, and the kubectl commands" },
    {
      flags: "--edit <id>",
      description: "only this edit, or the one of this finding; may be repeated",
      repeat: true,
    },
    {
      flags: "--only <verdict>",
      description:
        "edits of these verdicts: clear, repaired, unknown (default: clear, repaired); may be repeated",
      repeat: true,
      values: verdictKinds.filter((kind) => kind !== "breaks"),
    },
    {
      flags: "--breaking <id>",
      description: "make this edit though something seen would be refused; may be repeated",
      repeat: true,
    },
    {
      flags: "--in <place>",
      description:
        "for what a kustomization makes: overlay, a patch in the kustomization that was named (default), or base, the object's own file",
      values: ["overlay", "base"],
    },
    { flags: "--yes", description: "ask nothing" },
    { flags: "--keep-going", description: "leave out what cannot be changed, and change the rest" },
    {
      flags: "--body <file>",
      description: "write the body of a pull request there: what, why, and what was seen",
    },
    { flags: "--record <file>", description: "where to write what takes it back; --apply always writes one" },
    { flags: "--undo <record>", description: "take back what a record is of, unless it was changed since" },
    ...sourceOptions,
    ...settingOptions,
  ],
  examples: [
    {
      line: "plimsoll fix deploy/ --observations seen.jsonl",
      means: "a diff of what nothing seen speaks against",
    },
    {
      line: "plimsoll fix deploy/ --only clear --only repaired --only unknown --write",
      means: "all, in the files",
    },
    { line: "plimsoll fix --namespace shop --apply", means: "in the cluster, each asked about first" },
    { line: "plimsoll fix --undo plimsoll-undo.json", means: "as it was" },
  ],
  run,
});

async function run(call: Call): Promise<number> {
  const undo = call.text("undo");
  if (undo !== undefined) return takeBack(undo, call);
  checkWords(call);
  const judged = await judging(call);
  for (const line of gapLines(judged.report.gaps)) call.terminal.note(line);
  const { chosen, passed } = chooseEdits(
    judged.report,
    judged.snapshot,
    { edits: call.list("edit"), only: wishedFor(call), breaking: call.list("breaking") },
    () => judged.again({ ...judged.snapshot, observations: [], watches: [], detections: [] }),
  );
  const agreed = mustAsk(call) ? await reviewed(chosen, call.terminal) : chosen;
  if (agreed === undefined) return stopped(call);
  const merged = mergedFixes(agreed);
  const all = [...passed, ...merged.passed];
  const isCluster = judged.snapshot.header.server.kind === "cluster";
  const plan: Plan = { call, judged, fixes: merged.fixes, passed: all };
  if (call.text("patches") !== undefined) return patches(plan, call.text("patches")!);
  return isCluster ? live(plan) : files(plan);
}

/** What was settled on. */
interface Plan {
  readonly call: Call;
  readonly judged: Judging;
  readonly fixes: readonly ResourceFix[];
  readonly passed: readonly Passed[];
}

function checkWords(call: Call): void {
  const ways = ["write", "apply"].filter((flag) => call.flag(flag));
  if (ways.length + (call.text("patches") === undefined ? 0 : 1) > 1)
    throw new UserError(
      "usage",
      "--write, --apply and --patches exclude each other",
      "leave all but one out",
    );
  if (call.flag("write") && call.arguments.length === 0)
    throw new UserError("usage", "--write needs files", "name them, or use --apply for the cluster");
  if (call.flag("apply") && call.arguments.length > 0)
    throw new UserError("usage", "--apply changes a cluster, and a path was given", "use --write for files");
  if (call.flag("apply") && !call.flag("yes") && !call.terminal.answers)
    throw new UserError("usage", "--apply asks about each edit, and there is no terminal", "add --yes");
}

/** Whoever is asked about each is asked about those that were not seen enough too. */
function wishedFor(call: Call): readonly VerdictKind[] {
  const only = verdictsFrom(call.list("only"));
  return only.length === 0 && mustAsk(call) ? [...usual, "unknown"] : only;
}

function mustAsk(call: Call): boolean {
  return (call.flag("write") || call.flag("apply")) && !call.flag("yes") && call.terminal.answers;
}

function stopped({ terminal }: Call): number {
  terminal.note("plimsoll: nothing was written");
  return 0;
}

function tell({ call, fixes, passed }: Plan): void {
  const { terminal } = call;
  for (const edit of editsIn(fixes)) for (const line of editLines(edit)) terminal.note(line);
  const [words, told] = [passed.filter(isByHand), passed.filter((each) => !isByHand(each))];
  if (words.length > 0) terminal.note(`${counted(words.length, "edit")} without a patch: to be done by hand`);
  if (told.length > 0) terminal.note(`${counted(told.length, "edit")} not made:`);
  for (const each of told.slice(0, 20)) terminal.note(`  ${passedLine(each)}`);
  if (told.length > 20) terminal.note(`  and ${told.length - 20} more`);
}

function isByHand({ edit }: Passed): boolean {
  return edit.byHand && edit.verdict === undefined;
}

/** How the findings would be, and the pull request's body where one is asked for. */
async function foreseen({ call, judged, fixes, passed }: Plan): Promise<void> {
  const outcome = outcomeOf(judged.report, judged.again(withFixes(judged.snapshot, fixes)));
  call.terminal.note(`plimsoll: ${counted(editsIn(fixes).length, "edit")}: ${outcomeLine(outcome)}`);
  for (const id of outcome.come) call.terminal.note(`  new: ${sanitize(id)}`);
  const body = call.text("body");
  if (body === undefined) return;
  const target = await checkTarget(body, call.terminal.cwd);
  await writeTarget(target, [pullRequestBody(editsIn(fixes), passed, outcome)]);
}

/** Files stand for themselves; in a cluster pods follow their workload. */
function withFixes(snapshot: Snapshot, fixes: readonly ResourceFix[]): Snapshot {
  const changed = new Map(
    fixes.map(({ record, operations }) => {
      const resource = applyOperations<Resource>(record.resource, operations);
      return [record, { ...record, resource }];
    }),
  );
  return snapshot.header.server.kind === "cluster"
    ? changedSnapshot(snapshot, [...changed.values()])
    : { ...snapshot, resources: snapshot.resources.map((record) => changed.get(record) ?? record) };
}

async function files(plan: Plan): Promise<number> {
  const { call, judged, fixes, passed } = plan;
  const { terminal } = call;
  const { takenAt } = judged.snapshot.header;
  const parts = [
    await fileChanges(fixes.filter(isPlain), terminal.cwd),
    await valuesChanges(fixes.filter(isOfChart), {
      cwd: terminal.cwd,
      takenAt,
      helm: judged.source.helm,
    }),
    await kustomizeChanges(fixes.filter(isOfKustomization), terminal.cwd, takenAt, placeOf(call)),
  ];
  const changes = parts.flatMap((part) => part.changes);
  const refusals = parts.flatMap((part) => part.refusals);
  const isWritten = (each: ResourceFix): boolean =>
    isPlain(each) || isOfChart(each) || isOfKustomization(each);
  const refused: readonly Passed[] = [
    ...fixes.filter((each) => !isWritten(each)).flatMap(rendered),
    ...refusals.flatMap(({ file, fixes: own, why }) =>
      editsIn(own).map((edit) => ({ edit, why: `${file}: ${why}` })),
    ),
  ];
  const made = changes.flatMap(({ fixes: own }) => own);
  const whole: Plan = { ...plan, fixes: made, passed: [...passed, ...refused] };
  tell(whole);
  for (const { file, notes } of changes)
    for (const note of notes) terminal.note(`${sanitize(file)}: ${sanitize(note)}`);
  if (changes.length === 0) terminal.note("plimsoll: nothing to change");
  else await foreseen(whole);
  const code = refused.length > 0 ? 1 : judged.report.coverage.complete ? 0 : 3;
  if (!call.flag("write")) {
    for (const change of changes) await terminal.out(diffText(change, terminal.watched));
    return code;
  }
  if (refused.length > 0 && !call.flag("keepGoing")) {
    terminal.note("plimsoll: nothing was written: not all can be changed (--keep-going changes the rest)");
    return 1;
  }
  if (changes.length === 0) return code;
  const record = call.text("record");
  if (record !== undefined) await writeFilesRecord(changes, record, terminal.cwd);
  await writeChanges(changes);
  const after = outcomeOf(judged.report, await judged.anew());
  terminal.note(`plimsoll: wrote ${counted(changes.length, "file")}; scanned again: ${outcomeLine(after)}`);
  for (const id of after.come) terminal.note(`  new: ${sanitize(id)}`);
  return after.come.length > 0 ? 1 : code;
}

function placeOf(call: Call): Place {
  const place = call.text("in") ?? "overlay";
  if (place === "overlay" || place === "base") return place;
  throw new UserError("usage", `--in ${sanitize(place)}: there is no such place`, "overlay, base");
}

function isPlain({ record }: ResourceFix): boolean {
  return record.source.renderedBy === undefined && record.source.file !== "-";
}

function rendered(fix: ResourceFix): readonly Passed[] {
  const { source } = fix.record;
  return editsIn([fix]).map((edit) => {
    const line = edit.source.line === undefined ? "" : `:${edit.source.line}`;
    const why =
      source.file === "-"
        ? "it came from standard input: use --patches, or name the files"
        : `it is made by ${source.renderedBy}: change ${source.file}${line}`;
    return { edit, why };
  });
}

function diffText({ file, before, after }: FileChange, watched: boolean): string {
  const text = unifiedDiff(before.toString("utf8"), after.toString("utf8"), file);
  return watched ? shownOn(text) : text;
}

/** A terminal obeys what stands in files of others. */
function shownOn(text: string): string {
  return text
    .split("\n")
    .map((line) => line.slice(0, 1) + sanitize(line.slice(1)))
    .join("\n");
}

async function live(plan: Plan): Promise<number> {
  const { call, judged, fixes } = plan;
  const { terminal } = call;
  tell(plan);
  if (fixes.length === 0) {
    terminal.note("plimsoll: nothing to change");
    return 0;
  }
  await foreseen(plan);
  if (!call.flag("apply")) {
    for (const each of fixes) await terminal.out(liveDiff(each));
    return judged.report.coverage.complete ? 0 : 3;
  }
  const door = await openDoor(judged.source.kubeconfig, judged.source.context);
  const { ready, refused } = await rehearsed(door, fixes);
  for (const { fix: each, why } of refused)
    for (const { id } of editsIn([each]))
      terminal.note(`plimsoll: refused: ${sanitize(id)}: ${sanitize(why)}`);
  if (ready.length === 0 || (refused.length > 0 && !call.flag("keepGoing"))) {
    terminal.note("plimsoll: nothing was changed");
    return 1;
  }
  const at = new Date().toISOString();
  const file = call.text("record") ?? `plimsoll-undo-${at.replaceAll(/[:.]/g, "-")}.json`;
  await writeRecord(recordOf(door, ready, at), file, terminal.cwd);
  await applied(door, ready, file);
  const after = outcomeOf(judged.report, await judged.anew());
  terminal.note(
    `plimsoll: changed ${counted(ready.length, "resource")}; scanned again: ${outcomeLine(after)}`,
  );
  terminal.note(`plimsoll: to take it back: plimsoll fix --undo ${sanitize(file)}`);
  return refused.length > 0 ? 1 : 0;
}

function liveDiff({ record, operations }: ResourceFix): string {
  const { resource } = record;
  const { kind, metadata } = resource;
  const name = sanitize(`${metadata.namespace ?? ""}/${kind}/${metadata.name ?? ""}.yaml`.replace(/^\//, ""));
  return unifiedDiff(yamlOf(resource), yamlOf(applyOperations(resource, operations)), name);
}

async function patches(plan: Plan, folder: string): Promise<number> {
  const { call, fixes } = plan;
  tell(plan);
  if (fixes.length === 0) {
    call.terminal.note("plimsoll: nothing to change");
    return 0;
  }
  await foreseen(plan);
  await writePatches(fixes, folder, call.terminal.cwd);
  call.terminal.note(
    `plimsoll: wrote ${counted(fixes.length, "patch")}; ${sanitize(folder)}/apply.sh applies them`,
  );
  return 0;
}

async function takeBack(file: string, call: Call): Promise<number> {
  const { terminal } = call;
  const files = await filesRecordIn(file, terminal.cwd);
  if (files !== undefined) return tellBack(await restored(files, terminal.cwd), files.files.length, call);
  const record = await readRecord(file, terminal.cwd);
  const door = await openDoor(call.text("kubeconfig"), call.text("context"));
  return tellBack(await undone(door, record), record.changes.length, call);
}

function tellBack(told: readonly string[], count: number, { terminal }: Call): number {
  for (const line of told) terminal.note(`plimsoll: refused: ${sanitize(line)}`);
  terminal.note(
    told.length > 0 ? "plimsoll: nothing was taken back" : `plimsoll: took back ${counted(count, "change")}`,
  );
  return told.length > 0 ? 1 : 0;
}
