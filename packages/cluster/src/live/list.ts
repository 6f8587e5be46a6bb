/** Every object of a kind, page by page, or the reason why not. */
import { get } from "./request.ts";
import type { GapReason } from "@plimsoll/core";
import type { Endpoint } from "./endpoint.ts";
import type { ServedKind } from "./discovery.ts";

const pageSize = 500;
/** A list whose continuation expires is begun anew so often. */
const restarts = 3;

export type Listed =
  | { readonly ok: true; readonly items: readonly unknown[] }
  | { readonly ok: false; readonly reason: GapReason; readonly message: string };

interface Page {
  readonly metadata?: { readonly continue?: string };
  readonly items?: readonly unknown[];
}

/** Lists a kind in a namespace, or everywhere. All or nothing: half a list is no list. */
export async function listKind(endpoint: Endpoint, kind: ServedKind, namespace?: string): Promise<Listed> {
  const within =
    namespace === undefined || !kind.namespaced ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  const path = `${kind.base}${within}/${kind.resource}`;
  for (let round = 1; ; round += 1) {
    const listed = await pagesOf(endpoint, path);
    if (listed.ok || listed.reason !== "expired" || round >= restarts) return listed;
  }
}

async function pagesOf(endpoint: Endpoint, path: string): Promise<Listed> {
  const items: unknown[] = [];
  let next: string | undefined;
  do {
    const query =
      next === undefined ? `limit=${pageSize}` : `limit=${pageSize}&continue=${encodeURIComponent(next)}`;
    const answer = await get(endpoint, `${path}?${query}`);
    if (!answer.ok) return answer;
    const page = answer.body as Page;
    if (!Array.isArray(page.items))
      return { ok: false, reason: "server-error", message: "an answer that is no list" };
    items.push(...page.items);
    next = page.metadata?.continue || undefined;
  } while (next !== undefined);
  return { ok: true, items };
}
