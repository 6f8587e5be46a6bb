/** What sensors saw containers do: distinct behaviours with counts, not single events; and when they were looking. */

/** What was done. Together with the container and the origin it is what makes two observations one. */
export type ObservationDetail =
  | {
      readonly kind: "exec";
      /** The program that ran, resolved inside the container. */
      readonly path: string;
      /** What was asked for, where an interpreter ran in its place. */
      readonly script?: string;
      /** Credentials in them were replaced by markers before they left the node or the adapter. */
      readonly args: readonly string[];
      /** Programs of the parents, nearest first. */
      readonly parents?: readonly string[];
      readonly user?: number;
      /** Effective capabilities, as `CHOWN`, sorted. */
      readonly capabilities?: readonly string[];
      /** The program's file is on the container's own root filesystem, not on a volume. */
      readonly onRootFilesystem?: boolean;
      /** A person may sit before it: it has a terminal. */
      readonly terminal?: true;
      /** Its standard input is a connection over the network: who is at the other end, types into it. */
      readonly networkInput?: true;
    }
  | {
      readonly kind: "file";
      readonly operation: FileOperation;
      /** Resolved inside the container: links, relative parts and directory handles are gone. */
      readonly path: string;
      /** The other name of a rename or a link. */
      readonly target?: string;
      /** On the container's own root filesystem, not on a volume: what a read-only root would refuse. */
      readonly onRootFilesystem?: boolean;
      /** Permission bits of the file, where the kernel told them. */
      readonly mode?: number;
      readonly owner?: number;
      readonly group?: number;
      /** The directory that holds it: who may make and remove names in it. */
      readonly directory?: { readonly mode: number; readonly owner: number; readonly group: number };
      /** Absent: it succeeded. */
      readonly refused?: true;
    }
  | { readonly kind: "library"; readonly path: string }
  | {
      readonly kind: "connection";
      readonly operation: "connect" | "accept" | "listen";
      readonly direction: "in" | "out";
      readonly protocol: "TCP" | "UDP" | "SCTP";
      /** The port of the side that listens. */
      readonly port: number;
      readonly peer?: Peer;
      /** A network policy refused it. */
      readonly refused?: true;
    }
  | { readonly kind: "dns"; readonly question: string; readonly type?: string }
  | { readonly kind: "syscall"; readonly name: string; readonly architecture?: string }
  | {
      readonly kind: "capability";
      /** As `NET_BIND_SERVICE`. */
      readonly name: string;
      readonly syscall?: string;
      readonly granted: boolean;
      /** Asked for where the work goes on without it, so that its use proves no need. */
      readonly opportunistic: boolean;
    }
  | { readonly kind: "setuid"; readonly path?: string; readonly from: number; readonly to: number }
  | { readonly kind: "signal"; readonly name: string; readonly target?: string }
  | { readonly kind: "kernel"; readonly operation: KernelOperation; readonly target?: string }
  | { readonly kind: "exit"; readonly path: string; readonly code: number; readonly outOfMemory?: true }
  | {
      readonly kind: "api-request";
      readonly verb: string;
      readonly group: string;
      readonly resource: string;
      readonly subresource?: string;
      readonly namespace: string;
      readonly name?: string;
      /** A request for no resource, as `/metrics`. */
      readonly path?: string;
      readonly allowed: boolean;
    };

export type ObservationKind = ObservationDetail["kind"];

export const observationKinds: readonly ObservationKind[] = [
  "exec",
  "file",
  "library",
  "connection",
  "dns",
  "syscall",
  "capability",
  "setuid",
  "signal",
  "kernel",
  "exit",
  "api-request",
];

export type FileOperation =
  | "open" // for reading
  | "write"
  | "create"
  | "unlink"
  | "rename"
  | "link"
  | "symlink"
  | "chmod"
  | "chown"
  | "mkdir"
  | "bind"; // a Unix socket

/** What touches the kernel or another process more than ordinary work does. */
export type KernelOperation =
  | "module-load"
  | "bpf-load"
  | "ptrace"
  | "mount"
  | "unshare"
  | "setns"
  | "io-uring"
  | "memory-exec";

/** The other end of a connection, resolved when it was seen: an address means another pod tomorrow. */
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

/** Whose doing: the container's own process tree, the runtime while it set the container up, or somebody's `exec` into it. */
export type Origin = "entrypoint" | "set-up" | "exec";

/** In how many events, and when, one pod's behaviour came in from one source. Times are RFC 3339. */
export interface Support {
  /** The pod's name; `""` where the source does not tell. */
  readonly pod: string;
  /** Where the record came from: a file, a stream, a node. */
  readonly provenance: string;
  readonly first: string;
  readonly last: string;
  /** Events folded into it. One source's count only grows, so that the same batch merged twice counts once. */
  readonly count: number;
}

/** One distinct behaviour of one container of a workload, as one sensor saw it. */
export interface Observation {
  readonly container: ContainerKey;
  readonly detail: ObservationDetail;
  readonly sensor: string;
  readonly trust: Trust;
  /** Absent: the sensor does not tell whose doing it was. */
  readonly origin?: Origin;
  /** One entry a pod and source, sorted. Never empty. */
  readonly support: readonly Support[];
  /** When it was seen first of all, RFC 3339. Absent: `support` is all that there was of it. */
  readonly first?: string;
  /** When one that differs from it in ids alone was, itself included. Present where not all of those are kept. */
  readonly firstAlike?: string;
}

export interface ContainerKey {
  readonly namespace: string;
  /** `Deployment` …; `Pod` where nobody told who made the pod; `ServiceAccount` for requests that no pod is told for. */
  readonly workloadKind: string;
  readonly workload: string;
  /** `""` for what is seen of a pod as a whole. */
  readonly container: string;
  /** `sha256:…` where known, else as written in the pod. */
  readonly image?: string;
}

/** What is measured of a container, not told by an event. */
export type MeasuredKind = "memory" | "cpu";

/** All that a container can be watched for. */
export type WatchedKind = ObservationKind | MeasuredKind;

/**
 * What a container used at most, as the kernel keeps it for its cgroup: whole numbers that only grow, so that the greater
 * one is the later one. What is absent was not measured.
 */
export interface Peaks {
  /** Bytes charged to it since its cgroup was made, page cache included: no moment is missed. */
  readonly memoryBytes?: number;
  /** Bytes that the kernel cannot take back, the most of the samples: anonymous and shared memory. May miss moments. */
  readonly unreclaimableBytes?: number;
  /** How often a limit in force held it back: what it would use beyond was not seen. */
  readonly memoryLimitHits?: number;
  /** Thousandths of a processor, the most of the means between two samples, rounded up. */
  readonly cpuMillicores?: number;
  /** The longest time between two such samples, seconds, rounded up: shorter bursts went beyond the mean. */
  readonly cpuSeconds?: number;
  /** Scheduler periods in which a limit in force slowed it. */
  readonly throttledPeriods?: number;
  /** 1 where the peak of memory was read once more at the end of its entry point: what ends by itself was then measured whole. */
  readonly memoryAtEnd?: number;
  /** The same of processor time. */
  readonly cpuAtEnd?: number;
}

export const peakNames = [
  "memoryBytes",
  "unreclaimableBytes",
  "memoryLimitHits",
  "cpuMillicores",
  "cpuSeconds",
  "throttledPeriods",
  "memoryAtEnd",
  "cpuAtEnd",
] as const satisfies readonly (keyof Peaks)[];

/** How a sensor sees a kind of behaviour: all of it, or only what it was told to look for. Kinds not named: not at all. */
export type Sight = "whole" | "partial";

/** From and to, RFC 3339. */
export interface Interval {
  readonly from: string;
  readonly to: string;
}

/** When and how well a container of one pod was watched by one source, whether or not it did anything. */
export interface Watch {
  readonly container: ContainerKey;
  readonly pod: string;
  readonly sensor: string;
  readonly provenance: string;
  /** From the pod's first sign to its last; sorted, apart. */
  readonly watched: readonly Interval[];
  /** When the source itself was heard of: a pod that still runs was watched as long as that. */
  readonly heard: readonly Interval[];
  /** The sensor was there before the container's first process. */
  readonly fromStart: boolean;
  readonly sight: { readonly [Kind in ObservationKind]?: Sight };
  /** Events that came in, by kind, those shed by a limit included. */
  readonly events: { readonly [Kind in ObservationKind]?: number };
  /** Events that the sensor says it lost. */
  readonly drops: number;
  /** When it lost them; sorted, apart. Absent though there were some: at any time. */
  readonly losses?: readonly Interval[];
  /** Absent: nothing was measured. */
  readonly peaks?: Peaks;
}
