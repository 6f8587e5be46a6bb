/** A service in a container of runc's, with or without a seccomp profile: it sees this machine's files and its network. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, rmdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hierarchy } from "../box.ts";
import { listening, said, type Service } from "../oracle/services.ts";

export interface Contained {
  readonly id: string;
  /** Where its programs are counted. */
  readonly cgroup: bigint;
  /** Runs it to its end under this profile; what its users were answered, `undefined` where it did not begin to listen. */
  run(profile?: object): Promise<readonly string[] | undefined>;
  remove(): void;
}

/** What container engines leave to a container that is root. */
const capabilities = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL", "NET_BIND_SERVICE", "SETGID", "SETUID"].map(
  (name) => `CAP_${name}`,
);

export function contain(service: Service, folder: string): Contained {
  const id = randomBytes(32).toString("hex");
  const bundle = join(folder, "bundle");
  const state = join(folder, "state");
  mkdirSync(join(bundle, "rootfs"), { recursive: true });
  const place = join(hierarchy.root, id);
  mkdirSync(place);
  const { ino } = statSync(place, { bigint: true });
  const runc = (...words: readonly string[]): string =>
    spawnSync("runc", ["--root", state, ...words], { encoding: "utf8" }).stdout;
  return {
    id,
    cgroup: ino,
    run: async (profile) => {
      configure(service, folder, bundle, id, profile);
      // The machine's files are bound where nobody else sees it: what removes the folder later never reaches them.
      const enter = 'mount --rbind / rootfs && exec runc --root "$0" run "$1"';
      const child = spawn("unshare", ["-m", "sh", "-ec", enter, state, id], {
        cwd: bundle,
        stdio: ["ignore", "ignore", "inherit"],
      });
      let isOver = false;
      const ended = new Promise<void>((resolve) => child.once("close", resolve)).then(() => {
        isOver = true;
      });
      try {
        const listens = listening(service, 60, () => isOver);
        if (
          !(await listens.then(
            () => true,
            () => false,
          ))
        )
          return undefined;
        return await answers(service);
      } finally {
        // As the first of its processes it may not end by SIGTERM alone.
        runc("kill", id, "TERM");
        await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 2_000))]);
        runc("kill", id, "KILL");
        await ended;
        runc("delete", "-f", id);
      }
    },
    remove: () => {
      try {
        rmdirSync(place);
      } catch {
        // runc removed it with its container.
      }
      rmSync(bundle, { recursive: true });
      rmSync(state, { recursive: true, force: true });
    },
  };
}

function configure(service: Service, folder: string, bundle: string, id: string, profile?: object): void {
  rmSync(join(bundle, "config.json"), { force: true });
  execFileSync("runc", ["spec"], { cwd: bundle });
  const spec = JSON.parse(execFileSync("cat", [join(bundle, "config.json")], { encoding: "utf8" }));
  const environment = { PATH: "/usr/bin:/bin", HOME: folder, ...service.environment?.(folder) };
  spec.process = {
    ...spec.process,
    terminal: false,
    args: service.command(folder),
    cwd: folder,
    env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    capabilities: Object.fromEntries(
      ["bounding", "effective", "permitted"].map((set) => [set, capabilities] as const),
    ),
    rlimits: [],
  };
  spec.root = { path: "rootfs", readonly: false };
  // With this machine's network comes its /sys.
  spec.mounts = spec.mounts.filter(({ type }: { type: string }) => type !== "sysfs" && type !== "cgroup");
  delete spec.linux.resources;
  spec.linux.cgroupsPath = `/${id}`;
  spec.linux.namespaces = spec.linux.namespaces.filter(({ type }: { type: string }) => type !== "network");
  if (profile !== undefined) spec.linux.seccomp = profile;
  writeFileSync(join(bundle, "config.json"), JSON.stringify(spec));
}

/** Without what differs from second to second. */
async function answers({ port, asked, says }: Service): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of asked)
    found.push(
      (await said(port, `GET ${path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n`)) ?? "nothing",
    );
  if (says !== undefined) found.push((await said(port, says)) ?? "nothing");
  return found.map((text) => text.replace(/^date:.*$/im, ""));
}
