/** What the service serves TLS with: somebody's certificate, one of its own authority, or nothing. */
import type { Doors } from "@plimsoll/cluster";
import type { ApiServer } from "../auth/apiserver.ts";
import type { Options } from "../config.ts";
import type { Log } from "../log.ts";
import { openOwnTls, type OwnTls } from "./own.ts";

export interface OpenTls {
  readonly pair: { readonly cert: Uint8Array; readonly key: Uint8Array };
  readonly keep: OwnTls["keep"];
}

interface Parts {
  readonly options: Options;
  readonly doors: Doors;
  readonly log: Log;
}

export async function tlsOf({ options, doors, log }: Parts, api: ApiServer): Promise<OpenTls | undefined> {
  const { tls, ownTls, hosts } = options;
  if (tls !== undefined) {
    const pair = { cert: await doors.disk.read(tls.certFile), key: await doors.disk.read(tls.keyFile) };
    return { pair, keep: async () => undefined };
  }
  if (ownTls === undefined) return undefined;
  const names = [...new Set(hosts.map((host) => host.replace(/:\d+$/, "")))];
  const own = await openOwnTls({ doors, api, log, ...ownTls, names });
  const { cert, key } = own.current();
  return { pair: { cert: Buffer.from(cert), key: Buffer.from(key) }, keep: own.keep };
}
