/**
 * An API server on the loopback address that holds generated objects, lists them in pages and streams their changes: for
 * benches of what watches it. It deletes nothing: who watches on from a version is sent what was put since as it is now.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Resource } from "@plimsoll/core";

export interface ApiServer {
  readonly address: string;
  /** Puts an object, and tells those who watch its kind. */
  readonly put: (resource: Resource) => void;
  readonly stop: () => void;
}

interface Kind {
  readonly plural: string;
  readonly namespaced: boolean;
  readonly objects: Map<string, Resource>;
  readonly watchers: Set<ServerResponse>;
}

const clustered: ReadonlySet<string> = new Set([
  "Namespace",
  "Node",
  "ClusterRole",
  "ClusterRoleBinding",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
]);

/** Whose every token is, and the node that it is bound to. */
export interface Bearer {
  readonly name: string;
  readonly node: string;
}

export async function startApiServer(resources: Iterable<Resource>, bearer?: Bearer): Promise<ApiServer> {
  const kinds = new Map<string, Kind>();
  let version = 1_000;
  const kindOf = ({ apiVersion, kind }: Resource): Kind => {
    const key = `${apiVersion}/${kind}`;
    let found = kinds.get(key);
    const plural = kind.endsWith("y")
      ? `${kind.slice(0, -1)}ies`
      : `${kind}${kind.endsWith("s") ? "es" : "s"}`;
    if (found === undefined) {
      const more = { objects: new Map<string, Resource>(), watchers: new Set<ServerResponse>() };
      kinds.set(key, (found = { plural: plural.toLowerCase(), namespaced: !clustered.has(kind), ...more }));
    }
    return found;
  };
  const hold = (resource: Resource): Resource => {
    version += 1;
    const { namespace = "", name = "" } = resource.metadata;
    const metadata = {
      uid: `${resource.kind}-${namespace}-${name}`,
      ...resource.metadata,
      resourceVersion: String(version),
    };
    const held = { ...resource, metadata };
    kindOf(resource).objects.set(`${namespace}/${name}`, held);
    return held;
  };
  for (const resource of resources) hold(resource);
  const server = createServer((request, response) => {
    if (bearer !== undefined && request.url?.endsWith("/tokenreviews") === true)
      send(response, reviewOf(bearer), 201);
    else answer(request, response, kinds, () => version);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const beats = setInterval(() => {
    for (const [key, { watchers }] of kinds)
      for (const each of watchers) write(each, "BOOKMARK", bookmark(key, version));
  }, 5_000);
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    put: (resource) => {
      const held = hold(resource);
      for (const each of kindOf(resource).watchers) write(each, "MODIFIED", held);
    },
    stop: () => {
      clearInterval(beats);
      server.closeAllConnections();
      server.close();
    },
  };
}

function reviewOf({ name, node }: Bearer): object {
  const extra = { "authentication.kubernetes.io/node-name": [node] };
  const user = { username: name, uid: "1", groups: ["system:authenticated"], extra };
  return { status: { authenticated: true, audiences: ["plimsoll"], user } };
}

function write(response: ServerResponse, type: string, object: object): void {
  response.write(`${JSON.stringify({ type, object })}\n`);
}

function bookmark(key: string, version: number, annotations?: object): object {
  const at = key.lastIndexOf("/");
  const metadata = {
    resourceVersion: String(version),
    ...(annotations === undefined ? {} : { annotations }),
  };
  return { apiVersion: key.slice(0, at), kind: key.slice(at + 1), metadata };
}

function send(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  kinds: ReadonlyMap<string, Kind>,
  version: () => number,
): void {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://x");
  if (pathname === "/version") return send(response, { gitVersion: "v1.35.4" });
  if (pathname === "/api" || pathname === "/apis")
    return send(response, discovery(kinds, pathname === "/api"));
  const found = [...kinds].find(([key, { plural }]) => {
    const apiVersion = key.slice(0, key.lastIndexOf("/"));
    return pathname === `${apiVersion.includes("/") ? "/apis" : "/api"}/${apiVersion}/${plural}`;
  });
  if (found === undefined) return send(response, { kind: "Status", message: "not found", code: 404 }, 404);
  const [key, kind] = found;
  if (searchParams.get("watch") === "true")
    return stream(request, response, key, kind, searchParams, version());
  const [limit, begin] = [
    Number(searchParams.get("limit") ?? 500),
    Number(searchParams.get("continue") ?? 0),
  ];
  const all = [...kind.objects.values()];
  const rest = all.length - begin - limit;
  const more = rest > 0 ? { continue: String(begin + limit), remainingItemCount: rest } : {};
  const at = key.lastIndexOf("/");
  send(response, {
    apiVersion: key.slice(0, at),
    kind: `${key.slice(at + 1)}List`,
    metadata: { resourceVersion: String(version()), ...more },
    items: all.slice(begin, begin + limit),
  });
}

function stream(
  request: IncomingMessage,
  response: ServerResponse,
  key: string,
  { objects, watchers }: Kind,
  query: URLSearchParams,
  version: number,
): void {
  response.writeHead(200, { "content-type": "application/json" });
  response.flushHeaders();
  if (query.get("sendInitialEvents") === "true") {
    for (const object of objects.values()) write(response, "ADDED", object);
    write(response, "BOOKMARK", bookmark(key, version, { "k8s.io/initial-events-end": "true" }));
  } else {
    const after = Number(query.get("resourceVersion") ?? version);
    const missed = [...objects.values()].filter(
      ({ metadata }) => Number(metadata["resourceVersion"]) > after,
    );
    missed.sort((a, b) => Number(a.metadata["resourceVersion"]) - Number(b.metadata["resourceVersion"]));
    for (const object of missed) write(response, "MODIFIED", object);
  }
  watchers.add(response);
  request.on("close", () => watchers.delete(response));
}

function discovery(kinds: ReadonlyMap<string, Kind>, core: boolean): object {
  const byGroup = Map.groupBy(kinds, ([key]) => (key.split("/").length === 2 ? "" : key.split("/")[0]!));
  const items = [...byGroup].flatMap(([group, list]) => {
    if ((group === "") !== core) return [];
    const byVersion = Map.groupBy(list, ([key]) => key.split("/").at(-2)!);
    const versions = [...byVersion].map(([version, own]) => ({
      version,
      freshness: "Current",
      resources: own.map(([key, { plural, namespaced }]) => ({
        resource: plural,
        responseKind: { group, version, kind: key.split("/").at(-1) },
        scope: namespaced ? "Namespaced" : "Cluster",
        verbs: ["get", "list", "watch"],
      })),
    }));
    return [{ metadata: { name: group }, versions }];
  });
  return { apiVersion: "apidiscovery.k8s.io/v2", kind: "APIGroupDiscoveryList", items };
}
