/** Who may import whom. A package imports those named beside it; a room of core, only rooms named before it. */
export const packages: Readonly<Record<string, readonly string[]>> = {
  core: [],
  library: ["core"],
  cluster: ["core"],
  cli: ["core", "library", "cluster"],
};

/** The rooms of `packages/core/src`, lowest first. */
export const coreRooms: readonly string[] = [
  "model",
  "inventory",
  "controls",
  "graph",
  "risk",
  "remediation",
  "scan.ts",
  "diff.ts",
  "formats",
  "index.ts",
];

/** What may be depended on outside the house, per package: an addition is argued in a decision record. */
export const thirdParty: Readonly<Record<string, readonly string[]>> = {
  core: ["re2js"],
  library: [],
  cluster: ["@kubernetes/client-node", "js-yaml"],
  cli: ["commander"],
};
