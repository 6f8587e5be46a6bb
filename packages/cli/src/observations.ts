/** What runtime tools recorded, read from files and put into a snapshot. */
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { resolve } from "node:path";
import {
  counted,
  createCorrelator,
  createInventory,
  joinSeen,
  sanitize,
  UserError,
  type Gap,
  type Seen,
  type Snapshot,
} from "@plimsoll/core";
import type { ReadResult } from "@plimsoll/sensors";
import type { Call } from "./command.ts";
import type { Terminal } from "./terminal.ts";

export const observationOptions = [
  {
    flags: "--observations <file>",
    description:
      "what a runtime tool recorded (Falco, Tetragon, Hubble, an audit log …), also .gz or .zst; may be repeated",
    repeat: true,
  },
  {
    flags: "--audit-policy <file>",
    description: "the API server's audit policy: shows whether its log leaves something out",
  },
  {
    flags: "--from-service <url>",
    description: "what the agents of a running service saw, as `plimsoll serve` gives it",
  },
  { flags: "--service-token <file>", description: "the bearer token for it" },
  { flags: "--service-ca <file>", description: "the authority of its certificate" },
] as const;

/** What was typed of it. */
export interface Recorded {
  readonly observations: readonly string[];
  readonly auditPolicy: string | undefined;
  readonly service?: Service | undefined;
}

/** Where a running service is, and what lets us in. */
export interface Service {
  readonly url: string;
  readonly tokenFile?: string;
  readonly caFile?: string;
}

export function recordedIn(call: Call): Recorded {
  const [url, tokenFile, caFile] = ["fromService", "serviceToken", "serviceCa"].map((name) =>
    call.text(name),
  );
  if (url === undefined && (tokenFile ?? caFile) !== undefined)
    throw new UserError(
      "usage",
      "--service-token and --service-ca are for --from-service",
      "add --from-service URL",
    );
  return {
    observations: call.list("observations"),
    auditPolicy: call.text("auditPolicy"),
    service:
      url === undefined
        ? undefined
        : {
            url,
            ...(tokenFile === undefined ? {} : { tokenFile }),
            ...(caFile === undefined ? {} : { caFile }),
          },
  };
}

/** Whether anything that was seen is to be put in. */
export function isRecorded({ observations, service }: Recorded): boolean {
  return observations.length > 0 || service !== undefined;
}

/** They exist, and a policy has something to say of them. */
export async function checkRecorded({ observations, auditPolicy }: Recorded, cwd: string): Promise<void> {
  if (auditPolicy !== undefined && observations.length === 0)
    throw new UserError(
      "usage",
      "--audit-policy says something of a log, and none was given",
      "add --observations FILE",
    );
  for (const file of observations) {
    const stats = await stat(resolve(cwd, file)).catch(() => undefined);
    if (stats === undefined)
      throw new UserError(
        "no-input",
        `there is no ${sanitize(file)}`,
        "give a file of what a runtime tool recorded",
      );
    if (stats.isDirectory())
      throw new UserError(
        "usage",
        `${sanitize(file)} is a folder`,
        "name its files, one --observations each",
      );
  }
}

/** The snapshot with what the files hold, told in gaps where something of them could not be taken. */
export async function withRecorded(
  snapshot: Snapshot,
  recorded: Recorded,
  terminal: Terminal,
): Promise<Snapshot> {
  if (!isRecorded(recorded)) return snapshot;
  const { observations, auditPolicy, service } = recorded;
  const { readObservations, sensors } = await import("@plimsoll/sensors");
  const policy = auditPolicy === undefined ? undefined : await auditGap(auditPolicy, terminal.cwd);
  const correlator = createCorrelator(createInventory(snapshot));
  const whole = auditPolicy !== undefined && policy === undefined ? (["api-request"] as const) : [];
  const shipped = service === undefined ? undefined : await shippedTo(service, terminal);
  const batches: Seen[] = shipped === undefined ? [] : [shipped.seen];
  const gaps: Gap[] = [...(policy === undefined ? [] : [policy]), ...(shipped?.gaps ?? [])];
  for (const file of observations) {
    terminal.progress(sanitize(`reading ${file}`));
    const options = { provenance: sanitize(file), now: new Date().toISOString(), correlator, whole };
    const result = await readObservations(await streamOf(resolve(terminal.cwd, file), file), options);
    if (Object.keys(result.sensors).length === 0)
      throw nothingKnown(
        file,
        result,
        sensors.map(({ title }) => title),
      );
    batches.push(result.seen);
    gaps.push(...gapsOf(file, result));
  }
  terminal.progress("");
  const before: Seen = {
    observations: snapshot.observations,
    watches: snapshot.watches ?? [],
    detections: snapshot.detections ?? [],
  };
  return { ...snapshot, ...joinSeen([before, ...batches]), gaps: [...snapshot.gaps, ...gaps] };
}

async function shippedTo(
  service: Service,
  { cwd, progress, note }: Terminal,
): Promise<{ readonly seen: Seen; readonly gaps: readonly Gap[] }> {
  const { readService } = await import("@plimsoll/cluster");
  progress(sanitize(`asking ${service.url}`));
  const { hidden, record, ...seen } = await readService({ ...service, cwd });
  const fared = record.map(
    ({ field, confirmed, blamed }) => `${field} ${confirmed} confirmed, ${blamed} blamed`,
  );
  if (fared.length > 0) note(sanitize(`plimsoll: edits made so far, by field: ${fared.join("; ")}`));
  const gaps: readonly Gap[] =
    hidden === 0
      ? []
      : [
          {
            reason: "no-evidence",
            source: sanitize(service.url),
            message: `${counted(hidden, "record")} of what was seen are not for the owner of the token`,
            kinds: [],
            remedy: "ask as somebody who may get those workloads",
            blocking: false,
          },
        ];
  return { seen, gaps };
}

const magics = [
  { bytes: Buffer.from([0x1f, 0x8b]), open: async () => (await import("node:zlib")).createGunzip() },
  {
    bytes: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]),
    open: async () => (await import("node:zlib")).createZstdDecompress(),
  },
] as const;

/** By its first bytes, whatever it is called. */
async function streamOf(path: string, file: string): Promise<AsyncIterable<Uint8Array>> {
  const head = Buffer.alloc(4);
  const handle = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(file, error.code ?? error.message, error);
  });
  try {
    await handle.read(head, 0, 4, 0);
  } finally {
    await handle.close();
  }
  const packed = magics.find(({ bytes }) => head.subarray(0, bytes.length).equals(bytes));
  const unpacking = await packed?.open();
  const stream = createReadStream(path);
  return told(unpacking === undefined ? stream : stream.on("error", () => undefined).pipe(unpacking), file);
}

async function* told(stream: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* stream;
  } catch (error) {
    throw unreadable(file, (error as NodeJS.ErrnoException).code ?? String(error), error);
  }
}

function unreadable(file: string, why: string, cause: unknown): UserError {
  return new UserError("no-input", `cannot read ${sanitize(file)}: ${why}`, "give a file that is whole", {
    cause,
  });
}

function nothingKnown(
  file: string,
  { records, rejections }: ReadResult,
  titles: readonly string[],
): UserError {
  const what = records === 0 ? "is empty" : `holds no record of a known tool (${rejectionText(rejections)})`;
  return new UserError("no-input", `${sanitize(file)} ${what}`, `known are: ${titles.join(", ")}`);
}

function rejectionText(rejections: ReadResult["rejections"]): string {
  return Object.entries(rejections)
    .sort(([, a], [, b]) => b - a)
    .map(([why, count]) => `${count} ${why}`)
    .join(", ");
}

/** What is left out in the ordinary course of things: it is nobody's behaviour, or was told already. */
const ordinary: ReadonlySet<string> = new Set([
  "unknown-event",
  "no-container",
  "not-complete",
  "no-workload",
  "reply",
  "duplicate",
]);

function gapsOf(file: string, { records, rejections }: ReadResult): readonly Gap[] {
  const odd = Object.fromEntries(Object.entries(rejections).filter(([why]) => !ordinary.has(why)));
  const count = Object.values(odd).reduce((sum, each) => sum + each, 0);
  if (count === 0) return [];
  return [
    {
      reason: "refused",
      source: file,
      message: `of ${counted(records, "record")} some were not taken: ${rejectionText(odd)}`,
      kinds: [],
      remedy: "look at those records; what they tell is not known",
      blocking: false,
    },
  ];
}

/** `undefined` where the policy leaves nothing out. */
async function auditGap(file: string, cwd: string): Promise<Gap | undefined> {
  const { readData } = await import("@plimsoll/cluster");
  const { leftOutBy } = await import("@plimsoll/sensors");
  const [document] = await readData(resolve(cwd, file), "bad-config");
  const why = leftOutBy(document?.value);
  if (why === undefined) return undefined;
  return {
    reason: "no-evidence",
    source: file,
    message: `the audit log does not tell what accounts never do: ${why}`,
    kinds: [],
    remedy: "record every request at the level Metadata",
    blocking: false,
  };
}
