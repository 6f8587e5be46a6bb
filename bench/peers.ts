/** Scans the same generated manifests with every other tool that is on PATH, in one run; it says which were not found and judges nothing. */
import { spawnSync } from "node:child_process";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { cpus, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { stringify } from "yaml";
import { generate } from "./generate.ts";

interface Peer {
  readonly id: string;
  /** What it is asked; it may use the network only where it says so. */
  readonly words: (folder: string, files: readonly string[]) => readonly string[];
  readonly version: readonly string[];
  readonly note?: string;
}

/** Of each tool on each input. */
const runs = 3;
/** Milliseconds after which a tool is stopped. */
const patience = 300_000;
const sources = join(import.meta.dirname, "../packages/cli/src/main.ts");
const bundled = join(import.meta.dirname, "../dist/bin/main.js");
const peers: readonly Peer[] = [
  { id: "kube-linter", words: (folder) => ["lint", folder, "--format", "json"], version: ["version"] },
  {
    id: "kube-score",
    words: (_, files) => ["score", "--output-format", "json", ...files],
    version: ["version"],
  },
  {
    id: "polaris",
    words: (folder) => ["audit", "--audit-path", folder, "--format", "json"],
    version: ["version"],
  },
  {
    id: "trivy",
    words: (folder) => ["config", "--quiet", "--skip-check-update", "--format", "json", folder],
    version: ["--version"],
  },
  {
    id: "checkov",
    words: (folder) => [
      "--directory",
      folder,
      "--framework",
      "kubernetes",
      "--compact",
      "--quiet",
      "--output",
      "json",
    ],
    version: ["--version"],
  },
  {
    id: "kubescape",
    words: (folder) => ["scan", folder, "--format", "json", "--output", "/dev/null", "--keep-local"],
    version: ["version"],
    note: "fetches its controls where they are not cached",
  },
  {
    id: "kyverno",
    words: (folder) => ["apply", join(folder, "../policy.yaml"), "--resource", folder],
    version: ["version"],
    note: "one policy, not a catalogue",
  },
];
const policy = {
  apiVersion: "kyverno.io/v1",
  kind: "ClusterPolicy",
  metadata: { name: "disallow-privileged" },
  spec: {
    validationFailureAction: "Audit",
    rules: [
      {
        name: "privileged",
        match: { any: [{ resources: { kinds: ["Pod"] } }] },
        validate: {
          message: "privileged",
          pattern: { spec: { containers: [{ "=(securityContext)": { "=(privileged)": "false" } }] } },
        },
      },
    ],
  },
};

interface Cost {
  readonly wall: number;
  readonly cpu: number;
  readonly memory: number;
  readonly code: number | null;
}

/** Written over several files, as repositories are: a hundred objects each. */
function write(count: number, folder: string): readonly string[] {
  mkdirSync(folder, { recursive: true });
  const texts = [...generate(count)].map((resource) =>
    stringify(resource, { lineWidth: 0, aliasDuplicateObjects: false }),
  );
  const files: string[] = [];
  for (let at = 0; at < texts.length; at += 100) {
    files.push(join(folder, `part-${at / 100}.yaml`));
    writeFileSync(files.at(-1)!, texts.slice(at, at + 100).join("---\n"));
  }
  return files;
}

/** The best of some runs of a whole process, its children among them, as the shell counts them. */
function measure(program: string, words: readonly string[], folder: string): Cost {
  const peak = join(folder, "../peak");
  const timer = isProgram("/usr/bin/time") ? ["/usr/bin/time", "-q", "-o", peak, "-f", "%M"] : [];
  const script = 'TIMEFORMAT="@%R %U %S"; time "$@" >/dev/null 2>&1';
  const costs = Array.from({ length: runs }, (): Cost => {
    const { stderr, status } = spawnSync("bash", ["-c", script, "bash", ...timer, program, ...words], {
      encoding: "utf8",
      stdio: ["ignore", "ignore", "pipe"],
      timeout: patience,
    });
    const [wall = NaN, user = NaN, system = NaN] = stderr.split("@").at(-1)!.trim().split(" ").map(Number);
    const memory =
      timer.length === 0 ? NaN : Number(readFileSync(peak, "utf8").trim().split("\n").at(-1)) / 1024;
    return { wall, cpu: user + system, memory, code: status };
  });
  return costs.reduce((best, cost) => (cost.wall < best.wall ? cost : best));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}

function pathOf(name: string): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((entry) => entry !== "");
  return folders.map((entry) => join(entry, name)).find(isProgram);
}

/** Its name and version in a few words, as it says them itself. */
function versionOf(program: string, { version }: Peer): string {
  const { stdout, stderr } = spawnSync(program, version, { encoding: "utf8", timeout: 30_000 });
  return /v?\d+\.\d+[^\s,"}]*/.exec(`${stdout}${stderr}`)?.[0].slice(0, 16) ?? "";
}

function row(name: string, { wall, cpu, memory, code }: Cost, ours: Cost): string {
  const cells = [
    name.padEnd(34),
    wall.toFixed(2).padStart(8),
    cpu.toFixed(2).padStart(8),
    (Number.isNaN(memory) ? "-" : memory.toFixed(0)).padStart(8),
    (wall / ours.wall).toFixed(2).padStart(8),
    String(code ?? "killed").padStart(6),
  ];
  return cells.join(" ");
}

function compare(count: number, folder: string): void {
  const files = write(count, folder);
  const words = ["scan", folder, "--format", "json", "--quiet"];
  const ours = existsSync(bundled)
    ? measure(process.execPath, [bundled, ...words], folder)
    : measure(process.execPath, [sources, ...words], folder);
  const name = existsSync(bundled) ? "plimsoll (bundle)" : "plimsoll (sources: npm run bundle)";
  console.log(
    `${`${count} objects, ${files.length} files`.padEnd(34)}   wall s    CPU s  peak MB  to ours   exit`,
  );
  console.log(row(name, ours, ours));
  for (const peer of peers) {
    const program = pathOf(peer.id);
    if (program === undefined) continue;
    const cost = measure(program, peer.words(folder, files), folder);
    console.log(
      row(`${peer.id} ${versionOf(program, peer)}${peer.note === undefined ? "" : "*"}`, cost, ours),
    );
  }
}

const scratch = mkdtempSync(join(tmpdir(), "plimsoll-peers-"));
try {
  writeFileSync(join(scratch, "policy.yaml"), stringify(policy));
  for (const count of process.argv.includes("--large") ? [35, 1_000, 10_000] : [35, 1_000])
    compare(count, join(scratch, String(count)));
} finally {
  rmSync(scratch, { recursive: true });
}
const missing = peers.filter(({ id }) => pathOf(id) === undefined);
if (missing.length > 0) console.log(`not on PATH: ${missing.map(({ id }) => id).join(", ")}`);
for (const { id, note } of peers)
  if (note !== undefined && pathOf(id) !== undefined) console.log(`* ${id}: ${note}`);
console.log(
  `best of ${runs} runs on ${cpus().length} × ${cpus()[0]?.model ?? "?"}; each judges what it knows, which is not the same`,
);
