/** What an API server is: its version, and who runs it as far as version, groups and nodes tell. */
import type { Distribution, Resource } from "@plimsoll/core";
import type { Access } from "./access.ts";
import { discover, distributionOf, type Discovery } from "./discover.ts";
import type { Doors } from "./doors.ts";
import { sanitised } from "./limit.ts";
import { isRawObject } from "./raw.ts";
import { ApiError } from "./refusal.ts";
import { openRequests } from "./watch/requests.ts";
import { usualSettings } from "./watch/settings.ts";

export interface ServerFacts {
  /** `v1.35.4`; absent where the server does not tell. */
  readonly version?: string;
  readonly distribution: (nodes: readonly Resource[]) => Distribution | undefined;
}

/** What cannot be learned is left out: the watch says why the server is away. */
export async function serverFacts(access: Access, doors: Doors): Promise<ServerFacts> {
  const { signal } = new AbortController();
  let version = "";
  let discovery: Discovery = { listings: new Map(), stale: new Set(), complete: false };
  try {
    const requests = await openRequests(access, doors, usualSettings);
    try {
      const answer = await requests.get("/version", signal);
      const told = isRawObject(answer) ? answer["gitVersion"] : undefined;
      version = typeof told === "string" ? sanitised(told, 60) : "";
      const get = (path: string, accept?: string) => requests.get(path, signal, accept);
      discovery = await discover({ get, requests: requests.requests, close: () => undefined }, []);
    } finally {
      requests.close();
    }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
  return {
    ...(version === "" ? {} : { version }),
    distribution: (nodes) => distributionOf(version, discovery, nodes),
  };
}
