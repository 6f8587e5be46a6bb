/** What takes written files back: their texts as they were, put back only over what the fix left. */
import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { sanitize } from "@plimsoll/core";
import { checkTarget, writeTarget } from "../output.ts";
import { editsIn } from "./merge.ts";
import { readRegular, writeChanges, type FileChange } from "./files.ts";

interface FilesRecord {
  readonly format: "plimsoll-undo";
  readonly version: 1;
  /** RFC 3339. */
  readonly at: string;
  readonly edits: readonly string[];
  readonly files: readonly {
    readonly file: string;
    /** Of the bytes that the fix left, in hexadecimal. */
    readonly sha256: string;
    /** As it was, base64. */
    readonly before: string;
  }[];
}

/** Written before the files are. Files may hold credentials: it is for its owner alone. */
export async function writeFilesRecord(
  changes: readonly FileChange[],
  file: string,
  cwd: string,
): Promise<void> {
  const record: FilesRecord = {
    format: "plimsoll-undo",
    version: 1,
    at: new Date().toISOString(),
    edits: changes.flatMap(({ fixes }) => editsIn(fixes).map(({ id }) => id)),
    files: changes.map((change) => ({
      file: change.file,
      sha256: digestOf(change.after),
      before: change.before.toString("base64"),
    })),
  };
  const target = await checkTarget(file, cwd);
  await writeTarget(target, [`${JSON.stringify(record, undefined, 2)}\n`], 0o600);
}

function digestOf(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** `undefined`: it is no record of files. */
export async function filesRecordIn(file: string, cwd: string): Promise<FilesRecord | undefined> {
  const { readText } = await import("@plimsoll/cluster");
  try {
    const value: unknown = JSON.parse(await readText(resolve(cwd, file), "no-input", { shown: file }));
    return isFilesRecord(value) ? value : undefined;
  } catch {
    return undefined; // whoever reads records of clusters says what is wrong with it
  }
}

function isFilesRecord(value: unknown): value is FilesRecord {
  if (typeof value !== "object" || value === null) return false;
  const { format, version, files } = value as Partial<FilesRecord>;
  return (
    format === "plimsoll-undo" &&
    version === 1 &&
    Array.isArray(files) &&
    files.every((each) => [each.file, each.sha256, each.before].every((part) => typeof part === "string"))
  );
}

/** All or none. What was refused, in words. Throws as `writeChanges` does. */
export async function restored({ files }: FilesRecord, cwd: string): Promise<readonly string[]> {
  const refused: string[] = [];
  const changes: FileChange[] = [];
  for (const { file, sha256, before } of files) {
    const path = resolve(cwd, file);
    const now = await readRegular(path);
    if (typeof now === "string") refused.push(`${sanitize(file)}: ${now}`);
    else if (digestOf(now) !== sha256) refused.push(`${sanitize(file)}: it is not as the fix left it`);
    else
      changes.push({ file, path, before: now, after: Buffer.from(before, "base64"), fixes: [], notes: [] });
  }
  if (refused.length === 0) await writeChanges(changes);
  return refused;
}
