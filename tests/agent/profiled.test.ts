/**
 * Services of six kinds in containers of runc's: the system calls that the agent recorded become a profile by `plimsoll
 * generate seccomp`, under which each does again all that it did, and without one of whose calls it does not.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dump } from "js-yaml";
import { afterAll, expect, test } from "vitest";
import { look } from "./box.ts";
import { services, write, type Service } from "./oracle/services.ts";
import { contain, type Contained } from "./profiled/container.ts";

const top = mkdtempSync(join(tmpdir(), "plimsoll-profiled-"));
const rows: string[] = [];
afterAll(() => {
  console.log(["", ...rows].join("\n"));
  rmSync(top, { recursive: true });
});

interface Profile {
  readonly defaultAction: string;
  readonly syscalls: readonly { readonly names: readonly string[]; readonly action: string }[];
}

/** Runs it before the agent's eyes; what it answered, and what was recorded, as a file that the command reads. */
async function record(
  { id }: Service,
  container: Contained,
  file: string,
): Promise<{ readonly answered: readonly string[]; readonly calls: ReadonlySet<string> }> {
  const key = { namespace: "default", workloadKind: "Deployment", workload: id, container: "app" };
  const seen = look(new Set([container.cgroup]), 10, {
    recordCalls: true,
    names: () => ({ key, pod: `${id}-0` }),
  });
  try {
    const answered = await container.run();
    await seen.settle();
    expect(seen.sensor.lost()).toBe(0);
    const { watches, observations } = seen.seen();
    const lines = [
      ...watches.map((watch) => ({ watch })),
      ...observations.map((observation) => ({ observation })),
    ];
    writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    const calls = observations.flatMap(({ detail }) => (detail.kind === "syscall" ? [detail.name] : []));
    return { answered: answered ?? [], calls: new Set(calls) };
  } finally {
    seen.close();
  }
}

/** What the command writes for it. */
function generate(id: string, folder: string, seen: string): Profile {
  const labels = { app: id };
  const template = {
    metadata: { labels },
    spec: { containers: [{ name: "app", image: `example.test/${id}:1` }] },
  };
  const manifest = join(folder, "manifest.yaml");
  const metadata = { name: id, namespace: "default" };
  const spec = { selector: { matchLabels: labels }, template };
  writeFileSync(manifest, dump({ apiVersion: "apps/v1", kind: "Deployment", metadata, spec }));
  const words = ["generate", "seccomp", `default/${id}`, manifest, "--observations", seen];
  const said = spawnSync(process.execPath, ["packages/cli/src/main.ts", ...words], { encoding: "utf8" });
  // 3: one run is less than evidence must be; what is missing is told.
  expect([0, 3], said.stderr).toContain(said.status);
  return JSON.parse(said.stdout) as Profile;
}

test.each(services.map((service) => [service.id, service] as const))(
  "%s does under its profile what it did without, and not without one of its calls",
  { timeout: 240_000 },
  async (id, service) => {
    const folder = join(top, id);
    mkdirSync(folder);
    write(folder, id);
    const container = contain(service, folder);
    try {
      const seen = join(folder, "seen.jsonl");
      const { answered, calls } = await record(service, container, seen);
      expect(answered.length).toBeGreaterThan(0);
      const profile = generate(id, folder, seen);
      const allowed = new Set(profile.syscalls.flatMap(({ names }) => names));
      rows.push(`${id.padEnd(8)}${calls.size} calls seen, ${allowed.size} in its profile`);
      expect(profile.defaultAction).toBe("SCMP_ACT_ERRNO");
      expect([...calls].filter((name) => !allowed.has(name))).toEqual([]);
      expect(allowed.has("listen")).toBe(true);
      expect(await container.run(profile)).toEqual(answered);
      expect(await container.run(without(profile, "listen"))).toBeUndefined();
    } finally {
      container.remove();
    }
  },
);

function without(profile: Profile, call: string): Profile {
  const syscalls = profile.syscalls.map((each) => ({
    ...each,
    names: each.names.filter((name) => name !== call),
  }));
  return { ...profile, syscalls };
}
