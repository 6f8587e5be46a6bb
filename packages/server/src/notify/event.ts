/** Kubernetes Events beside what a finding is about: the only thing besides the Lease that the service ever writes to a cluster. */
import { createHash } from "node:crypto";
import type { Access, Clock, Network } from "@plimsoll/cluster";
import type { Notice } from "./notice.ts";
import { isGood, lineOf } from "./words.ts";

export interface EventDoor {
  readonly access: Access;
  readonly network: Network;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Throws where the API server does not take it. The name comes from the notice, so that a repetition makes no second. */
export async function sendEvent(door: EventDoor, notice: Notice): Promise<void> {
  const { access, network, clock } = door;
  const { server, tls, proxy } = access;
  const { authorization, cert, key } = await access.identify(false);
  const pair = cert === undefined || key === undefined ? {} : { cert, key };
  const namespace = notice.resource.namespace || "default";
  const line = network.reach({ server, tls: { ...tls, ...pair }, ...(proxy === undefined ? {} : { proxy }) });
  const late = new AbortController();
  const cancel = clock.after(5_000, () => late.abort());
  try {
    const answer = await line.send({
      method: "POST",
      path: `${server.pathname.replace(/\/$/, "")}/apis/events.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/events`,
      headers: {
        accept: "application/json",
        "content-type": "application/json",
        "user-agent": "plimsoll",
        ...(authorization === undefined ? {} : { authorization }),
      },
      body: Buffer.from(JSON.stringify(eventOf(notice, namespace))),
      signal: AbortSignal.any([late.signal, door.signal]),
    });
    for await (const _ of answer.body) continue;
    if (answer.status !== 201 && answer.status !== 409)
      throw new Error(`the API server answered ${answer.status}`);
  } finally {
    cancel();
    line.cut();
  }
}

function eventOf(notice: Notice, namespace: string): object {
  const { resource, what, id, at } = notice;
  const hash = createHash("sha256")
    .update(JSON.stringify([id, what, at]))
    .digest("hex")
    .slice(0, 24);
  return {
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    metadata: { name: `plimsoll-${hash}`, namespace },
    eventTime: new Date(at).toISOString().replace("Z", "000Z"),
    reportingController: "plimsoll.dev/serve",
    reportingInstance: "plimsoll",
    action: "Judge",
    reason: reasonOf(what),
    regarding: {
      apiVersion: resource.apiVersion,
      kind: resource.kind,
      name: resource.name,
      ...(resource.namespace === "" ? {} : { namespace: resource.namespace }),
    },
    note: lineOf(notice).slice(0, 1000),
    type: isGood(what) ? "Normal" : "Warning",
  };
}

/** `FindingOpened`, `EditBlamed`, `Detection`. */
function reasonOf(what: Notice["what"]): string {
  if (what === "detected") return "Detection";
  const isOfNode = what === "blind" || what === "seen-again";
  const of = isOfNode ? "Node" : ["blamed", "confirmed", "taken-back"].includes(what) ? "Edit" : "Finding";
  return `${of}${what.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}`;
}
