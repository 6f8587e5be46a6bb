/** A Lease of `coordination.k8s.io/v1`, read and written so that of two who write at once only one succeeds. */
import type { Access } from "../access.ts";
import type { Doors } from "../doors.ts";
import { exchange, type Answer } from "../exchange.ts";
import type { LeaseApi, LeaseFields, LeaseState } from "../lease.ts";
import { isRawObject } from "../raw.ts";
import { refusalOf, wordsIn } from "../refusal.ts";

/** Milliseconds for one exchange; a lease is worth no longer wait. */
const patience = 4_000;
const longestAnswer = 1024 * 1024;
const terms = { patience, longest: longestAnswer };

/** Each exchange has a line of its own: one that hangs must not hold up the next. */
function ask(
  access: Access,
  doors: Doors,
  method: "GET" | "POST" | "PUT",
  path: string,
  body?: Uint8Array,
): Promise<Answer> {
  return exchange(access, doors, { method, path, ...(body === undefined ? {} : { body }) }, terms);
}

export function openLease(access: Access, doors: Doors, namespace: string, name: string): LeaseApi {
  const folder = `/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/leases`;
  const path = `${folder}/${encodeURIComponent(name)}`;
  return {
    read: async () => {
      const { status, body } = await ask(access, doors, "GET", path);
      if (status === 404) return undefined;
      if (status !== 200) throw refusalOf(status, wordsIn(body), 0);
      return stateIn(body);
    },
    write: async (fields, version) => {
      const lease = leaseOf(fields, version, namespace, name);
      const bytes = new TextEncoder().encode(JSON.stringify(lease));
      const { status, body } =
        version === ""
          ? await ask(access, doors, "POST", folder, bytes)
          : await ask(access, doors, "PUT", path, bytes);
      if (status === 409) return false;
      if (status !== 200 && status !== 201) throw refusalOf(status, wordsIn(body), 0);
      return true;
    },
  };
}

function leaseOf(fields: LeaseFields, version: string, namespace: string, name: string): object {
  const { holder, transitions, acquiredAt, renewedAt, duration } = fields;
  return {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { namespace, name, ...(version === "" ? {} : { resourceVersion: version }) },
    spec: {
      ...(holder === "" ? {} : { holderIdentity: holder }),
      leaseDurationSeconds: Math.max(1, Math.ceil(duration / 1000)),
      leaseTransitions: transitions,
      acquireTime: microTime(acquiredAt),
      renewTime: microTime(renewedAt),
    },
  };
}

function microTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace("Z", "000Z");
}

function stateIn(body: Uint8Array): LeaseState {
  const lease: unknown = JSON.parse(new TextDecoder().decode(body));
  const spec = isRawObject(lease) ? lease["spec"] : undefined;
  const metadata = isRawObject(lease) ? lease["metadata"] : undefined;
  const { holderIdentity, leaseTransitions, acquireTime, renewTime, leaseDurationSeconds } = isRawObject(spec)
    ? spec
    : {};
  const version = isRawObject(metadata) ? metadata["resourceVersion"] : undefined;
  return {
    version: typeof version === "string" ? version : "",
    holder: typeof holderIdentity === "string" ? holderIdentity : "",
    transitions: typeof leaseTransitions === "number" ? leaseTransitions : 0,
    acquiredAt: timeOf(acquireTime),
    renewedAt: timeOf(renewTime),
    duration: (typeof leaseDurationSeconds === "number" ? leaseDurationSeconds : 15) * 1000,
  };
}

function timeOf(value: unknown): number {
  const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isFinite(time) ? time : 0;
}
