/** What makes a behaviour another one than those that are known: what differs in no more than chance is no news. */
import type { ObservationDetail } from "../model/observation.ts";
import { powerOf } from "./equal-calls.ts";
import { withoutPeerName } from "./variable.ts";

/** The same text for the same news; undefined where it never is any. `namespace`: whose search path names are asked by. */
export function asNews(detail: ObservationDetail, namespace: string): ObservationDetail | undefined {
  switch (detail.kind) {
    case "syscall": {
      const name = powerOf(detail.name);
      return name === undefined ? undefined : { ...detail, name };
    }
    case "dns": {
      const { type, question } = detail;
      // Whether an address is asked for in four bytes or sixteen is the library's choice.
      const asked = type === "AAAA" ? "A" : type;
      return {
        kind: "dns",
        question: withoutSearch(question, namespace),
        ...(asked === undefined ? {} : { type: asked }),
      };
    }
    case "connection":
      // A resolver whose answer does not fit into a datagram asks the same server again over TCP (RFC 7766).
      return withoutPeerName(
        detail.port === 53 && detail.operation === "connect" ? { ...detail, protocol: "UDP" } : detail,
      );
    default:
      return detail;
  }
}

/**
 * A resolver tries one name after another of its search path where one is not answered in time, so that each of them is the
 * name that was meant: as pods are given it by the kubelet (`ClusterFirst`), the cluster's domain being the usual one.
 */
function withoutSearch(question: string, namespace: string): string {
  const name = question.endsWith(".") ? question.slice(0, -1) : question;
  const ends = [`.${namespace}.svc.cluster.local`, ".svc.cluster.local", ".cluster.local"];
  const end = ends.find((each) => name.endsWith(each));
  return end === undefined ? name : name.slice(0, -end.length);
}
