/** Finds and reads kubeconfig files as kubectl does: which clusters, users and contexts there are. */
import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { UserError } from "@plimsoll/core";
import { isMissing, whyOf } from "./failure.ts";
import { RefusedError } from "./limit.ts";
import { entryOf, isRawObject, type Raw, type RawObject } from "./raw.ts";
import { decode } from "./text.ts";
import { readYaml } from "./yaml.ts";

/** An entry of a kubeconfig with the folder that its relative paths start from. */
export interface Entry {
  readonly name: string;
  readonly fields: RawObject;
  readonly folder: string;
  /** False for a file that others may write into: what it asks to run is not run. */
  readonly trusted: boolean;
}

export interface Kubeconfig {
  readonly clusters: readonly Entry[];
  readonly users: readonly Entry[];
  readonly contexts: readonly Entry[];
  readonly current: string;
}

/** A context that can be read. */
export interface Context {
  readonly name: string;
  readonly cluster: string;
  readonly server: string;
  readonly namespace?: string;
  readonly current: boolean;
}

/**
 * The contexts of a kubeconfig: of the file given, else of `KUBECONFIG`, else of `~/.kube/config`. No other file is
 * ever looked at. Throws a `UserError` (`no-cluster`) where one cannot be read.
 */
export function contexts(kubeconfig?: string): readonly Context[] {
  const config = readKubeconfig(kubeconfig);
  return config.contexts.map(({ name, fields }) => {
    const cluster = textOf(fields, "cluster");
    const namespace = textOf(fields, "namespace");
    const server = textOf(config.clusters.find((entry) => entry.name === cluster)?.fields ?? {}, "server");
    const context = { name, cluster, server, current: name === config.current };
    return namespace === "" ? context : { ...context, namespace };
  });
}

/** Reads and joins the files; of entries with one name the first counts. No file at all makes an empty one. */
export function readKubeconfig(kubeconfig?: string): Kubeconfig {
  const files = kubeconfig === undefined ? usualFiles() : [kubeconfig];
  const parts = files.flatMap((file) => readPart(resolve(file), kubeconfig !== undefined));
  const joined = (list: "clusters" | "users" | "contexts"): Entry[] => {
    const byName = new Map<string, Entry>();
    for (const part of parts)
      for (const entry of part[list]) if (!byName.has(entry.name)) byName.set(entry.name, entry);
    return [...byName.values()];
  };
  return {
    clusters: joined("clusters"),
    users: joined("users"),
    contexts: joined("contexts"),
    current: parts.find(({ current }) => current !== "")?.current ?? "",
  };
}

function usualFiles(): readonly string[] {
  const listed = (process.env["KUBECONFIG"] ?? "").split(delimiter).filter((file) => file !== "");
  return listed.length > 0 ? listed : [join(process.env["HOME"] || homedir(), ".kube", "config")];
}

/** A file that is not there is passed over unless it was named. */
function readPart(file: string, named: boolean): readonly Kubeconfig[] {
  let bytes: Buffer;
  let trusted: boolean;
  try {
    bytes = readFileSync(file);
    trusted = named || isTrusted(file);
  } catch (error) {
    if (!named && isMissing(error)) return [];
    throw unreadable(file, whyOf(error), error);
  }
  try {
    return [partOf(readYaml(decode(bytes))[0]?.value ?? null, dirname(file), trusted)];
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    throw unreadable(file, error.message, error);
  }
}

/** Whether nobody but its owner, who must be this user or root, can change the file. */
function isTrusted(file: string): boolean {
  const { mode, uid } = statSync(file);
  const own = process.getuid === undefined || uid === process.getuid() || uid === 0;
  return own && (process.platform === "win32" || (mode & 0o002) === 0);
}

function unreadable(file: string, why: string, cause: unknown): UserError {
  return new UserError("no-cluster", `kubeconfig ${file}: ${why}`, "give another with --kubeconfig", {
    cause,
  });
}

function partOf(value: Raw, folder: string, trusted: boolean): Kubeconfig {
  if (!isRawObject(value)) throw new RefusedError("shape", "it is no kubeconfig");
  const entries = (list: string, inner: string): Entry[] => {
    const items = entryOf(value, list);
    return (Array.isArray(items) ? items : []).filter(isRawObject).map((item) => {
      const fields = entryOf(item, inner);
      return { name: textOf(item, "name"), fields: isRawObject(fields) ? fields : {}, folder, trusted };
    });
  };
  return {
    clusters: entries("clusters", "cluster"),
    users: entries("users", "user"),
    contexts: entries("contexts", "context"),
    current: textOf(value, "current-context"),
  };
}

/** A field that is a string, else the empty string. */
export function textOf(fields: RawObject, key: string): string {
  const value = entryOf(fields, key);
  return typeof value === "string" ? value : "";
}
