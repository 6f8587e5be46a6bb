/** Flaws of the images that workloads run, as a running service tells them: all its pages, and what it could not see. */
import { isJsonArray, isJsonObject, rungs, severities, type FlawUse, type Json } from "@plimsoll/core";
import type { Doors } from "./doors.ts";
import { accessTo, odd, valueAt, type ServiceOptions } from "./service.ts";

export interface ToldFlaws {
  /** The most urgent first. */
  readonly flaws: readonly FlawUse[];
  /** Images that workloads run and of which no scanner told. */
  readonly unlooked: readonly string[];
  /** Images whose files no agent has read, and why. */
  readonly unread: readonly Unread[];
  /** Kinds that it cannot see now, and whose workloads may run others. */
  readonly blind: readonly string[];
}

export interface Unread {
  readonly image: string;
  readonly why: string;
}

const path = "/api/v1/vulnerabilities?limit=500";

/** Throws a `UserError` where there is no such service, it lets nobody in, or what it says is not understood. */
export async function readFlaws(options: ServiceOptions, doors: Doors): Promise<ToldFlaws> {
  const access = accessTo(options);
  const flaws = new Map<string, FlawUse>();
  const asked = new Set<string>();
  for (let cursor = ""; ;) {
    const more = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page = pageIn(await valueAt(access, doors, `${path}${more}`));
    if (page === undefined) throw odd(access, "its answer has another shape");
    // While it is paged through, flaws come and go: each counts once.
    const { items, next, ...rest } = page;
    for (const flaw of items) flaws.set(JSON.stringify([flaw.id, flaw.image, flaw.package]), flaw);
    if (next === undefined) return { flaws: [...flaws.values()], ...rest };
    if (asked.has(next)) throw odd(access, "its pages have no end");
    asked.add(next);
    cursor = next;
  }
}

interface Page extends Omit<ToldFlaws, "flaws"> {
  readonly items: readonly FlawUse[];
  readonly next: string | undefined;
}

function pageIn(value: Json): Page | undefined {
  if (!isJsonObject(value)) return undefined;
  const { items, next, unlooked, unread = [], blind = [] } = value;
  if (!isJsonArray(items) || !items.every(isFlaw) || !isTexts(unlooked) || !isTexts(blind)) return undefined;
  if (!isJsonArray(unread) || !unread.every(isUnread)) return undefined;
  if (next !== undefined && typeof next !== "string") return undefined;
  return {
    items: items as unknown as readonly FlawUse[],
    next,
    unlooked,
    unread: unread as unknown as readonly Unread[],
    blind,
  };
}

function isTexts(value: Json | undefined): value is readonly string[] {
  return isJsonArray(value) && value.every((each) => typeof each === "string");
}

function isUnread(value: Json): boolean {
  return isJsonObject(value) && isTexts([value["image"], value["why"]] as Json);
}

function isFlaw(value: Json): boolean {
  if (!isJsonObject(value)) return false;
  const {
    id,
    image,
    package: of,
    because,
    rung,
    loaded,
    exposed,
    exploited,
    fixedIn = "",
    severity = "low",
    workloads,
  } = value;
  return (
    isTexts([id, image, of, because, rung, loaded, exposed, fixedIn] as Json) &&
    rungs.some((each) => each === rung) &&
    severities.some((each) => each === severity) &&
    typeof exploited === "boolean" &&
    isJsonArray(workloads) &&
    workloads.every(
      (each) => isJsonObject(each) && isTexts([each["kind"], each["namespace"], each["name"]] as Json),
    )
  );
}
