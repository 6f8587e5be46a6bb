/**
 * What a limit of memory would end and a limit of processor time would slow, by the peaks that were measured. Why a peak
 * says so much and no more: `docs/decisions/0019`.
 */
import { parseQuantity } from "../../controls/cel/values/quantity.ts";
import { numberText } from "../../evidence/lack.ts";
import { pointerOf } from "../../inventory/path.ts";
import type { Json } from "../../model/json.ts";
import type { Peaks } from "../../model/observation.ts";
import type { Missing } from "../../model/verdict.ts";
import type { Change, Judgement, Measured, MeasuredWitness, Repair } from "./field.ts";
import { lacksOf, unknownFor } from "./judgement.ts";

/** A limit holds what was measured where it is so many times the peak of memory: tomorrow's is another. */
const margin = 1.2;
const mebibyte = 1_048_576;
/** What fewer than this share of the replicas did is not ordinary work, and repairs nothing. */
const ordinaryShare = 0.1;

export interface Limit {
  /** As written; absent: there was none. */
  readonly before: Json | undefined;
  readonly after: Json;
}

/** Bytes, or processors; undefined where it is no quantity. */
export function amountOf(value: Json | undefined): number | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const quantity = parseQuantity(String(value));
  return quantity === undefined ? undefined : Number(quantity.digits) * 10 ** quantity.scale;
}

/** Whether it allows less than before. What cannot be read may. */
export function isTighter({ before, after }: Limit): boolean {
  const [old, now] = [amountOf(before), amountOf(after)];
  return before === undefined || old === undefined || now === undefined || now < old;
}

export function judgeMemory(change: Change, limit: Limit): Judgement {
  const allowed = amountOf(limit.after);
  const measured = change.seen.measured("memory");
  const peak = most(measured, "memoryBytes");
  const over = measured.filter(({ peaks }) => (peaks.unreclaimableBytes ?? 0) > (allowed ?? Infinity));
  if (over.length > 0) return breaking(change, limit, over, measured);
  const lacks = lacksOf(change.seen, ["memory"]);
  if (allowed === undefined || peak === undefined)
    return unknownFor(`How much memory it uses at most was not measured`, lacks);
  const missing = [...lacks, ...doubtsOfMemory(measured, peak, allowed, String(limit.after))];
  const told = `It was measured to use ${bytesText(peak)} of memory at most, page cache included`;
  if (missing.length > 0) return unknownFor(told, missing);
  return {
    verdict: "clear",
    basis: "observation",
    because: `${told}, and may use ${String(limit.after)}`,
    kinds: ["memory"],
  };
}

/** Between what it holds for certain and what was charged to it at most, nobody knows: page cache can be taken back. */
function doubtsOfMemory(
  measured: readonly Measured[],
  peak: number,
  allowed: number,
  limit: string,
): readonly Missing[] {
  const held = most(measured, "unreclaimableBytes");
  const stays = held === undefined ? "" : `, of which ${bytesText(held)} or more could not be taken back`;
  if (peak * margin > allowed)
    return [
      {
        text: `whether ${limit} is enough: it was charged for ${bytesText(peak)} at most, page cache included${stays}`,
        remedy: `ask for ${enoughFor(peak)}, or try the limit on one replica`,
      },
    ];
  const hits = most(measured, "memoryLimitHits") ?? 0;
  if (hits === 0) return [];
  return [
    {
      text: `how much memory it would use: a limit in force held it back ${numberText(hits)} times, at ${bytesText(peak)}`,
      remedy: "let it be watched without that limit, or under a larger one",
    },
  ];
}

function breaking(
  { after, seen }: Change,
  { before }: Limit,
  over: readonly Measured[],
  measured: readonly Measured[],
): Judgement {
  const witness = witnessOf(over, measured);
  const peak = most(seen.measured("memory"), "memoryBytes");
  const wanted = peak === undefined ? undefined : enoughFor(peak);
  const old = amountOf(before);
  // What would be as large as the limit before takes the change back, and repairs nothing.
  const isLess = wanted !== undefined && (old === undefined || amountOf(wanted)! < old);
  const path = pointerOf([...after.containerPath, "resources", "limits", "memory"]);
  const repair: Repair | undefined =
    isLess && witness.flags.length === 0
      ? { operations: [{ op: "replace", path, value: wanted }], text: `a limit of ${wanted} in its place` }
      : undefined;
  return {
    verdict: "breaks",
    basis: "observation",
    because: "It was measured to hold more memory than it may use",
    kinds: ["memory"],
    witnesses: [witness],
    missing: [],
    ...(repair === undefined ? {} : { repair }),
  };
}

function witnessOf(over: readonly Measured[], measured: readonly Measured[]): MeasuredWitness {
  const [pods, all] = [over, measured].map((list) => new Set(list.map(({ pod }) => pod)).size);
  const moments = over.flatMap(({ watched, heard }) => [...watched, ...heard]);
  const few = pods! < all! * ordinaryShare;
  return {
    text: `holds ${bytesText(most(over, "unreclaimableBytes")!)} that the kernel cannot take back`,
    replicas: pods!,
    replicasWatched: all!,
    first: moments.map(({ from }) => from).sort()[0] ?? "",
    last:
      moments
        .map(({ to }) => to)
        .sort()
        .at(-1) ?? "",
    sensors: [...new Set(over.map(({ sensor }) => sensor))].sort(),
    flags: few ? [`only ${pods} of ${all} replicas did`] : [],
  };
}

/** A limit of processor time ends nothing: it slows, and whether that is borne no peak tells. */
export function judgeProcessor(change: Change, { after }: Limit): Judgement {
  const cores = amountOf(after);
  const measured = change.seen.measured("cpu");
  const peak = most(measured, "cpuMillicores");
  const lacks = lacksOf(change.seen, ["cpu"]);
  if (cores === undefined || peak === undefined)
    return unknownFor("How much processor time it uses at most was not measured", lacks);
  const seconds = numberText(most(measured, "cpuSeconds") ?? 1);
  const told = `It used ${numberText(peak)}m of a processor at most, as a mean of ${seconds} s`;
  const throttled = most(measured, "throttledPeriods") ?? 0;
  const missing: readonly Missing[] = [
    ...lacks,
    ...(peak > cores * 1_000
      ? [
          {
            text: `whether it bears to be slowed to ${String(after)}: it used ${numberText(peak)}m at most, as a mean of ${seconds} s`,
            remedy: `ask for ${peak}m, or try the limit on one replica and watch its probes and how long it takes to answer`,
          },
        ]
      : []),
    ...(throttled > 0
      ? [
          {
            text: `how much processor time it would use: a limit in force slowed it in ${numberText(throttled)} periods`,
            remedy: "let it be watched without that limit, or under a larger one",
          },
        ]
      : []),
  ];
  if (missing.length > 0) return unknownFor(told, missing);
  return {
    verdict: "clear",
    basis: "observation",
    because: `${told}, and may use ${String(after)}; what is shorter is slowed`,
    kinds: ["cpu"],
  };
}

function most(measured: readonly Measured[], name: keyof Peaks): number | undefined {
  const found = measured.flatMap(({ peaks }) => peaks[name] ?? []);
  return found.length === 0 ? undefined : found.reduce((a, b) => Math.max(a, b));
}

/** The peak and its margin as a quantity, in whole mebibytes. */
function enoughFor(peak: number): string {
  return `${Math.ceil((peak * margin) / mebibyte)}Mi`;
}

/** `84 MiB`, rounded up: no less than was measured. */
function bytesText(bytes: number): string {
  const [size, unit] = bytes >= mebibyte ? [mebibyte, "MiB"] : [1_024, "KiB"];
  return `${numberText(Math.ceil(bytes / size))} ${unit}`;
}
