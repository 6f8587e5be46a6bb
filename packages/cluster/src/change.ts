/**
 * The one door through which an object of a cluster is changed: a JSON patch that says what it expects to find, rehearsed
 * by the server (`dryRun=All`) first. Only `plimsoll fix` opens it, when it was told to. It creates and deletes nothing.
 */
import {
  sameJson,
  type Json,
  type PatchOperation,
  type ResourceRecord,
  type ResourceRef,
} from "@plimsoll/core";
import type { Access } from "./access.ts";
import { discover, rootOf, type Listing } from "./discover.ts";
import { NetworkError, type Doors } from "./doors.ts";
import { exchange, type Answer } from "./exchange.ts";
import { takenIn } from "./place.ts";
import { isRawObject, type RawObject } from "./raw.ts";
import { ApiError, refusalOf, wordsIn } from "./refusal.ts";
import { differences, restoring, type PatchStep } from "./restore.ts";

/** A change of one object that the server has rehearsed, and what takes it back. */
export interface Prepared {
  readonly resource: ResourceRef;
  readonly path: string;
  readonly steps: readonly PatchStep[];
  /** Its `test` steps name what the change leaves, so that it does nothing to an object that changed since. */
  readonly undo: readonly PatchStep[];
}

export interface Changer {
  /** Reads the object anew, refuses where it is not as it was scanned, and has the server rehearse. Throws `ApiError`. */
  readonly prepare: (record: ResourceRecord, operations: readonly PatchOperation[]) => Promise<Prepared>;
  /** Sends steps; rehearsed only where `dryRun`. Throws `ApiError`. */
  readonly send: (path: string, steps: readonly PatchStep[], dryRun: boolean) => Promise<void>;
}

const terms = { patience: 30_000, longest: 16 * 1024 * 1024 };

export function openChanger(access: Access, doors: Doors): Changer {
  const ask = (path: string, accept?: string): Promise<unknown> =>
    asked(access, doors, { method: "GET", path, ...(accept === undefined ? {} : { accept }) });
  const patch = (path: string, steps: readonly PatchStep[], dryRun: boolean): Promise<unknown> =>
    asked(access, doors, {
      method: "PATCH",
      path: `${path}?fieldManager=plimsoll${dryRun ? "&dryRun=All" : ""}`,
      body: new TextEncoder().encode(JSON.stringify(steps)),
      type: "application/json-patch+json",
    });
  let listings: Promise<ReadonlyMap<string, Listing>> | undefined;
  return {
    prepare: async (record, operations) => {
      const { apiVersion, kind } = record.resource;
      const api = { get: ask, requests: () => 0, close: () => undefined };
      listings ??= discover(api, [`${apiVersion}/${kind}`]).then((found) => found.listings);
      const listing = (await listings).get(`${apiVersion}/${kind}`);
      if (listing === undefined) throw new ApiError("not-found", `${kind} of ${apiVersion} is not served`);
      const path = pathOf(listing, record);
      const before = await ask(path);
      const steps = stepsFor(listing, before, record, operations);
      const after = await patch(path, steps, true);
      return { ...preparedOf(before, after, steps), path, resource: refOfRecord(record) };
    },
    send: async (path, steps, dryRun) => void (await patch(path, steps, dryRun)),
  };
}

async function asked(
  access: Access,
  doors: Doors,
  question: Parameters<typeof exchange>[2],
): Promise<unknown> {
  let answer: Answer;
  try {
    answer = await exchange(access, doors, question, terms);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    throw new ApiError("unreachable", error.message, 0, { cause: error });
  }
  if (answer.status !== 200) throw refusalOf(answer.status, wordsIn(answer.body), 0);
  return JSON.parse(new TextDecoder().decode(answer.body)) as unknown;
}

function refOfRecord({ resource: { apiVersion, kind, metadata } }: ResourceRecord): ResourceRef {
  return { apiVersion, kind, namespace: metadata.namespace ?? "", name: metadata.name ?? "" };
}

function pathOf({ apiVersion, resource, namespaced }: Listing, record: ResourceRecord): string {
  const { namespace = "default", name = "" } = record.resource.metadata;
  const inside = namespaced ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${rootOf(apiVersion)}${inside}/${resource}/${encodeURIComponent(name)}`;
}

/** The operations behind tests of whose object it is and that nobody changed it. */
function stepsFor(
  listing: Listing,
  before: unknown,
  { resource }: ResourceRecord,
  operations: readonly PatchOperation[],
): readonly PatchStep[] {
  const metadata = isRawObject(before) ? before["metadata"] : undefined;
  if (!isRawObject(before) || !isRawObject(metadata))
    throw new ApiError("server-error", "an answer that is no object");
  const taken = takenIn(listing, structuredClone(before));
  if (!("record" in taken) || !sameJson(asMeant(taken.record.resource), asMeant(resource)))
    throw new ApiError("unsupported", "it was changed since it was read: run the command again");
  const version = metadata["generation"] === undefined ? "resourceVersion" : "generation";
  return [
    { op: "test", path: "/metadata/uid", value: metadata["uid"] as Json },
    { op: "test", path: `/metadata/${version}`, value: metadata[version] as Json },
    ...operations,
  ];
}

/** Without what changes by itself. */
function asMeant({ status: _status, metadata, ...rest }: ResourceRecord["resource"]): Json {
  const { resourceVersion: _version, ...kept } = metadata;
  return { ...rest, metadata: kept } as Json;
}

function preparedOf(
  before: unknown,
  after: unknown,
  steps: readonly PatchStep[],
): Pick<Prepared, "steps" | "undo"> {
  const [old, made] = [before as RawObject, after as RawObject] as unknown as readonly [Json, Json];
  const found = differences(old, made);
  if (found.length === 0) throw new ApiError("unsupported", "the server would change nothing");
  const uid = (before as { readonly metadata: { readonly uid: string } }).metadata.uid;
  return { steps, undo: [{ op: "test", path: "/metadata/uid", value: uid }, ...restoring(old, made, found)] };
}
