/** Keeps other sites' pages away: only known names of ours are answered, and only pages of ours may ask. */
import { AuthError } from "./error.ts";

export interface Guard {
  /** Throws `AuthError` (`forbidden`). Header names in lower case. */
  readonly check: (headers: Headers) => void;
}

export type Headers = { readonly [name: string]: string | readonly string[] | undefined };

/**
 * `hosts`: as the `Host` header has them, with the port where it is not the usual one; compared without case. Where
 * nobody is known by a cookie they may be left out: then any name will do, and pages of that name alone may ask.
 */
export function createGuard(hosts?: readonly string[]): Guard {
  const names = hosts?.map((host) => host.toLowerCase());
  return {
    check: (headers) => {
      // A name that leads here by DNS and is not ours is somebody else's page (DNS rebinding).
      const host = headers["host"];
      const known = new Set(names ?? (typeof host === "string" ? [host.toLowerCase()] : []));
      if (typeof host !== "string" || !known.has(host.toLowerCase()))
        throw new AuthError("forbidden", "this service does not go by that name");
      const { origin } = headers;
      if (origin !== undefined && (typeof origin !== "string" || !isOurs(origin, known)))
        throw new AuthError("forbidden", "pages of other sites may not ask");
      const site = headers["sec-fetch-site"];
      const isVisit = headers["sec-fetch-mode"] === "navigate" && headers["sec-fetch-dest"] === "document";
      if ((site === "cross-site" || site === "same-site") && !isVisit)
        throw new AuthError("forbidden", "pages of other sites may not ask");
    },
  };
}

function isOurs(origin: string, known: ReadonlySet<string>): boolean {
  const url = URL.parse(origin);
  return url !== null && (url.protocol === "http:" || url.protocol === "https:") && known.has(url.host);
}
