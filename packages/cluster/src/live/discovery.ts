/** What an API server serves: each kind with its path, from two requests where the server aggregates discovery. */
import { get, type Answer } from "./request.ts";
import type { Endpoint } from "./endpoint.ts";

export interface ServedKind {
  /** `apps/v1/Deployment`; core as `v1/Pod`. */
  readonly kind: string;
  /** `/apis/apps/v1`. */
  readonly base: string;
  /** The plural of the path. */
  readonly resource: string;
  readonly namespaced: boolean;
  readonly listable: boolean;
}

export interface Served {
  readonly kinds: ReadonlyMap<string, ServedKind>;
  readonly groups: ReadonlySet<string>;
  /** Why discovery failed, where it did. */
  readonly failure?: Extract<Answer, { ok: false }>;
}

const aggregated = ["v2", "v2beta1"]
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .concat("application/json")
  .join(",");

interface DiscoveryList {
  readonly kind?: string;
  readonly items?: readonly {
    readonly metadata?: { readonly name?: string };
    readonly versions?: readonly {
      readonly version: string;
      readonly resources?: readonly {
        readonly resource: string;
        readonly scope: string;
        readonly verbs?: readonly string[];
        readonly responseKind?: { readonly kind: string };
      }[];
    }[];
  }[];
}

interface PlainList {
  readonly resources?: readonly {
    readonly name: string;
    readonly namespaced: boolean;
    readonly kind: string;
    readonly verbs?: readonly string[];
  }[];
}

/** Discovers what is served. `wanted` groups are asked for one by one where the server is too old to aggregate. */
export async function discover(endpoint: Endpoint, wanted: readonly string[]): Promise<Served> {
  const answers = await Promise.all(
    ["/api", "/apis"].map((path) => get(endpoint, path, { accept: aggregated })),
  );
  const failure = answers.find((answer) => !answer.ok);
  if (failure !== undefined && !failure.ok) return { kinds: new Map(), groups: new Set(), failure };
  const lists = answers.map((answer) => (answer.ok ? (answer.body as DiscoveryList) : {}));
  if (lists.every(({ kind }) => kind !== "APIGroupDiscoveryList")) return plain(endpoint, wanted, lists[1]!);
  const kinds = new Map<string, ServedKind>();
  const groups = new Set<string>();
  for (const [index, list] of lists.entries()) {
    for (const { metadata, versions = [] } of list.items ?? []) {
      const group = index === 0 ? "" : (metadata?.name ?? "");
      groups.add(group);
      for (const { version, resources = [] } of versions) {
        const gv = group === "" ? version : `${group}/${version}`;
        for (const { resource, scope, verbs = [], responseKind } of resources) {
          if (responseKind === undefined) continue;
          const kind = `${gv}/${responseKind.kind}`;
          kinds.set(kind, {
            kind,
            base: baseOf(gv),
            resource,
            namespaced: scope === "Namespaced",
            listable: verbs.includes("list"),
          });
        }
      }
    }
  }
  return { kinds, groups };
}

async function plain(endpoint: Endpoint, wanted: readonly string[], groupList: unknown): Promise<Served> {
  const listed = (groupList as { groups?: readonly { name: string }[] }).groups ?? [];
  const kinds = new Map<string, ServedKind>();
  for (const gv of new Set(wanted.map((kind) => kind.slice(0, kind.lastIndexOf("/"))))) {
    const answer = await get(endpoint, baseOf(gv));
    if (!answer.ok) {
      if (answer.reason === "not-found") continue;
      return { kinds, groups: new Set(), failure: answer };
    }
    for (const { name, namespaced, kind: short, verbs = [] } of (answer.body as PlainList).resources ?? []) {
      if (name.includes("/")) continue;
      const kind = `${gv}/${short}`;
      kinds.set(kind, {
        kind,
        base: baseOf(gv),
        resource: name,
        namespaced,
        listable: verbs.includes("list"),
      });
    }
  }
  return { kinds, groups: new Set(["", ...listed.map(({ name }) => name)]) };
}

function baseOf(groupVersion: string): string {
  return groupVersion.includes("/") ? `/apis/${groupVersion}` : `/api/${groupVersion}`;
}
