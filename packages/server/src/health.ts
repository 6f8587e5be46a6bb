/** Whether the service can be relied on, and what it does not see. Names no object: whoever reaches the port may ask. */

export interface Health {
  readonly synced: boolean;
  readonly judged: boolean;
  /** A replica that does not lead need not write. */
  readonly leads: boolean;
  readonly committed: boolean;
  readonly writable: boolean;
  /** Kinds that cannot be seen now. */
  readonly blind: readonly string[];
  /** Nodes whose agents are not heard any more. */
  readonly unseenNodes: number;
  readonly settingsRefused: boolean;
  readonly losses: number;
  /** Who looks at the whole cluster has ended, and has not told of it since: what many objects together say is as of before. */
  readonly overviewLost: boolean;
}

export function healthOf(health: Health): { readonly ready: boolean; readonly lines: readonly string[] } {
  const { synced, judged, leads, committed, writable, blind, unseenNodes } = health;
  const { settingsRefused, losses, overviewLost } = health;
  const checks: readonly (readonly [name: string, ok: boolean])[] = [
    ["read", synced],
    ["judged", judged],
    ["store", writable && (!leads || committed)],
  ];
  const ready = checks.every(([, ok]) => ok);
  return {
    ready,
    lines: [
      ready ? "ready" : "not ready",
      ...checks.map(([name, ok]) => `[${ok ? "+" : "-"}] ${name}`),
      ...(blind.length === 0 ? [] : [`blind: ${blind.join(", ")}`]),
      ...(unseenNodes === 0 ? [] : [`blind: ${unseenNodes} nodes, whose agents are not heard`]),
      ...(overviewLost
        ? [
            "the thread that looks at the whole cluster was lost; paths, priorities and the page are of before",
          ]
        : []),
      ...(settingsRefused ? ["the settings' file is refused; the settings before it hold"] : []),
      ...(losses === 0 ? [] : [`the store lost something: ${losses} times`]),
    ],
  };
}
