/** One thing a sensor saw a container do, aggregated: distinct behaviours with counts, not single events. */

export type ObservationDetail =
  | {
      readonly kind: "exec";
      readonly path: string;
      readonly args: readonly string[];
      readonly parent?: string;
      readonly user?: number;
    }
  | {
      readonly kind: "file";
      readonly operation: FileOperation;
      readonly path: string;
      readonly target?: string;
      readonly onRootFilesystem?: boolean;
      readonly mode?: number;
      readonly owner?: number;
    }
  | { readonly kind: "library"; readonly path: string }
  | {
      readonly kind: "connection";
      readonly operation: "connect" | "accept" | "listen";
      readonly direction: "in" | "out";
      readonly protocol: "TCP" | "UDP" | "SCTP";
      readonly port: number;
      readonly peer?: Peer;
    }
  | { readonly kind: "dns"; readonly question: string; readonly type?: string }
  | { readonly kind: "syscalls"; readonly names: readonly string[]; readonly architecture: string }
  | {
      readonly kind: "capability";
      readonly name: string;
      readonly syscall?: string;
      readonly granted: boolean;
      readonly opportunistic: boolean;
    }
  | { readonly kind: "setuid"; readonly path?: string; readonly from: number; readonly to: number }
  | { readonly kind: "signal"; readonly name: string; readonly target?: string }
  | { readonly kind: "exit"; readonly path: string; readonly code: number }
  | {
      readonly kind: "api-request";
      readonly verb: string;
      readonly group: string;
      readonly resource: string;
      readonly subresource?: string;
      readonly namespace: string;
      readonly name?: string;
      readonly path?: string;
      readonly allowed: boolean;
    };

export type FileOperation = "open" | "write" | "create" | "unlink" | "rename" | "chmod" | "mkdir" | "bind";

export interface Peer {
  readonly address?: string;
  readonly namespace?: string;
  readonly pod?: string;
  readonly workload?: string;
  readonly service?: string;
  readonly dnsName?: string;
}

/** How far an observation may be believed: seen by the kernel, told by a tool, or claimed by the workload's own output. */
export type Trust = "kernel" | "tool" | "claimed";

/** Key: container + kind + detail. Times are RFC 3339; `count` is the number of events folded into it. */
export interface Observation {
  readonly container: ContainerKey;
  readonly detail: ObservationDetail;
  readonly first: string;
  readonly last: string;
  readonly count: number;
  /** Distinct pods in which it was seen. */
  readonly replicas: number;
  readonly sensor: string;
  /** Where the record came from: a file, a stream, a node. */
  readonly provenance: string;
  readonly trust: Trust;
  /** Whether the sensor was attached before the container's first process. */
  readonly observedFromStart: boolean;
  /** Events known to be lost by the sensor in the same window. */
  readonly drops: number;
}

export interface ContainerKey {
  readonly namespace: string;
  readonly workloadKind: string;
  readonly workload: string;
  readonly container: string;
  readonly image?: string;
}
