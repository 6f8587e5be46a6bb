/** Makes real connections from where a program can run: one probe in each pod, on the node and outside, kept open. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import { join } from "node:path";
import { outsideAddresses, outsideName, ports, type Runner } from "./ends.ts";

/** What the packet says. `left`: refused where it leaves; `arrived`: where it arrives; anything else is no answer. */
export type Said =
  | { readonly kind: "open"; readonly by: string }
  | { readonly kind: "left" | "arrived" }
  | { readonly kind: "no answer"; readonly text: string };

export interface Target {
  readonly address: string;
  readonly protocol: "TCP" | "UDP";
  readonly port: number;
}

export interface Prober {
  readonly connect: (runner: Runner, targets: readonly Target[]) => Promise<readonly Said[]>;
  readonly close: () => void;
}

const atOnce = 100;

/** Builds the probe into a folder, makes a host outside of the cluster, and starts what listens there. */
export async function openProber(folder: string): Promise<Prober> {
  const binary = join(folder, "probe");
  execFileSync("gcc", ["-static", "-Os", "-o", binary, join(import.meta.dirname, "../images/apps/probe.c")]);
  const outside = await startOutside(binary);
  const lines = new Map<string, Line>();
  const lineOf = (runner: Runner): Line => {
    const key = JSON.stringify(runner);
    const line = lines.get(key) ?? openLine(commandOf(runner, binary, outside.pid!));
    lines.set(key, line);
    return line;
  };
  return {
    connect: async (runner, targets) => {
      const said: Said[] = [];
      for (let at = 0; at < targets.length; at += atOnce)
        said.push(...(await lineOf(runner).ask(targets.slice(at, at + atOnce))));
      return said;
    },
    close: () => {
      for (const line of lines.values()) line.close();
      outside.kill("SIGKILL");
    },
  };
}

/** A network namespace of its own with two public addresses. It has no name, and is gone with its only process. */
async function startOutside(binary: string): Promise<ChildProcess> {
  const listen = ports.map(([protocol, port]) => `${protocol.toLowerCase()}/${port}`);
  const child = spawn("unshare", ["--net", binary, "serve", outsideName, ...listen], {
    env: { PROBE_ENDS_WITH_PARENT: "1", PATH: process.env["PATH"] },
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout!.once("data", () => resolve());
    child.once("exit", (code) => reject(new Error(`what listens outside ended with ${code}`)));
  });
  const ip = (...words: readonly string[]): void => void execFileSync("ip", words);
  const inside = (...words: readonly string[]): void =>
    void execFileSync("nsenter", [`--net=/proc/${child.pid}/ns/net`, "ip", ...words]);
  ip("link", "add", "outside0", "type", "veth", "peer", "name", "eth0", "netns", String(child.pid));
  ip("link", "set", "outside0", "up");
  inside("link", "set", "eth0", "up");
  for (const address of outsideAddresses) {
    ip("addr", "add", `${address.replace(/\.\d+$/, ".1")}/24`, "dev", "outside0");
    inside("addr", "add", `${address}/24`, "dev", "eth0");
  }
  inside("route", "add", "default", "via", outsideAddresses[0].replace(/\.\d+$/, ".1"));
  return child;
}

function commandOf(runner: Runner, binary: string, outside: number): readonly string[] {
  if (runner.kind === "node") return [binary, "connect"];
  if (runner.kind === "outside")
    return ["nsenter", `--net=/proc/${outside}/ns/net`, binary, "connect", runner.source];
  return ["kubectl", "exec", "-i", "-n", runner.namespace, runner.name, "--", "probe", "connect"];
}

interface Line {
  readonly ask: (targets: readonly Target[]) => Promise<readonly Said[]>;
  readonly close: () => void;
}

function openLine([program = "", ...words]: readonly string[]): Line {
  const child = spawn(program, words, { stdio: ["pipe", "pipe", "inherit"] });
  const answers: Interface = createInterface(child.stdout!);
  const iterator = answers[Symbol.asyncIterator]();
  const ask = async (targets: readonly Target[]): Promise<readonly Said[]> => {
    const text = targets.map(
      ({ protocol, address, port }) => `${protocol.toLowerCase()} ${address} ${port}\n`,
    );
    child.stdin!.write(`${text.join("")}\n`);
    const said: Said[] = [];
    for (;;) {
      const { value, done } = await iterator.next();
      if (done === true) throw new Error(`the probe ended: ${program} ${words.join(" ")}`);
      if (value === "") break;
      said.push(saidOf(value));
    }
    if (said.length !== targets.length) throw new Error(`${targets.length} asked, ${said.length} answered`);
    return said;
  };
  let last: Promise<unknown> = Promise.resolve();
  return {
    // One round after the other: the answers come in the order of the questions.
    ask: (targets) => {
      const own = last.then(() => ask(targets));
      last = own.catch(() => undefined);
      return own;
    },
    close: () => {
      child.stdin!.end();
      child.kill();
    },
  };
}

/** The errors are those of the three ICMP answers that the firewall gives. */
function saidOf(line: string): Said {
  const [kind, text = ""] = line.split(" ");
  if (kind === "open") return { kind: "open", by: text };
  if (text === "ENETUNREACH") return { kind: "left" };
  if (text === "EHOSTUNREACH") return { kind: "arrived" };
  return { kind: "no answer", text: line };
}
