/** What enters a snapshot: one door for files, live clusters and saved snapshots. Pruned, redacted, of the right types. */
import { podTemplatesOf, type Resource, type ResourceRecord, type Source } from "@plimsoll/core";
import { isBuiltIn, servedInstead, standingOf } from "./kinds.ts";
import { RefusedError, sanitised } from "./limit.ts";
import { lastChangeOf, pruned } from "./prune.ts";
import { isRawObject, type Raw, type RawObject } from "./raw.ts";
import { settle } from "./settle.ts";
import { misshapen, misshapenPodSpec, type Fault } from "./shape.ts";
import { offsetOf, type Spot } from "./spot.ts";

/** A resource; or why it is none: `skipped` is not ours to judge, `unserved` is a kind that Kubernetes does not know. */
export type Admission =
  | { readonly outcome: "admitted"; readonly record: ResourceRecord }
  | { readonly outcome: "skipped"; readonly reason: "not-kubernetes" | "unknown-kind" }
  | { readonly outcome: "unserved"; readonly message: string };

/** Where an object came from; `positions` is asked for once its places are final. */
export interface Origin {
  readonly source: Source;
  /** Asked for by its kind, and so taken in whatever the kind is. */
  readonly wanted?: boolean;
  readonly positions?: (spot: Spot) => Uint32Array;
}

/** Whether a value names a version and a kind, as every Kubernetes object does. */
export function isObject(value: Raw): value is RawObject & { apiVersion: string; kind: string } {
  return (
    isRawObject(value) &&
    typeof value["apiVersion"] === "string" &&
    typeof value["kind"] === "string" &&
    value["apiVersion"] !== "" &&
    value["kind"] !== ""
  );
}

/** Takes an object in, changing it. Throws `RefusedError` where the API server would refuse it too. */
export function admit(value: Raw, spot: Spot | undefined, origin: Origin): Admission {
  if (!isObject(value)) return { outcome: "skipped", reason: "not-kubernetes" };
  const { apiVersion, kind } = value;
  const standing = standingOf(apiVersion, kind);
  if (
    standing !== "read" &&
    origin.wanted !== true &&
    podTemplatesOf(value as unknown as Resource).length === 0
  ) {
    return standing === "foreign"
      ? { outcome: "skipped", reason: "unknown-kind" }
      : { outcome: "unserved", message: unservedMessage(apiVersion, kind) };
  }
  const lastChange = lastChangeOf(value);
  const { object, spots } = pruned(value, spot);
  settle(object, spots);
  const fault = misshapen(object) ?? misshapenTemplates(object);
  if (fault !== undefined)
    throw new RefusedError("shape", sanitised(fault.message), placeOf(fault, object, spots));
  const { positions } = origin;
  const source =
    positions === undefined || spots === undefined
      ? origin.source
      : { ...origin.source, positions: positions(spots) };
  const record = { resource: object as unknown as Resource, source };
  return { outcome: "admitted", record: lastChange === undefined ? record : { ...record, lastChange } };
}

/** Pod templates that custom resources bear. */
function misshapenTemplates(object: RawObject): Fault | undefined {
  if (isBuiltIn(String(object["apiVersion"]), String(object["kind"]))) return undefined;
  for (const { spec, specPath } of podTemplatesOf(object as unknown as Resource)) {
    const fault = misshapenPodSpec(spec as RawObject, specPath);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** Where the nearest thing stands that leads to a fault; -1 where nothing is known of places. */
function placeOf({ path }: Fault, object: RawObject, spots: Spot[] | undefined): number {
  let value: Raw | undefined = object;
  let spot: Spot | undefined = spots;
  for (const step of path) {
    const index: number = isRawObject(value) ? Object.keys(value).indexOf(String(step)) : Number(step);
    if (typeof spot !== "object" || index < 0 || spot[index + 1] === undefined) break;
    spot = spot[index + 1];
    value = isRawObject(value) ? value[String(step)] : Array.isArray(value) ? value[index] : undefined;
  }
  return spot === undefined ? -1 : offsetOf(spot);
}

function unservedMessage(apiVersion: string, kind: string): string {
  const instead = servedInstead(apiVersion, kind);
  const hint = instead === undefined ? "" : `; ${instead} is`;
  return `${sanitised(`${apiVersion}/${kind}`, 120)} is not served by Kubernetes${hint}: not evaluated`;
}
