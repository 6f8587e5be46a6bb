/** The services that the agent's own oracle looks at, each in an image of its own with Debian's packages. */
import { importImages } from "../installed.ts";
import { services as known } from "../../agent/oracle/services.ts";

/** Where each has its files, and works. */
export const home = "/app";

/** What each runs, where Debian's packages put it. */
const programs: Readonly<Record<string, string>> = {
  nginx: "/usr/sbin/nginx",
  redis: "/usr/bin/redis-server",
  python: "/usr/bin/python3.11",
  node: "/usr/bin/node",
  go: `${home}/server`,
  java: "/usr/lib/jvm/java-17-openjdk-amd64/bin/java",
};
const more: Readonly<Record<string, readonly string[]>> = { redis: ["--protected-mode", "no"] };

export const services = known.map(({ command, ...service }) => ({
  ...service,
  image: `plimsoll.test/oracle-${service.id}:1`,
  program: programs[service.id]!,
  arguments: [
    ...command(home)
      .slice(1)
      .map((word) => word.replace("127.0.0.1", "0.0.0.0")),
    ...(more[service.id] ?? []),
  ],
}));

/** Into the cluster's container runtime. */
export function importServices(): void {
  const archive = process.env["PLIMSOLL_ORACLE"];
  if (archive === undefined)
    throw new Error("run this through tests/cluster/test.sh, which builds the images of the six services");
  importImages(archive);
}
