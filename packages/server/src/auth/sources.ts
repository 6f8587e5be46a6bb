/** Tools that tell what they saw have credentials of their own: a token each, from a file that the settings name. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { Disk } from "@plimsoll/cluster";
import { AuthError } from "./error.ts";
import type { Principal } from "./principal.ts";

export const sourceFolder = "/api/v1/sources/";

export interface Sources {
  /** Who asks for a source's door. Throws `AuthError`. */
  readonly owner: (source: string, authorization: string | undefined) => Promise<Principal>;
}

export interface SourceSettings {
  readonly [source: string]: { readonly tokenFile: string; readonly policyFile?: string } | undefined;
}

const shortest = 16;

/** Bearer, or Basic for senders that can only put a name and a password into an address; the name does not matter. */
export function createSources(disk: Pick<Disk, "read">, settings: () => SourceSettings | undefined): Sources {
  return {
    owner: async (source, authorization = "") => {
      const all = settings();
      const own = all !== undefined && Object.hasOwn(all, source) ? all[source] : undefined;
      if (own === undefined) throw new AuthError("forbidden", "this source is not taken here");
      const token = await tokenIn(disk, own.tokenFile);
      if (!isSame(givenIn(authorization), token))
        throw new AuthError("unauthenticated", "the token is not valid here");
      return { name: `source:${source}`, uid: "", groups: [], extra: {}, by: "source" };
    },
  };
}

async function tokenIn(disk: Pick<Disk, "read">, file: string): Promise<string> {
  const bytes = await disk.read(file).catch((cause: unknown) => {
    throw new AuthError("unavailable", "the source's token cannot be read", { cause });
  });
  const token = Buffer.from(bytes).toString("utf8").trim();
  if (token.length < shortest) throw new AuthError("unavailable", "the source's token is too short to hold");
  return token;
}

function givenIn(authorization: string): string {
  const [, scheme = "", given = ""] = /^(Bearer|Basic) (\S{1,4096})$/i.exec(authorization) ?? [];
  if (scheme.toLowerCase() !== "basic") return given;
  const pair = Buffer.from(given, "base64").toString("utf8");
  return pair.slice(pair.indexOf(":") + 1);
}

function isSame(given: string, token: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
