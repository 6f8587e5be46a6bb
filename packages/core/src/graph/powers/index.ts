/** Every power that is known, by family. */
import type { Power } from "../power.ts";
import * as roles from "./roles.ts";
import * as credentials from "./credentials.ts";
import * as workloads from "./workloads.ts";
import * as nodes from "./nodes.ts";
import * as admission from "./admission.ts";
import * as network from "./network.ts";
import * as impact from "./impact.ts";

const families = [roles, credentials, workloads, nodes, admission, network, impact] as const;

export const powers: readonly Power[] = families.flatMap((family) => Object.values<Power>(family));

const byId = new Map(powers.map((power) => [power.id, power]));

export function powerOf(id: string): Power | undefined {
  return byId.get(id);
}
