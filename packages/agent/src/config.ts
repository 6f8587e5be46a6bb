/** How the agent is started: by the environment that its DaemonSet gives it, and by nothing else. */
import { UserError } from "@plimsoll/core";
import type { TierName } from "./senses.ts";

export interface AgentConfig {
  readonly url: URL;
  readonly node: string;
  readonly tokenFile: string;
  readonly caFile?: string;
  /** Where the node's /sys/fs/cgroup and /proc are seen. */
  readonly cgroups: string;
  readonly proc: string;
  readonly recordCalls: boolean;
  readonly tier?: TierName;
  /** Of one processor, above which it leaves out detail. */
  readonly share: number;
  /** Milliseconds between batches. */
  readonly every: number;
  /** Where probes ask; port 0: nowhere. */
  readonly probe: { readonly host: string; readonly port: number };
}

const tiers: readonly TierName[] = ["ebpf", "fanotify", "proc"];

/** Throws a `UserError` (`usage`) that names the variable. */
export function readConfig(environment: { readonly [name: string]: string | undefined }): AgentConfig {
  const text = (name: string, usual?: string): string => {
    const value = environment[name] ?? usual;
    if (value === undefined || value === "") throw wrong(name, "it is not set");
    return value;
  };
  const url = URL.parse(text("PLIMSOLL_SERVICE"));
  if (url === null || !["https:", "http:"].includes(url.protocol))
    throw wrong("PLIMSOLL_SERVICE", "it is no address, as https://plimsoll.plimsoll.svc");
  const isHere = ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname);
  if (url.protocol === "http:" && !isHere)
    throw wrong("PLIMSOLL_SERVICE", "a token would travel in the clear: an https address is needed");
  const tier = tiers.find((each) => each === environment["PLIMSOLL_TIER"]);
  const asked = environment["PLIMSOLL_TIER"] ?? "";
  if (asked !== "" && tier === undefined) throw wrong("PLIMSOLL_TIER", `one of ${tiers.join(", ")}`);
  const caFile = environment["PLIMSOLL_CA"];
  return {
    url,
    node: text("PLIMSOLL_NODE"),
    tokenFile: text("PLIMSOLL_TOKEN", "/var/run/secrets/plimsoll/token"),
    ...(caFile === undefined || caFile === "" ? {} : { caFile }),
    cgroups: text("PLIMSOLL_CGROUPS", "/sys/fs/cgroup"),
    proc: text("PLIMSOLL_PROC", "/proc"),
    recordCalls: environment["PLIMSOLL_CALLS"] === "true",
    ...(tier === undefined ? {} : { tier }),
    share: number("PLIMSOLL_BUDGET", text("PLIMSOLL_BUDGET", "25"), 1, 100) / 100,
    every: number("PLIMSOLL_EVERY", text("PLIMSOLL_EVERY", "500"), 100, 60_000),
    probe: { host: "0.0.0.0", port: number("PLIMSOLL_PROBE", text("PLIMSOLL_PROBE", "8081"), 0, 65_535) },
  };
}

function number(name: string, text: string, least: number, most: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) throw wrong(name, `a number from ${least} to ${most} is needed`);
  return value;
}

function wrong(name: string, why: string): UserError {
  return new UserError("usage", `${name}: ${why}`, "docs/guides/in-cluster.md lists what the agent is given");
}
