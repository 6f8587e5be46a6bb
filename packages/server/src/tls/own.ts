/**
 * TLS without anybody's help: an authority whose key stays beside the store, certificates of ninety days whose keys are
 * kept nowhere, and the authority's certificate published in a ConfigMap, by which agents know the service.
 */
import { X509Certificate } from "node:crypto";
import { pause, type Doors } from "@plimsoll/cluster";
import { UserError } from "@plimsoll/core";
import type { ApiServer } from "../auth/apiserver.ts";
import { failureText, type Log } from "../log.ts";
import { issue, makeAuthority, type Pair } from "./certificate.ts";

export interface OwnTls {
  readonly current: () => Pair;
  /** Publishes, and gives `apply` a new certificate in time, until `signal` is raised. */
  readonly keep: (apply: (pair: Pair) => void, signal: AbortSignal) => Promise<void>;
}

export interface OwnTlsOptions {
  readonly doors: Pick<Doors, "clock" | "random" | "disk">;
  readonly api: Pick<ApiServer, "patch">;
  readonly log: Log;
  /** Holds the authority. */
  readonly folder: string;
  /** The service's names, without ports. */
  readonly names: readonly string[];
  /** The ConfigMap that agents trust. */
  readonly trust?: { readonly namespace: string; readonly name: string };
}

const day = 86_400_000;
const authorityHolds = 3650 * day;
const certificateHolds = 90 * day;
const renewBefore = 30 * day;
/** Clocks of nodes may be behind ours by so much. */
const skew = 3_600_000;
const publishEvery = 300_000;
const publishAgain = 5_000;

/** Throws a `UserError` (`usage`) where the folder cannot be used. */
export async function openOwnTls(options: OwnTlsOptions): Promise<OwnTls> {
  const { doors, api, log, names, trust } = options;
  const { clock, random } = doors;
  const authority = await authorityIn(options);
  const make = (): Pair => {
    const now = clock.now();
    // From when the authority is: a clock that is set back must not make it one of the future.
    const from = Math.min(now - skew, beginOf(authority));
    return issue(random, authority, names, { from, to: now + certificateHolds });
  };
  let pair = make();
  const publish = async (): Promise<boolean> => {
    if (trust === undefined) return true;
    const { namespace, name } = trust;
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps/${encodeURIComponent(name)}`;
    try {
      await api.patch(path, { data: { "ca.crt": authority.cert } });
      return true;
    } catch (error) {
      log("warn", "authority-not-published", { because: failureText(error) });
      return false;
    }
  };
  return {
    current: () => pair,
    keep: async (apply, signal) => {
      while (!signal.aborted) {
        if (endOf(pair) - clock.now() < renewBefore) {
          pair = make();
          apply(pair);
          log("info", "certificate-renewed");
        }
        await pause(clock, (await publish()) ? publishEvery : publishAgain, signal);
      }
    },
  };
}

function beginOf({ cert }: Pair): number {
  return Date.parse(new X509Certificate(cert).validFrom);
}

function endOf({ cert }: Pair): number {
  return Date.parse(new X509Certificate(cert).validTo);
}

/** One for ever: agents go on trusting it whatever is restarted. */
async function authorityIn({ doors, folder, log }: OwnTlsOptions): Promise<Pair> {
  const { clock, random, disk } = doors;
  const file = `${folder}/authority.pem`;
  try {
    if ((await disk.look(file)) !== undefined) {
      const pair = pairIn(Buffer.from(await disk.read(file)).toString("utf8"));
      const now = clock.now();
      if (beginOf(pair) < now && endOf(pair) > now + certificateHolds) return pair;
      log("warn", "authority-ends", { because: "a new one is made: agents trust it once they read it" });
    }
    const now = clock.now();
    const pair = makeAuthority(random, "plimsoll", { from: now - skew, to: now + authorityHolds });
    await disk.makeFolder(folder);
    await disk.write(file, Buffer.from(pair.cert + pair.key));
    return pair;
  } catch (cause) {
    throw new UserError(
      "usage",
      `no authority in ${folder}: ${failureText(cause)}`,
      "give a folder that can be written",
      {
        cause,
      },
    );
  }
}

function pairIn(text: string): Pair {
  const [cert, key] = ["CERTIFICATE", "PRIVATE KEY"].map(
    (what) => new RegExp(`-----BEGIN ${what}-----[^-]+-----END ${what}-----\n?`).exec(text)?.[0],
  );
  if (cert === undefined || key === undefined) throw new Error("authority.pem holds no certificate and key");
  return { cert, key };
}
