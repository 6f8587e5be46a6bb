/** What scanners and bills of materials say of images, read from files and put into a snapshot. */
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import {
  refKey,
  refOf,
  sanitize,
  UserError,
  type Gap,
  type Image,
  type ResourceRecord,
  type Snapshot,
} from "@plimsoll/core";
import type { Terminal } from "./terminal.ts";

export const imageOptions = [
  {
    flags: "--images <file>",
    description:
      "what a scanner or a bill of materials says of images (Trivy, Grype, Syft, CycloneDX, SPDX, VulnerabilityReports, CISA's KEV), also .gz or .zst; may be repeated",
    repeat: true,
  },
] as const;

/** Bytes of one document. */
const largest = 512 << 20;

/**
 * The snapshot with what scanners left in the cluster and what the files hold, told in gaps where something of them could not
 * be taken.
 */
export async function withImages(
  snapshot: Snapshot,
  files: readonly string[],
  terminal: Terminal,
): Promise<Snapshot> {
  const isTold = ({ resource }: ResourceRecord): boolean => resource.kind === "VulnerabilityReport";
  if (files.length === 0 && !snapshot.resources.some(isTold)) return snapshot;
  const { isReport, joinImages, joinReported, readDocuments, reportedIn } = await import("@plimsoll/images");
  const gaps: Gap[] = [];
  const reported: Image[] = [];
  for (const record of snapshot.resources.filter(isReport)) {
    const found = reportedIn(record);
    const left = found === undefined ? ["it names no image"] : leftIn(found.left);
    if (left.length > 0) gaps.push(gapOf(refKey(refOf(record.resource)), left, found === undefined));
    if (found !== undefined) reported.push(found.image);
  }
  const images: Image[] = [...snapshot.images, ...joinReported(reported)];
  const exploited = new Set<string>();
  for (const file of files) {
    terminal.progress(sanitize(`reading ${file}`));
    const found = readDocuments(await documentOf(file, terminal.cwd));
    images.push(...found.images);
    for (const id of found.exploited) exploited.add(id);
    const left = leftIn(found.left);
    if (left.length > 0) gaps.push(gapOf(file, left, found.images.length + found.exploited.size === 0));
  }
  terminal.progress("");
  return { ...snapshot, images: joinImages(images, exploited), gaps: [...snapshot.gaps, ...gaps] };
}

function leftIn(left: { readonly [why: string]: number }): readonly string[] {
  return Object.entries(left).map(([why, count]) => `${why} (${count})`);
}

function gapOf(file: string, left: readonly string[], nothing: boolean): Gap {
  const source = sanitize(file);
  return {
    reason: nothing ? "unreadable" : "refused",
    source,
    message: sanitize(`${file}: left out: ${left.join(", ")}`),
    kinds: [],
    blocking: nothing,
  };
}

async function documentOf(file: string, cwd: string): Promise<unknown> {
  const path = resolve(cwd, file);
  const stats = await stat(path).catch(() => undefined);
  if (stats === undefined)
    throw new UserError("no-input", `there is no ${sanitize(file)}`, "give a file that a scanner wrote");
  const { readBytes, textIn } = await import("@plimsoll/cluster");
  const reading = { shown: file, hint: "give one document an image", most: largest };
  const bytes = await readBytes(path, "usage", reading);
  try {
    return JSON.parse(textIn(await unpacked(bytes), path, "usage", reading));
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    const { code } = cause as { readonly code?: unknown };
    if (typeof code === "string") {
      const why =
        code === "ERR_BUFFER_TOO_LARGE" ? `unpacked it is larger than ${largest >> 20} MiB` : "it is damaged";
      throw new UserError("usage", `cannot read ${sanitize(file)}: ${why}`, reading.hint, { cause });
    }
    throw new UserError(
      "usage",
      `${sanitize(file)} is no JSON`,
      "let the scanner write JSON: trivy image --format json",
      { cause },
    );
  }
}

/** By its first bytes, whatever it is called. */
async function unpacked(bytes: Buffer): Promise<Buffer> {
  const { gunzipSync, zstdDecompressSync } = await import("node:zlib");
  const magic = bytes.toString("hex", 0, 4);
  if (magic.startsWith("1f8b")) return gunzipSync(bytes, { maxOutputLength: largest });
  if (magic === "28b52ffd") return zstdDecompressSync(bytes, { maxOutputLength: largest });
  return bytes;
}
