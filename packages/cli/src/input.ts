/** Paths, saved snapshots, standard input or clusters, made into snapshots. */
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { counted, sanitize, UserError, workloadKinds, type Snapshot } from "@plimsoll/core";
import type { ClusterProgress, FileProgress, HelmOptions } from "@plimsoll/cluster";
import type { Call } from "./command.ts";
import { imageOptions, withImages } from "./images.ts";
import {
  checkRecorded,
  isRecorded,
  observationOptions,
  recordedIn,
  withRecorded,
  type Recorded,
} from "./observations.ts";
import { makeRoomFor } from "./space.ts";
import { nearest } from "./suggestion.ts";
import { chartOptions, checkValues, valuesOf } from "./values.ts";

export interface Source extends Recorded {
  readonly paths: readonly string[];
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  readonly allContexts: boolean;
  readonly namespaces: readonly string[];
  readonly probe: boolean;
  /** Files of scanners and bills of materials. */
  readonly images: readonly string[];
  /** For charts, as helm takes them. */
  readonly helm: HelmOptions;
}

export const sourceOptions = [
  { flags: "--context <name>", description: "the kubeconfig context to read (default: the current one)" },
  { flags: "--all-contexts", description: "read every context of the kubeconfig, into one report" },
  {
    flags: "--namespace <name>",
    description: "only this namespace of the cluster; may be repeated",
    repeat: true,
  },
  {
    flags: "--probe",
    description:
      "ask kubelets for their settings (needs nodes/proxy), and the API server once without a name",
  },
  {
    flags: "--kubeconfig <file>",
    description: "the kubeconfig (default: $KUBECONFIG, ~/.kube/config, or the pod's account)",
  },
  ...chartOptions,
  ...observationOptions,
  ...imageOptions,
] as const;

/** Checks what was typed before anything is read: paths exist, and options that ask a cluster stand beside no path. */
export async function sourceOf(call: Call): Promise<Source> {
  const source: Source = {
    paths: call.arguments,
    kubeconfig: call.text("kubeconfig"),
    context: call.text("context"),
    allContexts: call.flag("allContexts"),
    namespaces: call.list("namespace"),
    probe: call.flag("probe"),
    ...recordedIn(call),
    images: call.list("images"),
    helm: valuesOf(call),
  };
  checkValues(source.helm, source.paths);
  for (const file of source.helm.values ?? []) await mustExist(file, call.terminal.cwd);
  const given = [
    ...(source.context === undefined ? [] : ["--context"]),
    ...(source.allContexts ? ["--all-contexts"] : []),
    ...(source.namespaces.length === 0 ? [] : ["--namespace"]),
    ...(source.kubeconfig === undefined ? [] : ["--kubeconfig"]),
    ...(source.probe ? ["--probe"] : []),
  ];
  if (source.paths.length > 0 && given.length > 0)
    throw new UserError(
      "usage",
      `${given[0]} asks a cluster, and a path was given too`,
      "leave one of them out",
    );
  if (source.allContexts && source.context !== undefined)
    throw new UserError("usage", "--all-contexts and --context exclude each other", "leave one of them out");
  if (source.allContexts && isRecorded(source))
    throw new UserError("usage", "what was observed is of one cluster", "leave --all-contexts out");
  for (const path of source.paths) await mustExist(path, call.terminal.cwd);
  await checkRecorded(source, call.terminal.cwd);
  return source;
}

/** One path as a source, whatever options stand beside it. */
export async function pathSource(path: string, cwd: string): Promise<Source> {
  await mustExist(path, cwd);
  return {
    paths: [path],
    kubeconfig: undefined,
    context: undefined,
    allContexts: false,
    namespaces: [],
    probe: false,
    observations: [],
    auditPolicy: undefined,
    images: [],
    helm: {},
  };
}

/** Globs are left to the reader; a path that is none must lead somewhere. */
async function mustExist(path: string, cwd: string): Promise<void> {
  if (path === "-") return;
  const full = resolve(cwd, path);
  const missing = await stat(full).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === "ENOENT" || error.code === "ENOTDIR",
  );
  if (!missing || /[*?[{]/.test(path)) return;
  const siblings = await readdir(dirname(full)).catch((): readonly string[] => []);
  if (siblings.includes(basename(full)))
    throw new UserError(
      "no-input",
      `${sanitize(path)} is a link that leads nowhere`,
      "give what it should lead to",
    );
  const meant = nearest(basename(full), siblings);
  const shown = meant === undefined ? undefined : path.slice(0, path.length - basename(path).length) + meant;
  throw new UserError(
    "no-input",
    `there is no ${sanitize(path)}`,
    shown === undefined
      ? "give a file, a folder, a glob, a saved snapshot, or - for standard input"
      : `did you mean ${sanitize(shown)}?`,
  );
}

/** Paths together are one snapshot; each cluster is one of its own. What tools recorded goes into it. */
export async function readSource(
  source: Source,
  kinds: readonly string[],
  call: Call,
): Promise<readonly Snapshot[]> {
  // Whose behaviour it was is told by what makes pods, and whose address by services.
  const whose = isRecorded(source) ? [...workloadKinds, "v1/Service"] : [];
  const snapshots = await readResources(source, [...new Set([...kinds, ...whose])], call);
  makeRoomFor(snapshots.reduce((sum, { resources }) => sum + resources.length, 0));
  return Promise.all(
    snapshots.map(async (snapshot) =>
      withImages(await withRecorded(snapshot, source, call.terminal), source.images, call.terminal),
    ),
  );
}

async function readResources(
  source: Source,
  kinds: readonly string[],
  { terminal }: Call,
): Promise<readonly Snapshot[]> {
  const { contexts, readCluster, readFiles } = await import("@plimsoll/cluster");
  const takenAt = new Date().toISOString();
  try {
    if (source.paths.length > 0) {
      const onProgress = ({ files, resources, current }: FileProgress): void =>
        terminal.progress(
          sanitize(`${counted(files, "file")} · ${counted(resources, "resource")} · ${current}`),
        );
      const { cwd, stdin } = terminal;
      return [await readFiles(source.paths, { cwd, stdin, takenAt, onProgress, kinds, helm: source.helm })];
    }
    const wanted = source.allContexts
      ? contexts(source.kubeconfig).map(({ name }) => name)
      : [source.context];
    if (wanted.length === 0)
      throw new UserError(
        "no-cluster",
        "there is no context in the kubeconfig",
        "give a --kubeconfig that has one",
      );
    const read: Snapshot[] = [];
    for (const context of wanted) {
      const onProgress = ({ kinds, ofKinds, resources }: ClusterProgress): void =>
        terminal.progress(
          `${sanitize(context ?? "cluster")} · ${kinds} of ${ofKinds} kinds · ${counted(resources, "resource")}`,
        );
      read.push(
        await readCluster({
          kinds,
          takenAt,
          onProgress,
          ...(source.namespaces.length === 0 ? {} : { namespaces: source.namespaces }),
          ...(source.kubeconfig === undefined ? {} : { kubeconfig: source.kubeconfig }),
          ...(context === undefined ? {} : { context }),
          ...(source.probe ? { probe: true } : {}),
        }),
      );
    }
    return read;
  } finally {
    terminal.progress("");
  }
}

/** Nothing read and nothing refused: there was nothing to scan. */
export function mustHoldSomething(snapshot: Snapshot, source: Source): void {
  if (snapshot.resources.length > 0 || snapshot.gaps.length > 0) return;
  const skipped = snapshot.skipped.reduce((sum, { count }) => sum + count, 0);
  const where = source.paths.length === 0 ? "the cluster" : source.paths.map(sanitize).join(", ");
  throw new UserError(
    "no-input",
    `nothing to scan: no Kubernetes resource in ${where}${skipped > 0 ? ` (${counted(skipped, "document")} of something else)` : ""}`,
    "give a folder of manifests, a chart, a Kustomize folder or a saved snapshot",
  );
}
