/**
 * The person at the machine: whoever was shown the one-time code on the terminal gets a session in a cookie.
 *
 * On plain HTTP to a loopback address the cookie cannot be `__Host-` and `Secure` in every browser, so it is named
 * after the port, `HttpOnly` and `SameSite=Strict`. Cookies know no ports: another server on this machine's loopback
 * that the same browser visits is sent it too. Who shares a machine with people he does not trust uses tokens instead.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { Clock, Random } from "@plimsoll/cluster";
import type { Principal } from "./principal.ts";

export interface LocalSessions {
  /** Holds for ten minutes and for one exchange. */
  readonly code: string;
  /** A cookie for the code; `undefined` where the code is wrong, used or too old. */
  readonly exchange: (code: string) => string | undefined;
  /** Whether a `Cookie` header holds a session. */
  readonly holds: (cookies: string) => boolean;
  /** Ends the session of a `Cookie` header; the cookie that takes it away. */
  readonly end: (cookies: string) => string;
}

export interface LocalOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly port: number;
  /** Reached over TLS. */
  readonly secure: boolean;
}

const codeHolds = 10 * 60_000;
const sessionHolds = 12 * 3_600_000;
const mostSessions = 32;

/** Sees everything: it is his own kubeconfig that the service reads with. */
export const localPrincipal: Principal = { name: "local", uid: "", groups: [], extra: {}, by: "local" };

export function createLocalSessions({ clock, random, port, secure }: LocalOptions): LocalSessions {
  const code = secretOf(random);
  const codeUntil = clock.elapsed() + codeHolds;
  const sessions = new Map<string, number>();
  const name = secure ? "__Host-plimsoll" : `plimsoll-${port}`;
  const attributes = `Path=/; HttpOnly; SameSite=Strict${secure ? "; Secure" : ""}`;
  let isUsed = false;
  return {
    code,
    exchange: (given) => {
      if (isUsed || clock.elapsed() > codeUntil || !isSame(given, code)) return undefined;
      isUsed = true;
      while (sessions.size >= mostSessions) sessions.delete(sessions.keys().next().value!);
      const session = secretOf(random);
      sessions.set(digest(session), clock.elapsed() + sessionHolds);
      return `${name}=${session}; ${attributes}; Max-Age=${sessionHolds / 1000}`;
    },
    holds: (cookies) => {
      const until = sessions.get(digest(valueIn(cookies, name)));
      return until !== undefined && clock.elapsed() < until;
    },
    end: (cookies) => {
      sessions.delete(digest(valueIn(cookies, name)));
      return `${name}=; ${attributes}; Max-Age=0`;
    },
  };
}

function secretOf(random: Random): string {
  return Buffer.from(random.bytes(24)).toString("base64url");
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}

function isSame(given: string, code: string): boolean {
  return timingSafeEqual(Buffer.from(digest(given)), Buffer.from(digest(code)));
}

function valueIn(cookies: string, name: string): string {
  const pairs = cookies.split(";").map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
}
