/** Patches for kubectl: a file for each resource, and the commands that rehearse, apply and take back. */
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { apiResourceOf, sanitize, UserError, type ResourceRef } from "@plimsoll/core";
import type { ResourceFix } from "./merge.ts";

/** Throws `UserError` (`output`) where the folder is there already: what is in it may be somebody's. */
export async function writePatches(
  fixes: readonly ResourceFix[],
  folder: string,
  cwd: string,
): Promise<void> {
  const root = resolve(cwd, folder);
  try {
    await mkdir(root);
    const names = fixes.map(({ record }, index) => fileName(record.resource, index));
    for (const [index, { operations }] of fixes.entries())
      await writeFile(join(root, names[index]!), `${JSON.stringify(operations, undefined, 2)}\n`);
    const lines = fixes.map((fix, index) => commandLine(fix, names[index]!));
    await writeFile(join(root, "apply.sh"), script(lines), { mode: 0o755 });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    const why = code === "EEXIST" ? "it is there already" : code;
    throw new UserError(
      "output",
      `cannot make the folder ${sanitize(folder)}: ${why}`,
      "name another --patches",
      {
        cause: error,
      },
    );
  }
}

function script(lines: readonly string[]): string {
  const rehearse = lines.map((line) => `${line} --dry-run=server`);
  return `#!/bin/sh
# The server rehearses every patch; only if it takes all of them are they applied.
set -eu
cd "$(dirname "$0")"
${[...rehearse, ...lines].join("\n")}
`;
}

function commandLine({ record: { resource } }: ResourceFix, file: string): string {
  const { metadata, apiVersion } = resource;
  const { resource: plural } = apiResourceOf(resource);
  const group = apiVersion.includes("/") ? `.${apiVersion.split("/")[0]}` : "";
  const namespace = metadata.namespace === undefined ? [] : ["--namespace", quoted(metadata.namespace)];
  return [
    "kubectl patch",
    quoted(plural + group),
    quoted(metadata.name ?? ""),
    ...namespace,
    "--type=json",
    "--patch-file",
    quoted(file),
  ].join(" ");
}

/** Nothing in it means anything to a shell. */
function quoted(text: string): string {
  return /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function fileName({ kind, metadata }: ResourceFix["record"]["resource"], index: number): string {
  const words: readonly (keyof ResourceRef)[] = ["namespace", "name"];
  const parts = [kind, ...words.map((word) => String(metadata[word] ?? ""))];
  const name = parts
    .join("-")
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]+/g, "_")
    .slice(0, 150);
  return `${String(index + 1).padStart(3, "0")}-${name}.json`;
}
