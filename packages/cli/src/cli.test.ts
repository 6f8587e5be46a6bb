import { spawn, type SpawnOptions } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const main = join(import.meta.dirname, "main.ts");
const folder = mkdtempSync(join(tmpdir(), "plimsoll-cli-"));

interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

interface Circumstances {
  readonly input?: string;
  readonly env?: { readonly [name: string]: string };
  readonly cwd?: string;
}

/** Runs the real process, with an environment in which there is no cluster and no terminal. */
function plimsoll(words: readonly string[], { input, env, cwd }: Circumstances = {}): Promise<Outcome> {
  const options: SpawnOptions = {
    cwd: cwd ?? folder,
    env: {
      PATH: process.env["PATH"],
      HOME: folder,
      XDG_CACHE_HOME: join(tmpdir(), "plimsoll-cli-cache"),
      KUBECONFIG: "/nonexistent",
      ...env,
    },
    stdio: ["pipe", "pipe", "pipe"],
  };
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [main, ...words], options);
    let [out, err] = ["", ""];
    child.stdout!.on("data", (chunk: Buffer) => (out += chunk.toString()));
    child.stderr!.on("data", (chunk: Buffer) => (err += chunk.toString()));
    child.stdin!.end(input);
    child.on("close", (code, signal) => resolve({ code, signal, out, err }));
  });
}

const privileged = `apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
spec:
  containers:
    - name: app
      image: registry.example/app@sha256:${"0".repeat(64)}
      securityContext:
        privileged: true
`;
const duplicate = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  name: b\n";

beforeAll(() => {
  symlinkSync("nowhere.yaml", join(folder, "dangling.yaml"));
  for (const [file, text] of Object.entries({
    "deploy/web.yaml": privileged,
    "broken/bad.yaml": duplicate,
    "broken/web.yaml": privileged,
    "other/values.yaml": "a: 1\n",
    "namespace.yaml": "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n",
  })) {
    mkdirSync(join(folder, file, ".."), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  mkdirSync(join(folder, "nothing"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.concurrent("exit codes", () => {
  test.each([
    ["findings without a gate", ["scan", "deploy"], 0],
    ["a finding reaches the gate", ["scan", "deploy", "--fail-on", "critical"], 1],
    ["a gate in capitals", ["scan", "deploy", "--fail-on", "HIGH"], 1],
    [
      "no finding reaches the gate",
      ["scan", "namespace.yaml", "--control", "privileged-container", "--fail-on", "low"],
      0,
    ],
    ["something could not be evaluated", ["scan", "broken"], 3],
    ["incomplete comes before the gate", ["scan", "broken", "--fail-on", "low"], 3],
    ["incomplete is allowed", ["scan", "broken", "--allow-incomplete"], 0],
    [
      "incomplete is allowed, the gate holds",
      ["scan", "broken", "--allow-incomplete", "--fail-on", "critical"],
      1,
    ],
    ["nothing to scan", ["scan", "nothing"], 2],
    ["nothing of ours to scan", ["scan", "other"], 2],
    ["no cluster", ["scan"], 2],
    ["help", ["--help"], 0],
    ["help of a command", ["scan", "--help"], 0],
    ["no words at all", [], 0],
  ])("%s", async (_, words, code) => {
    expect((await plimsoll(words)).code).toBe(code);
  });
});

describe.concurrent("mistakes are told in one line with what to do, before anything is read", () => {
  test.each([
    ["format", ["scan", "deploy", "--format", "jsno"], 'no format is called "jsno"', 'did you mean "json"?'],
    [
      "control",
      ["scan", "deploy", "--control", "privileged-contaner"],
      "no control is called",
      'did you mean "privileged-container"?',
    ],
    [
      "framework",
      ["scan", "deploy", "--framework", "pss-basline"],
      "no framework is called",
      'did you mean "pss-baseline"?',
    ],
    [
      "severity",
      ["scan", "deploy", "--fail-on", "hihg"],
      'no severity is called "hihg"',
      'did you mean "high"?',
    ],
    ["path", ["scan", "deplyo"], "there is no deplyo", "did you mean deploy?"],
    [
      "path in a folder",
      ["scan", "deploy/wbe.yaml"],
      "there is no deploy/wbe.yaml",
      "did you mean deploy/web.yaml?",
    ],
    ["option", ["scan", "--fromat", "json"], "unknown option '--fromat'", "did you mean --format?"],
    ["command", ["scna"], "unknown command 'scna'", "did you mean scan?"],
    ["command to help with", ["help", "scna"], "unknown command 'scna'", "did you mean scan?"],
    ["help with nothing", ["help", "nothing"], "unknown command 'nothing'", "see plimsoll --help"],
    [
      "link",
      ["scan", "dangling.yaml"],
      "dangling.yaml is a link that leads nowhere",
      "what it should lead to",
    ],
    [
      "value of an option",
      ["scan", "--format"],
      "option '-f, --format <id>' argument missing",
      "plimsoll scan --help",
    ],
    [
      "cluster options beside a path",
      ["scan", "deploy", "--context", "x"],
      "--context asks a cluster",
      "leave one of them out",
    ],
    [
      "two ways to name contexts",
      ["scan", "--context", "x", "--all-contexts"],
      "exclude each other",
      "leave one of them out",
    ],
    [
      "output in no folder",
      ["scan", "broken", "--output", "no/where.json"],
      "its folder does not exist",
      "--output",
    ],
    ["output is a folder", ["scan", "broken", "--output", "deploy"], "deploy is a folder", "name a file"],
    ["a snapshot without a file", ["snapshot", "deploy"], "needs a file", "--output"],
    ["an export of nothing", ["export", "admission"], "nothing to export", "--control"],
    [
      "an explanation of nothing",
      ["explain", "priviledged-container"],
      "no control is called",
      'did you mean "privileged-container"?',
    ],
  ])("%s", async (_, words, message, hint) => {
    const { code, out, err } = await plimsoll(words);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(/^plimsoll: [^\n]+\n {2}[^\n]+\n$/);
    expect(err).toContain(message);
    expect(err).toContain(hint);
  });
});

describe.concurrent("what is scanned", () => {
  test("a folder, with line and column", async () => {
    const { out } = await plimsoll([
      "scan",
      "deploy",
      "--format",
      "json",
      "--control",
      "privileged-container",
    ]);
    const [result] = JSON.parse(out).results;
    expect(result).toMatchObject({
      id: "privileged-container:v1/Pod/shop/web:spec.containers[app].securityContext.privileged",
      source: { file: "deploy/web.yaml", line: 11, column: 9 },
    });
  });

  test("standard input", async () => {
    const { code, out } = await plimsoll(["scan", "-", "--format", "json"], { input: privileged });
    expect(code).toBe(0);
    expect(JSON.parse(out).results[0].source.file).toBe("-");
  });

  test("a saved snapshot says what its files say", async () => {
    const file = join(folder, "saved.plimsoll.zst");
    expect((await plimsoll(["snapshot", "deploy", "--output", file])).code).toBe(0);
    const [saved, files] = await Promise.all([
      plimsoll(["scan", file, "--format", "json"]),
      plimsoll(["scan", "deploy", "--format", "json"]),
    ]);
    const [a, b] = [JSON.parse(saved.out), JSON.parse(files.out)];
    expect({ ...a, takenAt: "" }).toEqual({ ...b, takenAt: "" });
  });

  test("case 102: a name that begins like an option, after --", async () => {
    writeFileSync(join(folder, "-web.yaml"), privileged);
    expect((await plimsoll(["scan", "--fail-on", "critical", "--", "-web.yaml"])).code).toBe(1);
  });

  test("only the controls and frameworks that are asked for", async () => {
    const { out } = await plimsoll(["scan", "deploy", "--format", "json", "--framework", "pss-baseline"]);
    expect(JSON.parse(out).frameworks.map(({ id }: { id: string }) => id)).toEqual(["pss-baseline"]);
    const both = await plimsoll([
      "scan",
      "deploy",
      "--format",
      "json",
      "--control",
      "host-pid,host-ipc",
      "--all",
    ]);
    expect(
      JSON.parse(both.out)
        .controls.map(({ id }: { id: string }) => id)
        .sort(),
    ).toEqual(["host-ipc", "host-pid"]);
  });

  test("every gap that makes a scan incomplete is told in one line", async () => {
    const { err } = await plimsoll(["scan", "broken", "--quiet"]);
    expect(err).toMatch(/^plimsoll: incomplete: broken\/bad\.yaml:\d+: [^\n]+\n$/);
  });
});

describe("where it goes", () => {
  test.each([
    ["report.html", /^<!doctype html>/],
    ["report.sarif", /^\{"\$schema": "https:\/\/docs\.oasis-open\.org\/sarif/],
    ["report.json", /^\{\n"schemaVersion": "1"/],
    ["report.txt", /^Plimsoll · files/],
  ])("the name of the file %s says the format", async (name, begins) => {
    const { code, out, err } = await plimsoll(["scan", "deploy", "--output", name]);
    expect({ code, out }).toEqual({ code: 0, out: "" });
    expect(err).toContain(`to ${name}`);
    expect(readFileSync(join(folder, name), "utf8")).toMatch(begins);
  });

  test("case 103: a symbolic link is not followed, and what it leads to stays", async () => {
    writeFileSync(join(folder, "precious"), "precious");
    symlinkSync("precious", join(folder, "link.json"));
    const { code, err } = await plimsoll(["scan", "deploy", "--output", "link.json"]);
    expect(code).toBe(2);
    expect(err).toContain("symbolic link");
    expect(readFileSync(join(folder, "precious"), "utf8")).toBe("precious");
  });

  test("a device is written to and stays a device", async () => {
    expect((await plimsoll(["scan", "deploy", "--output", "/dev/null", "--format", "json"])).code).toBe(0);
    expect(existsSync("/dev/null")).toBe(true);
  });

  test("case 103: a full disk is told, not lost", async () => {
    const { code, err } = await plimsoll(["scan", "deploy", "--output", "/dev/full", "--format", "json"]);
    expect(code).toBe(2);
    expect(err).toContain("the disk is full");
  });

  test("case 103: nothing temporary stays beside the output", async () => {
    await plimsoll(["scan", "deploy", "--output", "report.json"]);
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test.each(["scan deploy", "--help", "help scan", "--version"])(
    "what cannot be written is told, and is no verdict: %s",
    async (words) => {
      const line = `"${process.execPath}" "${main}" ${words} > /dev/full`;
      const child = spawn("bash", ["-c", line], {
        cwd: folder,
        env: { PATH: process.env["PATH"], HOME: folder },
      });
      let err = "";
      child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
      const code = await new Promise((resolve) => child.on("close", resolve));
      expect(code).toBe(2);
      expect(err).toMatch(/^plimsoll: cannot write the answer: ENOSPC\n/);
    },
  );

  test.each([
    ["scan deploy --all --format json --fail-on critical | head -c 10", 1],
    ["generate --help | true", 0],
  ])(
    "case 105: a reader that goes away changes neither the exit code nor the peace: %s",
    async (line, expected) => {
      const script = `"${process.execPath}" "${main}" ${line}; exit \${PIPESTATUS[0]}`;
      const env = { PATH: process.env["PATH"], HOME: folder, KUBECONFIG: "/nonexistent" };
      const child = spawn("bash", ["-c", script], { cwd: folder, env });
      let err = "";
      child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
      const code = await new Promise((resolve) => child.on("close", resolve));
      expect({ code, err }).toEqual({ code: expected, err: "" });
    },
  );
});

describe.concurrent("colours", () => {
  test.each([
    ["none where nobody looks", {}, [], false],
    ["forced", { FORCE_COLOR: "1" }, [], true],
    ["NO_COLOR is stronger than FORCE_COLOR", { FORCE_COLOR: "1", NO_COLOR: "1" }, [], false],
    ["--no-color is stronger too", { FORCE_COLOR: "1" }, ["--no-color"], false],
    ["an empty NO_COLOR is none", { FORCE_COLOR: "1", NO_COLOR: "" }, [], true],
  ])("%s", async (_, env, words, colored) => {
    const { out } = await plimsoll(["scan", "deploy", ...words], { env });
    expect(out.includes("\u001b[")).toBe(colored);
  });
});

test("cases 97, 101: hostile names are shown, never obeyed", async () => {
  const name = "\u001b]52;c;ZXZpbA==\u0007\u202e::error::x";
  const text = JSON.stringify({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, annotations: { [name]: name } },
    spec: { containers: [{ name, image: name, securityContext: { privileged: true } }] },
  });
  mkdirSync(join(folder, "hostile"), { recursive: true });
  writeFileSync(join(folder, "hostile", "a\u001b[2Jb.yaml"), text);
  for (const words of [["--all"], ["--format", "json"], ["--format", "sarif"], ["--format", "html"]]) {
    const { out, err } = await plimsoll(["scan", "hostile", ...words]);
    expect((out + err).replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u202e]/u);
  }
  const { err } = await plimsoll(["scan", "hostile/\u001b[2J.yaml"]);
  expect(err).toContain("\\x1b[2J");
});

test("an output that cannot be written is told before anything is read", async () => {
  const locked = join(folder, "locked");
  mkdirSync(locked);
  chmodSync(locked, 0o500);
  const { code } = await plimsoll(["scan", "deploy", "--output", "locked/report.json"]);
  expect(code).toBe(process.getuid?.() === 0 ? 0 : 2);
  chmodSync(locked, 0o700);
});

describe.concurrent("other commands", () => {
  test.each([
    ["--version", [], /^\d+\.\d+\.\d+\n$/],
    ["controls", [], /^[a-z-]+ +critical +/],
    ["frameworks", [], /^pss-baseline +12 of 12 +/m],
    ["frameworks", ["pss-baseline"], /requirements are measured by controls/],
    [
      "explain",
      ["privileged-container"],
      /Why it matters[\s\S]*What to do[\s\S]*How it is judged[\s\S]*Known elsewhere as/,
    ],
    [
      "export",
      ["admission", "--control", "privileged-container", "--action", "Warn"],
      /kind: ValidatingAdmissionPolicy\n[\s\S]*validationActions:\n +- Warn\n/,
    ],
  ])("%s %j", async (command, words, expected) => {
    const { code, out, err } = await plimsoll([command, ...words]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(expected);
  });

  test("explain shows a finding where it is", async () => {
    const id = "privileged-container:v1/Pod/shop/web:spec.containers[app].securityContext.privileged";
    const { code, out } = await plimsoll(["explain", id, "deploy"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^FAIL {1,2}Pod shop\/web/);
    expect(out).toContain("deploy/web.yaml:11:9");
    expect(out).toContain('"op":"replace"');
  });
});
