/** Reads what people write for subjects, requests and ends of connections, and the inventory they ask about. */
import { isIP } from "node:net";
import {
  counted,
  createInventory,
  sanitize,
  UserError,
  type AccessQuestion,
  type Inventory,
  type Peer,
  type Port,
  type Snapshot,
  type Subject,
  type Workload,
} from "@plimsoll/core";
import type { Call } from "./command.ts";
import { mustHoldSomething, readSource, sourceOf, sourceOptions } from "./input.ts";
import { resourceOf } from "./resources.ts";
import { isChartOption } from "./values.ts";
import { nearest } from "./suggestion.ts";

/** Where to look: paths or saved snapshots as arguments, `--snapshot`, else a cluster. */
export const worldOptions = [
  { flags: "--snapshot <file>", description: "a saved snapshot to look in" },
  ...sourceOptions.filter(({ flags }) => /--(context|kubeconfig|values|set)\b/.test(flags)),
] as const;

/** The inventory of what the paths hold, or of the cluster. */
export async function inventoryOf(
  paths: readonly string[],
  kinds: readonly string[],
  call: Call,
): Promise<Inventory> {
  return createInventory(await snapshotOf(paths, kinds, call));
}

/** What the paths hold, or the cluster. */
export async function snapshotOf(
  paths: readonly string[],
  kinds: readonly string[],
  call: Call,
): Promise<Snapshot> {
  const snapshot = call.text("snapshot");
  const asked: Call = {
    ...call,
    arguments: snapshot === undefined ? paths : [...paths, snapshot],
    list: (option) =>
      ["observations", "images"].includes(option) || isChartOption(option) ? call.list(option) : [],
  };
  const source = await sourceOf(asked);
  const [read] = await readSource(source, kinds, asked);
  mustHoldSomething(read!, source);
  return read!;
}

const knownGroups = /^system:(masters|authenticated|unauthenticated|nodes|serviceaccounts(:.+)?)$/;

/** `shop/web` and `system:serviceaccount:shop:web` are accounts, `Group:ops` a group, any other word a user. */
export function subjectFrom(text: string): Subject {
  const [, kind, rest = text] = /^(user|group|serviceaccount|sa):(.*)$/i.exec(text) ?? [];
  if (rest === "")
    throw new UserError(
      "usage",
      `"${sanitize(text)}" names nobody`,
      "write NAMESPACE/ACCOUNT, User:NAME or Group:NAME",
    );
  if (kind === undefined) return subjectOf(text);
  if (/^user$/i.test(kind)) return { kind: "User", namespace: "", name: rest };
  if (/^group$/i.test(kind)) return { kind: "Group", namespace: "", name: rest };
  const account = subjectOf(rest);
  if (account.kind === "ServiceAccount") return account;
  throw new UserError("usage", `${sanitize(text)} names no namespace`, "write ServiceAccount:NAMESPACE/NAME");
}

function subjectOf(text: string): Subject {
  const [, namespace, name] =
    /^system:serviceaccount:([^:]+):([^:]+)$/.exec(text) ?? /^([^/:]+)\/([^/:]+)$/.exec(text) ?? [];
  if (namespace !== undefined && name !== undefined) return { kind: "ServiceAccount", namespace, name };
  return { kind: knownGroups.test(text) ? "Group" : "User", namespace: "", name: text };
}

/** `pods/exec`, `deployments.apps/scale`, `deploy`, or a URL path such as `/metrics`. */
export function questionFrom(verb: string, target: string, call: Call): AccessQuestion {
  if (target.startsWith("/")) return { verb, path: target };
  const [path = "", subresource = ""] = target.split("/");
  const dot = path.indexOf(".");
  const word = (dot < 0 ? path : path.slice(0, dot)).toLowerCase();
  const known = resourceOf(word);
  const isIts = known !== undefined && (dot < 0 || path.slice(dot + 1) === known.group);
  const resource = isIts ? known.resource : word;
  const apiGroup = dot < 0 ? (word === "*" ? "*" : (known?.group ?? "")) : path.slice(dot + 1);
  return {
    verb,
    apiGroup,
    resource,
    subresource,
    namespace: call.text("namespace") ?? "",
    name: call.text("name") ?? "",
  };
}

/** `internet`, `node`, `node/NAME`, an IP address, or a workload as `[KIND/]NAMESPACE/NAME`. */
export function peerFrom(text: string, inventory: Inventory): Peer {
  if (/^(internet|outside)$/i.test(text)) return { kind: "address", ip: "8.8.8.8" };
  const [, node] = /^node(?:\/(.+))?$/i.exec(text) ?? [];
  if (/^node(\/|$)/i.test(text))
    return node === undefined ? { kind: "node" } : { kind: "node", name: nodeFrom(node, inventory) };
  if (isIP(text) !== 0) return { kind: "address", ip: text };
  if (/^[\d.]+$|:/.test(text))
    throw new UserError("usage", `${sanitize(text)} is no IP address`, "write 10.0.0.1 or 2001:db8::1");
  return { kind: "pod", workload: workloadFrom(text, inventory) };
}

/** The name of a node; where nodes were read, of one that there is. */
export function nodeFrom(name: string, inventory: Inventory): string {
  const nodes = inventory.ofKind("v1/Node").map(({ resource }) => resource.metadata.name ?? "");
  return nodes.length === 0 || nodes.includes(name) ? name : missingName("node", name, nodes);
}

/** What was named is not there: what it may have been meant for. */
export function missingName(kind: string, name: string, names: readonly string[]): never {
  const meant = nearest(name, names);
  throw new UserError(
    "unknown-id",
    `there is no ${kind} ${sanitize(name)} here`,
    meant === undefined ? `name one that was read` : `did you mean ${sanitize(meant)}?`,
  );
}

/**
 * The workload of that name; one that a controller made is meant only where it is written out. Where several bear the name it
 * is the user's mistake not to say which.
 */
export function workloadFrom(text: string, inventory: Inventory): Workload {
  const [name = "", namespace = "default", kind, ...more] = text.split("/").toReversed();
  const found = inventory.workloads.filter(
    ({ ref }) =>
      more.length === 0 &&
      ref.name === name &&
      (ref.namespace || "default") === namespace &&
      (kind === undefined || isOfKind(ref.kind.toLowerCase(), kind.toLowerCase())),
  );
  const best = found.find(({ derived }) => !derived) ?? found[0];
  if (best !== undefined) {
    const kinds = new Set(found.filter(({ derived }) => derived === best.derived).map(({ ref }) => ref.kind));
    if (kinds.size === 1) return best;
    const names = [...kinds].map((each) => `${each.toLowerCase()}/${namespace}/${name}`).toSorted();
    throw new UserError(
      "usage",
      `${counted(kinds.size, "workload")} are called ${sanitize(text)}`,
      `say which: ${sanitize(names.join(" or "))}`,
    );
  }
  const meant = nearest(
    `${namespace}/${name}`,
    inventory.workloads.map(({ ref }) => `${ref.namespace || "default"}/${ref.name}`),
  );
  throw new UserError(
    "unknown-id",
    `there is no workload ${sanitize(text)} here`,
    meant === undefined
      ? "write [KIND/]NAMESPACE/NAME, an IP address, node/NAME, or internet"
      : `did you mean ${sanitize(meant)}?`,
  );
}

/** As kubectl takes it (plural, singular or short), or its beginning. */
function isOfKind(kind: string, written: string): boolean {
  const known = resourceOf(written)?.resource;
  return kind.startsWith(written) || (known !== undefined && known === resourceOf(kind)?.resource);
}

/** `8080`, `http`, `53/UDP`. */
export function portFrom(text: string): Port {
  const [port = "", protocol = "TCP"] = text.split("/");
  const known = (["TCP", "UDP", "SCTP"] as const).find((each) => each === protocol.toUpperCase());
  const number = /^\d+$/.test(port) ? Number(port) : undefined;
  const isName = /^(?=.*[a-z])[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?$/i.test(port);
  if (
    known === undefined ||
    (number === undefined && !isName) ||
    (number !== undefined && (number < 1 || number > 65_535))
  )
    throw new UserError("usage", `${sanitize(text)} is no port`, "write 8080, a port's name, or 53/UDP");
  return { port: number ?? port, protocol: known };
}
