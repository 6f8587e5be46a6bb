/** Who asks, as a credential proved it. */

export interface Principal {
  /** As Kubernetes names users: `system:serviceaccount:shop:web`, `alice@example.com`. */
  readonly name: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: { readonly [key: string]: readonly string[] };
  /** `local`: the person who started the service on this machine. `source`: a tool with a token of its own. */
  readonly by: "kubernetes" | "oidc" | "local" | "source";
}

/** One text for one set of rights: what answers about a principal are kept under. */
export function principalKey({ name, uid, groups, extra, by }: Principal): string {
  return JSON.stringify([by, name, uid, [...groups].sort(), Object.entries(extra).sort(byFirst)]);
}

function byFirst([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
