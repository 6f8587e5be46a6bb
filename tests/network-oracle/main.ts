/** Prints, for every ordered pair of pods and every port they declare (or `--ports TCP/80,UDP/53`), what policies make of it. */
import { readFileSync } from "node:fs";
import { clusterOf, type Cluster, type Manifest } from "./cluster.ts";
import { ask, commonFamilies, type Answer } from "./oracle.ts";

export interface Line {
  readonly from: string;
  readonly to: string;
  readonly protocol: string;
  readonly port: number;
  readonly answer: Answer;
}

/** Every ordered pair that has an address family in common, a pod with itself apart. */
export function* linesOf(cluster: Cluster, ports?: readonly (readonly [string, number])[]): Generator<Line> {
  const id = ({ metadata }: Manifest): string => `${metadata.namespace}/${metadata.name}`;
  for (const from of cluster.pods) {
    for (const to of cluster.pods) {
      if (from === to || commonFamilies(cluster, { pod: from }, { pod: to }).length === 0) continue;
      for (const [protocol, port] of ports ?? declared(to)) {
        const { overall } = ask(cluster, { pod: from }, { pod: to }, protocol, port);
        yield { from: id(from), to: id(to), protocol, port, answer: overall };
      }
    }
  }
}

function declared(pod: Manifest): readonly (readonly [string, number])[] {
  return pod.spec.containers
    .flatMap(({ ports = [] }: Manifest) => ports)
    .map((port: Manifest) => [port.protocol ?? "TCP", port.containerPort] as const);
}

if (import.meta.main) {
  const [file = "-", flag, list = ""] = process.argv.slice(2);
  const parsed: Manifest = JSON.parse(readFileSync(file === "-" ? 0 : file, "utf8"));
  const ports = list
    .split(",")
    .filter((entry) => entry !== "")
    .map((entry) => [entry.split("/")[0]!, Number(entry.split("/")[1])] as const);
  for (const line of linesOf(clusterOf(parsed.items ?? parsed), flag === "--ports" ? ports : undefined))
    console.log([line.from, line.to, `${line.protocol}/${line.port}`, line.answer].join("\t"));
}
