/** The shape of a proof: an attack edge between two things of the lab, and the attack itself, really made. */
import type { Api } from "../api.ts";
import type { Prober } from "../packets/prober.ts";

/** What a proof is made with. */
export interface Lab {
  readonly api: Api;
  /** The cluster's state folder. */
  readonly state: string;
  /** Runs a script in the pod of that name; the exit code and what it printed. */
  readonly inPod: (pod: string, script: string) => Promise<Ran>;
  /** Runs a program on the node. */
  readonly onNode: (program: string, ...words: readonly string[]) => Promise<Ran>;
  /** Asks the API server with a token instead of a certificate: the status and the answer's text. */
  readonly withToken: (token: string, method: "GET" | "POST", path: string, body?: unknown) => Promise<Told>;
  readonly prober: Prober;
  /** A free port of Services that was seen while the edge was there. */
  readonly remembered: Map<string, number>;
  readonly actor: string;
}

export interface Ran {
  readonly code: number;
  readonly out: string;
}

export interface Told {
  readonly status: number;
  readonly text: string;
}

/** One edge of the library, in the lab. The manifests are in the folder of its id. */
export interface Proof {
  readonly edge: string;
  /** Keys of vertices, as the graph names them. */
  readonly from: string;
  readonly to: string;
  /** What is done, in a few words; where nothing can be, why. */
  readonly by: string;
  /**
   * Does it: true where it worked. Absent where the lab has not what it takes; then the edge is found and gone, and
   * nothing more is said.
   */
  readonly attempt?: (lab: Lab) => Promise<boolean>;
}

/** The steps of a pod in the lab's namespace. */
export function podKey(name: string): string {
  return `workload v1/Pod/edges/${name}`;
}

/** The steps of one of several containers of a pod in the lab's namespace; without a name, of some one of them. */
export function containerKey(pod: string, name?: string): string {
  return `${name === undefined ? "some container" : `container ${name}`} of v1/Pod/edges/${pod}`;
}

export const nodeKey = "node plimsoll-node";
