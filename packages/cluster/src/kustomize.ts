/** Renders a kustomization with the real kustomize, and keeps for each object the file that it came from. */
import { mkdtempSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative, resolve } from "node:path";
import type { GapReason } from "@plimsoll/core";
import type { Draft } from "./draft.ts";
import type { Rendering } from "./helm.ts";
import { isSystemError, whyOf } from "./failure.ts";
import { RefusedError, sanitised } from "./limit.ts";
import { entryOf, isRawObject, type Raw, type RawObject } from "./raw.ts";
import { takeBytes } from "./take.ts";
import { decode } from "./text.ts";
import { holdTemporary } from "./temporary.ts";
import { findTool, runTool, type ToolOutput } from "./tool.ts";
import { kustomizationNames } from "./walk.ts";
import { readYaml } from "./yaml.ts";

/** What a kustomization names. */
export interface Kustomization {
  /** Full paths of files and folders, those of its own among them; whatever they name belongs to it. */
  readonly owns: readonly string[];
  /** Addresses that kustomize would fetch. */
  readonly remote: readonly string[];
  /** A component is only ever built as a part of another. */
  readonly component: boolean;
}

/** Reads a folder's kustomization; one that is ill-formed names nothing, and kustomize itself says what is wrong. */
export function readKustomization(folder: string): Kustomization {
  for (const name of kustomizationNames) {
    try {
      const value = readYaml(decode(readFileSync(join(folder, name))))[0]?.value;
      return kustomizationOf(isRawObject(value) ? value : {}, folder, join(folder, name));
    } catch (error) {
      if (!(error instanceof RefusedError) && !isSystemError(error)) throw error;
    }
  }
  return { owns: [], remote: [], component: false };
}

const pathLists = [
  "resources",
  "bases",
  "components",
  "crds",
  "configurations",
  "generators",
  "transformers",
  "validators",
];
const inlineLists = ["patches", "patchesStrategicMerge", "patchesJson6902", "replacements"];
const generatorLists = ["configMapGenerator", "secretGenerator"];

function kustomizationOf(value: RawObject, folder: string, itself: string): Kustomization {
  const names = [
    ...[...pathLists, ...inlineLists].flatMap((list) => pathsIn(entryOf(value, list))),
    ...generatorLists.flatMap((list) => generatedFrom(entryOf(value, list))),
    ...pathsIn([entryOf(value, "openapi") ?? null]),
  ].filter((name) => !name.includes("\n"));
  const remote = names.filter(isRemote);
  const owns = names.filter((name) => !isRemote(name)).map((name) => resolve(folder, name));
  return { owns: [itself, ...owns], remote, component: value["kind"] === "Component" };
}

/** Names in a list, plain or as `path:` of an entry. */
function pathsIn(list: Raw | undefined): readonly string[] {
  return (Array.isArray(list) ? list : []).flatMap((entry) => {
    const path = isRawObject(entry) ? entryOf(entry, "path") : entry;
    return typeof path === "string" ? [path] : [];
  });
}

/** Files that a generator reads: `NAME`, `KEY=NAME`, env files. */
function generatedFrom(list: Raw | undefined): readonly string[] {
  return (Array.isArray(list) ? list : []).filter(isRawObject).flatMap((entry) => {
    const { files, envs, env } = entry;
    const all = [files, envs, [env ?? null]].flatMap((names) => (Array.isArray(names) ? names : []));
    return all.filter((name) => typeof name === "string").map((name) => name.slice(name.indexOf("=") + 1));
  });
}

function isRemote(name: string): boolean {
  return /^(?:[a-z+]+:\/\/|git@|github\.com\/)|[?&]ref=|\.git(?:\/|$)/i.test(name) || name.includes("//");
}

/** Takes what a kustomization renders to. One that cannot be rendered is a gap. */
export async function takeKustomization(
  draft: Draft,
  rendering: Rendering,
  remote: readonly string[],
): Promise<void> {
  const { folder, shown } = rendering;
  const tool = findTool("kustomize") ?? findTool("kubectl");
  const byHand = `kustomize build ${shown} | plimsoll scan -`;
  const gap = (reason: GapReason, message: string, remedy = byHand): void => {
    draft.gaps.push({ reason, source: shown, message: sanitised(message, 400), kinds: [], remedy });
  };
  if (remote.length > 0) {
    gap(
      "unsupported",
      `a kustomization that ${needsRemote(remote[0]!)} while scanning`,
      `${localized(shown)}; to scan alone: ${byHand}`,
    );
  } else if (tool === undefined) {
    const message = "a kustomization; neither kustomize nor kubectl is on PATH, so it was not rendered";
    gap("tool-missing", message, `install kustomize or kubectl, or: ${byHand}`);
  } else {
    const { output, origin } = await build(tool, folder);
    const { complaint, failure } = output;
    if (failure !== undefined) {
      gap("refused", `kustomize could not render it: ${plainWords(complaint) || failure}`);
      return;
    }
    takeBytes(draft, output.text, {
      file: shown,
      syntax: "yaml",
      named: false,
      rendered: {
        by: `kustomize:${shown}`,
        fileOf: (_, object) => fileOf(object, origin, rendering) ?? shown,
      },
    });
  }
}

/** What is said of a kustomization that names an address: without who asks there, which may be a password. */
export function needsRemote(address: string): string {
  return `needs ${address.replace(/^([a-z][a-z0-9+.:-]*\/\/)[^/@]*@/i, "$1")}: nothing is fetched`;
}

/** What to do about it. */
export function localized(shown: string): string {
  return `name a copy of it in the repository (kustomize localize ${shown} makes one)`;
}

/** Without what kubectl puts around an error (time, place in its source, quotes), and without our own kustomization's part. */
function plainWords(complaint: string): string {
  const log = /^E\d{4} [^\]]*\] "command failed" err=(?:"([^]*)"|<([^]*)>)\s*$/.exec(complaint.trim());
  const words = (log?.[1] ?? log?.[2] ?? complaint).trim().replace(/^Error: /, "");
  return words.replace(
    /^accumulating resources: accumulation err='accumulating resources from '[^']*': /,
    "",
  );
}

interface Build {
  readonly output: ToolOutput;
  /** The folder that the paths of origins start from. */
  readonly origin: string;
}

/** Through a kustomization of our own around it, which makes kustomize note where each object came from. */
async function build(tool: string, folder: string): Promise<Build> {
  let origin = "";
  let release: (() => void) | undefined;
  try {
    origin = realpathSync(mkdtempSync(join(tmpdir(), "plimsoll-")));
    release = holdTemporary(origin);
    const inner = relative(origin, realpathSync(folder));
    const around = { resources: [inner], buildMetadata: ["originAnnotations"] };
    writeFileSync(join(origin, "kustomization.yaml"), JSON.stringify(around));
    const verb = basename(tool).startsWith("kubectl") ? "kustomize" : "build";
    return { output: await runTool(tool, [verb, origin], origin), origin };
  } catch (error) {
    return {
      output: { text: Buffer.alloc(0), complaint: "", failure: `${tmpdir()}: ${whyOf(error)}` },
      origin,
    };
  } finally {
    release?.();
  }
}

const originAnnotation = "config.kubernetes.io/origin";

/** The file in an object's origin note, which is taken out. */
function fileOf(object: RawObject, origin: string, { folder, shown }: Rendering): string | undefined {
  const metadata = entryOf(object, "metadata");
  const annotations = isRawObject(metadata) ? entryOf(metadata, "annotations") : undefined;
  if (!isRawObject(metadata) || !isRawObject(annotations)) return undefined;
  const note = entryOf(annotations, originAnnotation);
  delete annotations[originAnnotation];
  if (Object.keys(annotations).length === 0) delete metadata["annotations"];
  const path = typeof note === "string" ? /^(?:path|configuredIn): ([^\n]+)$/m.exec(note)?.[1] : undefined;
  return path === undefined ? undefined : join(shown, relative(realpathSync(folder), resolve(origin, path)));
}
