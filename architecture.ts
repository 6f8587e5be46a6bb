/** Who may import whom. A package imports those named beside it; a room of core, only rooms named before it. */
export const packages: Readonly<Record<string, readonly string[]>> = {
  core: [],
  library: ["core"],
  cluster: ["core"],
  images: ["core"],
  sensors: ["core"],
  agent: ["core", "images"],
  server: ["core", "library", "cluster", "images", "sensors"],
  cli: ["core", "library", "cluster", "server", "images", "sensors", "agent"],
};

/** The rooms of `packages/core/src`, lowest first. */
export const coreRooms: readonly string[] = [
  "model",
  "inventory",
  "controls",
  "evidence",
  "graph",
  "risk",
  "remediation",
  "scan.ts",
  "incremental",
  "incremental.ts",
  "diff.ts",
  "formats",
  "index.ts",
];

/** What may be depended on outside the house, per package: an addition is argued in a decision record. */
export const thirdParty: Readonly<Record<string, readonly string[]>> = {
  core: ["re2js"],
  library: [],
  cluster: ["@kubernetes/client-node", "ajv", "js-yaml", "re2js", "yaml"],
  images: [],
  sensors: [],
  agent: ["koffi"],
  server: ["fastify", "jose", "kysely", "nodemailer", "pg", "typebox"],
  cli: ["commander"],
};

/** What may only be used through the doors of `packages/cluster/src/doors.ts`: it runs for long, and is simulated. */
export const behindDoors: readonly RegExp[] = [
  /^packages\/server\/src\//,
  /^packages\/cluster\/src\/(?:watch|lease|doors)\b/,
];

/** Where the doors lead to: the only files of those that touch the world. `main.ts` builds, waits and disposes. */
export const realDoors: readonly string[] = [
  "packages/server/src/main.ts",
  // Everything else that goes out, and the arithmetic of addresses that Node keeps in `node:net`.
  "packages/server/src/egress/wire.ts",
  "packages/server/src/egress/address.ts",
  // The socket that PostgreSQL's client has opened by itself.
  "packages/server/src/store/postgres/silence.ts",
];
