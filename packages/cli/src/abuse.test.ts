/** Files, folders and signals that mean harm to the command, through the real process. */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scratchFolder } from "./fixtures/process.ts";

const folder = scratchFolder();
afterAll(() => folder.remove());

const pod = `apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec: { containers: [{ name: app, image: "a:1" }] }
`;
beforeAll(() => folder.write({ "good/web.yaml": pod, "odd/web.yaml": pod, "-f.yaml": pod }));

test("case 102: a pipe, a device and a loop of links are passed over with a word, and the rest is scanned", async () => {
  execFileSync("mkfifo", [join(folder.path, "odd/pipe.yaml")]);
  symlinkSync("/dev/zero", join(folder.path, "odd/zero.yaml"));
  symlinkSync(join(folder.path, "odd"), join(folder.path, "odd/loop"));
  const { out, err, code } = await folder.run("scan", "odd", "--format", "json");
  expect(JSON.parse(out).coverage.resources, err).toBe(1);
  expect([0, 3]).toContain(code);
});

test.each(["/dev/zero", "/proc/self/mem", "odd/pipe.yaml"])(
  "case 102: %s by name is a gap, exit 3, and ends",
  async (path) => {
    const { code, err } = await folder.run("scan", path, "good/web.yaml");
    expect(err).toContain("incomplete");
    expect(code).toBe(3);
  },
);

const untrusted = (user: string): string => `apiVersion: v1
kind: Config
current-context: c
contexts: [{ name: c, context: { cluster: c, user: u } }]
clusters: [{ name: c, cluster: { server: "https://127.0.0.1:1", insecure-skip-tls-verify: true } }]
users: [{ name: u, user: ${user} }]
`;

test("case 104: a kubeconfig that happens to lie in the folder is not used", async () => {
  folder.write({
    kubeconfig: untrusted(
      `{ exec: { apiVersion: client.authentication.k8s.io/v1, command: touch, args: [owned] } }`,
    ),
    ".kube/config": "",
  });
  const { code } = await folder.run("scan");
  expect(code).toBe(2);
  expect(existsSync(join(folder.path, "owned"))).toBe(false);
});

test.each(["SIGINT", "SIGKILL"] as const)(
  "case 105: %s in the middle of writing leaves the old output whole and nothing beside it",
  async (signal) => {
    const output = join(folder.path, `out-${signal}`);
    mkdirSync(output);
    folder.write({
      [`out-${signal}/report.json`]: "old\n",
      "many.yaml": Array.from(
        { length: 3000 },
        (_, index) => `---\n${pod.replace("web", `web-${index}`)}`,
      ).join(""),
    });
    const env = {
      PATH: process.env["PATH"],
      HOME: folder.path,
      XDG_CACHE_HOME: join(tmpdir(), "plimsoll-cli-cache"),
    };
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, "main.ts"), "scan", "many.yaml", "--output", join(output, "report.json")],
      { cwd: folder.path, env, stdio: "ignore" },
    );
    const ended = new Promise((resolve) => child.on("close", resolve));
    // Strike while the temporary file is there, or at the latest before the end.
    while (readdirSync(output).length < 2 && child.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 2));
    child.kill(signal);
    await ended;
    const text = readFileSync(join(output, "report.json"), "utf8");
    expect(text === "old\n" || text.trimEnd().endsWith("}")).toBe(true);
    if (signal === "SIGINT") expect(readdirSync(output)).toEqual(["report.json"]);
  },
);
