/** Runs the steps of the jobs in examples/ci, as they stand, on a repository with a change that opens a finding, and without. */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { parse } from "yaml";

const examples = join(import.meta.dirname, "../../../examples/ci");
const installs = /^npm install --global plimsoll@/;
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

interface Job {
  readonly env: { readonly [name: string]: string };
  readonly steps: readonly string[];
}

const pod = (name: string, privileged: boolean): string => `apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop }
spec:
  containers:
    - name: app
      image: registry.example.com/app:1.0
      securityContext: { privileged: ${privileged} }
`;

/** A repository whose base has one privileged pod, in the first change elsewhere; the change adds another pod. */
function repository(
  opens: boolean,
  isFirst = false,
): {
  readonly path: string;
  readonly base: string;
  readonly env: NodeJS.ProcessEnv;
} {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-ci-"));
  folders.push(folder);
  const [path, bin] = [join(folder, "repository"), join(folder, "bin")];
  mkdirSync(join(path, "deploy"), { recursive: true });
  mkdirSync(bin);
  const program = (name: string, line: string): void => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${line}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  program("plimsoll", `exec "${process.execPath}" "${join(import.meta.dirname, "main.ts")}" "$@"`);
  program("gh", `printf '%s\\n' "$*" > "${join(folder, "gh")}"`);
  const git = (...words: readonly string[]): string =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...words], {
      cwd: path,
      encoding: "utf8",
    }).trim();
  git("init", "--quiet");
  const commit = (file: string, text: string): string => {
    writeFileSync(join(path, file), text);
    git("add", ".");
    git("commit", "--quiet", "-m", file);
    return git("rev-parse", "HEAD");
  };
  const base = commit(isFirst ? "old.yaml" : "deploy/old.yaml", pod("old", true));
  commit("deploy/new.yaml", pod("new", opens));
  const env = {
    PATH: `${bin}:${process.env["PATH"]}`,
    HOME: folder,
    KUBECONFIG: "/nonexistent",
    NO_COLOR: "1",
  };
  return { path, base, env };
}

/** Runs steps as the runners do, each in a shell that ends at the first failure; the exit code of the first that fails. */
function outcome({ env, steps }: Job, where: ReturnType<typeof repository>): number {
  for (const step of steps) {
    if (installs.test(step)) continue;
    const { status, stderr } = spawnSync("bash", ["-eo", "pipefail", "-c", step], {
      cwd: where.path,
      env: { ...where.env, ...env },
      encoding: "utf8",
    });
    expect(stderr).not.toMatch(/bug of ours|not found/);
    if (status !== 0) return status ?? -1;
  }
  return 0;
}

function github(base: string): Job {
  const { jobs } = parse(readFileSync(join(examples, "github-actions.yml"), "utf8"));
  const { env, steps } = jobs.manifests;
  const commands = steps.flatMap(({ run }: { readonly run?: string }) => (run === undefined ? [] : [run]));
  return { env: { ...env, BASE: base, NUMBER: "7", GH_TOKEN: "none" }, steps: commands };
}

function gitlab(base: string): Job {
  const { plimsoll } = parse(readFileSync(join(examples, "gitlab-ci.yml"), "utf8"));
  const { variables, before_script: before, script } = plimsoll;
  return { env: { ...variables, CI_MERGE_REQUEST_DIFF_BASE_SHA: base }, steps: [...before, ...script] };
}

test.each([
  ["GitHub Actions", github],
  ["GitLab", gitlab],
] as const)("%s: only what a change opens stops it; SARIF and a comment are written", (_, job) => {
  for (const opens of [true, false]) {
    const where = repository(opens);
    writeFileSync(join(where.path, ".plimsoll.yaml"), "failOn: high\n");
    expect(outcome(job(where.base), where)).toBe(opens ? 1 : 0);
    const sarif = JSON.parse(readFileSync(join(where.path, "plimsoll.sarif"), "utf8"));
    expect(sarif.version).toBe("2.1.0");
    expect(sarif.runs[0].results.length).toBeGreaterThan(0);
    const comment = readFileSync(join(where.path, "comment.md"), "utf8");
    expect(comment.includes("`privileged-container`")).toBe(opens);
    expect(comment).not.toContain("`Pod shop/old`");
    if (job === github)
      expect(readFileSync(join(where.path, "../gh"), "utf8")).toContain("--body-file comment.md");
    else expect(existsSync(join(where.path, "gl-code-quality.json"))).toBe(true);
  }
});

test.each([
  ["GitHub Actions", github],
  ["GitLab", gitlab],
] as const)("%s: the change that brings the folder is judged by what it adds", (_, job) => {
  const where = repository(true, true);
  expect(outcome(job(where.base), where)).toBe(1);
  expect(readFileSync(join(where.path, "comment.md"), "utf8")).toContain("`privileged-container`");
});

test("pre-commit: only what a commit adds stops it", () => {
  const text = readFileSync(join(examples, ".pre-commit-config.yaml"), "utf8");
  const [
    {
      hooks: [hook],
    },
  ] = parse(text).repos;
  const baseline = /^#\s+(plimsoll scan .*)$/m.exec(text)![1]!;
  for (const opens of [true, false]) {
    const where = repository(opens);
    const steps = ["git checkout --quiet HEAD~1", baseline, "git checkout --quiet -", hook.entry];
    expect(outcome({ env: {}, steps }, where)).toBe(opens ? 1 : 0);
  }
});
