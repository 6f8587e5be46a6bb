/** The shape of the truth suite: programs that do something, fixes that may refuse it, and what then really happens. */
import type { JsonObject, Resource } from "@plimsoll/core";

/** A workload, by what it does. Scripts are for `sh -e`; a request is answered by a script, and `ok` says that it worked. */
export interface Program {
  readonly id: string;
  /** One sentence, as its owner would say it. */
  readonly does: string;
  /** Default: busybox. */
  readonly image?: string;
  /** Before it listens. */
  readonly start?: string;
  /** When it is asked something; default: nothing that could fail. */
  readonly request?: string;
  /** Every so many seconds after it began to listen; to fail ends it. */
  readonly later?: { readonly seconds: number; readonly script: string };
  /** Instead of all that: a command that listens by itself. */
  readonly command?: readonly string[];
  /** A run that ends, of a CronJob; its script. */
  readonly cron?: string;
  /** Default: 8080. */
  readonly port?: number;
  /** What is sent to its port, and what a healthy answer matches; default: an HTTP request, and `ok`. */
  readonly talk?: { readonly sends: string; readonly expects: RegExp };
  /** Where it is asked; default: at the pod's address. */
  readonly at?: "node";
  /** Files of its /srv, besides. */
  readonly files?: { readonly [name: string]: string };
  /** Fields of the pod and of its container, besides. */
  readonly pod?: JsonObject;
  readonly container?: JsonObject;
  /** Other objects that it needs; they carry the name that is given. */
  readonly beside?: (name: string) => readonly Resource[];
}

/** A change to fields, laid over what is there; `null` takes a field away. */
export interface Fix {
  /** The field that is changed, as the verdicts name it. */
  readonly field: string;
  /** In words, where the field alone does not tell. */
  readonly words?: string;
  readonly pod?: JsonObject;
  readonly container?: JsonObject;
  readonly init?: JsonObject;
  /** Policies that are applied; the harness enforces them. */
  readonly policies?: (name: string) => readonly Resource[];
}

/** A workload and a fix, and what is true of the two. */
export interface Pair {
  readonly program: Program;
  readonly fix: Fix;
  readonly truth: "harmless" | "breaks";
  /** When the behaviour shows that decides it. */
  readonly shows: "at start" | "on request" | "later" | "when its cron runs" | "never";
  readonly because: string;
  /** What a broken one says of it; for those that break. */
  readonly witness?: RegExp;
}

/** One name for a pair: that of its objects in the cluster. */
export function nameOf(pair: Pair): string {
  const words = `${pair.program.id}-${pair.fix.words ?? pair.fix.field}`.toLowerCase();
  return words
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 50);
}
