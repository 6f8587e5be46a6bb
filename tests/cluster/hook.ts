/** A webhook on the node: what the service in the cluster told, and when it arrived. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Arrival {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly text: string;
}

export interface Hook {
  readonly arrivals: readonly Arrival[];
  /** The service's settings that tell it, and the file that they name. */
  readonly settings: (told: string) => readonly string[];
  readonly files: { readonly [name: string]: string };
  readonly close: () => void;
}

/** The node's address as the harness has it (lib/common.sh). */
const node = "10.240.0.1";

export async function openHook(): Promise<Hook> {
  const arrivals: Arrival[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      arrivals.push({ at: Date.now(), text: Buffer.concat(chunks).toString() });
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, node, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    arrivals,
    settings: (told) => [
      `egress: { allow: ["${node}"] }`,
      "notify:",
      `  - { id: hook, kind: webhook, url: "http://${node}:${port}/x", secretFile: /etc/plimsoll/hook, perMinute: 600, ${told} }`,
    ],
    files: { hook: "hook-secret\n" },
    close: () => void server.close(),
  };
}
