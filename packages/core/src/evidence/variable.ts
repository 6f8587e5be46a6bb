/** Which texts of a behaviour may hold ids that differ from one event to the next, and which never do. */
import type { ObservationDetail, Peer } from "../model/observation.ts";
import type { Reading } from "./collapse.ts";

export interface VariableTexts {
  /** The fields that they stand in: everything else makes behaviours different. */
  readonly keys: readonly string[];
  readonly texts: readonly { readonly text: string; readonly reading: Reading }[];
}

/** Programs are never among them: one in a folder of a random name is what must not become normal. */
export function textsOf(detail: ObservationDetail): VariableTexts {
  switch (detail.kind) {
    case "exec":
      return { keys: ["args"], texts: detail.args.map((text) => ({ text, reading: "argument" })) };
    case "file":
      return {
        keys: ["path", "target"],
        texts: [detail.path, detail.target ?? ""].map((text) => ({ text, reading: "path" })),
      };
    case "library":
      return { keys: ["path"], texts: [{ text: detail.path, reading: "library" }] };
    case "api-request":
      return {
        keys: ["name", "path"],
        texts: [
          { text: detail.name ?? "", reading: "name" },
          { text: detail.path ?? "", reading: "argument" },
        ],
      };
    case "connection":
      return isStranger(detail.peer) && detail.direction === "in"
        ? { keys: ["peer"], texts: [{ text: detail.peer?.address ?? "", reading: "address" }] }
        : { keys: [], texts: [] };
    default:
      return { keys: [], texts: [] };
  }
}

/** An address that nobody could name. */
function isStranger(peer: Peer | undefined): boolean {
  return (
    peer?.address !== undefined &&
    peer.workload === undefined &&
    peer.service === undefined &&
    peer.dnsName === undefined
  );
}

/** A peer that is known by its workload, service or name: which of its pods and addresses it was makes no difference. */
export function withoutPeerName(detail: ObservationDetail): ObservationDetail {
  if (detail.kind !== "connection" || detail.peer === undefined) return detail;
  const { namespace, workload, service, dnsName } = detail.peer;
  if (workload === undefined && service === undefined && dnsName === undefined) return detail;
  const peer: Peer = {
    ...(namespace === undefined ? {} : { namespace }),
    ...(workload === undefined ? {} : { workload }),
    ...(service === undefined ? {} : { service }),
    ...(dnsName === undefined ? {} : { dnsName }),
  };
  return { ...detail, peer };
}
